"""The six service levels in print, on the fixture that ICMI gives and that everybody repeats."""

from pathlib import Path

import pandas as pd
import pytest

from pipeline.drill import rows_behind
from pipeline.errors import UsageError
from pipeline.kpis import catalogue_of
from pipeline.kpis.measure import Question, measure
from pipeline.report.collect_figures import lone_channels
from pipeline.results import Results
from pipeline.settings import Settings
from pipeline.settings.service_levels import ServiceLevel, limits, other_limits
from tests.tables import figure, publish, publish_under

ANSWERED_WITHIN, ANSWERED_LATER = 860, 140
ABANDONED_WITHIN_5, ABANDONED_WITHIN_20, ABANDONED_LATER = 10, 10, 40


class Engine:
    """One table of calls in an in-memory DuckDB."""

    def __init__(self, calls: pd.DataFrame) -> None:
        import duckdb

        self.sql = duckdb.connect()
        self.sql.register("fact_calls", calls)

    def frame(self, sql: str, **tables: pd.DataFrame) -> pd.DataFrame:
        for name, table in tables.items():
            self.sql.register(name, table)
        return self.sql.execute(sql).df()


def icmi_calls() -> pd.DataFrame:
    waits = (
        [("answered", 20.0)] * ANSWERED_WITHIN
        + [("answered", 20.5)] * ANSWERED_LATER
        + [("abandoned", 5.0)] * ABANDONED_WITHIN_5
        + [("abandoned", 20.0)] * ABANDONED_WITHIN_20
        + [("abandoned", 21.0)] * ABANDONED_LATER
    )
    calls = pd.DataFrame(waits, columns=["outcome", "wait_s"])
    calls["is_offered"] = calls["is_queued"] = True
    calls["is_answered"] = calls["outcome"] == "answered"
    calls["is_abandoned"] = calls["outcome"] == "abandoned"
    return calls


def value(calls: pd.DataFrame, kpi: str) -> float:
    catalogue = catalogue_of(Settings())
    return measure(Engine(calls), catalogue, Question((kpi,)))["value"].item()


@pytest.mark.parametrize(
    ("kpi", "expected"),
    [
        ("service_level", 860 / 1060),
        ("service_level_f1", 880 / 1060),
        ("service_level_f2", 860 / 1000),
        ("service_level_f3", 860 / 1060),
        ("service_level_f4", 860 / 1040),
        ("service_level_f5", 870 / 1060),
        ("service_level_f6", 860 / 1050),
        ("abandonment", 60 / 1060),
        ("abandonment_long", 50 / 1050),
    ],
)
def test_each_definition_gives_what_was_worked_out_by_hand(kpi: str, expected: float) -> None:
    assert value(icmi_calls(), kpi) == pytest.approx(expected, abs=1e-12)


def test_overflow_cannot_better_the_headline() -> None:
    """Calls sent elsewhere were offered too; only the variants of answered and abandoned leave them out."""
    calls = icmi_calls()
    overflowed = calls.tail(100).assign(outcome="overflowed", is_abandoned=False, is_answered=False)
    with_overflow = pd.concat([calls, overflowed])
    assert value(with_overflow, "service_level") == pytest.approx(860 / 1160)
    assert value(with_overflow, "service_level_f3") == pytest.approx(860 / 1060)


def test_the_service_level_of_the_queue_leaves_out_only_whom_it_never_had() -> None:
    """80 calls answered at once without a queue, 20 queued of which 10 in time; who hung up in the menu was never in the queue."""
    calls = pd.DataFrame({"wait_s": [0.0] * 80 + [5.0] * 10 + [60.0] * 10 + [3.0] * 7})
    calls["is_queued"] = [False] * 80 + [True] * 20 + [False] * 7
    calls["is_answered"] = calls.index < 100
    calls = calls.assign(is_offered=True, is_abandoned=~calls["is_answered"])
    assert value(calls, "service_level_queued") == 0.9
    assert value(calls, "service_level") == pytest.approx(90 / 107)


def test_without_waits_of_abandoned_calls_some_variants_are_not_available() -> None:
    calls = icmi_calls()
    calls.loc[calls["is_abandoned"], "wait_s"] = None
    assert value(calls, "service_level") == pytest.approx(860 / 1060)
    for kpi in ("service_level_f1", "service_level_f4", "service_level_f5", "service_level_f6"):
        assert pd.isna(value(calls, kpi)), kpi


UNANSWERED = """
call_id  offered_at        queued_at         wait_s  talk_s  outcome       agent
a        2026-05-04 10:00  2026-05-04 10:00  10      60      answered      ann
b        2026-05-04 10:05  2026-05-04 10:05  90      60      answered      ann
c        2026-05-04 10:10  2026-05-04 10:10  90      -       abandoned     -
d        2026-05-04 10:15  2026-05-04 10:15  90      -       abandoned     ann
e        2026-05-04 10:20  2026-05-04 10:20  90      -       overflowed    -
f        2026-05-04 10:25  -                 -       -       refused_full  -
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return publish(tmp_path_factory.mktemp("unanswered"), calls=UNANSWERED)


def test_what_is_not_known_is_neither_met_nor_unmet(tmp_path: Path) -> None:
    """An answered call whose wait nobody noted is left out of the figure, and of the records behind either part of it."""
    published = publish(tmp_path, calls=UNANSWERED + "g  2026-05-04 10:30  -  -  60  answered  ann\n")
    rows = [len(rows_behind(published, "service_level", met=met)) for met in (True, False)]
    assert rows == [1, 4] and sum(rows) == figure(published, "service_level")["n"]


@pytest.mark.parametrize("by", ["team", "agent"])
def test_whose_calls_nobody_answered_is_not_known(results: Results, by: str) -> None:
    """Also where a log names whom an abandoned call rang at: a team's share would rest on what a telephone system notes."""
    assert (figure(results, "service_level")["value"], figure(results, "abandonment")["value"]) == (1 / 5, 2 / 5)
    for kpi in ("service_level", "abandonment", "offered", "refused"):
        with pytest.raises(UsageError, match=f"has no dimension '{by}'.* a call that nobody answered has no agent"):
            measure(results, results.catalogue, Question((kpi,), by=(by,)))
        with pytest.raises(UsageError, match="a call that nobody answered has no agent"):
            rows_behind(results, kpi, where={by: "ann"})
    assert results.frame(f"select * from kpi_values where cut = '{by}' and kpi = 'service_level'").empty
    assert figure(results, "service_level_f2", agent="ann")["value"] == 1 / 2


