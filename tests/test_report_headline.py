"""What the main page says first: tiles with targets and verdicts, answers, what to do on Monday, the same for machines."""

import html
import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from pipeline.findings.record import Evidence, Figure, Finding
from pipeline.kpis import catalogue_of
from pipeline.report import machine
from pipeline.report.answers import answers, better, others, where
from pipeline.report.collect import Collected
from pipeline.report.definitions import parameters
from pipeline.report.figures import Series, row_of
from pipeline.report.glance import glance
from pipeline.report.half_hours import Half, has_met
from pipeline.report.monday import monday, waiting
from pipeline.report.pages import _base, environment, render, service_page
from pipeline.report.said import unlinked
from pipeline.report.service import (
    OPENING,
    UNANSWERED,
    channels_note,
    lead,
    letters_note,
    met_lead,
    met_table,
    other_figures,
    unanswered,
)
from pipeline.report.targets import beside_target
from pipeline.report.tiles import tile, tiles, usual
from pipeline.report.trends import trends
from pipeline.report.words import Words
from pipeline.settings import Settings
from tests.simulated import LANGUAGES


@pytest.mark.parametrize(
    ("language", "said"), [("en", "within 20 seconds (chat: 60), of"), ("ru", "за 20\xa0с (чат: 60), среди")]
)
def test_limits_of_single_queues_and_channels_stand_beside_that_of_all(
    data: Collected, language: str, said: str
) -> None:
    own = [{"channel": "chat", "answer_within_s": 60.0}, {"queue": "vip", "target": 0.9}]
    settings = data.documents["settings"] | {"service_levels": own}
    limited = replace(data, documents=data.documents | {"settings": settings})
    assert said in lead(limited, Words(language))
    assert [value for name, value, _ in parameters(limited, Words(language)) if "answer_within_s" in name] == [
        "20",
        "60",
    ]


def test_a_half_hour_exactly_on_the_target_meets_it() -> None:
    assert has_met(Half("", "08:00", 8, 10), 0.8)
    assert not has_met(Half("", "08:00", 7, 10), 0.8)


def test_a_column_of_days_has_the_decimals_that_the_fewest_calls_bear(data: Collected) -> None:
    rows = [("2026-11-09T08:00", 340.0, 500.0), ("2026-11-10T08:00", 270.0, 300.0)]
    halves = pd.DataFrame(rows, columns=["period", "numerator", "denominator"]).assign(kpi="service_level")
    table = met_table(replace(data, half_hours=halves, targets={"service_level": 0.8}), Words("en"))
    assert table and [row[-1].text for row in table.rows] == ["68%", "90%", "76%"]


def test_pages_say_the_target_that_they_apply(data: Collected) -> None:
    exact = replace(data, targets={"csat": 4.5, "service_level": 0.825})
    csat = next(tile for tile in tiles(exact, Words("en"))["quality"] if tile.kpi.id == "csat")
    assert csat.target.startswith("Target 4.5: ") and "met the target of 82.5%" in met_lead(exact, Words("en"))


@pytest.mark.parametrize(("letters", "note"), [(None, ""), (1, ""), (300, "300 of")])
def test_letters_among_the_calls_of_a_service_level_are_told(data: Collected, letters: int | None, note: str) -> None:
    weekly = data.weekly
    level = weekly[(weekly["cut"] == "channel") & (weekly["kpi"] == "service_level") & (weekly["period"] == data.week)]
    mail = level.head(1).assign(channel="email", numerator=0.1 * (letters or 0), denominator=float(letters or 0))
    mixed = replace(data, weekly=pd.concat([weekly, mail]) if letters else weekly)
    said = letters_note(mixed, Words("en"))
    assert note in said and bool(note) == bool(said)
    silent = replace(
        mixed,
        weekly=mixed.weekly.assign(
            denominator=mixed.weekly["denominator"].where(mixed.weekly["channel"] == "email", 0)
        ),
    )
    assert letters_note(silent, Words("en")) == "", "nobody called: there is nothing to compare letters with"
    assert not note or ("10% of them" in said and letters_note(mixed, Words("ru")))


