"""The ledger of repeats: the same contacts under every rule, and whom a repeat is laid to."""

import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from pipeline.engines.portable import to_spark
from pipeline.findings.centre import Centre
from pipeline.findings.ledger import CHAINS, COLUMNS, LAID, LINES, WAYS, away, laid, sided, variants
from pipeline.findings.look import look
from pipeline.report import cases_charts
from pipeline.report.cases import _laid, _laid_note
from pipeline.report.collect_cases import Ledger
from pipeline.report.words import Words
from pipeline.settings import Cases, Parameters, Report, Settings
from pipeline.statistics.survival import at
from tests.tables import Memory, publish

pytestmark = pytest.mark.usefixtures("facts_alone")

CALLS = """
call_id  offered_at        talk_s  hold_s  wrap_s  outcome    customer_key  agent  topic  channel
early    2026-04-05 10:00  -       -       -       no_call    yy            -      bill   voice
early2   2026-04-12 10:00  -       -       -       no_call    yy            -      bill   voice
early3   2026-04-19 10:00  -       -       -       no_call    yy            -      bill   voice
early4   2026-04-26 10:00  -       -       -       no_call    yy            -      bill   voice
a1       2026-05-04 10:00  60      0       10      answered   ann           kim    bill   voice
a2       2026-05-04 20:00  60      0       10      answered   ann           lee    card   voice
a3       2026-05-06 10:00  60      0       10      answered   ann           lee    bill   chat
a4       2026-05-11 10:00  60      0       10      answered   ann           kim    bill   voice
b1       2026-05-04 10:00  60      0       10      answered   bob           kim    bill   voice
b2       2026-05-05 09:00  -       -       -       abandoned  bob           -      bill   voice
nobody   2026-05-04 10:00  70      0       0       answered   -             kim    bill   voice
end      2026-07-01 12:00  60      0       0       answered   zz            kim    bill   voice
"""


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Centre:
    results = publish(tmp_path_factory.mktemp("ledger"), calls=CALLS)
    return look(results, Settings(report=Report(small_group=1)))


@pytest.mark.parametrize(
    ("line", "days", "cases", "repeated"),
    [
        ("any_any", 30, 1, 4),  # a month of data is before a3 a4 and the end
        ("any_any", 1, 5, 2),  # a2 after a1; b2 after b1; a3 a4 and the end open their own
        ("any_any", 3, 4, 3),
        ("any_any", 7, 3, 4),
        ("topic_any", 7, 4, 3),  # card is another matter
        ("any_channel", 7, 4, 3),  # a4 is within 7 days of a2, the chat is alone
        ("topic_channel", 7, 5, 2),  # a4 is within 7 days of a1: just
    ],
)
def test_cases_and_repeats_under_every_rule(centre: Centre, line: str, days: int, cases: int, repeated: int) -> None:
    found = variants(centre, "true").set_index(["line", "days"]).loc[(line, days)]
    assert (found["contacts"], found["cases"], found["repeated"]) == (3 if days == 30 else 7, cases, repeated)


def test_cases_of_the_rules_are_those_that_open_in_the_weeks(centre: Centre) -> None:
    """Those of the KPI are over, and lie where their last contact does: ann's opens in one week and ends in the next."""
    of_the_rules = variants(centre, "week = '2026-W19'").set_index(["line", "days"]).loc[("any_any", 7), "cases"]
    opened = "select count(*) as n from fact_case_contacts where contacts = 1 and week = '2026-W19'"
    assert of_the_rules == centre.frame(opened)["n"][0] == 2
    assert centre.frame("select count(*) as n from fact_cases where week = '2026-W19' and is_over")["n"][0] == 1


