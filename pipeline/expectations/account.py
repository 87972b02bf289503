"""What a batch brought as a whole: how far behind it ends, and which shares of its rows do not count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.contracts import read_contracts
from pipeline.expectations.dated import dated, of_sources
from pipeline.loading import namesakes

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse

CONTACTS = ("calls", "queue_events", "tickets", "messages")
"""Tables whose newest record says how far the others lag behind."""

OUTDONE = ("repeated_share", "namesake_share", "other_days_share")
"""Records that do not count, because others do that were there, of the same file, or of another day."""


def account_of(warehouse: Warehouse, contract: str, batch: int) -> dict[str, float | None]:
    """days_behind (the newest record of its sources behind the newest of CONTACTS) and shares of the rows it read:
    quarantined_share, removed_share and those of OUTDONE.

    Rows without an instant tell nothing new, such as the address of a customer beside every ticket: they may repeat. So may
    those of a whole list: the team of an agent beside every call.
    """
    rows = dated(contract, "UTC")
    newest = ", ".join(
        f"(select max({of.instant}) from {of.table})" for of in (dated(c, "UTC") for c in CONTACTS) if of
    )
    behind = rows and warehouse.value(
        f"select (epoch(greatest({newest})) - epoch(max({rows.instant}))) / 86400 from {rows.table} where {of_sources(rows)}",
        [batch],
    )
    outdone = _outdone(warehouse, contract, batch) if rows else [None] * len(OUTDONE)
    outdone = [None, *outdone[1:]] if read_contracts()[contract].is_whole else outdone
    shares = "".join(f", ? / nullif(sum(rows_read), 0) as {name}" for name in OUTDONE)
    removed = "sum(removed)" if read_contracts()[contract].must_keep else "null"
    counts = warehouse.records(
        f"select sum(quarantined) / nullif(sum(rows_read), 0) as quarantined_share, "
        f"{removed} / nullif(sum(rows_read), 0) as removed_share{shares} "
        "from files where batch_id = ? and contract = ?",
        [*outdone, batch, contract],
    )[0]
    return {"days_behind": behind or None, **counts}


def _outdone(warehouse: Warehouse, contract: str, batch: int) -> list[int | None]:
    """Records that others of their key outdo: those that were there already in the same version (a newer one is what changed),
    those whose key another of their file bears, those of another day, of which the batch that brought the later is to blame."""
    found = read_contracts()[contract]
    of_one_file, of_other_days = namesakes.of_one_file(found), namesakes.of_other_days(found)
    counts = warehouse.sql.execute(
        f"""select count(*) filter (is_own and won.version is not distinct from lost.version
                and (before.batch_id, before.name) <= (f.batch_id, f.name) and not {of_one_file} and not {of_other_days}),
            count(*) filter (is_own and {of_one_file}),
            count(*) filter ({of_other_days} and greatest(f.batch_id, before.batch_id) = $1)
        from {namesakes.contests(found)}
        join (select *, batch_id = $1 as is_own from files) f on f.file_id = lost.file_id
        join files before on before.file_id = won.file_id
        where $1 in (f.batch_id, before.batch_id)""",
        [batch],
    ).fetchall()
    return [int(count) for count in counts[0]]