@pytest.mark.parametrize(("share", "email", "is_told"), [(0.04, 10.0, False), (0.06, 9.0, True)])
def test_a_service_level_of_several_channels_is_told_by_channel(
    data: Collected, share: float, email: float, is_told: bool
) -> None:
    """A third one with less than a hundredth is not."""
    week = data.weekly[(data.weekly["cut"] == "channel") & (data.weekly["period"] == data.week)]
    level = week[week["kpi"] == "service_level"].head(1)
    offered = {"voice": 1000 * (0.99 - share), "video": 1000 * share, "email": email}
    rows = [level.assign(channel=c, denominator=n, numerator=0.25 * n, value=0.25) for c, n in offered.items()]
    rows.append(level.assign(kpi="asa", channel="video", value=83.0))
    rest = data.weekly[data.weekly["cut"] != "channel"]
    said = {lang: channels_note(replace(data, weekly=pd.concat([rest, *rows])), Words(lang)) for lang in ("en", "ru")}
    assert ("видео (поступило 60) — 25\xa0%, 1:23" in said["ru"]) == is_told
    assert ("video (60 offered) 25%, 1:23" in said["en"]) == is_told and "email (" not in said["en"]
    assert all(('href="topics.html#table-channels"' in note) == is_told for note in said.values())
    assert is_told or said["en"] == letters_note(replace(data, weekly=pd.concat([rest, *rows])), Words("en")) != ""


def test_other_figures_of_the_week_stand_beside_the_week_before_and_the_usual(data: Collected) -> None:
    table = other_figures(data, Words("en"))["others"]
    told = {row[0].text: row[1:] for row in table.rows}
    assert {"Occupancy", "Longest wait", "Hold time", "After-call work"} <= told.keys()
    assert data.catalogue["adherence"].title["en"] not in told, "nobody delivered a plan"
    weeks = [row_of(data.of_cut(""), "occupancy", period=week) for week in data.history[:-3:-1]]
    occupancy = told["Occupancy"]
    assert [cell.value for cell in occupancy[:2]] == [week["value"] for week in weeks if week]
    assert re.match(r"Usually \d+–\d+%", occupancy[2].aside)
    assert occupancy[4].text == data.catalogue["occupancy"].meaning["en"]
    assert other_figures(data, Words("ru"))["others"].id == table.id == "service-others"
    judged = sum(cell.text != "–" for cell in (row[2] for row in told.values())) + len(OPENING)
    assert f"judged here ({judged})" in other_figures(data, Words("en"))["others_note"]


@pytest.mark.parametrize("kpi", ["forecast_error", "forecast_bias", "forecast_aht"])
def test_what_the_forecast_said_stands_beside_them_where_there_is_one(data: Collected, kpi: str) -> None:
    forecast = data.weekly.assign(kpi=data.weekly["kpi"].replace("occupancy", kpi))
    title = data.catalogue[kpi].title["en"]
    heads = [
        {row[0].text for row in other_figures(one, Words("en"))["others"].rows}
        for one in (data, replace(data, weekly=forecast))
    ]
    assert [title in head for head in heads] == [False, True]


def test_who_got_no_answer_is_told_of_one_week(data: Collected) -> None:
    """The newest of which it is known whom nobody reached; less is said where less is known."""
    week = data.week_of("unanswered_lost_7d")
    rows = [row_of(data.of_cut(""), name, period=week) for name in UNANSWERED]
    found = unanswered(data, Words("en"))
    assert [row[1].value for row in found["unanswered"].rows] == [row["value"] for row in rows if row]
    shares = [row[1].text for row in found["unanswered"].rows]
    assert re.findall(r"[\d.]+%", found["unanswered_lead"]) == shares and len(shares) == 4
    less = [
        unanswered(replace(data, weekly=data.weekly[~data.weekly["kpi"].isin(UNANSWERED[n:])]), Words("ru"))
        for n in (2, 1)
    ]
    assert less[0]["unanswered_lead"].count("%") == 2 and less[1]["unanswered"] is None