def test_what_has_agents_counts_no_call_that_nobody_answered(results: Results) -> None:
    catalogue = results.catalogue
    calls = [
        kpi.id for kpi in catalogue.kpis.values() if kpi.of == "fact_calls" and "agent" in catalogue.dimensions(kpi.id)
    ]
    figures = measure(results, catalogue, Question(tuple(calls), by=("agent",)))
    assert figures.groupby("kpi")["n"].max().max() == 2 and figures[figures["agent"].isna()]["n"].max() == 0


OF_QUEUES = """
call_id  offered_at        queue  channel  wait_s  talk_s  outcome
a        2026-05-04 10:00  -      voice    25      60      answered
b        2026-05-04 10:00  sales  voice    25      60      answered
c        2026-05-04 10:00  sales  chat     25      60      answered
d        2026-05-04 10:00  vip    voice    25      60      answered
e        2026-05-04 10:00  vip    chat     25      60      answered
f        2026-05-04 10:00  vip    chat     5       60      answered
h        2026-05-04 10:00  gold   chat     50      60      answered
g        2026-05-04 10:00  vip    voice    25      -       abandoned
"""
LIMITS = (
    ServiceLevel(channel="chat", answer_within_s=60, target=0.7),
    ServiceLevel(queue="gold", answer_within_s=45),
    ServiceLevel(queue="vip", answer_within_s=30),
    ServiceLevel(queue="vip", channel="chat", answer_within_s=10.5),
    ServiceLevel(queue="sales", target=0.9),
)


def test_the_general_limit_said_again_is_none_of_its_own() -> None:
    """Unless another limit would hold without it: chats of the queue have their channel's."""
    vip, email, sales = ({"queue": "vip"}, {"channel": "email"}, {"queue": "sales", "channel": "voice"})
    levels = [ServiceLevel(answer_within_s=20, **of) for of in (vip, email, sales)]
    chat = ServiceLevel(channel="chat", answer_within_s=60)
    assert [one.name for one in limits([*levels, chat], 20)] == ["chat", "vip"] and limits(levels, 20) == []
    assert len(limits(levels, 30)) == 3 and other_limits(levels, 20) == ""


@pytest.mark.usefixtures("every_figure")
def test_each_call_has_the_limit_of_the_most_particular_that_fits_it(tmp_path: Path) -> None:
    """What was published under one limit is computed anew: f alone was in time, c and d are since."""
    before = publish(tmp_path, calls=OF_QUEUES)
    results = publish_under(Settings(warehouse=tmp_path / "warehouse.duckdb", service_levels=LIMITS), tmp_path)
    limits = results.frame("select call_id, answer_within_s from fact_calls").itertuples(index=False)
    own = {"c": 60, "d": 30, "e": 10.5, "f": 10.5, "g": 30, "h": 45}
    assert dict(limits) == {"a": 20, "b": 20, **own}
    assert set(before.frame("select answer_within_s from fact_calls")["answer_within_s"]) == {20}
    assert [figure(one, "service_level")["numerator"] for one in (before, results)] == [1, 3]
    assert [figure(results, f"service_level_f{n}")["value"] for n in (1, 4)] == [4 / 8, 3 / 7]
    stored = "select queue, numerator from kpi_values where kpi = 'service_level' and"
    by_queue = results.frame(f"{stored} cut = 'queue' and queue is not null").itertuples(index=False)
    assert dict(by_queue) == {"gold": 0, "sales": 1, "vip": 2}
    assert results.frame(f"{stored} grain = 'half_hour'")["numerator"].tolist() == [3]
    assert set(rows_behind(results, "service_level", met=False)["call_id"]) == {"a", "b", "e", "g", "h"}
    assert lone_channels(results, "2026-W19") == {"gold": "chat"}
    assert_limits_are_told(results)


def assert_limits_are_told(results: Results) -> None:
    """In the definitions, and as what changed since they were other ones."""
    changed = {change["kpi"]: change["after"] for change in results.document("changes")}
    assert set(changed) == {"service_level", "service_level_queued", *(f"service_level_f{n}" for n in range(1, 7))}
    assert '{"channel": "chat", "answer_within_s": 60.0}, {"queue": "gold"' in changed["service_level_f2"]
    limits = "(chat: 60, gold: 45, vip: 30, vip / chat: 10.5)"
    of_russian = limits.replace("chat", "чат")
    said = {"en": f"Calls answered within 20 s {limits}, of all", "ru": f"Отвеченные за 20\xa0с {of_russian} среди"}
    meaning = results.catalogue["service_level"].meaning
    assert all(meaning[language].startswith(text) for language, text in said.items())
