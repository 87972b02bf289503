"""Earlier deliveries of a file: what a new one takes the place of, and the rest that it does not speak of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.contracts import Contract
from pipeline.loading import versions

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse

REST = ""
"""The digest of what is left of a delivery: no file has this content."""


@dataclass(frozen=True)
class Delivered:
    """A file's earlier entries in the books of one table: those it is known by, and what is left of deliveries before.

    `tickets`: the entries of its tickets that are left.
    """

    known: list[int]
    rests: list[int]
    tickets: list[int]
    is_same_content: bool


def earlier(warehouse: Warehouse, source: str, name: str, table: str, part: str, content: str) -> Delivered:
    query = (
        "select file_id, contract, coalesce(part, '') as part, digest, content from files where source = ? and name = ?"
    )
    entries = warehouse.records(query, [source, name])
    own = [entry for entry in entries if (entry["contract"], entry["part"]) == (table, part)]
    known = [entry for entry in own if entry["digest"] != REST]
    return Delivered(
        known=[entry["file_id"] for entry in known],
        rests=[entry["file_id"] for entry in own if entry["digest"] == REST],
        tickets=[entry["file_id"] for entry in entries if (entry["contract"], entry["digest"]) == ("tickets", REST)],
        is_same_content=any(entry["content"] == content for entry in known),
    )


def give_way(warehouse: Warehouse, contract: Contract, before: Delivered, file_id: int) -> None:
    """Take out what the new delivery replaces: all, where the same content is read anew or the table is a whole list; else what
    is not older than its first row, for exports of the last weeks come under one name. Tickets that stay keep their history."""
    if before.is_same_content or not contract.covers_span:
        going = before.known if before.is_same_content else [*before.known, *before.rests]
        versions.take_out(warehouse, contract, going)
        return
    first = warehouse.value(f"select min({contract.instant}) from {contract.raw_table} where file_id = {file_id}")
    going = [*before.known, *before.rests] if first is not None else []
    which = f"({contract.instant} < '{first}') is not true"
    if contract.ticket and before.tickets:
        kept = ", ".join(map(str, before.tickets))
        which += (
            f" and ({contract.ticket} in (select ticket_id from raw_tickets where file_id in ({kept}))) is not true"
        )
    versions.take_out(warehouse, contract, going, which)


def keep_rests(warehouse: Warehouse, before: Delivered) -> None:
    """After the recount: what earlier deliveries still hold stays in the books of their batches, what holds nothing goes."""
    ids = [[file_id] for file_id in (*before.known, *before.rests)]
    for statement in (
        "delete from quarantine where file_id = ?",
        f"update files set digest = '{REST}', content = null, rows_read = admitted + duplicate, quarantined = 0, replaced = 0, "
        "removed = 0 where file_id = ?",
        "delete from files where file_id = ? and rows_read = 0",
    ):
        for file_id in ids:
            warehouse.sql.execute(statement, file_id)
