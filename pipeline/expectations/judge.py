"""Great Expectations on small frames: pandas engine, in memory, no files, no network. Imported only when used: 4 s."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
from great_expectations.expectations.core import ExpectColumnValuesToBeBetween, ExpectColumnValuesToBeInSet

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.expectations.suites import Check

MOST_SHOWN = 5


@dataclass(frozen=True)
class Verdict:
    outcome: str
    observed: str = ""
    failing: str = ""


class Judge:
    """One ephemeral context for all frames."""

    def __init__(self) -> None:
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
        source = context.data_sources.add_pandas("profiles")
        self._definition = source.add_dataframe_asset("profile").add_batch_definition_whole_dataframe("all")

    def between(self, frame: pd.DataFrame, checks: list[Check]) -> list[Verdict]:
        """For each check: every week's measure within its limits; weeks without a measure are not judged, and what no
        week has a measure for is not asked."""
        wanted = [
            ExpectColumnValuesToBeBetween(
                column=check.measure, min_value=check.min, max_value=check.max, meta={"name": check.name}
            )
            for check in checks
            if check.measure not in frame or frame[check.measure].notna().any()
        ]
        verdicts = self._validate(frame, wanted) if wanted else {}
        return [_explained(verdicts.get(check.name, Verdict("passed")), frame, check) for check in checks]

    def known(self, seen: pd.DataFrame, known: list[str], check: Check) -> Verdict:
        """Every value among those known; without any known there is no history to judge by."""
        if not known or seen.empty:
            return Verdict("passed")
        wanted = ExpectColumnValuesToBeInSet(column="value", value_set=sorted(known), meta={"name": check.name})
        verdict = self._validate(seen, [wanted])[check.name]
        new = sorted(set(seen["value"]) - set(known))
        return Verdict("failed", "", "; ".join(new[:MOST_SHOWN])) if verdict.outcome == "failed" else verdict

    def _validate(self, frame: pd.DataFrame, wanted: list[Any]) -> dict[str, Verdict]:
        """By name: passed, failed, or broken: a rule that raised says success=False too, but with an exception."""
        suite = gx.ExpectationSuite(name="suite", expectations=wanted)
        batch = self._definition.get_batch(batch_parameters={"dataframe": frame})
        done = batch.validate(suite, result_format="BOOLEAN_ONLY")
        return {_name(result): _verdict(result) for result in done.results}


def _name(result: Any) -> str:
    return str(result.expectation_config.meta["name"])


def _verdict(result: Any) -> Verdict:
    if result.success:
        return Verdict("passed")
    raised = _exception(result.exception_info or {})
    return Verdict("broken", raised) if raised else Verdict("failed")


def _explained(verdict: Verdict, frame: pd.DataFrame, check: Check) -> Verdict:
    """What fails, with what was expected and what was seen."""
    return Verdict("failed", _limits(check), _outside(frame, check)) if verdict.outcome == "failed" else verdict


def _outside(frame: pd.DataFrame, check: Check) -> str:
    """The weeks outside the limits, with what was seen."""
    values = frame[check.measure].astype(float)
    low = float("-inf") if check.min is None else check.min
    high = float("inf") if check.max is None else check.max
    weeks = frame[(values < low) | (values > high)].head(MOST_SHOWN).to_dict("records")
    return "; ".join(f"{_where(row)}: {row[check.measure]:.3g}" for row in weeks)


def _exception(info: dict[str, Any]) -> str:
    nested = [info, *(part for part in info.values() if isinstance(part, dict))]
    return next((str(part["exception_message"])[:200] for part in nested if part.get("raised_exception")), "")


def _where(row: dict[Any, Any]) -> str:
    return f"{row['source']} {row['week']:%G-W%V}" if row["week"] is not None else str(row["source"])


def _limits(check: Check) -> str:
    """What was expected, in signs that need no translation."""
    least = [] if check.min is None else [f"≥ {check.min:g}"]
    most = [] if check.max is None else [f"≤ {check.max:g}"]
    return ", ".join(least + most)
