"""Pages of teams, queues and topics, the links that lead to them, and the answers on the main page that name people."""

import html
import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pytest

from pipeline.findings.record import Evidence, Figure, Finding, Verdict
from pipeline.kpis.measure import Question, measure
from pipeline.report import answers, findings_page
from pipeline.report.answers import UNMOVED
from pipeline.report.collect import LINE_WEEKS, RETURNS, Collected
from pipeline.report.collect_figures import withhold_few_judged, withhold_small_weeks
from pipeline.report.cut_page import page as cut_page
from pipeline.report.definitions import definitions
from pipeline.report.figures import row_of
from pipeline.report.pages import week_pages
from pipeline.report.people import people_table
from pipeline.report.said import unlinked
from pipeline.report.service import staffing
from pipeline.report.subjects import TOGETHER, Places, Subject, file_names, subjects
from pipeline.report.sure import sure
from pipeline.report.tables import MOST, Cell, Column, Table, rest_script
from pipeline.report.team_page import _line
from pipeline.report.team_page import page as team_page
from pipeline.report.topics import cut_tables, lead
from pipeline.report.words import Words
from pipeline.results import Results
from pipeline.settings.service_levels import ServiceLevel
from pipeline.weeks import with_gaps
from tests.simulated import EVIL, LANGUAGES


@pytest.fixture(scope="module")
def files(data: Collected) -> dict[str, str]:
    made = week_pages(data, Words("en"), LANGUAGES, "")
    return {name: str(text) for name, text in made.items() if name.endswith((".html", ".js"))}


@pytest.mark.parametrize(
    ("names", "files"),
    [
        (["Rigi"], ["queue-rigi"]),
        (["Биллинг / Оплата"], ["queue-биллинг-оплата"]),
        (["../../etc/passwd"], ["queue-etc-passwd"]),
        ([EVIL], ["queue-img-src-x-onerror-alert-1"]),
        (["x" * 300], ["queue-" + "x" * 40]),
        (["!!!"], ["queue-other"]),
        (["a b", "A-B"], ["queue-a-b-c8687a08", "queue-a-b-77101aaa"]),
    ],
)
def test_names_of_files_are_safe_and_told_apart(names: list[str], files: list[str]) -> None:
    assert list(file_names("queue", names).values()) == files


def test_every_team_queue_topic_and_person_has_a_place(data: Collected) -> None:
    places = Places(data)
    for dimension, keys in (("agent", data.agents["agent"]), ("team", data.teams["team"])):
        assert keys.nunique() and all(places(dimension, key) for key in keys.unique())
    for dimension in ("queue", "topic"):
        rows = data.of_cut(dimension)
        assert all(places(dimension, key) for key in rows.loc[rows["period"] == data.week, dimension].dropna().unique())
    assert (places("topic", "no such topic"), places("agent", None)) == ("", "")


def test_every_link_leads_to_a_page_and_a_place_on_it(files: Mapping[str, str]) -> None:
    texts = {name: text for name, text in files.items() if name.endswith(".html")}
    late = {anchor for text in files.values() for anchor in re.findall(r'\["([\w-]+-[\w-]+)", ?\[', text)}
    broken = []
    for name, text in texts.items():
        bare = re.sub(r"<script type=.application/json.*?</script>", "", text, flags=re.S)
        for link in re.findall(r'href="([^":]*)"', bare):
            file, _, anchor = unquote(html.unescape(link)).partition("#")
            if file.startswith("..") or not file.endswith((".html", "")):
                continue
            there = texts.get(file or name) if (file or name).endswith(".html") else ""
            if there is None or (anchor and f'id="{anchor}"' not in there and anchor not in late):
                broken.append((name, link))
    assert broken == []


