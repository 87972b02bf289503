"""Is a batch believable? DuckDB computes a small profile by source and week, Great Expectations judges it.

The profile keeps memory bounded whatever the size of a batch. Rows are the contracts' business, at the load.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

from pipeline.contracts import read_contracts
from pipeline.expectations.dated import dated
from pipeline.expectations.names_of_settings import unknown_names
from pipeline.expectations.pending import Part, part_digests, pending_batches, remember
from pipeline.expectations.profile import profile_of, unknown_labels, values_of
from pipeline.expectations.suites import Check, read_suites
from pipeline.loading.robots import robot_ids
from pipeline.scorecards import scorecard_frame
from pipeline.zone_names import iana_name

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse
    from pipeline.expectations.judge import Judge
    from pipeline.settings import Settings

__all__ = ["CheckResult", "check_batches", "stopping", "titles"]


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


def titles() -> dict[str, dict[str, str]]:
    """What each check says, in each language, by the name that results and settings call it."""
    return {
        f"{contract}_{check.name}": check.title
        for contract in read_contracts()
        for check in (*read_suites(contract).all_checks, *read_suites(contract).of_settings)
    }


def check_batches(warehouse: Warehouse, settings: Settings, progress: Callable[[str], None]) -> list[CheckResult]:
    """Judge the batches that need it; results of the others are those stored. The settings' severities hold for all."""
    stored, digests = _stored(warehouse), part_digests(warehouse, settings)
    unsettled = {result.batch_id for result in stored if result.outcome != "passed"}
    pending = pending_batches(warehouse, digests, unsettled)
    if pending:
        progress("loading Great Expectations")
    fresh = _judge(warehouse, pending, settings, progress) if pending else []
    kept = [r for r in stored if r.batch_id not in pending and (r.batch_id, r.table_name) in digests]
    if pending or len(kept) < len(stored):
        _store(warehouse, {result.batch_id for result in stored} - {r.batch_id for r in kept}, fresh, digests)
    results = sorted(
        [*kept, *fresh, *_of_settings(warehouse, settings)], key=lambda r: (r.batch_id, r.table_name, r.check_name)
    )
    return _as_chosen(warehouse, settings, results)


def _as_chosen(warehouse: Warehouse, settings: Settings, results: list[CheckResult]) -> list[CheckResult]:
    """With the settings' severities and the reasons of accepted batches; without checks that are off."""
    reasons = {row["batch_id"]: row["reason"] for row in warehouse.records("select batch_id, reason from batches")}
    chosen = [
        replace(r, severity=settings.checks.get(r.check_name, r.severity), accepted_reason=reasons.get(r.batch_id))
        for r in results
    ]
    return [result for result in chosen if result.severity != "off"]


def _judge(
    warehouse: Warehouse, batches: set[int], settings: Settings, progress: Callable[[str], None]
) -> list[CheckResult]:
    from pipeline.expectations.judge import Judge

    judge, results = Judge(), []
    name_settings(warehouse, settings)
    for batch in sorted(batches):
        contracts = warehouse.records(
            "select distinct contract from files where batch_id = ? and not is_undone order by 1", [batch]
        )
        for row in contracts:
            progress(f"batch {batch}: {row['contract']}")
            results += _judge_table(warehouse, judge, batch, row["contract"], settings)
    return results


def name_settings(warehouse: Warehouse, settings: Settings) -> None:
    """Tables that suites ask of the settings: scorecards, and the ids of robots."""
    with warehouse.named(frame=scorecard_frame(settings.scorecards, settings.timezone)):
        warehouse.sql.execute("create or replace temp table scorecards as select * from frame")
    robots = list(robot_ids(warehouse, settings.tickets.robots))
    warehouse.sql.execute("create or replace temp table robots as select unnest(?::varchar[]) as agent", [robots])


def _judge_table(
    warehouse: Warehouse, judge: Judge, batch: int, contract: str, settings: Settings
) -> list[CheckResult]:
    suite, zone = read_suites(contract), settings.timezone
    profile = profile_of(warehouse, contract, suite, batch, zone)
    profile.loc[profile["source"].isin(settings.ended_sources), "days_behind"] = None
    verdicts = judge.between(profile, list(suite.checks))
    if rows := dated(contract, zone):
        for label in suite.labels:
            verdicts.append(judge.known(*unknown_labels(warehouse, rows, label.column, batch), label.check))
    for named in suite.zones:
        seen = values_of(warehouse, read_contracts()[contract].raw_table, named.column, batch)
        verdicts.append(judge.known(seen, ["UTC", *filter(iana_name, seen["value"])], named.check))
    for stray in suite.strays:
        seen = values_of(warehouse, read_contracts()[contract].raw_table, stray.column, batch)
        verdicts.append(judge.known(seen, ["nothing"], stray.check))
    judged = zip(suite.all_checks, verdicts, strict=True)
    return [_result(batch, contract, check, v.outcome, v.observed, v.failing) for check, v in judged]


def _of_settings(warehouse: Warehouse, settings: Settings) -> list[CheckResult]:
    """Whether the rows know what the settings name, on the newest batch of the table, or of any where another knows it."""
    unknown = unknown_names(warehouse, settings)
    return [
        _result(_newest(warehouse, contract), contract, check, "failed" if names else "passed", "", ", ".join(names))
        for contract in read_contracts()
        for check in read_suites(contract).of_settings
        if (names := unknown.get(f"{contract}_{check.name}")) is not None
    ]


def _newest(warehouse: Warehouse, contract: str) -> int:
    newest = "coalesce(max(batch_id) filter (contract = ?), max(batch_id))"
    return int(warehouse.value(f"select {newest} from files where not is_undone", [contract]))


def _result(batch: int, contract: str, check: Check, outcome: str, observed: str, failing: str) -> CheckResult:
    return CheckResult(
        batch_id=batch,
        table_name=contract,
        check_name=f"{contract}_{check.name}",
        severity=check.severity,
        outcome=outcome,
        observed=observed,
        failing=failing,
        title_en=check.title["en"],
        title_ru=check.title["ru"],
    )


def _stored(warehouse: Warehouse) -> list[CheckResult]:
    query = "select * from check_results order by batch_id, table_name, check_name"
    return [CheckResult(**row) for row in warehouse.records(query)]


def _store(warehouse: Warehouse, gone: set[int], fresh: list[CheckResult], digests: dict[Part, str]) -> None:
    rows = [[value for name, value in asdict(r).items() if name != "accepted_reason"] for r in fresh]
    with warehouse.transaction():
        warehouse.sql.executemany(
            "delete from check_results where batch_id = ?",
            [[batch] for batch in sorted(gone | {r.batch_id for r in fresh})],
        )
        if rows:
            warehouse.sql.executemany("insert into check_results values (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        remember(warehouse, digests)
