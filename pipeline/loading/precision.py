"""Times that are written to the minute. Beside others to the second, the cut one is not before what it follows; where nearly
all are, what lies between two of them is up to a minute off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.contracts import Contract
from pipeline.engines.minute_files import MINUTE_FILES

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse


def lifted(contract: Contract) -> str:
    """SQL: the step from `located` to `lifted`. A whole minute, or second, in which what it follows lies is that instant."""
    values = [f"{_lifted(later, earlier)} as {later}" for later, earlier in _followed(contract).items()]
    replacing = f"replace ({', '.join(values)})" if values else ""
    return f"lifted as (select * {replacing} from located)"


def _lifted(later: str, earlier: list[str]) -> str:
    latest = f"greatest({', '.join(earlier)})"
    cut = " or ".join(f"{later} = date_trunc('{part}', {latest})" for part in ("minute", "second"))
    return f"case when {later} < {latest} and ({cut}) then {latest} else {later} end"


def _followed(contract: Contract) -> dict[str, list[str]]:
    """Each instant that must not come before others, by the contract's rules, and those."""
    instants = {name for name, column in contract.columns.items() if column.type == "instant"}
    found: dict[str, list[str]] = {}
    for rule in contract.rules:
        later, _, earlier = rule.check.partition(" >= ")
        if {later, earlier} <= instants:
            found.setdefault(later, []).append(earlier)
    return found


def is_to_minute(warehouse: Warehouse, contract: Contract, file_id: int) -> bool:
    """Whether a file of calls is written to the minute."""
    return (
        contract.name == "calls"
        and warehouse.value(f"select file_id from ({MINUTE_FILES}) where file_id = {file_id}") is not None
    )