def test_the_same_week_a_year_ago(data: Collected) -> None:
    centre = data.weekly[(data.weekly["cut"] == "") & (data.weekly["period"] == data.week)]
    year = f"{int(data.week[:4]) - 1}{data.week[4:]}"
    older = replace(data, weekly=pd.concat([data.weekly, centre.assign(period=year)]))
    assert {tile.year_ago for tile in tiles(data, Words("en"))["speed"]} == {""}
    tile = tiles(older, Words("en"))["speed"][0]
    assert tile.year_ago == f"a year ago {tile.value}"
    young = replace(older, unripe={name: weeks | {year} for name, weeks in data.unripe.items()})
    assert tiles(young, Words("en"))["speed"][0].year_ago == "", "what came of that week is not known"


def test_tiles_without_history_give_no_verdict(data: Collected) -> None:
    young = replace(data, history=data.history[-3:], findings=[])
    assert {tile.verdict for group in tiles(young, Words("en")).values() for tile in group} == {"too_few"}


@pytest.mark.parametrize("verdict", ["changed", "no_detectable_change"])
def test_a_verdict_is_the_findings_and_a_signal_of_the_chart_only_stands_out(data: Collected, verdict: str) -> None:
    weekly = data.weekly.copy()
    rows = weekly["kpi"].eq("aht") & weekly["cut"].eq("")
    weekly.loc[rows, "value"] = np.where(
        weekly.loc[rows, "period"] == data.week, 900.0, np.arange(rows.sum()) % 2 + 400.0
    )
    found = [replace(f, verdict=verdict) for f in data.findings if f.kind == "week" and f.labels["kpi"] == "aht"]
    shown = tiles(replace(data, weekly=weekly, findings=found), Words("en"))["speed"]
    aht = next(tile for tile in shown if tile.kpi.id == "aht")
    assert aht.verdict == ("changed" if verdict == "changed" else "stands_out")
    assert aht.signal == "above its usual band"


def test_what_is_one_minus_another_figure_is_judged_once_and_says_the_same(data: Collected) -> None:
    """Whoever does not come back within seven days is whoever is not among the repeats."""
    weeks = data.weekly[data.weekly["cut"] == ""].pivot(index="period", columns="kpi", values="value")
    assert np.allclose((weeks["resolution_inferred"] + weeks["repeat_7d"]).dropna(), 1)
    repeats = next(f for f in data.findings if f.kind == "week" and f.labels["kpi"] == "repeat_7d")
    worse = replace(repeats, verdict="worsened")
    moved = replace(data, findings=[worse if f is repeats else f for f in data.findings])
    assert [f.labels["kpi"] for f in data.findings if f.labels.get("kpi") in ("repeat_7d", "resolution_inferred")] == [
        "repeat_7d"
    ]
    assert moved.verdict_of("resolution_inferred") == moved.verdict_of("repeat_7d") == "worsened"


def test_of_figures_that_could_be_judged_the_first_that_moved_are_told(data: Collected) -> None:
    """An untold one, as of a week closed for some days, is none of those, nor is one of too few weeks."""
    verdicts = ["improved", "worsened", "worsened", "worsened", "no_detectable_change", "too_few", "untold"]
    judged = [
        replace(f, verdict=verdict, labels=f.labels | {"reason": "closed", "days": "4", "usual_days": "5"} if verdict == "untold" else f.labels)
        for f, verdict in zip([f for f in data.findings if f.kind == "week"], verdicts, strict=False)
    ]  # fmt: skip
    said = better(replace(data, findings=judged), Words("en"))
    assert said[0].text == "Partly: of the figures judged (5), 1 improved and 3 worsened."
    assert [one.verdict for one in said[1:5]] == ["improved", "worsened", "worsened", "no_detectable_change"]
    assert not any("days; this is allowed for" in one.text for one in said)


def test_a_finding_of_many_weeks_says_which(data: Collected) -> None:
    told = {answer.question: answer.said for answer in answers(data, Words("en"), unlinked)}
    assert all(said.days for said in told["where"]) and not any(said.days for said in told["better"])