def test_a_person_is_shown_as_in_the_table_of_people_beside_the_centre(data: Collected) -> None:
    words, places = Words("en"), Places(data)
    subject = next(page for page in places.subjects if page.dimension == "team" and page.people)
    shown = team_page(data, words, subject)
    assert [person.name for person in shown["people"]] == [data.names[agent] for agent in subject.people]
    agent, person = subject.people[0], shown["people"][0]
    figures = {row[0].text: row for row in person.figures.rows}
    for kpi, title in (("aht", "Average handle time"), ("repeat_7d", "Repeats within 7 days")):
        own, centre = row_of(data.agents, kpi, agent=agent), row_of(data.centre, kpi)
        assert own and centre
        assert (figures[title][1].value, figures[title][2].value) == (own["value"], centre["value"])
    of_team, lines = {row[0].text: row for row in shown["figures"].rows}, data.lines[data.lines["cut"] == "team"]
    for kpi, title, days in (
        ("aht", "Average handle time", ""),
        ("repeat_7d", "Repeats within 7 days", f"from {words.short_week(str(data.ripe[RETURNS]))}"),
    ):
        week = row_of(lines, kpi, team=subject.key, period=data.week_of(kpi))
        assert week and (of_team[title][1].value, of_team[title][1].aside) == (week["value"], days)


def test_below_teams_stands_the_centre_and_nobody_has_a_team_where_none_is_known(data: Collected) -> None:
    words, places = Words("en"), Places(data)
    *teams, centre = people_table(data, words, "team", places).rows
    told = row_of(data.centre, "aht")
    assert told and teams and [cell.value for cell in centre[:3]] == ["Whole centre", None, told["value"]]
    assert centre[1].text == "–" and centre[2].low is None
    for known, heads in ((data, ["Name", "Team"]), (replace(data, team_of={}), ["Name", "Answered calls"])):
        table = people_table(known, words, "agent", places)
        assert [column.title for column in table.columns[:2]] == heads
        assert {len(row) for row in table.rows} == {len(table.columns)}


def test_a_topic_stands_beside_the_centre_in_the_same_week(data: Collected) -> None:
    topic = data.of_cut("topic")["topic"].dropna().iloc[0]
    shown = cut_page(data, Words("en"), [], Subject("topic", topic, "topic-x"))
    rows = {row[0].text: row for row in shown["figures"].rows}
    here = row_of(data.of_cut("topic"), "offered", period=data.week, topic=topic)
    centre = row_of(data.of_cut(""), "offered", period=data.week)
    before = row_of(data.of_cut("topic"), "offered", period="2026-W45", topic=topic)
    assert here and centre and before
    assert [cell.value for cell in rows["Offered calls"][1:4]] == [here["value"], before["value"], centre["value"]]
    assert {chart.id for chart in shown["charts"]} >= {"topic-x-service_level", "topic-x-aht"}


def test_a_queue_is_held_to_its_own_target_and_one_of_chats_to_theirs(data: Collected) -> None:
    """Where nobody has a target of their own, that of all stands on the first page alone."""
    queue, *others = sorted(data.of_cut("queue")["queue"].dropna().unique())
    levels = (ServiceLevel(queue=queue, target=0.999), ServiceLevel(channel="chat", target=0.01))
    own = replace(data, service_levels=levels, channel_of=dict.fromkeys([queue, *others], "chat"))
    said = {"en": "target 99.9%: missed", "ru": "цель 99,9\xa0%: не достигнута"}
    first = {
        "en": f"missed (target in brackets): Service level of “{queue}” ",
        "ru": f"не достигнута: Уровень сервиса «{queue}» ",
    }
    for language, told in said.items():
        assert asides(own, language, "queue")[queue] == told
        [short] = [
            one.text for one in answers.better(replace(own, targets={}), Words(language)) if first[language] in one.text
        ]
        assert short.endswith("% (99.9%)." if language == "en" else "\xa0% (99,9\xa0%).")
    assert asides(own, "en", "channel") == {"chat": "n = 11; target 1%: met", "voice": "target 80%: missed"}
    assert not [aside for aside in asides(data, "en", "queue").values() if "target" in aside]
    lines = cut_page(own, Words("en"), [], Subject("queue", queue, "queue-x"))["charts"]
    assert [chart.figure["layout"]["shapes"][-1]["y0"] for chart in lines if "service_level" in chart.id] == [0.999]
    assert [own.target(*of) for of in (("service_level", "queue", others[0]), ("service_level",), ("asa", "queue", queue))] == [
        0.01, 0.8, None,
    ]  # fmt: skip


