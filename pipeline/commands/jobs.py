"""The stages as a user meets them: with progress, with their outcome printed, stopped where a check or a refusal says so."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.commands.terminal import Format, counting, show, working
from pipeline.errors import Stopped, is_foreseen

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse
    from pipeline.expectations import CheckResult
    from pipeline.loading.accounts import Account
    from pipeline.loading.files import InputFile
    from pipeline.settings import Settings
    from pipeline.sources import Source


def load_all(warehouse: Warehouse, settings: Settings, new: list[tuple[Source, list[InputFile]]]) -> list[Account]:
    from pipeline.building.schedule_frames import unknown_schedule
    from pipeline.loading.load import load_files

    if said := unknown_schedule(warehouse, settings):
        print(f"warning: {said}", file=sys.stderr)
    accounts: list[Account] = []
    with counting("loading", sum(len(files) for _, files in new)) as say:
        for source, files in new:
            accounts += load_files(
                warehouse, settings, source, files, lambda account: say(f"{account.source}/{account.file}")
            )
    return accounts


def show_accounts(accounts: list[Account], form: Format) -> None:
    said = ("error", "passed_over", "remark")
    columns = "file source table rows_read admitted quarantined duplicate replaced removed is_unchanged".split()
    shown = [*columns, *said] if form is Format.json else columns
    _say_besides(accounts)
    if accounts or form is not Format.table:
        show([vars(account) for account in accounts], form, shown)


def _say_besides(accounts: list[Account]) -> None:
    for account in accounts:
        if account.passed_over:
            print(account.passed_over, file=sys.stderr)
        if account.remark:
            print(f"note: {account.remark}", file=sys.stderr)


def stop_for_refused(accounts: list[Account], besides: Exception | None = None) -> None:
    """Raises Stopped that says why files were refused, and what went wrong `besides`."""
    refused = [account.error for account in accounts if account.error]
    if refused:
        raise Stopped("\n".join(["refused:\n  " + "\n  ".join(refused), *([str(besides)] if besides else [])]))


@contextlib.contextmanager
def telling_refused() -> Iterator[list[Account]]:
    """Whatever comes of the work, the refused among the accounts gathered meanwhile are named, and why."""
    accounts: list[Account] = []
    try:
        yield accounts
    except Exception as error:
        if is_foreseen(error):
            stop_for_refused(accounts, error)
        raise
    stop_for_refused(accounts)


def check_and_build(warehouse: Warehouse, settings: Settings) -> None:
    """Check, then publish; raises Stopped, with what settles it, when a check says so."""
    from pipeline.building.build import build as build_results
    from pipeline.expectations import check_batches, stopping

    with working("building") as say:
        results = check_batches(warehouse, settings, say)
        stops = stopping(results)
        if stops:
            raise Stopped(
                "stopped by a check, nothing is published, the last report stands:\n  "
                + "\n  ".join([*map(_told, stops), *_undone_beside(warehouse, stops)])
                + "\n`undo BATCH` takes the batch out, `accept BATCH --reason TEXT` lets it pass"
            )
        changed = build_results(warehouse, settings, [vars(result) for result in results], say)
    for line in _warnings(results):
        print(f"warning: {line}", file=sys.stderr)
    print("published" if changed else "nothing new: what is published is up to date", file=sys.stderr)


def _warnings(results: list[CheckResult]) -> list[str]:
    """A line for each check and source that it warns of, of the newest batch in which it does: the pages have all of them."""
    warning = [r for r in results if (r.severity, r.outcome, r.accepted_reason) == ("warn", "failed", None)]
    newest = {(result.check_name, result.failing.partition(" ")[0].rstrip(":")): result for result in warning}
    return [_told(result) for result in newest.values()]


def show_checks(results: list[CheckResult], form: Format) -> None:
    """A table is for people: it has what did not pass, and how many did. Programs get every check."""
    others = [result for result in results if result.outcome != "passed"]
    if others or form is not Format.table:
        show([vars(result) for result in (others if form is Format.table else results)], form)
    if form is Format.table:
        print(f"{len(results) - len(others)} of {len(results)} checks passed; `check --format csv` lists them all")


def _told(failed: CheckResult) -> str:
    rule = ", ".join(filter(None, (failed.check_name, failed.observed)))
    return f"batch {failed.batch_id}, {failed.table_name}: {failed.title_en} ({rule}): {failed.failing}"


def _undone_beside(warehouse: Warehouse, stops: list[CheckResult]) -> list[str]:
    """What the stopped batches may want: undone files of their tables, and of those that these are compared with."""
    from pipeline.expectations.suites import read_suites

    tables = {table for stop in stops for table in (stop.table_name, *read_suites(stop.table_name).compares)}
    undone = warehouse.records(
        "select batch_id, contract, coalesce(lay_as, name) as name from files where is_undone order by all"
    )
    return [
        f"perhaps because batch {row['batch_id']} was undone: the {row['contract']} of {row['name']} are missing"
        for row in undone
        if row["contract"] in tables
    ]
