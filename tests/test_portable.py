"""The list of portable functions: each is needed and can be said on Spark, what is refused says what to write instead."""

import re

import pandas as pd
import pytest

from pipeline.building.build import MODELS
from pipeline.building.week_figures import CUTS
from pipeline.engines.portable import check_portable, functions_of, read_functions, read_refused, to_spark
from pipeline.errors import UsageError
from pipeline.findings import find_all
from pipeline.findings.lists import monday
from pipeline.findings.look import look
from pipeline.kpis.cube import Cube
from pipeline.kpis.measure import measure_cuts
from pipeline.models import read_model
from pipeline.results import Results
from pipeline.settings import Settings

LISTED = {name: entry for group in read_functions().values() for name, entry in group.items()}
REFUSED = {
    "date_diff": "date_diff('day', a, b)", "date_trunc": "date_trunc('week', a)", "strftime": "strftime(a, '%V')", "week": "week(a)",
    "quantile_cont": "quantile_cont(x, 0.5)", "median": "median(x)", "arg_min": "arg_min(x, y)", "arg_max": "max_by(x, y)",
    "list": "list(x)", "any_value": "any_value(x)", "first": "first(x)", "random": "random()", "now": "now()",
    "qualify": "x from t qualify row_number() over (order by y) = 1",
}  # fmt: skip


@pytest.mark.parametrize("name", LISTED)
def test_every_listed_function_is_one_that_its_example_uses(name: str) -> None:
    example = f"select {LISTED[name]['try']} as tried from rows"
    assert to_spark(example, name)
    assert name in functions_of(example) | {"and", "or", "grouping"}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_says_which_function_and_what_to_write_instead(name: str) -> None:
    sql = f"select {REFUSED[name]}" + ("" if "from" in REFUSED[name] else " from t")
    with pytest.raises(
        UsageError, match=re.escape(f"function {name} is not portable") + ".*; write " + re.escape(read_refused()[name])
    ):
        check_portable(sql, "a model")


def test_nothing_refused_goes_untried() -> None:
    assert set(REFUSED) == set(read_refused())


def test_an_unknown_function_is_refused_with_what_there_is() -> None:
    with pytest.raises(UsageError, match="function soundex is not portable between engines; there are abs, and"):
        check_portable("select soundex(x) from t", "a model")


@pytest.mark.parametrize(
    ("duckdb", "spark"),
    [
        ("epoch(at)", "UNIX_MICROS(at) / CAST(1000000.0 AS DOUBLE)"),
        ("list_sort(list(x) filter (where flag))", "ARRAY_SORT(COLLECT_LIST(x) FILTER(WHERE flag))"),
        ("array_extract(items, n)", "TRY_ELEMENT_AT(items, CAST(n AS INT))"),
        ("regexp_matches(s, 'a')", "s RLIKE 'a'"),
    ],
)
def test_what_spark_spells_otherwise_is_rewritten(duckdb: str, spark: str) -> None:
    assert to_spark(f"select {duckdb} as tried from rows", "q") == f"SELECT {spark} AS tried FROM rows"


@pytest.fixture(scope="module")
def asked(results: Results) -> list[str]:
    """What findings, Monday's lists and stored figures of every KPI ask of the facts."""
    told: list[str] = []
    answer = Results.frame

    def frame(self: Results, sql: str, **tables: pd.DataFrame) -> pd.DataFrame:
        told.append(sql)
        return answer(self, sql, **tables)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Results, "frame", frame)
        assert find_all(results, Settings())
        monday(look(results, Settings(), None))
        for cuts in CUTS:
            measure_cuts(results, results.catalogue, Cube(tuple(results.catalogue.kpis), cuts))
    return told


def test_every_question_can_be_asked_on_spark(asked: list[str]) -> None:
    assert len(asked) > 10
    assert all(to_spark(sql, "a question") for sql in asked)


def test_the_list_holds_nothing_that_nobody_uses(asked: list[str]) -> None:
    used = set().union(*(functions_of(sql) for sql in [*map(read_model, MODELS), *asked]))
    assert set(LISTED) == used
