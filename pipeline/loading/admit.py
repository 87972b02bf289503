"""Staged text -> canonical rows: the sound ones go into the table, the others become faults.

Faults name line, column, rule and value; values of columns that identify people are masked.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipeline.contracts import Column, Contract
from pipeline.loading import letters, privacy
from pipeline.loading.faults import Fault, Faults
from pipeline.loading.identifiers import LOOKUPS, Hiding
from pipeline.loading.local_times import located
from pipeline.loading.precision import lifted
from pipeline.loading.row_tests import AHEAD, IN_THE_FUTURE, VERSION, RowTest, row_tests
from pipeline.sources.feed import NOTHING, Feed, Field
from pipeline.sql_text import quoted

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse
    from pipeline.settings import Privacy
    from pipeline.sources.reading import Staged

LONGEST_VALUE = 80
HIDDEN = "'[hidden]'"
TIMES = ("instant", "date", "seconds")


@dataclass(frozen=True)
class Candidates:
    """The records of one file, as SQL: their canonical columns and the number of the first test that each one fails."""

    contract: Contract
    staged: Staged
    version: Field
    fields: dict[str, Field]
    tests: list[RowTest]

    def rows(self) -> str:
        """SQL: stage_row, line, version, the canonical columns, fault.

        The steps are nested, so that a value is used often and written once. Ask `in_steps`.
        """
        parsed = [f"{field.value} as {name}" for name, field in self.fields.items()]
        parsed += [f"({f.local.unless}) as is_utc_{name}" for name, f in self.fields.items() if f.local]
        parsed += [test.carried for test in self.tests if test.carried]
        cases = " ".join(f"when {test.fails} then {number}" for number, test in enumerate(self.tests))
        return (
            f"with parsed as (select stage.rowid as stage_row, {self.staged.line} as line, "
            f"coalesce({self.version.value}, 0) as version, "
            f"{', '.join(parsed)} from {self._stepped()} {self.lookups()}), "
            f"{located(self.contract, self.fields)}, {lifted(self.contract)} "
            f"select stage_row, line, version, {', '.join(self.fields)}, case {cases} end as fault "
            "from lifted"
        )

    def _stepped(self) -> str:
        """SQL: the staged rows, of letters with what many columns ask of them."""
        letter = next((name for name, column in self.contract.columns.items() if column.is_letter), None)
        if letter is None or self.fields[letter].text == NOTHING:
            return self.staged.table
        return self.staged.table.replace("stage", letters.told_apart(self.fields[letter].text), 1)

    def lookups(self) -> str:
        """SQL: joins to what stands in for persons, agents and labels, and to what records know persons by."""
        return " ".join(field.lookup for field in self.fields.values() if field.lookup)


def prepare(
    warehouse: Warehouse, contract: Contract, feed: Feed, staged: Staged, settings: Privacy, key: bytes
) -> Candidates:
    """The records of `stage` as candidates for the table, their identifiers as pseudonyms and their texts masked."""
    fields = {name: _with_default(column, feed.fields.get(name)) for name, column in contract.columns.items()}
    fields = Hiding(warehouse, contract, staged.table, settings, key).hide(fields)
    return Candidates(contract, staged, feed.version, fields, row_tests(contract, feed, fields))


def admit(warehouse: Warehouse, candidates: Candidates, source: str, file_id: int | str) -> Faults:
    """Put the sound candidates into the raw table as rows of this file, or of what SQL over `stage_row` says; return what did not
    pass."""
    contract, staged = candidates.contract, candidates.staged
    with warehouse.in_steps():
        sound = warehouse.sql.execute(
            f"insert into {contract.raw_table} by name select {quoted(source)} as source, ({file_id})::integer as file_id, "
            f"line::bigint as line, version::bigint as version, {', '.join(contract.columns)} "
            f"from ({candidates.rows()}) where fault is null"
        ).fetchall()[0][0]
    bad: list[Fault] = []
    due_at = None
    if sound < warehouse.value(f"select count(*) from {staged.table}"):
        bad = _unsound(warehouse, candidates)
        due_at = warehouse.value(f"select min(ahead) - {AHEAD} from unsound")
    rejected = [Fault(r.line, r.column, r.rule, None, r.records) for r in staged.rejects]
    return Faults(sorted([*bad, *rejected], key=lambda fault: fault.line), int(sound), due_at)


def forget(warehouse: Warehouse, contract: Contract) -> None:
    """Give back the memory of what has been read."""
    looked_up = (f"{kind}_{name}" for kind in LOOKUPS for name in contract.columns)
    for table in ("stage", "stage_lines", *looked_up):
        warehouse.sql.execute(f"drop table if exists {table}")


def _with_default(column: Column, field: Field | None) -> Field:
    if column.default is None:
        return field or Field(f"cast(null as {column.sql_type})", NOTHING)
    default = f"cast({quoted(str(column.default))} as {column.sql_type})"
    if field is None:
        return Field(default, NOTHING)
    if field.text == NOTHING:
        return Field(f"coalesce({field.value}, {default})", NOTHING)
    return replace(field, value=f"case when {field.text} is null then {default} else {field.value} end")


def _unsound(warehouse: Warehouse, candidates: Candidates) -> list[Fault]:
    """The records that did not come in, with the text of the column that failed, hidden where it could tell who it is."""
    contract, staged = candidates.contract, candidates.staged
    warehouse.sql.execute("drop table if exists unsound")
    future = [f"when {n} then {t.column}::timestamp" for n, t in enumerate(candidates.tests) if t.rule == IN_THE_FUTURE]
    ahead = f"case fault {' '.join(future)} end" if future else "cast(null as timestamp)"
    with warehouse.in_steps():
        warehouse.sql.execute(
            f"create temp table unsound as select stage_row, line, fault, {ahead} as ahead from ({candidates.rows()}) "
            "where fault is not null"
        )
    hidden = {name for name, column in contract.columns.items() if column.is_identifier}
    times = {VERSION, *(name for name, column in contract.columns.items() if column.type in TIMES)}
    fields = candidates.fields | {VERSION: candidates.version}
    shown = [
        f"when {number} then {HIDDEN if t.column in hidden else fields[t.column].text}"
        for number, t in enumerate(candidates.tests)
        if t.column
    ]
    value = f"replace(case fault {' '.join(shown)} end, chr(0), chr(65533))"
    timed = [str(n) for n, t in enumerate(candidates.tests) if t.column in times]
    is_time = f"fault in ({', '.join(timed) or 'null'})"
    masked = f"case when {is_time} then {privacy.masked_time('value')} else {privacy.masked_unless_date('value')} end"
    rows = warehouse.sql.execute(
        f"select line, fault, left({masked}, {LONGEST_VALUE}) from (select unsound.line, fault, {value} as value "
        f"from {staged.table} join unsound on unsound.stage_row = stage.rowid) order by line"
    ).fetchall()
    tests = candidates.tests
    return [Fault(line, tests[fault].column, tests[fault].rule, text) for line, fault, text in rows]
