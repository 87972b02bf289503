"""Staged text -> sound canonical rows in the temporary table `sound`, and the faults of the others.

Faults name line, column, rule and value; values of columns that identify people are masked.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline import privacy
from pipeline.contracts import Column, Contract
from pipeline.sources.expressions import local_to_utc, quoted
from pipeline.sources.feed import Feed, Field
from pipeline.zones import FIRST_YEAR

if TYPE_CHECKING:
    from pipeline.settings import Privacy
    from pipeline.sources.reading import Staged
    from pipeline.warehouse import Warehouse

UNREADABLE = {
    "instant": "not_a_time",
    "date": "not_a_date",
    "seconds": "not_a_duration",
    "number": "not_a_number",
    "integer": "not_a_whole_number",
    "flag": "not_yes_or_no",
    "enum": "unknown_value",
}
LONGEST_VALUE = 80
NO_LATER_THAN = "now()::timestamp + interval 1 day"
MAY_BE_AHEAD = ("valid_from", "valid_to", "starts_at", "ends_at", "due_at")
NOTHING = "null"
HIDDEN = "'[hidden]'"


@dataclass(frozen=True)
class Fault:
    line: int
    column: str | None
    rule: str
    value: str | None
    records: int = 1


@dataclass(frozen=True)
class Faults:
    """The bad records of one file, and how many rows are `sound`."""

    rows: list[Fault]
    sound: int

    @property
    def records(self) -> int:
        return sum(fault.records for fault in self.rows)

    def summary(self) -> str:
        counts = Counter[str]()
        for fault in self.rows:
            counts[fault.rule] += fault.records
        return ", ".join(f"{rule} {n}" for rule, n in counts.most_common(4))

    def first(self) -> str:
        fault = min(self.rows, key=lambda f: f.line)
        value = "" if fault.value is None else f", value {fault.value!r}"
        return f"line {fault.line}, column {fault.column or '-'}, rule {fault.rule}{value}"

    def store(self, warehouse: Warehouse, file_id: int) -> None:
        if not self.rows:
            return
        import pandas as pd

        frame = pd.DataFrame([vars(fault) for fault in self.rows])
        frame["column"] = frame["column"].astype("string")
        frame["value"] = frame["value"].astype("string")
        warehouse.sql.register("new_faults", frame)
        warehouse.sql.execute(
            f'insert into quarantine select {file_id}, line, "column", rule, value, records from new_faults'
        )
        warehouse.sql.unregister("new_faults")


def prepare(
    warehouse: Warehouse, contract: Contract, feed: Feed, staged: Staged, settings: Privacy, key: bytes
) -> Faults:
    """Fill `sound` (line, version, canonical columns) from `stage`; return what did not pass."""
    fields = {name: _with_default(column, feed.fields.get(name)) for name, column in contract.columns.items()}
    fields = _protected(warehouse, contract, fields, staged.table, settings, key)
    tests = _tests(contract, feed, fields)
    _create_typed(warehouse, contract, feed, staged, fields, tests)
    bad = _bad_rows(warehouse, contract, staged, fields, tests)
    rejected = [Fault(r.line, r.column, r.rule, None, r.records) for r in staged.rejects]
    _drop_read(warehouse, contract)
    sound = int(warehouse.value("select count(*) from sound"))
    return Faults(sorted([*bad, *rejected], key=lambda fault: fault.line), sound)


def _drop_read(warehouse: Warehouse, contract: Contract) -> None:
    """What has been read is in `sound` or among the faults: its memory is wanted for the tables."""
    for table in ("stage", "stage_lines", "unsound", *(f"pseudonyms_{name}" for name in contract.columns)):
        warehouse.sql.execute(f"drop table if exists {table}")


@dataclass(frozen=True)
class _Test:
    """`fails`: SQL over the parsed columns, true for an unsound record. `carried`: SQL over `stage` that it needs."""

    column: str | None
    rule: str
    fails: str
    carried: str = ""


def _with_default(column: Column, field: Field | None) -> Field:
    if column.default is None:
        return field or Field(f"cast(null as {column.sql_type})", NOTHING)
    default = f"cast({quoted(str(column.default))} as {column.sql_type})"
    if field is None:
        return Field(default, NOTHING)
    if field.text == NOTHING:
        return Field(f"coalesce({field.value}, {default})", NOTHING)
    return Field(f"case when {field.text} is null then {default} else {field.value} end", field.text, field.local)


def _protected(
    warehouse: Warehouse, contract: Contract, fields: dict[str, Field], table: str, settings: Privacy, key: bytes
) -> dict[str, Field]:
    """The fields with identifiers as pseudonyms and with phones and e-mails masked."""
    persons = [f.text for name, f in fields.items() if contract.columns[name].type == "person" and f.text != NOTHING]
    protected = dict(fields)
    for name, field in fields.items():
        column = contract.columns[name]
        if field.text == NOTHING:
            continue
        if column.type == "person":
            value = _pseudonym_lookup(warehouse, name, field.text, table, settings, key)
        elif column.type in ("label", "agent", "text"):
            value = _masked_if_needed(warehouse, column, field.value, table)
        elif column.type == "ref":
            value = privacy.masked_reference(field.value, persons)
        else:
            continue
        protected[name] = Field(value, field.text)
    return protected


def _pseudonym_lookup(warehouse: Warehouse, name: str, text: str, table: str, settings: Privacy, key: bytes) -> str:
    """Fill `pseudonyms_<name>` over distinct spellings; SQL that looks one up."""
    outer, inner = privacy.pads(key)
    lookup = f"pseudonyms_{name}"
    spellings = f"select * from (select distinct {text} as spelling from {table}) where spelling is not null"
    warehouse.sql.execute(f"drop table if exists {lookup}")
    warehouse.sql.execute(
        f"create temp table {lookup} as select spelling, {privacy.pseudonym('normal')} as pseudonym "
        f"from ({privacy.normal_identifiers(spellings, settings)})",
        [outer, inner],
    )
    return f"{lookup}.pseudonym"


def _masked_if_needed(warehouse: Warehouse, column: Column, value: str, table: str) -> str:
    distinct = f"(select distinct {value} as v from {table})"
    needed = warehouse.value(f"select count(*) from {distinct} where regexp_matches(v, '{privacy.SUSPICIOUS}')")
    return privacy.masked(value, column.type) if needed else value


def _tests(contract: Contract, feed: Feed, fields: dict[str, Field]) -> list[_Test]:
    """Every way a record can be unsound, in the order they are tried: understood, readable, then by the rules."""
    tests = [
        _Test(None, rule, f"carried_{number}", f"({condition}) as carried_{number}")
        for number, (rule, condition) in enumerate(feed.malformed)
    ]
    for name, field in fields.items():
        tests += _reading_tests(name, contract.columns[name], field)
    return tests + [_Test(rule.column, rule.name, f"not ({rule.check})") for rule in contract.row_rules()]


def _reading_tests(name: str, column: Column, field: Field) -> list[_Test]:
    tests = []
    if field.text != NOTHING and column.type in UNREADABLE:
        has = f"has_{name}"
        tests.append(
            _Test(name, UNREADABLE[column.type], f"({has} and {name} is null)", f"({field.text}) is not null as {has}")
        )
    elif field.text != NOTHING and column.type != "person":
        tests.append(_Test(name, "nul_character", f"contains({name}, chr(0))"))
    if column.type == "instant" and name not in MAY_BE_AHEAD:
        tests.append(_Test(name, f"before_{FIRST_YEAR}", f"{name} < timestamp '{FIRST_YEAR}-01-01'"))
    if column.type in ("instant", "date") and name not in MAY_BE_AHEAD:
        tests.append(_Test(name, "in_the_future", f"{name} > {NO_LATER_THAN}"))
    return tests


def _create_typed(
    warehouse: Warehouse, contract: Contract, feed: Feed, staged: Staged, fields: dict[str, Field], tests: list[_Test]
) -> None:
    """Parse, place in time, test: `sound` and `unsound`. The steps are nested so that no expression is repeated."""
    parsed = [f"{field.value} as {name}" for name, field in fields.items()]
    parsed += [f"({f.local.unless}) as is_utc_{name}" for name, f in fields.items() if f.local]
    parsed += [test.carried for test in tests if test.carried]
    joins = " ".join(
        f"left join pseudonyms_{name} on pseudonyms_{name}.spelling = {field.text}"
        for name, field in fields.items()
        if contract.columns[name].type == "person" and field.text != NOTHING
    )
    located = [
        f"case when is_utc_{name} then {name} else {local_to_utc(name, f.local.zone, f.local.ambiguous)} end as {name}"
        for name, f in fields.items()
        if f.local
    ]
    replacing = f"replace ({', '.join(located)})" if located else ""
    cases = " ".join(f"when {test.fails} then {number}" for number, test in enumerate(tests))
    for table in ("typed", "sound", "unsound"):
        warehouse.sql.execute(f"drop table if exists {table}")
    warehouse.sql.execute(
        f"create temp table typed as with parsed as (select stage.rowid as stage_row, {staged.line} as line, "
        f"{feed.version} as version, {', '.join(parsed)} from {staged.table} {joins}), "
        f"located as (select * {replacing} from parsed) "
        f"select stage_row, line, version, {', '.join(fields)}, case {cases} end as fault from located"
    )
    warehouse.sql.execute(
        "create temp table unsound as select stage_row, line, fault from typed where fault is not null"
    )
    if warehouse.value("select count(*) from unsound"):
        warehouse.sql.execute("delete from typed where fault is not null")
    warehouse.sql.execute("alter table typed rename to sound")


def _bad_rows(
    warehouse: Warehouse, contract: Contract, staged: Staged, fields: dict[str, Field], tests: list[_Test]
) -> list[Fault]:
    """The unsound rows with the text of the column that failed, hidden where it could tell who somebody is."""
    shown = [
        f"when {number} then {HIDDEN if contract.columns[test.column].is_identifier else fields[test.column].text}"
        for number, test in enumerate(tests)
        if test.column
    ]
    value = f"replace(case unsound.fault {' '.join(shown)} end, chr(0), chr(65533))"
    rows = warehouse.sql.execute(
        f"select unsound.line, unsound.fault, left({privacy.masked_unless_time(value)}, {LONGEST_VALUE}) "
        f"from {staged.table} join unsound on unsound.stage_row = stage.rowid order by unsound.line"
    ).fetchall()
    return [Fault(line, tests[fault].column, tests[fault].rule, text) for line, fault, text in rows]
