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
    """A file's earlier entries in the books of one table: those it is known by, and what is left of deliveries before."""

    known: list[int]
    rests: list[int]
    is_same_content: bool


def earlier(warehouse: Warehouse, source: str, name: str, table: str, part: str, content: str) -> Delivered:
    query = (
        "select file_id, digest, content from files "
        "where source = ? and name = ? and contract = ? and coalesce(part, '') = ?"
    )
    own = warehouse.records(query, [source, name, table, part])
    known = [entry for entry in own if entry["digest"] != REST]
    return Delivered(
        known=[entry["file_id"] for entry in known],
        rests=[entry["file_id"] for entry in own if entry["digest"] == REST],
        is_same_content=any(entry["content"] == content for entry in known),
    )


def give_way(warehouse: Warehouse, contract: Contract, before: Delivered, file_id: int) -> None:
    """Take out what the new delivery replaces: all, where the same content is read anew or the table is a whole list; else what
    it speaks of, for exports of the last weeks, or of what has changed in them, come under one name."""
    going = before.known if before.is_same_content else [*before.known, *before.rests]
    speaks_of_some = (contract.covers_span or contract.speaks_of) and not before.is_same_content
    which = _is_spoken_of(warehouse, contract, file_id) if speaks_of_some else "true"
    versions.take_out(warehouse, contract, going, which)


def _is_spoken_of(warehouse: Warehouse, contract: Contract, file_id: int) -> str:
    """SQL: the file has a row that is as old or older, and of the same ticket where rows are of tickets: an export of what has
    changed lately holds old tickets, and not all of those since."""
    named, at, own = contract.speaks_of, contract.instant or "null", f"{contract.raw_table} where file_id = {file_id}"
    if not named:
        first = warehouse.value(f"select min({at}) from {own}")
        return "false" if first is None else f"({at} < '{first}') is not true"
    warehouse.sql.execute(
        f"create or replace temp table spoken_of as select {named} as named, min({at}) as since from {own} group by all"
    )
    return f"exists (from spoken_of where named is not distinct from {named} and ({at} < since) is not true)"


def keep_rests(warehouse: Warehouse, file_ids: list[int]) -> None:
    """After the recount: what earlier deliveries still hold stays in the books of their batches, what holds nothing goes."""
    for statement in (
        "delete from quarantine where file_id = ?",
        f"update files set digest = '{REST}', content = null, rows_read = admitted + duplicate, quarantined = 0, replaced = 0, "
        "removed = 0, left_out = null where file_id = ?",
        "delete from files where file_id = ? and rows_read = 0",
    ):
        for file_id in file_ids:
            warehouse.sql.execute(statement, [file_id])