def test_a_column_has_the_decimals_that_tell_a_figure_from_the_target_it_misses(data: Collected) -> None:
    """Where none is set, whole percents."""
    first = min(data.of_cut("queue")["queue"].dropna())
    weekly, own = data.weekly, (ServiceLevel(queue=first, target=0.8),)
    at = (weekly["cut"] == "queue") & (weekly["kpi"] == "service_level") & (weekly["period"] == data.week)
    near = replace(data, service_levels=own, weekly=weekly.assign(value=weekly["value"].mask(at, 0.7996)))
    for shown, said in ((near, "79.96%"), (replace(near, service_levels=()), "80%")):
        assert {cell.text for cell in levels(shown, "en", "queue").values()} == {said}
        rows = cut_page(shown, Words("en"), [], Subject("queue", first, "queue-x"))["figures"].rows
        assert [row[1].text for row in rows if row[0].text == "Service level"] == [said]


def levels(data: Collected, language: str, dimension: str) -> dict[str, Cell]:
    """The service level of each queue or channel."""
    [table, *_] = cut_tables(data, Words(language), dimension, lambda dimension, name: "")
    place = [column.kpi for column in table.columns].index("service_level")
    return {row[0].text: row[place] for row in table.rows}


def asides(data: Collected, language: str, dimension: str) -> dict[str, str]:
    """What stands beside the service level of each queue or channel."""
    return {name: cell.aside for name, cell in levels(data, language, dimension).items()}


def test_topics_have_no_intervals_of_what_the_queue_decides(data: Collected) -> None:
    [table] = cut_tables(data, Words("en"), "topic", lambda dimension, name: "")
    cells = {head.kpi: cells for head, *cells in zip(table.columns, *table.rows, strict=True)}
    shown = {kpi for kpi, some in cells.items() if any(cell.low is not None for cell in some)}
    heads = {head.kpi for head in table.columns if head.has_interval}
    assert "aht" in heads & shown and not (heads | shown) & {"service_level", "abandonment", "asa"}
    said = definitions(data, Words("en"))
    assert said["asa"].interval.startswith("none") and said["aht"].interval.startswith("interval")


def test_repeats_of_topics_have_limits_by_customer(data: Collected, results: Results) -> None:
    """Stored figures of weeks have none; the page's are those asked of the week as a whole."""
    week = data.week_of("repeat_7d")
    asked = measure(results, results.catalogue, Question(("repeat_7d",), by=("topic",), where=f"week = '{week}'"))
    expected = asked.dropna(subset=["topic"]).set_index("topic")["low"]
    stored = results.frame("select low from kpi_values where kpi = 'repeat_7d' and cut = 'topic' and grain = 'week'")
    [table] = cut_tables(data, Words("en"), "topic", lambda dimension, name: "")
    assert stored["low"].isna().all() and expected.notna().all()
    place = [head.kpi for head in table.columns].index("repeat_7d")
    assert {row[0].text: row[place].low for row in table.rows} == expected.to_dict()


def test_a_topic_has_one_kind_of_limits_of_handle_time(data: Collected, results: Results) -> None:
    """By day in the week that pages tell of; stored figures have none."""
    handle = data.of_cut("topic").query("kpi == 'aht'")
    told, earlier = (handle[is_told] for is_told in (handle["period"] == data.week, handle["period"] < data.week))
    stored = results.frame("select low from kpi_values where kpi = 'aht' and cut = 'topic' and grain = 'week'")
    assert stored["low"].isna().all() and told["low"].notna().any() and earlier["low"].isna().all()


def test_a_large_team_fills_several_pages(data: Collected) -> None:
    crowd = [f"x{n:03d}" for n in range(2 * TOGETHER + 5)]
    one = data.agents.iloc[:1]
    many = replace(
        data,
        agents=pd.concat([one.assign(agent=agent) for agent in crowd], ignore_index=True),
        team_of=dict.fromkeys(crowd, "Crowd"),
        names={agent: agent for agent in crowd},
    )
    pages = [page for page in subjects(many) if page.key == "Crowd"]
    assert [(page.file, len(page.people)) for page in pages] == [
        ("team-crowd", TOGETHER), ("team-crowd.2", TOGETHER), ("team-crowd.3", 5)
    ]  # fmt: skip
    assert Places(many)("agent", "x084") == "team-crowd.3.html#person-x084"
    assert Places(many)("team", "Crowd") == "team-crowd.html"


