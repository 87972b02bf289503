"""What became of each file's records, as the warehouse has it in its books."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse


@dataclass(frozen=True)
class Account:
    """What became of one file's records of one table: rows_read = admitted + quarantined + duplicate.

    `replaced` is a part of admitted. `removed`: records of an earlier delivery of the file that it no longer has.
    `error`: why the file was refused. `passed_over`: why it, or a part of it, is known and not wanted. `remark`: what of it does
    not count, though it was wanted, and what its delivery does not touch.
    """

    file: str
    source: str
    table: str = ""
    rows_read: int = 0
    admitted: int = 0
    quarantined: dict[str, int] = field(default_factory=dict)
    duplicate: int = 0
    replaced: int = 0
    removed: int = 0
    is_unchanged: bool = False
    error: str | None = None
    passed_over: str | None = None
    remark: str | None = None


def known_accounts(warehouse: Warehouse, source: str, name: str, digest: str) -> list[Account]:
    """The accounts of a file that was loaded with this content before; none where it is due again."""
    if (name, digest) in due_files(warehouse, source):
        return []
    query = "select * from files where source = ? and name = ? and digest = ? and not is_undone order by file_id"
    rows = warehouse.records(query, [source, name, digest])
    return [replace(_account(warehouse, row, name), is_unchanged=True) for row in rows]


def booked(warehouse: Warehouse, file_id: int, file: str) -> Account:
    """The account of an entry in the books, of the file called so today."""
    return _account(warehouse, warehouse.records("select * from files where file_id = ?", [file_id])[0], file)


def due_files(warehouse: Warehouse, source: str) -> set[tuple[str, str]]:
    """Name and digest of files with records that were ahead of the clock as they were loaded, and are no more."""
    query = "select name, digest from files where source = ? and due_at <= now()::timestamp and not is_undone"
    return {(row["name"], row["digest"]) for row in warehouse.records(query, [source])}


def has_content(warehouse: Warehouse, source: str, name: str, content: str) -> bool:
    """Whether the file was loaded with this content, by whatever mapping."""
    query = "select 1 from files where source = ? and name = ? and content = ? and not is_undone limit 1"
    return warehouse.value(query, [source, name, content]) is not None


def most_left_out(warehouse: Warehouse, file_id: int, least_rows: int) -> float | None:
    """The greatest share of rows that were not meant in another file of the entry's source and table with so many rows."""
    query = (
        "select max(other.left_out / (other.left_out + other.rows_read)) from files it join files other "
        "on other.source = it.source and other.contract = it.contract and other.part is not distinct from it.part "
        "where it.file_id = ? and other.file_id <> it.file_id and not other.is_undone and other.left_out + other.rows_read > ?"
    )
    share: float | None = warehouse.value(query, [file_id, least_rows])
    return share


def _account(warehouse: Warehouse, row: dict[str, Any], file: str) -> Account:
    query = "select rule, sum(records)::bigint as n from quarantine where file_id = ? group by rule order by rule"
    quarantined = {bad["rule"]: bad["n"] for bad in warehouse.records(query, [row["file_id"]])}
    return Account(
        file, row["source"], row["contract"], row["rows_read"], row["admitted"], quarantined, row["duplicate"]
    )