def test_an_answer_is_a_few_sentences(data: Collected) -> None:
    placed = [f for f in data.findings if f.kind == "topic"]
    busy = [replace(f, verdict="seen") for f in data.findings if f.kind == "warmth_when_busy"]
    many = replace(data, findings=[*placed * 3, *busy * 5])
    assert (len(where(many, Words("en"))), len(others(many, Words("en"), unlinked))) == (5, 4)


def test_what_to_do_stands_before_how_sure_that_is(data: Collected) -> None:
    asked = [answer.question for answer in answers(data, Words("en"), unlinked)]
    assert asked.index("next") < asked.index("sure")


def test_speed_stands_beside_quality_above_all_sentences(data: Collected) -> None:
    shown = tiles(data, Words("en"))
    seen = {group: [tile.kpi.id for tile in found] for group, found in glance(shown).items()}
    speed, quality = ["service_level", "abandonment", "aht"], ["pec_rate", "resolution_rate", "repeat_7d"]
    assert seen == {"speed": speed, "quality": quality}
    untold = {"speed": [replace(tile, value="") for tile in shown["speed"]], "quality": shown["quality"][:1]}
    assert [*glance(untold)] == ["quality"]


def test_what_stands_out_says_on_top_of_the_page_in_which_direction(data: Collected) -> None:
    first, *others = tiles(data, Words("en"))["speed"]
    odd = replace(first, verdict="stands_out", signal="below its usual band")
    macro = environment().from_string('{% import "macros.html" as show %}{{ show.glance(groups, words) }}')
    top = macro.render(groups={"speed": [odd, replace(others[0], verdict="improved")]}, words=Words("en"))
    assert re.findall(r'"verdict \w+">(.*?)<', top) == ["below its usual band", "improved"]


@pytest.mark.parametrize(
    ("targets", "said"),
    [
        ({"csat": 1.0}, []),
        ({"csat": 5.0}, ["Target missed (target in brackets): Customer satisfaction {csat} (5)."]),
        (
            {"aht": 1.0, "asa": 1.0, "csat": 5.0},
            ["Targets missed (target in brackets): Average speed of answer {asa} (0:01); Customer satisfaction {csat} (5)."],
        ),
        ({"repeat_7d": 0.0}, ["Target missed (target in brackets): Repeats within 7 days {repeat_7d} (0%), 2–8 November 2026."]),
    ],
)  # fmt: skip
def test_missed_targets_are_named_in_short(data: Collected, targets: dict[str, float], said: list[str]) -> None:
    """Not one that is met, nor of a figure of which neither more nor less is better; one of an earlier week says of which."""
    aimed = replace(data, targets=targets)
    values = {tile.kpi.id: tile.value for group in tiles(data, Words("en")).values() for tile in group}
    told = [one.text for one in better(aimed, Words("en")) if one.text.startswith("Target")]
    assert told == [text.format(**values) for text in said]


@pytest.mark.parametrize(
    ("targets", "said"),
    [
        ({"service_level": 1.0}, []),
        ({"service_level": 1.0, "csat": 5.0}, ["Another target missed (target in brackets): Customer satisfaction {csat} (5)."]),
        ({"csat": 5.0}, ["Target missed (target in brackets): Customer satisfaction {csat} (5)."]),
    ],
)  # fmt: skip
def test_a_missed_target_on_top_of_the_page_is_told_once(
    data: Collected, targets: dict[str, float], said: list[str]
) -> None:
    aimed = replace(data, targets=targets)
    values = {tile.kpi.id: tile.value for group in tiles(data, Words("en")).values() for tile in group}
    told = [one.text for one in better(aimed, Words("en"), unlinked) if "(target in" in one.text]
    assert told == [text.format(**values) for text in said]


@pytest.mark.parametrize(
    ("low", "high", "said"), [(2, 4.5, "Target 5: missed"), (2, 5.0, "Target 5: missed, which may be chance")]
)
def test_a_target_within_what_chance_leaves_open_is_missed_or_met_by_chance(
    data: Collected, low: float, high: float, said: str
) -> None:
    is_csat = data.weekly["kpi"] == "csat"
    limits = {name: data.weekly[name].mask(is_csat, n) for name, n in (("low", low), ("high", high))}
    aimed = replace(data, weekly=data.weekly.assign(**limits), targets={"csat": 5.0})
    held = tile(aimed, Words("en"), "csat")
    assert held.held == said and held.target.startswith(said)