def test_people_without_a_team_have_a_page_too(data: Collected, files: Mapping[str, str]) -> None:
    loose = replace(data, team_of={}, teams=data.teams.iloc[:0])
    pages = [page for page in subjects(loose) if page.dimension == "team"]
    assert [(page.key, page.file) for page in pages] == [("", "team-other")]
    assert "People without a team" in week_pages(loose, Words("en"), LANGUAGES, "")["team-other.html"]


def test_a_persons_single_weeks_on_few_rows_are_withheld() -> None:
    lines = pd.DataFrame({"cut": ["agent", "agent", "team"], "n": [4.0, 5.0, 4.0], "value": [0.1, 0.2, 0.3]})
    assert withhold_small_weeks(lines, 5)["value"].fillna(-1).tolist() == [-1, 0.2, 0.3]


def test_a_small_line_leaves_out_weeks_of_few_records_and_those_still_to_come(data: Collected) -> None:
    """Of human contact the centre has one judgement of the newest week so far; the person has seven."""
    newest, kpis = data.history[-1], [data.catalogue[name] for name in ("aht", "pec_rate", "answered")]
    is_newest = (data.weekly["kpi"] == "pec_rate") & (data.weekly["cut"] == "") & (data.weekly["period"] == newest)
    weeks = list(with_gaps(tuple(data.history)))[-LINE_WEEKS:]
    lines = pd.DataFrame({"cut": "agent", "agent": "x", "team": None, "period": weeks, "n": 40.0, "value": 0.5})
    lines.loc[0, "n"], lines.loc[len(weeks) - 1, "n"] = 9, 30
    begun = replace(
        data,
        weekly=data.weekly.assign(n=data.weekly["n"].mask(is_newest, 1)),
        lines=pd.concat([lines.assign(kpi=kpi.id) for kpi in kpis]),
    )
    blank = {kpi.id: np.flatnonzero(np.isnan(_line(begun, kpi, "agent", "x"))).tolist() for kpi in kpis}
    assert blank == {"aht": [0], "pec_rate": [0, len(weeks) - 1], "answered": []}


def test_of_few_judged_contacts_of_a_queue_no_share_is_shown(data: Collected) -> None:
    row = {
        "kpi": "pec_rate",
        "cut": "queue",
        "n": 4.0,
        "numerator": 2.0,
        "denominator": 9.0,
        "value": 0.2,
        "low": 0.1,
        "high": 0.6,
        "why": None,
    }
    rows = pd.DataFrame([row, row | {"n": 5.0}, row | {"cut": ""}, row | {"kpi": "repeat_7d"}])
    found = withhold_few_judged(rows, data.catalogue, 5)
    assert found["value"].isna().tolist() == [True, False, False, False] and found["why"].tolist()[:2] == [
        "too_few",
        None,
    ]
    judged = data.of_cut("queue")
    judged = judged[(judged["kpi"] == "pec_rate") & judged["queue"].notna()]
    shown, few = judged[judged["value"].notna()], judged[judged["why"] == "too_few"]
    assert len(shown) and (shown["n"] >= 5).all() and shown["low"].notna().all() and few["n"].isna().all()
    assert "stands for" in lead(data, Words("en"))


@pytest.mark.parametrize(
    ("replies", "said"),
    [
        (None, "repeats and effort are for 2–8 November 2026"),
        ("2026-W45", "repeats, first replies and effort are for 2–8 November 2026"),
        ("2026-W46", "First replies are for 9–15 November 2026"),
    ],
)
def test_a_week_is_named_once_for_all_figures_that_are_of_it(data: Collected, replies: str | None, said: str) -> None:
    of_replies = replace(data, ripe=data.ripe | {"first_reply_p50": replies}, written=data.written or object())
    told = lead(of_replies, Words("en"))
    assert said in told and told.count("2–8 November 2026") == 1


# What the first screen answers


