"""A centre of few weeks, people or parts: its first page speaks of what its data hold."""

from dataclasses import replace
from datetime import date

import pytest

from pipeline.findings.record import Evidence, Finding, Verdict
from pipeline.report.answers import better, in_short, part_of_week, where
from pipeline.report.cases import page as cases_page
from pipeline.report.collect import Collected, collect
from pipeline.report.figures import series
from pipeline.report.findings_page import page as findings_page
from pipeline.report.machine import document
from pipeline.report.main_page import main_page
from pipeline.report.pages import all_pages, people_page
from pipeline.report.said import unlinked
from pipeline.report.subjects import Places
from pipeline.report.sure import sure
from pipeline.report.tiles import tiles
from pipeline.report.tradeoff import chance
from pipeline.report.tradeoff_panels import panels
from pipeline.report.trends import lead, trend
from pipeline.report.words import Words
from pipeline.settings import Settings
from tests.tables import publish

EN = Words("en")


def found(kind: str, verdict: Verdict, **labels: str) -> Finding:
    return Finding(kind, verdict, {}, ("2026-W40", "2026-W46"), {}, 0.0, Evidence(""), labels)


YOUNG = found("week", "too_few", kpi="aht")
NOBODY = found("nobody", "no_detectable_change", measure="handle")


def test_that_nothing_can_be_judged_yet_is_said_once(data: Collected) -> None:
    young = replace(data, findings=[YOUNG, YOUNG], history=data.history[-2:], targets={})
    assert [said.text for said in better(young, EN)] == [EN("answer.too_early")]


def test_part_of_a_week_is_no_whole_one(data: Collected) -> None:
    begun = replace(data, part=(date(2026, 11, 19), date(2026, 11, 22)))
    said = [one.text for one in in_short(begun, EN)[0].said]
    assert said[0] == "Incomplete week: its first contact is on Thu 19 Nov, its last on Sun 22 Nov."
    assert data.part is None and said[1:] == [one.text for one in in_short(data, EN)[0].said]
    assert "Неделя неполная: первое обращение — чт 19 нояб, последнее — вс 22 нояб." in part_of_week(begun, Words("ru"))


def test_where_no_week_could_be_judged_only_people_do_not_stand_out(data: Collected) -> None:
    young = replace(data, findings=[YOUNG, NOBODY], history=data.history[-2:])
    assert [said.text for said in where(young, EN)] == [
        "Among the people compared, nobody stands out. Queues and topics have too few earlier weeks to say."
    ]
    assert [said.text for said in where(replace(young, findings=[YOUNG]), EN)] == [
        "People were not compared: too few of them have enough records. "
        "Queues and topics have too few earlier weeks to say."
    ]


def test_figures_of_too_few_weeks_are_one_row_of_the_findings(data: Collected) -> None:
    others = [found("week", "too_few", kpi=kpi) for kpi in ("aht", "csat")]
    seen = next(one for one in data.findings if one.verdict == "seen")
    table = findings_page(replace(data, findings=[*others, seen]), EN, unlinked)["said"]
    assert [row[0].text for row in table.rows] == ["for information", "too few weeks to say"]
    names = "; ".join(data.catalogue[kpi].title["en"] for kpi in ("aht", "csat"))
    assert table.rows[-1][1].text == f"2 figures have too few earlier weeks to say: {names}."


@pytest.mark.parametrize(
    ("weeks", "target", "said"),
    [
        (6, {}, "With fewer than 12 earlier weeks there is no band"),
        (6, {"aht": 1}, "A dashed green line is a target."),
        (15, {}, "The grey"),
    ],
)
def test_charts_explain_what_is_drawn_and_have_a_value_for_a_verdict_that_there_is_not(
    data: Collected, weeks: int, target: dict[str, float], said: str
) -> None:
    few = replace(data, history=data.history[-weeks:], findings=[], targets=target)
    line = series(few, "aht", few.week)
    chart, told = trend(few, EN, line, []), lead(few, EN, [line])
    assert said in told and ("grey band" in told) == (weeks == 15) and ("target" in told) == bool(target)
    value = EN.figure("s", float(line.values[-1]))
    assert (chart.title == f"Average handle time: {value}") == (weeks == 6) and "band" not in chart.note


def test_of_a_first_week_it_is_not_known_which_contacts_were_the_first(data: Collected) -> None:
    """Whether they were followed by others is."""
    lines = {name: series(data, name, data.ripe[name]) for name in ("fcr_7d", "contacts_per_case", "repeat_7d")}
    first, second = data.history[:2]
    told = {name: (line.absence(first), line.values[1] > 0) for name, line in lines.items()}
    assert told == {
        "fcr_7d": ("not_preceded", True), "contacts_per_case": ("not_preceded", True), "repeat_7d": ("no_rows", True)
    }  # fmt: skip
    assert data.why_unripe("fcr_7d", first) == "not_preceded" and data.why_unripe("fcr_7d", data.week) == "not_yet"
    assert lines["repeat_7d"].values[0] > 0 and second in data.unpreceded["repeat_7d_regular"]


