"""What a delivery leaves as it was, in words: records that another name outdoes, and those from before its first instant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.contracts import Contract
from pipeline.loading.earlier import REST

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse


def outdone(warehouse: Warehouse, contract: Contract, file_id: int) -> str:
    """Which other file's records count instead of the delivery's, where that is so of most and some of them say another thing.

    Those of a lower version of the source's own are outdone by right.
    """
    query = "select name, lay_as, admitted, duplicate from files where file_id = ?"
    file = warehouse.records(query, [file_id])[0]
    if file["duplicate"] <= file["admitted"]:
        return ""
    key = " and ".join(f"lost.{column} is not distinct from won.{column}" for column in contract.key)
    differs = " or ".join(f"lost.{column} is distinct from won.{column}" for column in contract.columns)
    [found] = warehouse.records(
        f"""select count(*) as records, max(coalesce(files.lay_as, files.name)) as winner
        from {contract.duplicate_table} lost
        join {contract.raw_table} won on {key} and won.version = lost.version and won.file_id <> lost.file_id
        join files on files.file_id = won.file_id
        where lost.file_id = ? and ({differs})""",
        [file_id],
    )
    if not found["records"]:
        return ""
    return (
        f"{file['lay_as'] or file['name']}: {found['records']} of its {contract.name} say something else than {found['winner']}, "
        "whose name is the greater: what they say does not count; a correction must have the greater name, or the same name"
    )


def stays(warehouse: Warehouse, contract: Contract, name: str, before: list[int]) -> str:
    """How many records of the deliveries before are left, in which batch."""
    left = warehouse.records(
        f"select batch_id, rows_read from files where digest = '{REST}' and list_contains(?, file_id) order by batch_id",
        [before],
    )
    if not left:
        return ""
    batches = ", ".join(str(row["batch_id"]) for row in left)
    records = sum(row["rows_read"] for row in left)
    return f"{name}: {records} older {contract.name} of this file stay (batch {batches}): they are from before its first one now"
