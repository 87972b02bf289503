"""Which batches must be judged again, and the results of those that need not be."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.expectations.suites import read_suites

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse
    from pipeline.settings import Settings

NOTE = "checked_batches"
Part = tuple[int, str]
"""A batch and one of its tables."""


def part_digests(warehouse: Warehouse, settings: Settings) -> dict[Part, str]:
    """Of each table of each batch that has files: what its files hold, and which rules and settings judge them."""
    rows = warehouse.records(
        "select batch_id, contract, string_agg(concat_ws(' ', file_id, digest, admitted), ';' order by file_id) as files "
        "from files where not is_undone group by all"
    )
    return {
        (row["batch_id"], row["contract"]): hashlib.sha256(
            (_rules() + row["files"] + _chosen(row["contract"], settings)).encode()
        ).hexdigest()[:16]
        for row in rows
    }


def _chosen(contract: str, settings: Settings) -> str:
    return settings.model_dump_json(include={"ended_sources", *read_suites(contract).settings})


def pending_batches(warehouse: Warehouse, digests: dict[Part, str], unsettled: set[int]) -> set[int]:
    """Batches whose files or rules changed; then also those whose verdict the change may touch.

    These are the `unsettled` (something did not pass), those compared with a table that changed, and the batch before
    a changed one in the same source and table: its newest week may have been unfinished.
    """
    known: dict[Part, str] = {(batch, contract): d for batch, contract, d in json.loads(warehouse.noted(NOTE) or "[]")}
    if known == digests:
        return set()
    changed = {part for part in known.keys() | digests.keys() if known.get(part) != digests.get(part)}
    tables = {contract for _, contract in changed}
    compared = {batch for batch, contract in digests if tables & set(read_suites(contract).compares)}
    touched = {batch for batch, _ in changed} | unsettled | compared | _before(warehouse, changed)
    return touched & {batch for batch, _ in digests}


def remember(warehouse: Warehouse, digests: dict[Part, str]) -> None:
    warehouse.note({NOTE: json.dumps([[*part, digest] for part, digest in digests.items()])})


def _before(warehouse: Warehouse, changed: set[Part]) -> set[int]:
    rows = warehouse.records(
        "select batch_id, contract, lag(batch_id) over (partition by source, contract order by batch_id) as before "
        "from (select distinct batch_id, source, contract from files where not is_undone)"
    )
    return {r["before"] for r in rows if (r["batch_id"], r["contract"]) in changed and r["before"] is not None}


@cache
def _rules() -> str:
    """Digest of the suites and of the code that judges by them."""
    ours = Path(str(resources.files(__package__)))
    digest = hashlib.sha256()
    for file in (*sorted(ours.glob("*.py")), *sorted(ours.glob("suites/*.toml"))):
        digest.update(file.read_bytes())
    return digest.hexdigest()