def test_a_missed_target_of_a_sample_says_what_chance_leaves_open(data: Collected) -> None:
    is_csat = data.weekly["kpi"] == "csat"
    sampled = data.weekly.assign(
        **{name: data.weekly[name].mask(is_csat, n) for name, n in (("low", 2), ("high", 4.5))}
    )
    told = [one.text for one in better(replace(data, weekly=sampled, targets={"csat": 5.0}), Words("en"))]
    assert [one.split("(5")[1] for one in told if one.startswith("Target")] == [
        "; from a sample, so 2.00–4.50 is possible)."
    ]


def test_monday_names_what_to_do(data: Collected) -> None:
    shown = monday(data, Words("en"))
    assert len(shown["listen"].rows) == 10 and shown["worst"].rows[0][1].value >= shown["worst"].rows[-1][1].value > 0
    assert [call.link for call in waiting(data, Words("en"))] == [
        f"findings.html#table-list-{n}" for n, f in data.lists.items() if len(f)
    ]


def test_where_customers_cannot_be_told_apart_nobody_is_said_not_to_wait(data: Collected) -> None:
    weekly = data.weekly.assign(value=data.weekly["value"].mask(data.weekly["kpi"] == "identified", 0.0))
    empty = {name: frame.iloc[:0] for name, frame in data.lists.items()}
    known = replace(data, findings=[], lists=empty, targets={})
    lost = row_of(data.of_cut(""), "abandoned", period=data.week)
    told, bare = (
        {answer.question: [said.text for said in answer.said] for answer in answers(centre, Words("en"), unlinked)}
        for centre in (known, replace(known, weekly=weekly))
    )
    assert lost and told["next"] == ["The lists are empty: nobody is waiting."]
    assert bare["next"] == [
        f"Nobody can be listed for a call back: the source does not tell customers apart. Abandoned calls of the week: {lost['n']:.0f}."
    ]
    assert told["where"][0].startswith("People were not compared: too few of them")
    assert bare["where"] == [
        "People were not compared: the source does not tell customers apart, so nobody knows who came back. "
        "Nothing else stands out."
    ]


