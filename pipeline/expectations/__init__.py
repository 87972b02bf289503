"""Is a batch believable? DuckDB computes a small profile by source and week, Great Expectations judges it.

The profile keeps memory bounded whatever the size of a batch. Rows are the contracts' business, at the load.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from pipeline.expectations.profile import profile_of, unknown_labels
from pipeline.expectations.suites import Check, read_suites

if TYPE_CHECKING:
    from pipeline.settings import Settings
    from pipeline.warehouse import Warehouse

__all__ = ["CheckResult", "check_batches", "stopping"]


@dataclass(frozen=True)
class CheckResult:
    """One check of one batch. `outcome` is passed, failed, or broken: the rule itself could not be tried.

    `observed` and `failing` say what was seen and in which weeks; they never hold a customer's identifier.
    """

    batch_id: int
    table_name: str
    check_name: str
    severity: str
    outcome: str
    observed: str = ""
    failing: str = ""
    title_en: str = ""
    title_ru: str = ""
    accepted_reason: str | None = None


def stopping(results: list[CheckResult]) -> list[CheckResult]:
    """The failures that stop publication: of severity stop, on a batch that nobody has accepted."""
    return [r for r in results if r.severity == "stop" and r.outcome == "failed" and r.accepted_reason is None]


def check_batches(warehouse: Warehouse, settings: Settings, progress: Callable[[str], None]) -> list[CheckResult]:
    """Judge every batch that is new or did not pass whole before; results of the others are those stored."""
    reasons = {row["batch_id"]: row["reason"] for row in warehouse.records("select batch_id, reason from batches")}
    stored = _stored(warehouse)
    pending = _pending(warehouse, stored)
    if pending:
        progress("loading Great Expectations")
        fresh = _judge(warehouse, settings, pending, progress)
        kept = [result for result in stored if result.batch_id not in pending]
        stored = sorted(kept + fresh, key=lambda r: (r.batch_id, r.table_name, r.check_name))
        _store(warehouse, stored)
    severities = {result: settings.checks.get(result.check_name, result.severity) for result in stored}
    return [
        replace(result, severity=severity, accepted_reason=reasons.get(result.batch_id))
        for result, severity in severities.items()
        if severity != "off"
    ]


def _pending(warehouse: Warehouse, stored: list[CheckResult]) -> list[int]:
    """Batches without a result; when there is any, also those with a failure: what came since may settle it."""
    batches = [
        row["batch_id"] for row in warehouse.records("select batch_id from batches where status <> 'undone' order by 1")
    ]
    judged = {result.batch_id for result in stored}
    failed = {result.batch_id for result in stored if result.outcome != "passed"}
    stops = {result.batch_id for result in stored if result.outcome == "failed" and result.severity == "stop"}
    new = [batch for batch in batches if batch not in judged]
    return [batch for batch in batches if batch not in judged or batch in stops or (new and batch in failed)]


def _judge(
    warehouse: Warehouse, settings: Settings, batches: list[int], progress: Callable[[str], None]
) -> list[CheckResult]:
    from pipeline.expectations.judge import Judge

    judge, results = Judge(), []
    for batch in batches:
        contracts = warehouse.records(
            "select distinct contract from files where batch_id = ? and not is_undone order by 1", [batch]
        )
        for row in contracts:
            progress(f"batch {batch}: {row['contract']}")
            results += _judge_table(warehouse, settings, judge, batch, row["contract"])
    return results


def _judge_table(warehouse: Warehouse, settings: Settings, judge: Any, batch: int, contract: str) -> list[CheckResult]:
    suite = read_suites(contract)
    checks = [_with_severity(contract, check, settings) for check in suite.checks]
    checks = [check for check in checks if check.severity != "off"]
    frame = profile_of(warehouse, contract, suite, batch)
    verdicts = judge.between(frame, checks)
    for label in suite.labels:
        check = _with_severity(contract, label.check, settings)
        if check.severity != "off":
            checks.append(check)
            verdicts.append(judge.known(*unknown_labels(warehouse, contract, label.column, batch), check))
    return [_result(batch, contract, check, verdict) for check, verdict in zip(checks, verdicts, strict=True)]


def _result(batch: int, contract: str, check: Check, verdict: Any) -> CheckResult:
    return CheckResult(
        batch_id=batch,
        table_name=contract,
        check_name=f"{contract}_{check.name}",
        severity=check.severity,
        outcome=verdict.outcome,
        observed=verdict.observed,
        failing=verdict.failing,
        title_en=check.title["en"],
        title_ru=check.title["ru"],
    )


def _with_severity(contract: str, check: Check, settings: Settings) -> Check:
    chosen = settings.checks.get(f"{contract}_{check.name}", check.severity)
    return check.model_copy(update={"severity": chosen})


def _stored(warehouse: Warehouse) -> list[CheckResult]:
    query = "select * from check_results order by batch_id, table_name, check_name"
    return [CheckResult(**row) for row in warehouse.records(query)]


def _store(warehouse: Warehouse, results: list[CheckResult]) -> None:
    rows = [list({k: v for k, v in asdict(result).items() if k != "accepted_reason"}.values()) for result in results]
    with warehouse.transaction():
        warehouse.sql.execute("delete from check_results")
        if rows:
            warehouse.sql.executemany("insert into check_results values (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