def test_whom_a_repeat_is_laid_to(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ann's case: kim, lee, lee, kim; three repeats. Bob's: kim, nobody; one."""
    monkeypatch.setattr("pipeline.findings.centre.FEWEST", 1)
    monkeypatch.setattr(Centre, "in_ripe", "true")
    monkeypatch.setattr(Centre, "around_ripe", "true")
    found = laid(centre)
    assert found is not None
    agents = found.agents.set_index("agent")
    assert agents.loc["kim", ["first", "last"]].tolist() == [4, 2] and agents.loc[
        "lee", ["first", "last"]
    ].tolist() == [0, 2]
    assert agents.loc["kim", "split"] == pytest.approx(1 + 1 / 2 + 1 / 3 + 1)
    assert agents[["first", "last", "split"]].sum().tolist() == pytest.approx([4, 4, 4])


def test_repeats_are_laid_where_the_data_reach_back_as_long_as_a_case_may(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A month of data is before a3 and a4, no more, and these are all that is counted."""
    monkeypatch.setattr("pipeline.findings.centre.FEWEST", 1)
    monkeypatch.setattr(Centre, "in_ripe", "true")
    monkeypatch.setattr(Centre, "around_ripe", "true")
    monthly = Settings(report=Report(small_group=1), cases=Cases(within_days=30))
    found = laid(look(centre.results, monthly))
    assert found is not None
    agents = found.agents.set_index("agent")[["answered", "first", "last"]]
    assert (agents.loc["kim"].tolist(), agents.loc["lee"].tolist()) == ([1, 2, 0], [1, 0, 2])


def test_heavy_callers_are_left_out_but_are_what_others_came_back_with(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ann's third and fourth contacts within thirty days are beyond the limit. She came back after her second all the same."""
    monkeypatch.setattr("pipeline.findings.centre.FEWEST", 1)
    monkeypatch.setattr(Centre, "in_ripe", "true")
    monkeypatch.setattr(Centre, "around_ripe", "true")
    regular = look(centre.results, Settings(report=Report(small_group=1), parameters=Parameters(heavy_contacts=2)))
    found = variants(regular, "true").set_index(["line", "days"]).loc[("any_any", 7)]
    assert found[["contacts", "cases", "ripe", "repeated"]].tolist() == [5, 3, 3, 3]
    laid_to = laid(regular)
    assert laid_to is not None
    agents = laid_to.agents.set_index("agent")[["answered", "first", "last"]]
    assert agents.to_dict("index") == {
        "kim": {"answered": 2, "first": 2, "last": 2},
        "lee": {"answered": 1, "first": 0, "last": 0},
    }


def test_a_repeat_is_laid_to_whom_the_source_tells_that_its_case_began_in() -> None:
    """Ann's case began in a source of a month, whatever it went on in, and Bob's in one of two days."""
    rows = pd.DataFrame(
        {
            "case_id": ["ann", "ann", "bob", "bob"],
            "started_at": pd.to_datetime(["2026-05-04", "2026-05-05"] * 2),
            "case_source_began_at": pd.to_datetime(["2026-04-04"] * 2 + ["2026-05-03"] * 2),
            "contacts": [1, 2] * 2,
            "latest_agent": ["kim", "lee"] * 2,
        }
    ).assign(week="2026-W19", contacts_30d=1, is_answered=True)
    rows = rows.assign(customer=rows["case_id"], agent=rows["latest_agent"], case_agent="kim")
    laid_to = Memory(fact_case_contacts=rows).frame(LAID.format(heavy=20, window=604800, period="true", reach="true"))
    assert laid_to.set_index("way")["repeats"].to_dict() == {"first": 1, "last": 1, "split": 1}


def test_repeats_of_one_customer_are_one_event() -> None:
    """Forty repeats of forty customers are too many for chance, forty of one who calls every day are not."""
    others = [8.0, 9, 7, 8, 6, 10, 8, 9, 7, 8, 8]
    table = pd.DataFrame({way: [40.0, *others] for way in WAYS}, index=["ann", *"bcdefghijkl"]).assign(answered=100)
    for squares, side in ((40.0, "above"), (1600.0, "unclear")):
        found = sided(table, table.assign(**{way: [squares, *others] for way in WAYS}))
        assert found.loc["ann", [f"side_{way}" for way in WAYS]].tolist() == [side] * 3


def test_who_differs_as_people_do_has_no_side() -> None:
    """As in the findings: rates of forty people spread by six points, chance by three."""
    rates = np.random.default_rng(3).normal(0.3, 0.06, 40)
    table = pd.DataFrame(dict.fromkeys(WAYS, 250 * rates)).assign(answered=250)
    assert set(sided(table, table)[[f"side_{way}" for way in WAYS]].to_numpy().flat) == {"unclear"}


def test_people_drawn_at_random_are_hardly_ever_called_different() -> None:
    """Where many come back, chance alone put 24 of sixty people on a side when each repeat counted for itself."""
    rng, called = np.random.default_rng(7), 0
    for _ in range(40):
        contacts = rng.geometric(0.28, size=1300)
        who = rng.integers(60, size=contacts.sum())
        cases = pd.DataFrame({"agent": who[np.r_[0, np.cumsum(contacts)[:-1]]], "repeats": contacts - 1.0})
        repeats = cases.groupby("agent")["repeats"].sum()
        squares = (cases["repeats"] ** 2).groupby(cases["agent"]).sum()
        answered = pd.DataFrame({"answered": pd.Series(who).value_counts()})
        found = sided(*(answered.assign(**dict.fromkeys(WAYS, sums)) for sums in (repeats, squares)))
        called += (found["side_first"] != "unclear").sum()
    assert called <= 2


def test_without_topics_the_rules_by_topic_say_so(tmp_path: Path) -> None:
    bare = "\n".join(re.sub(r"  (bill|card)  ", "  -  ", line) for line in CALLS.strip().splitlines())
    found = variants(look(publish(tmp_path, calls=bare), Settings()), "true")
    assert found.groupby("line")["is_known"].all().to_dict() == {
        "any_any": True, "any_channel": True, "topic_any": False, "topic_channel": False
    }  # fmt: skip


def test_flips_are_sides_that_differ_between_ways() -> None:
    from pipeline.findings.ledger import WAYS, Laid

    sides = pd.DataFrame({"agent": ["ann", "bob"], **{f"side_{way}": ["above", "unclear"] for way in WAYS}})
    sides.loc[0, "side_last"] = "unclear"
    laid = Laid(sides.assign(answered=50, **{f"rate_{way}": 0.2 for way in WAYS}))
    assert laid.flips == ["ann"]
    shown = _laid(SimpleNamespace(names={}), Words("en"), laid).rows  # type: ignore[arg-type]
    asides = [[cell.aside for cell in row[2:]] for row in shown]
    assert asides == [["above the median", "", "above the median"], ["", "", ""]]
    over = Laid(laid.agents.assign(rate_first=[1.2, 0.1]))
    assert ["exceed 100%" in _laid_note(Words("en"), one) for one in (laid, over)] == [False, True]


def test_the_not_yet_known_count_until_the_data_end(tmp_path: Path) -> None:
    rows = [CALLS.strip().splitlines()[0]]
    for n in range(10):
        rows.append(f"x{n}  2026-05-04 10:0{n}  60  0  0  answered  c{n}  kim  bill  voice")
    rows += [f"y{n}  2026-05-07 10:0{n}  60  0  0  answered  c{n}  kim  bill  voice" for n in range(5)]
    rows.append("z  2026-05-25 10:00  60  0  0  answered  zz  kim  bill  voice")
    curve = away(look(publish(tmp_path, calls="\n".join(rows)), Settings()))
    assert curve is not None
    assert [round(float(at(curve, [d])[0][0]), 2) for d in (1, 5)] == [1.0, pytest.approx(10 / 15, abs=0.05)]


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_the_ledgers_sql_is_portable(line: str) -> None:
    columns = ", ".join(COLUMNS.format(days=days, window=days * 86400) for days in (1, 30))
    assert to_spark(
        CHAINS.format(heavy=20, period="week in ('2026-W01')", reach="true", line=line, columns=columns), "chains"
    )
    assert to_spark(LAID.format(heavy=20, window=604800, period="true", reach="true"), "laid")


def agents_of(rng: np.random.Generator, people: int, moved: float) -> pd.DataFrame:
    """Handle time and effort of people in one true order, but for the first, a quick one, whose effort is `moved` times as much."""
    pace = 350 * np.exp(np.append(-0.3, rng.normal(0, 0.15, people - 1)))
    effort = 1.35 * pace * np.where(np.arange(people) == 0, moved, 1)
    frames = []
    for kpi, true, error in (("aht", pace, 0.045 * pace), ("effort_per_case", effort, 0.15 * effort)):
        value = rng.normal(true, error)
        limits = {"value": value, "low": value - 1.96 * error, "high": value + 1.96 * error}
        frames.append(pd.DataFrame({"agent": [f"a{n:03d}" for n in range(people)], "kpi": kpi, "n": 100, **limits}))
    return pd.concat([*frames, frames[0].assign(kpi="repeat_7d", value=0.25)])


def test_of_a_hundred_people_nobody_stands_elsewhere_by_chance() -> None:
    rng, named = np.random.default_rng(2), {}
    for moved, tries in ((1.0, 10), (4.0, 3)):
        pages = [Ledger([], *[None] * 4, agents_of(rng, 100, moved)) for _ in range(tries)]  # type: ignore[arg-type]
        named[moved] = sum(int(cases_charts.shifted(page)["has_moved"].any()) for page in pages)
    assert named[1.0] <= 1 and named[4.0] == 3, named
