"""What has been loaded, and how a batch is settled: undone, accepted although a check stopped it, or written over all else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.contracts import read_contracts
from pipeline.errors import UsageError
from pipeline.loading import versions

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse


def list_batches(warehouse: Warehouse) -> list[dict[str, Any]]:
    """One record per batch, the newest first, with the sums of its files' accounts."""
    return warehouse.records(
        """select b.batch_id as batch, b.source, b.loaded_at, b.status, b.reason, count(f.file_id) as files,
            coalesce(sum(f.rows_read), 0)::bigint as rows_read, coalesce(sum(f.admitted), 0)::bigint as admitted,
            coalesce(sum(f.quarantined), 0)::bigint as quarantined, coalesce(sum(f.duplicate), 0)::bigint as duplicate
        from batches b left join files f on f.batch_id = b.batch_id
        group by all order by b.batch_id desc"""
    )


def undo(warehouse: Warehouse, batch: int) -> int:
    """Take a batch's rows out again and return how many files that were; the files are not new to the inbox any more.

    A delivery that the batch replaced under the same file name is gone: load it again.
    """
    _require(warehouse, batch)
    files = warehouse.records("select file_id, contract from files where batch_id = ? and not is_undone", [batch])
    with warehouse.transaction():
        for file in files:
            versions.withdraw(warehouse, read_contracts()[file["contract"]], file["file_id"])
            warehouse.sql.execute("delete from quarantine where file_id = ?", [file["file_id"]])
            warehouse.sql.execute(
                "update files set is_undone = true, rows_read = 0, admitted = 0, quarantined = 0, duplicate = 0, "
                "replaced = 0, removed = 0 where file_id = ?",
                [file["file_id"]],
            )
        warehouse.sql.execute("update batches set status = 'undone' where batch_id = ?", [batch])
        warehouse.sql.execute("delete from check_results where batch_id = ?", [batch])
    return len(files)


def erase(warehouse: Warehouse, batch: int) -> int:
    """Write a batch's records over the older deliveries of them, which undo would bring back; returns how many those were."""
    _require(warehouse, batch, is_there=False)
    files = warehouse.records("select file_id, contract from files where batch_id = ?", [batch])
    with warehouse.transaction():
        return sum(versions.write_over(warehouse, read_contracts()[row["contract"]], row["file_id"]) for row in files)


def accept(warehouse: Warehouse, batch: int, reason: str) -> None:
    """Let a batch pass although checks failed on it; the reason stands on the data-quality page."""
    _require(warehouse, batch)
    if not reason.strip():
        raise UsageError("accept needs a reason: it is shown on the data-quality page")
    with warehouse.transaction():
        warehouse.sql.execute("update batches set status = 'accepted', reason = ? where batch_id = ?", [reason, batch])


def _require(warehouse: Warehouse, batch: int, is_there: bool = True) -> None:
    status = warehouse.value("select status from batches where batch_id = ?", [batch])
    if status is None:
        raise UsageError(f"there is no batch {batch}; `batches` lists them")
    if is_there and status == "undone":
        raise UsageError(f"batch {batch} is undone already")
