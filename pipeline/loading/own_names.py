"""Whether ids hold their own customer: systems call records by an address, or by a number in a way of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.loading.admit import Candidates
from pipeline.sources.feed import NOTHING

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse

SAMPLED = 50
"""One record of so many tells whether to ask all: systems name their records alike."""
FEW = 10_000


def named_by_customers(warehouse: Warehouse, candidates: Candidates, name: str) -> list[str]:
    """How many ids of each column do; asked while the records are staged."""
    fields, columns = candidates.fields, candidates.contract.columns
    told = [column for column, field in fields.items() if field.text != NOTHING and not field.is_opaque]
    persons = [column for column in told if columns[column].type == "person"]
    said = []
    for column in told:
        if columns[column].type == "id" and persons:
            holds = " or ".join(f"contains({fields[column].value}, pseudonyms_{person}.known_by)" for person in persons)
            found = _counted(warehouse, candidates, f"({holds})")
            said += [f"{name}: {column}: {found} hold their own customer's number or address in clear"] if found else []
    return said


def _counted(warehouse: Warehouse, candidates: Candidates, condition: str) -> int:
    rows = f"{candidates.staged.table} {candidates.lookups()}"
    is_long = warehouse.value("select count(*) from stage") > FEW
    if is_long and not warehouse.value(
        f"select count(*) from {rows} where stage.rowid % {SAMPLED} = 0 and {condition}"
    ):
        return 0
    return int(warehouse.value(f"select count(*) from {rows} where {condition}"))