def test_the_report_for_machines(data: Collected) -> None:
    said = json.loads(machine.as_text(machine.document(data)))
    assert said["week"] == data.week and len(said["findings"]) == len(data.findings)
    assert [one["kpi"] for one in said["unanswered"] if one["value"] is not None] == list(UNANSWERED)
    level = next(one for one in said["headline"] if one["kpi"] == "service_level")
    assert level["meaning"]["en"].startswith("Calls answered within 20 s, of all offered")
    assert (
        0 < level["value"] < 1 and level["target"] == 0.8 and level["verdict"] and set(level["title"]) == set(LANGUAGES)
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_feed_tells_of_the_week_and_names_nobody(data: Collected, language: str) -> None:
    agent = sorted(data.names)[0]
    shown = {"adjusted": Figure(0.2, "share", 0.1, 0.3), "usual": Figure(0.1, "share")}
    hurried = Finding(
        "person", "worse", {"agent": agent}, (data.week, data.week), shown, 1.0, Evidence(""), {"measure": "hurried"}
    )
    week = machine.document(replace(data, findings=[hurried, *data.findings])) | {"warehouse": "w"}
    words = Words(language)
    feed = machine.feed([week, {**week, "in_short": {}}], "Report", words, {data.week: ""})
    [summary] = [html.unescape(text) for text in re.findall("<summary>(.*?)</summary>", feed, re.S)]
    told = [said.text for said in better(data, words)] + [call.text for call in waiting(data, words)]
    assert summary.split("\n") == told
    assert data.names[agent] in week["findings"][0]["text"][language] and data.names[agent] not in summary


def test_a_figure_is_written_alike_on_its_tile_and_under_its_chart(data: Collected) -> None:
    """Human contact rests on few judgements: neither says a tenth of a percent, nor do the words for the tile's line."""
    words = Words("en")
    shown = {f"trend-{one.kpi.id}": one.value for group in tiles(data, words).values() for one in group}
    charts = {chart.id: chart.table.rows[-1][2].text for chart in trends(data, words, [])}
    assert charts == {name: shown[name] for name in charts} and re.fullmatch(r"\d+%", charts["trend-pec_rate"])
    line = tile(data, words, "pec_rate").spark
    assert line and re.fullmatch(r"Over \d+ weeks, between \d+% and \d+%\.( Usually .*)?", line.alt)


@pytest.mark.parametrize(("n", "said"), [(2000, "2.1–4.3%"), (300, "2–4%")])
def test_what_is_usual_has_the_decimals_of_the_figure_beside_it(n: int, said: str) -> None:
    """In whole percents a figure of 4.1 % would look unusual that is not."""
    weeks = [f"2026-W{week}" for week in range(10, 23)]
    values = np.array([0.03, 0.034] * 6 + [0.041])
    line = Series(catalogue_of(Settings())["abandonment"], weeks, values, 0, None, records=dict.fromkeys(weeks, n))
    assert usual(Words("en"), line) == said and not line.chart.outside[-1]


def test_calls_without_a_wait_are_calls_all_the_same(data: Collected) -> None:
    """The page of service level then says what is missing, and not that nobody called."""
    of_waits = data.weekly["kpi"].str.startswith("service_level") | (data.weekly["kpi"] == "asa")
    unknown = data.weekly.mask(
        of_waits, data.weekly.assign(value=np.nan, numerator=np.nan, denominator=np.nan, why="not_recorded")
    )
    silent = replace(data, weekly=unknown, half_hours=data.half_hours[:0])
    nobody = replace(silent, weekly=unknown[unknown["period"] != data.week])
    words = Words("en")
    for seen, is_called in ((silent, True), (nobody, False)):
        around = {"page": "service", "parent": "service", "heading": "", "has_tables": False}
        html_of = render("service.html", _base(seen, words, LANGUAGES, "") | service_page(seen, words) | around)
        assert (words("service.nothing") in html_of) != is_called
        assert (
            "Not available: the source does not record what this figure needs: calls with wait_s" in html_of
        ) == is_called


@pytest.mark.parametrize(
    ("why", "said"), [("no_rows", "there is nothing in this time"), ("not_recorded", "in this time, too little of")]
)
def test_what_earlier_weeks_have_is_delivered(data: Collected, why: str, said: str) -> None:
    """A week without a figure is then told as such, not as a source that lacks what the figure needs."""
    newest = (data.weekly["kpi"] == "asa") & (data.weekly["period"] == data.week)
    silent = data.weekly.assign(value=data.weekly["value"].mask(newest), why=data.weekly["why"].mask(newest, why))
    assert tile(replace(data, weekly=silent), Words("en"), "asa").why.startswith(said)
    never = silent.assign(value=silent["value"].mask(silent["kpi"] == "asa"))
    assert tile(replace(data, weekly=never), Words("en"), "asa").why.endswith(
        "calls with wait_s, answered_at or ended_at"
    )


@pytest.mark.parametrize(("kpi", "target", "value", "n", "said"), [
    ("service_level", 0.8, 0.7996, 2000, "79.96%"), ("service_level", 0.8, 0.8, 2000, "80.0%"),
    ("service_level", 0.8, 0.8004, 2000, "80.0%"), ("service_level", 0.8, 0.79, 2000, "79.0%"),
    ("service_level", 0.8, 0.797, 300, "79.7%"), ("service_level", 0.8, 0.79996, 2000, "79.996%"),
    ("asa", 20, 20.3, 2000, "0:20.3"), ("asa", 20, 19.8, 2000, "0:20"), ("asa", 20, 20.96, 2000, "0:21"),
    ("asa", 60, 60.04, 2000, "1:00.04"), ("asa", 36_000, 36_060, 9, "10.02 h"),
])  # fmt: skip
def test_a_figure_that_misses_its_target_does_not_look_like_it(
    kpi: str, target: float, value: float, n: int, said: str
) -> None:
    assert beside_target(Words("en"), catalogue_of(Settings())[kpi], {"value": value, "n": n}, target) == said
