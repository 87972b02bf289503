"""Times of one record that are written to the minute beside others to the second: the cut one is not before what it follows."""

from __future__ import annotations

from pipeline.contracts import Contract


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
