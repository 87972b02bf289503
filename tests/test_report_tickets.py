"""The page of tickets: its figures in both languages, what it says where there is nothing, nothing from outside as markup."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from pipeline import zones
from pipeline.report import write_report
from pipeline.report.answers import in_short
from pipeline.report.backlog import day_chart, priority_table
from pipeline.report.collect import REPLIES, Collected, collect
from pipeline.report.cut_page import page as cut_page
from pipeline.report.definitions import definitions
from pipeline.report.main_page import main_page
from pipeline.report.pages import week_pages
from pipeline.report.subjects import Places, Subject
from pipeline.report.ticket_times import counts, time_charts
from pipeline.report.tickets import page, written_panels
from pipeline.report.tiles import WRITTEN, headline, tiles
from pipeline.report.topics import cut_tables
from pipeline.report.words import Words
from pipeline.results import Results
from pipeline.settings import Settings
from pipeline.settings.tickets import Regulation, Sla
from tests.simulated import collect_once
from tests.tables import publish_under

EVIL = "<img src=x onerror=alert(1)>"
LANGUAGES = ("en", "ru")
MONDAY = datetime(2026, 5, 4)
POLICY = Sla(name="all", targets={"first_reply": {"any": 300}}, is_business=False)


def tables() -> dict[str, str]:
    """Three weeks of ten tickets a week: replied to after 1 to 10 hours, solved after a day, one of them never."""
    tickets = ["ticket_id  created_at  queue  priority  status  agent  customer_key  channel"]
    events = ["event_id  ticket_id  happened_at  field  value"]
    letters = ["message_id  conversation_id  author_role  agent  sent_at  body"]
    judged = ["evaluation_id  conversation_id  evaluator  evaluated_at  criterion  score"]
    for n in range(30):
        at, agent = MONDAY + timedelta(weeks=n // 10, hours=8 + 12 * (n % 10)), ("ann", "bob")[n % 2]
        is_open, queue = n % 10 == 9, ("cards", EVIL)[n % 3 == 0]
        status = "open" if is_open else "solved"
        tickets.append(f"t{n}  {at}  {queue}  {('high', 'normal')[n % 2]}  {status}  {agent}  k{n}  email")
        events += [] if is_open else [f"e{n}  t{n}  {at + timedelta(days=1)}  status  solved"]
        letters.append(f"m{n}  t{n}  customer  -  {at}  Please help")
        letters.append(f"r{n}  t{n}  agent  {agent}  {at + timedelta(hours=1 + n % 10)}  Not covered by your contract")
        judged.append(f"v{n}  t{n}  eve  {at + timedelta(hours=30)}  pec  {n % 4 // 2}")
    texts = {"tickets": tickets, "ticket_events": events, "messages": letters, "evaluations": judged}
    return {name: "\n".join(lines) for name, lines in texts.items()}


def publish(folder: Path, given: dict[str, str], **more: Any) -> tuple[Results, Settings]:
    settings = Settings(warehouse=folder / "w.duckdb", **more)
    return publish_under(settings, folder, **given), settings


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Results, Settings]:
    return publish(tmp_path_factory.mktemp("tickets"), tables(), sla=(POLICY,))


@pytest.fixture(scope="module")
def data(published: tuple[Results, Settings]) -> Collected:
    return collect_once(*published, "2026-W21")


@pytest.fixture(scope="module")
def younger(tmp_path_factory: pytest.TempPathFactory) -> Collected:
    """With an eleventh ticket in the newest week."""
    given = tables()
    given["tickets"] += "\nyoung  2026-05-19 09:00  cards  high  open  ann  k0  email"
    return collect(*publish(tmp_path_factory.mktemp("younger"), given), "2026-W21")


@pytest.fixture(scope="module")
def pages(data: Collected) -> dict[str, dict[str, str]]:
    return {language: week_pages(data, Words(language), LANGUAGES, "") for language in LANGUAGES}


def row(pages: dict[str, str], table: str, title: str) -> list[str]:
    """The cells of the row of that name."""
    html = re.search(rf'<table id="table-tickets-{table}"[^>]*>.*?</table>', pages["tickets.html"], re.S)
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", html.group() if html else "", re.S)
    cells = [
        [re.sub(r"<[^>]*>", " ", c).strip() for c in re.findall(r"<t[dh].*?>(.*?)</t[dh]>", r, re.S)] for r in rows
    ]
    return next(found[1:] for found in cells if found[0] == title)


@pytest.mark.parametrize(
    ("language", "table", "title", "cells"),
    [
        ("en", "clocks", "First reply, median", ["5.5 h", "5.5 h  n = 10", "10"]),
        (
            "ru",
            "clocks",
            "Первый ответ, медиана",
            ["5,5 ч", "5,5 ч  n = 10", "10"],
        ),
        ("en", "clocks", "One-touch", ["100%", "100%  n = 9", "9"]),
        ("en", "clocks", "Solved within 7 days", ["90%", "90%  n = 10", "10"]),
        ("en", "agreements", "SLA kept: first reply", ["50%", "50%  n = 10", "10"]),
        ("en", "refusals", "Refused: not in the contract", ["10", "100%  n = 10", "100%  n = 10"]),
        ("ru", "rules", "Отказано", ["100\xa0%", "100\xa0%  n = 10", "10"]),
        ("en", "queues", "cards", ["7", "6", "2"]),
    ],
)
def test_figures_beside_the_week_before(
    pages: dict[str, dict[str, str]], language: str, table: str, title: str, cells: list[str]
) -> None:
    assert row(pages[language], table, title)[: len(cells)] == cells


@pytest.mark.parametrize(
    ("language", "table", "name", "heads"),
    [
        ("en", "clocks", "Figure", ["11–17 May 2026", "4–10 May 2026"]),
        ("ru", "clocks", "Показатель", ["11–17 мая 2026", "4–10 мая 2026"]),
        ("en", "agreements", "Figure", ["18–24 May 2026", "11–17 May 2026"]),
        ("ru", "rules", "Показатель", ["18–24 мая 2026", "11–17 мая 2026"]),
        ("en", "refusals", "Reason", ["Tickets", "Share, 18–24 May 2026", "Share, 11–17 May 2026"]),
    ],
)
def test_columns_name_their_weeks(
    pages: dict[str, dict[str, str]], language: str, table: str, name: str, heads: list[str]
) -> None:
    assert row(pages[language], table, name)[: len(heads)] == heads


def test_a_queue_has_the_week_of_each_figure_and_the_few_tickets_of_a_share(pages: dict[str, dict[str, str]]) -> None:
    heads, cells = row(pages["en"], "queues", "Queue"), row(pages["en"], "queues", "cards")
    told = dict(zip(heads, cells, strict=True))
    assert told["Opened (18–24 May 2026)"] == "7"
    assert told["First reply, median (11–17 May 2026)"].endswith(" h  n = 7")
    assert told["Reopened (11–17 May 2026)"] == "0%  n = 7"


def test_queues_of_tickets_have_their_own_table_and_pages_of_what_is_known_there(data: Collected) -> None:
    weekly = data.weekly.copy()
    is_called = (weekly["kpi"] == "offered") & (weekly["queue"] == EVIL)
    both = replace(data, weekly=weekly.assign(value=weekly["value"].mask(is_called, 5.0)))
    [called, written] = cut_tables(both, Words("en"), "queue", lambda dimension, name: "")
    assert [(table.caption, [row[0].text for row in table.rows]) for table in (called, written)] == [
        ("Queues", [EVIL]), ("Queues without calls", ["cards"])
    ]  # fmt: skip
    assert (called.columns[1].kpi, called.rows[0][1].text) == ("offered", "5")
    heads = ["Queue", "Tickets created", "First reply, median", "SLA targets kept", "Backlog", "Solved per opened"]
    assert [column.title for column in written.columns[:6]] == heads
    [alone] = cut_tables(data, Words("en"), "queue", lambda dimension, name: "")
    assert alone.caption == "Queues" and not any(all(c.is_absent for c in of) for of in zip(*alone.rows, strict=True))
    shown = cut_page(data, Words("en"), [], Subject("queue", "cards", "queue-cards"))
    assert {"Tickets created", "First reply, median"} <= {row[0].text for row in shown["figures"].rows}
    assert not any(row[1].is_absent and row[2].is_absent for row in shown["figures"].rows)
    assert {chart.id for chart in shown["charts"]} >= {"queue-cards-first_reply_p50", "queue-cards-backlog"}


def test_all_clocks_are_of_the_week_in_the_head_and_the_lead_counts_the_newest(younger: Collected) -> None:
    pages = week_pages(younger, Words("en"), LANGUAGES, "")
    assert row(pages, "clocks", "Tickets created")[:2] == ["10", "10"]
    assert row(pages, "clocks", "Never replied")[0] == "0%"
    assert "created 18–24 May 2026: 11." in pages["tickets.html"]


def weekly(data: Collected, kpi: str, values: list[float]) -> Collected:
    """The centre with these values of a KPI, the last of them in the newest week whose outcomes are known."""
    ripe = data.ripe[REPLIES]
    assert ripe is not None
    weeks = [zones.week_before(ripe, n) for n in reversed(range(len(values)))]
    one = data.weekly[(data.weekly["kpi"] == kpi) & (data.weekly["cut"] == "")].iloc[:1]
    rows = pd.concat([one.assign(period=week, value=value) for week, value in zip(weeks, values, strict=True)])
    others = data.weekly[(data.weekly["kpi"] != kpi) | (data.weekly["cut"] != "")]
    return replace(data, weekly=pd.concat([rows, others]), history=[*weeks, data.week])


@pytest.mark.parametrize(
    ("newest", "said"),
    [
        (9.0, "no detectable change Usually 2.7–13.3 h."),
        (16.0, "stands out, worth a look (above its usual band) Usually 2.7–13.3 h."),
    ],
)
def test_a_clock_is_held_against_its_earlier_weeks(data: Collected, newest: float, said: str) -> None:
    told = weekly(data, "requester_wait_p50", [7.0, 9.0] * 6 + [newest])
    pages = week_pages(told, Words("en"), LANGUAGES, "")
    assert row(pages, "clocks", "Figure")[2] == "Compared with earlier weeks"
    assert " ".join(row(pages, "clocks", "Requester wait, median")[2].split()) == said
    assert (
        "judged here (1), at least one stands out by chance in about 3% of quiet weeks, or in about 11% if"
        in pages["tickets.html"]
    )


def test_the_page_opens_with_what_its_tables_say(data: Collected) -> None:
    """What comes in and what is left are of the reported week, how long it takes of the newest that is old enough."""
    shown = page(data, Words("en"))
    opening = {tile.kpi.id: tile.value for tile in shown["tiles"] if tile.value}
    clocks = {row[0].text: row[1].text for row in shown["clocks"].rows}
    of_clocks = [tile for tile in shown["tiles"] if tile.title in clocks and tile.is_earlier]
    assert of_clocks and all(tile.value == clocks[tile.title] for tile in of_clocks)
    assert f": {opening['tickets_created']}. " in shown["lead"]
    assert f"Open at the end of the week: {opening['backlog']}" in shown["backlog"].title


def test_with_few_weeks_nothing_is_said_of_a_change(pages: dict[str, dict[str, str]]) -> None:
    """Once under the table, not in a column of it."""
    assert "Compared with earlier weeks" not in row(pages["en"], "clocks", "Figure")
    assert "Stands out" not in pages["en"]["tickets.html"]
    assert pages["en"]["tickets.html"].count(Words("en")("tile.no_alarm_note")) == 1


def test_figures_of_a_young_week_are_not_judged(pages: dict[str, dict[str, str]]) -> None:
    assert "Compared with earlier weeks" not in row(pages["en"], "agreements", "Figure")
    assert "not compared with earlier weeks" in pages["en"]["tickets.html"]


def test_times_are_counted_in_bands_and_shares_are_of_all(data: Collected, pages: dict[str, dict[str, str]]) -> None:
    assert data.written is not None
    bands = {"to_1h": 1, "to_4h": 3, "to_8h": 4, "to_24h": 2, "to_3d": 0, "to_7d": 0, "more": 0, "waiting": 0}
    assert counts(data.written, "first_reply") == bands
    assert counts(data.written, "full_resolution") == dict.fromkeys(bands, 0) | {"to_24h": 9, "waiting": 1}
    assert "First reply: 80% within 8 hours, 0% after more than a day or not yet" in pages["en"]["tickets.html"]
    assert "Full resolution: 90% within a day, 10% after more than three days or not yet" in pages["en"]["tickets.html"]
    assert row(pages["en"], "full_resolution", "not yet") == ["1", "10%"]


def test_times_are_of_the_week_of_the_clocks_and_say_so(younger: Collected) -> None:
    assert younger.ripe[REPLIES] == "2026-W20" and younger.written is not None
    assert sum(counts(younger.written, "full_resolution").values()) == 10
    notes = [chart.note for language in LANGUAGES for chart in time_charts(younger, Words(language))]
    assert notes[1] == "Tickets created 11–17 May 2026 for which this is known: 10; still not solved: 1."
    assert notes[2] == "Заявки, созданные 11–17 мая 2026, о которых это известно: 10; ещё без ответа: 0."


def test_of_a_week_too_young_no_times_are_told(published: tuple[Results, Settings]) -> None:
    first = collect_once(*published, "2026-W19")
    young = replace(first, ripe=dict.fromkeys(first.ripe))
    assert page(young, Words("en"))["times"] == []


def test_backlog_by_day_priority_and_age(data: Collected) -> None:
    chart, table = day_chart(data, Words("en")), priority_table(data, Words("en"))
    assert chart is not None and table is not None
    assert chart.title == "Open at the end of the week: 3 (+1 on the week before), 2 of them for more than 7 days"
    assert [[cell.value for cell in line] for line in table.rows] == [
        ["normal", 1, 0, 0, 2, 0, 3],
        ["All", 1, 0, 0, 2, 0, 3],
    ]
    russian = priority_table(data, Words("ru"))
    assert russian is not None and (russian.rows[0][0].text, russian.rows[0][0].value) == ("обычный", "normal")


def test_charts_have_words_and_are_known_to_plotly(pages: dict[str, dict[str, str]]) -> None:
    texts = re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', pages["ru"]["tickets.html"], re.S)
    assert len(texts) >= 4
    for text in texts:
        go.Figure(json.loads(re.sub(r'"--[a-z-]+"', '"#000000"', text)))
    labels = re.findall(r'role="img" aria-label="([^"]*)"', pages["ru"]["tickets.html"])
    assert all(labels) and len(labels) == len(texts)


def test_a_queue_name_is_never_markup(pages: dict[str, dict[str, str]]) -> None:
    for language in LANGUAGES:
        assert "<img" not in pages[language]["tickets.html"]
        assert "&lt;img src=x onerror=alert(1)&gt;" in pages[language]["tickets.html"]


def test_without_tickets_the_page_says_so(tmp_path: Path) -> None:
    call = "call_id  offered_at        talk_s  outcome   channel\na        2026-05-05 10:00  60      answered  voice"
    results, settings = publish(tmp_path, {"calls": call})
    write_report(results, settings, None, LANGUAGES, tmp_path / "out")
    said = {language: (tmp_path / f"out/2026-W19/{language}/tickets.html").read_text("utf-8") for language in LANGUAGES}
    assert "The data contain no tickets and no letters" in said["en"] and "Заявок и писем в данных нет" in said["ru"]
    assert not any("<table" in text or "<figure" in text for text in said.values())


def test_without_a_policy_the_page_says_how_to_set_one(tmp_path: Path) -> None:
    results, settings = publish(
        tmp_path, {"tickets": tables()["tickets"]}, regulation=Regulation(off=("refused_tickets", "promises_kept"))
    )
    data = collect(results, settings, None)
    for language, said in (("en", "add [[sla]] with a name"), ("ru", "впишите в pipeline.toml раздел [[sla]]")):
        pages = week_pages(data, Words(language), LANGUAGES, "")
        assert said in pages["tickets.html"] and "table-tickets-agreements" not in pages["tickets.html"]


def test_speed_against_quality_is_of_written_contacts_alone(data: Collected, tmp_path: Path) -> None:
    calls = ["call_id  offered_at  talk_s  outcome  agent  channel"]
    calls += [f"c{n}  {MONDAY + timedelta(hours=9 + n)}  60  answered  ann  voice" for n in range(9)]
    judged = [f"w{n}  c{n}  eve  {MONDAY + timedelta(hours=40)}  pec  1" for n in range(9)]
    given = tables()
    given |= {"calls": "\n".join(calls), "evaluations": "\n".join([given["evaluations"], *judged])}
    both = collect(*publish(tmp_path, given), "2026-W21")
    assert both.written is not None and data.written is not None
    pd.testing.assert_frame_equal(both.written.agents.iloc[:4], data.written.agents.iloc[:4])
    assert not both.agents.loc[both.agents["kpi"] == "pec_rate", "value"].equals(
        both.written.agents.loc[both.written.agents["kpi"] == "pec_rate", "value"]
    )


@pytest.mark.parametrize(
    ("week", "days"), [("2026-W21", "2 weeks: 4–17 May 2026"), ("2026-W19", "1 week: 4–10 May 2026")]
)
def test_human_contact_names_its_weeks_and_without_teams_what_the_whole_centre_met(
    published: tuple[Results, Settings], week: str, days: str
) -> None:
    """In a first week, which is not ripe, too."""
    contact = week_pages(collect_once(*published, week), Words("en"), LANGUAGES, "")["pec.html"]
    assert f"Letters and judgements for {days}." in contact and "No customers' letters were read" not in contact
    assert re.search(r'table-pec-exposure".*?Whole centre.*?>0%<', contact, re.S)
    assert "Rude letters" not in contact[contact.index("What agents faced") :] and "table-pec-rude" not in contact


def test_people_stand_by_wait_and_warmth_or_the_page_says_why_not(data: Collected) -> None:
    panels = {panel.id: panel for panel in written_panels(data, Words("en"))}
    assert panels["wait_pec"].chart is not None and panels["wait_pec"].people == 2
    assert data.written is not None
    nobody = replace(data, written=replace(data.written, agents=data.agents.iloc[:0], teams=data.teams.iloc[:0]))
    assert written_panels(nobody, Words("en"))[0].why == "nobody shown here has enough records for both figures"
    assert all(panel.chart or panel.why for panel in page(data, Words("ru"))["panels"])


def test_of_teams_alone_the_charts_are_told_as_of_teams(data: Collected) -> None:
    assert data.written is not None
    as_teams = data.written.agents.assign(team=data.written.agents["agent"])
    alone = replace(data, written=replace(data.written, agents=data.written.agents.iloc[:0], teams=as_teams))
    html = week_pages(alone, Words("en"), LANGUAGES, "")["tickets.html"]
    assert isinstance(html, str) and "waited for a team&#39;s replies" in html and "ask before you judge" in html
    assert "this person&#39;s replies" not in html and "Each point is a person" not in html


def test_the_first_page_without_calls_headlines_tickets_and_has_no_empty_charts(data: Collected) -> None:
    shown = main_page(data, Words("en"), Places(data))
    first = [names if isinstance(names, str) else names[0] for names in WRITTEN]
    assert [tile.kpi.id for tile in shown["tiles"]["speed"]] == first
    assert shown["tiles"]["speed"][0].value == "10" and shown["trends"][0].id == "trend-tickets_created"
    assert not shown["panels"] and shown["no_panels"].startswith("No chart can be drawn. “Personal emotional contact")
    with_calls = replace(data, weekly=data.weekly.replace({"kpi": {"tickets_created": "offered"}}))
    assert headline(with_calls)["speed"][0] == "offered"


def test_under_the_backlog_stands_no_count_of_days_of_queues(data: Collected) -> None:
    counted = {tile.kpi.id: tile.rows for tile in tiles(data, Words("en"))["speed"] if tile.value}
    assert counted["first_reply_p50"] and (counted["backlog"], counted["solved_per_opened"]) == ("", "")
    numbers = {name: one.numbers for name, one in definitions(data, Words("en")).items()}
    assert "n = 10" in numbers["first_reply_p50"]
    assert (numbers["backlog"], numbers["solved_per_opened"]) == ("3", "0.90 (9 / 10)")


def test_without_an_agreement_of_ours_no_ticket_is_said_not_to_be_overdue(data: Collected) -> None:
    assert data.written is not None
    alone = replace(data, lists={}, written=replace(data.written, has_policy=False))
    said = {}
    for one in (data, alone):
        shown = main_page(one, Words("en"), Places(one))["answers"]
        said[one.written is data.written] = [
            said.text for answer in shown for said in answer.said if answer.question == "next"
        ]
    assert not any("Overdue tickets cannot" in text for text in said[True])
    assert said[False] == [
        '<a href="tickets.html">Overdue tickets cannot be named: no SLA is set ([[sla]]). '
        "Open tickets: 3, for more than 7 days: 2.</a>"
    ]
    assert any("Open tickets: 3" in one.text for answer in in_short(alone, Words("en")) for one in answer.said)


def test_without_targets_of_ours_the_agreements_kept_are_those_that_the_source_states(data: Collected) -> None:
    ours = data.weekly[~data.weekly["kpi"].isin(["sla_met", "sla_met_stated"])]
    stated = data.weekly[(data.weekly["kpi"] == "tickets_created") & (data.weekly["cut"] == "")]
    told = [replace(data, weekly=pd.concat([ours, stated.assign(kpi=kpi)])) for kpi in ("sla_met", "sla_met_stated")]
    assert [headline(one)["speed"][3] for one in told] == ["sla_met", "sla_met_stated"]