def judged(*verdicts: Verdict) -> list[Finding]:
    kpis = ("aht", "pec_rate", "service_level", "csat")
    figures = {"value": Figure(0.5, "share"), "expected": Figure(0.4, "share", 0.3, 0.5)}
    return [
        Finding("week", verdict, {}, ("2026-W46", "2026-W46"), figures, 1.0, Evidence(""), {"kpi": kpi})
        for verdict, kpi in zip(verdicts, kpis, strict=False)
    ]


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        (("improved", "no_detectable_change"), "Yes: of the figures judged (2), 1 improved and none worsened."),
        (("worsened", "too_few"), "No: of the figures judged (1), 1 worsened and none improved."),
        (("improved", "worsened", "changed"), "Partly: of the figures judged (3), 1 improved and 1 worsened."),
        (("changed", "no_detectable_change"), "Of the figures judged (2), none is detectably better or worse."),
        (("no_detectable_change", "too_few"), "No detectable change in 1 figure."),
        (("too_few", "too_few"), "Not known yet"),
        ((), "Not known yet"),
    ],
)
def test_is_it_better(data: Collected, verdicts: tuple[Verdict, ...], said: str) -> None:
    found = answers.better(replace(data, findings=judged(*verdicts)), Words("en"))
    assert found[0].text.startswith(said)


def test_no_change_anywhere_is_said_once(data: Collected) -> None:
    quiet = replace(data, findings=judged("no_detectable_change", "too_few"), targets={})
    found = answers.better(quiet, Words("en"))
    assert [f.verdict for f in found] == ["no_detectable_change", "too_few"]


def test_figures_that_only_stand_out_are_counted_and_named(data: Collected) -> None:
    """Beside "no detectable change" on the same screen they would be a contradiction, passed over in silence."""
    weekly = data.weekly.copy()
    for kpi in ("aht", "asa"):
        rows = weekly["kpi"].eq(kpi) & weekly["cut"].eq("")
        odd = weekly.loc[rows, "period"] == data.week
        weekly.loc[rows, "value"] = np.where(odd, 900.0, np.arange(rows.sum()) % 2 + 400.0)
    names = [f"{data.catalogue[kpi].title['en']} (above its usual band)" for kpi in ("asa", "aht")]
    moved = replace(data, weekly=weekly, findings=judged("no_detectable_change"), targets={"service_level": 1.0})
    found = answers.better(moved, Words("en"))
    assert found.index(next(f for f in found if f.text.startswith("Target"))) < [f.verdict for f in found].index(
        "stands_out"
    )
    among, beside = (f.text for f in found if f.verdict == "stands_out")
    assert among == f"1 figure without a detectable change stands out all the same (a weaker sign): {names[1]}."
    assert names[0] in beside and re.match(r"\d+ figures? stands? out, which is a weaker sign than a change: ", beside)


def persons(agents: list[str]) -> list[Finding]:
    figures = {"adjusted": Figure(0.2, "share", 0.1, 0.3), "usual": Figure(0.1, "share")}
    return [
        Finding(
            "person", "worse", {"agent": agent}, ("2026-W40", "2026-W46"), figures, float(n), Evidence(""),
            {"measure": "hurried"},
        )
        for n, agent in enumerate(agents)
    ]  # fmt: skip


def test_three_persons_are_named_with_the_way_to_them_and_the_rest_counted(data: Collected) -> None:
    agents = sorted(data.names)[:5]
    found = answers.where(replace(data, findings=persons(agents)), Words("en"), Places(data).link)
    assert len(found) == 1
    assert found[0].text.count("<a href") == 4 and 'findings.html">and 2 more</a>' in found[0].text
    named = [agent for agent in agents if f"#person-{agent.lower()}" in found[0].text]
    assert named == agents[2:], "the most certain"
    asked = [
        Words("en")("answer.ask") in [f.text for f in sure(replace(data, findings=some), Words("en"))]
        for some in (persons(agents), [])
    ]
    assert asked == [True, False], "whoever is named is asked first"


def test_sentences_for_letters_hold_no_markup_and_those_for_pages_escape_names(data: Collected) -> None:
    evil = next(agent for agent, name in data.names.items() if name == EVIL)
    named = replace(data, findings=persons([evil]))
    assert EVIL in answers.where(named, Words("en"))[0].text
    linked = answers.where(named, Words("en"), Places(data).link)[0].text
    assert EVIL not in linked and html.escape(EVIL) in linked
    assert EVIL not in answers.where(named, Words("en"), unlinked)[0].text


def test_rows_that_a_page_leaves_out_keep_their_links() -> None:
    rows = [[Cell(f"n{n}", f"n{n}", to="people.html")] for n in range(MOST + 1)]
    assert rest_script(Table("t", "", [Column("name", False)], rows)).endswith(
        '[["t-n100",["n100","",0,"people.html"]]];\n'
    )