@pytest.mark.parametrize(("weeks", "is_drawn"), [(3, False), (4, True)])
def test_a_line_of_a_few_weeks_is_not_drawn(data: Collected, weeks: int, is_drawn: bool) -> None:
    """Two weeks would fill its whole height with any difference."""
    tile = tiles(replace(data, history=data.history[-weeks:]), EN)["speed"][0]
    assert tile.value and bool(tile.spark) == is_drawn


@pytest.mark.parametrize(
    ("people", "said"), [(3, "Of 3 people, fewer than one"), (41, "Of 41 people, about 3"), (0, "")]
)
def test_how_many_would_clear_a_line_by_chance(people: int, said: str) -> None:
    assert chance(EN, people).startswith(said) and bool(said) == bool(chance(EN, people))


def test_of_evaluations_is_spoken_where_there_are_some(data: Collected) -> None:
    bare = replace(data, centre=data.centre[data.centre["kpi"] != "pec_rate"])
    shown = [main_page(one, EN, Places(one)) for one in (data, bare)]
    assert ["evaluations" in page["tradeoff_lead"] for page in shown] == [True, False]
    assert all("Both axes cover the same 8 weeks" in page["tradeoff_lead"] for page in shown)


@pytest.mark.parametrize(("language", "diamond"), [("en", "diamond"), ("ru", "ромб")])
def test_of_teams_and_diamonds_is_spoken_where_there_are_some(data: Collected, language: str, diamond: str) -> None:
    words = Words(language)
    shown = [main_page(one, words, Places(one)) for one in (data, replace(data, teams=data.teams.iloc[:0]))]
    assert [diamond in page["tradeoff_lead"] for page in shown] == [True, False]
    legends = [[key.text for key in page["tradeoff_legend"]] for page in shown]
    assert [words("tradeoff.legend_team") in legend for legend in legends] == [True, False]


@pytest.mark.parametrize(
    ("findings", "said"),
    [
        ([], "Ranges are 95%."),
        ([found("slope", "no_detectable_change")], "Ranges are 95%, for slopes 97.5%."),
        ([found("slope", "untold")], "Ranges are 95%."),
        ([found("warmth_when_busy", "seen")], "Ranges are 95%, for slopes 97.5%."),
    ],
)
def test_levels_are_told_of_the_ranges_that_there_are(data: Collected, findings: list[Finding], said: str) -> None:
    assert said in sure(replace(data, findings=findings), EN)[0].text


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Collected:
    """Nine days of calls: one whole week, most of whose outcomes are known, and one that has begun."""
    head = "call_id  offered_at  talk_s  hold_s  wrap_s  outcome  agent  customer_key"
    days = [16, *[17] * 20, 22, 23, 24, 25]
    rows = [
        f"{n}  2026-11-{day} {9 + n % 8}:00  60  0  5  answered  {'ann bob'.split()[n % 2]}  c{n % 7}"
        for n, day in enumerate(days)
    ]
    agents = "agent  name  team  valid_from\nann  Ann  Red  2026-01-01 00:00\nbob  Bob  Red  2026-01-01 00:00"
    folder = tmp_path_factory.mktemp("begun")
    return collect(publish(folder, calls="\n".join([head, *rows]), agents=agents), Settings(), "2026-W47")


def test_of_people_of_a_first_week_is_shown_what_is_known(begun: Collected) -> None:
    shown = people_page(begun, EN, Places(begun))
    heads = [column.title for column in shown["agent_table"].columns]
    assert {"Answered calls", "Average handle time"} <= set(heads) and not [head for head in heads if "epeat" in head]
    assert [row[0].text for row in shown["agent_table"].rows] == ["Ann", "Bob"] and "team-red" in all_pages(begun, EN)
    assert [said.partition(":")[0] for said in shown["missing"]] == ["Not available by person here", "Not known yet"]
    assert "no week is old enough yet" in shown["missing"][1] and "Repeat" in shown["missing"][1]


def test_why_there_is_no_chart_is_first_what_is_not_recorded(begun: Collected) -> None:
    reasons = {panel.id: panel.why for panel in panels(begun, EN)}
    never, later = EN("why.no_rows_needs", what="evaluations with the criterion pec"), EN("why.not_yet_long")
    assert reasons == {"pec": never, "resolution": later, "effort": later}


def test_programs_are_told_why_a_figure_is_absent(begun: Collected) -> None:
    told = {one["kpi"]: one["why"] for one in document(begun)["headline"]}
    assert told["offered"] is None and told["pec_rate"]["en"] == EN(
        "why.no_rows_needs", what="evaluations with the criterion pec"
    )


def test_of_cases_of_a_first_week_the_contacts_old_enough_are_counted(begun: Collected) -> None:
    """Of the 22 contacts of the week those of its first two days have had their seven days."""
    shown = cases_page(begun, EN)
    rules = [[cell.text for cell in row] for row in shown["variants"].rows if row[0].text == EN("cases.line_any_any")]
    assert [(row[1], row[-1]) for row in rules] == [("1", "22"), ("3", "21"), ("7", "21"), ("30", "0")]
    assert EN("cases.early") in shown["lead"] and shown["no_shift"].endswith("its outcome to be known.")
    assert {row[0].text: (row[1].text, row[2].text) for row in shown["figures"].rows}["Average handle time"] == (
        "1:05", "22 calls",
    )  # fmt: skip