def test_nobody_stands_out_is_said_only_where_all_were_compared_and_may_be_shown(data: Collected) -> None:
    others = Finding("nobody_else", "no_detectable_change", {}, ("2026-W40", "2026-W46"), {}, 0.0, Evidence(""))
    nobody = replace(others, kind="nobody")
    enough = replace(others, kind="staffing", figures={"short": Figure(0, "count")})
    shown = [replace(data, findings=found) for found in ([nobody, enough], [nobody, others], [])]
    found = [answers.where(one, Words("en"))[0] for one in (*shown, replace(shown[-1], ripe=dict.fromkeys(data.ripe)))]
    assert [(one.verdict, one.text) for one in found] == [
        ("no_detectable_change", "Nowhere in particular: nobody and nothing stands out."),
        ("no_detectable_change", "Nowhere that this report may show."),
        ("too_few", "People were not compared: too few of them have enough records. Nothing else stands out."),
        ("too_few", "Not examined yet: no week is old enough yet for its outcome to be known."),
    ]


def test_that_speed_costs_nothing_detectable_is_said_beside_what_it_does(data: Collected) -> None:
    hurried, slope = (next(f for f in data.findings if f.kind == kind) for kind in ("hurried", "slope"))
    seen, (quiet, calm) = replace(hurried, verdict="seen"), (replace(f, verdict=UNMOVED) for f in (slope, hurried))
    told = [answers.costs(replace(data, findings=found), Words("en")) for found in ([quiet, seen], [calm, quiet], [])]
    assert [[said.verdict for said in one] for one in told] == [["seen", UNMOVED], [UNMOVED, UNMOVED], []]
    assert told[0][1].text.startswith(
        "Within a topic there is no detectable link between handle time and customers who do"
    )
    assert "neither detectably more nor detectably less" in told[1][1].text


def test_letters_on_the_charts_of_a_queue_are_explained_there(data: Collected, files: Mapping[str, str]) -> None:
    own = [text for name, text in files.items() if name.startswith(("queue-", "topic-")) and name.endswith(".html")]
    titles = [html.escape(event["title"]) for event in data.documents["events"]]
    assert own and all(title in text for text in own for title in titles)


def test_half_hours_short_of_people_are_listed_where_the_sentence_leads(
    data: Collected, files: Mapping[str, str]
) -> None:
    staffed = next(finding for finding in data.findings if finding.kind == "staffing")
    rows = [[cell.value for cell in row] for row in staffing(data, Words("en"))["short"].rows]
    told = {"short": len(rows), "hours": sum(row[3] for row in rows) / 2, "gap": rows[0][3]}
    assert told == {name: pytest.approx(staffed.figures[name].value) for name in told} and len(rows) > 1
    assert all(people + missing == pytest.approx(needed) for _, people, needed, missing, *_ in rows)
    assert f'most on <a href="service.html#short">{rows[0][0]}</a>' in files["findings.html"]
    occupied = (
        f"calls take {Words('en').percent(staffed.figures['occupancy'].value, 1)} of the time of people on the phones"
    )
    assert occupied in files["service.html"] and "half-hours of a typical week, there were" in files["service.html"]
    enough = staffing(replace(data, findings=[replace(staffed, parts=())]), Words("en"))
    assert enough["staffing"] and enough["short"] is None
    assert staffing(replace(data, findings=[]), Words("en")) == {"staffing": [], "short": None}


def test_whom_a_finding_names_is_marked_where_the_team_is_listed(data: Collected, files: Mapping[str, str]) -> None:
    named = {f.whom["agent"] for f in data.findings if "agent" in f.whom}
    pages = [text for name, text in files.items() if name.startswith("team-") and name.endswith(".html")]
    marked = {agent for text in pages for agent in re.findall(r'<li class="worse"><a href="#person-(\w+)">', text)}
    assert marked == named != set()
    assert all(('<li class="worse">' in text) == ("A sign before a name:" in text) for text in pages)


def test_findings_say_what_an_expectation_is(data: Collected, files: Mapping[str, str]) -> None:
    said = Words("en")("findings.note_expected")
    assert said in html.unescape(files["findings.html"])
    assert said not in findings_page.page(replace(data, findings=[]), Words("en"), unlinked)["note"]
