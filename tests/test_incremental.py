"""Incremental equals full: the published content of any history is that of one fresh load."""

import random
import re
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from pipeline.building import week_figures, week_files
from pipeline.building.build import build
from pipeline.building.plan import MARGIN
from pipeline.engines.warehouse import Warehouse, open_warehouse
from pipeline.errors import Stopped
from pipeline.kpis.cube import Cube
from pipeline.kpis.measure import measure_cuts
from pipeline.loading.batches import undo
from pipeline.loading.files import find_files
from pipeline.loading.load import load_files
from pipeline.models import read_model
from pipeline.results import open_results
from pipeline.settings import Admission, Engine, Privacy, Settings
from pipeline.settings.service_levels import ServiceLevel
from pipeline.sources import find_source
from tests.tables import load_table, write_table

KEYS = {
    "fact_calls": "source, call_id",
    "fact_contacts": "source, conversation_id",
    "fact_agent_hours": "agent, team, half_hour_at",
    "fact_evaluations": "source, evaluation_id",
    "fact_surveys": "source, survey_id, question",
    "fact_case_contacts": "source, conversation_id",
    "fact_cases": "case_id",
    "kpi_values": "kpi, grain, cut, period, team, agent, queue, topic, channel",
}
MEMBER = "event_id  happened_at  agent  event  queue\n"
MEMBERS = (
    "ADDMEMBER q1", "ADDMEMBER q2", "REMOVEMEMBER q1", "REMOVEMEMBER q2", "PAUSE q1", "UNPAUSE q2", "PAUSEALL -", "UNPAUSEALL -",
    "AGENTLOGIN -", "AGENTLOGOFF -",
)  # fmt: skip
Inputs = dict[tuple[str, str], str]
"""(table, file name) -> rows as readable text."""


def random_inputs(rng: random.Random, weeks: int = 11, tangled: float = 0.05) -> Inputs:
    inputs: Inputs = {}
    for week in range(weeks):
        inputs["calls", f"w{week:02d}.csv"] = random_calls(rng, week, tangled)
        inputs["evaluations", f"w{week:02d}.csv"] = random_evaluations(rng, week)
        inputs["agent_states", f"w{week:02d}.csv"] = random_states(rng, week)
    inputs["agents", "agents.csv"] = "agent  team  valid_from\n" + "\n".join(
        f"a{i}  {'Red' if i % 2 else 'Blue'}  2026-01-01 00:00" for i in range(4)
    )
    return inputs


def random_calls(rng: random.Random, week: int, tangled: float = 0.05) -> str:
    """The first is of Monday at midnight. Some calls were delivered weeks ago under the same key, some belong to a conversation of
    months, some are handed on to a leg of the same customer, nobody is known late; each fifth is a call-back."""
    rows = [
        "call_id  conversation_id  offered_at  wait_s  talk_s  hold_s  wrap_s  outcome  agent  topic  customer_key  is_resolved  direction  queue  ended_by"
    ]
    for number in range(rng.randint(8, 16)):
        seconds = rng.randrange(7 * 86400) * bool(number)
        day = pd.Timestamp("2026-02-02") + pd.Timedelta(days=7 * week, seconds=seconds)
        lost = rng.random() < 0.2
        length = (
            "-  -  -  abandoned  -"
            if lost
            else f"{rng.randint(30, 900)}  {rng.randint(0, 60)}  5  answered  a{rng.randrange(4)}"
        )
        who = f"c{rng.randrange(12)}" if (week < 8 or week == 15) and rng.random() < 0.8 else "-"
        talk = f"long{rng.randrange(3)}" if rng.random() < tangled else "-"
        key = f"k{max(0, week - 5)}-{number}" if rng.random() < tangled else f"k{week}-{number}"
        solved = "-" if lost else rng.choice(["true", "false"])
        direction = "callback" if number % 5 == 4 else "inbound"
        leg = f"{rng.randint(0, 90)}  {length}  t{rng.randrange(3)}  {who}  {solved}  {direction}  {'far' if number % 3 else 'near'}"
        rows.append(f"{key}  {talk}  {day}  {leg}  {'transfer' if number % 4 == 1 else '-'}")
        if number % 4 == 1:
            rows.append(f"{key}-on  -  {day + pd.Timedelta(seconds=1000)}  {leg}  customer")
    return "\n".join(rows)


def random_states(rng: random.Random, week: int) -> str:
    """Logins and pauses, some over the end of the week, one of weeks, some without an end."""
    rows = ["agent  state  starts_at  ends_at"]
    for number in range(8):
        begin = pd.Timestamp("2026-02-02") + pd.Timedelta(days=7 * week, minutes=rng.randrange(7 * 1440))
        begin = pd.Timestamp("2026-02-08 20:00") + pd.Timedelta(days=7 * week) if number == 0 else begin
        hours = 500 if number == 1 and week % 4 == 0 else rng.randint(1, 9)
        end = "-" if rng.random() < 0.2 else begin + pd.Timedelta(hours=hours)
        rows.append(f"a{rng.randrange(4)}  {rng.choice(['logged_in', 'logged_in', 'break'])}  {begin}  {end}")
    return "\n".join(rows)


def random_memberships(rng: random.Random, week: int) -> str:
    """Few events of few agents in queues: most stretches last for weeks, and the event that ends one comes in a later file."""
    rows = []
    for number in range(6):
        at = pd.Timestamp("2026-02-02") + pd.Timedelta(days=7 * week, hours=rng.randrange(7 * 24))
        event, queue = rng.choice(MEMBERS).split()
        rows.append(f"m{week}-{number}  {at}  m{rng.randrange(4)}  {event}  {queue}")
    return MEMBER + "\n".join(rows)


def random_evaluations(rng: random.Random, week: int) -> str:
    """Judgements of calls of this week and of weeks before: some are late."""
    rows = ["evaluation_id  conversation_id  evaluator  evaluated_at  criterion  score"]
    judged = pd.Timestamp("2026-02-08 20:00") + pd.Timedelta(days=7 * week)
    rows += [
        f"e{week}-{n}  k{rng.randint(max(0, week - 6), week)}-{rng.randrange(8)}  x  {judged}  pec  {rng.randint(0, 1)}"
        for n in range(5)
    ]
    return "\n".join(rows)


def settings_in(folder: Path, **engine: int) -> Settings:
    """Corrected files may lack however many records of the first delivery."""
    return Settings(
        warehouse=folder / "w.duckdb", timezone="Europe/Zurich", queue_timezones={"far": "Pacific/Auckland"},
        privacy=Privacy(key="test"), engine=Engine(**engine), admission=Admission(bad_share_limit=1), service_levels=(ServiceLevel(queue="far", answer_within_s=45),),
    )  # fmt: skip


def load_and_build(folder: Path, steps: list[Inputs], **engine: int) -> None:
    settings = settings_in(folder, **engine)
    for step in steps:
        with open_warehouse(settings) as warehouse:
            for (table, name), text in step.items():
                file, mapping = write_table(folder / "in", table, text, name)
                source = find_source("csv", str(mapping))
                (account,) = load_files(warehouse, settings, source, find_files([file], source.suffixes))
                assert account.error is None and not account.quarantined, account
            if warehouse.value("select count(*) from raw_calls"):
                build(warehouse, settings, [], lambda step: None)


def content(folder: Path) -> dict[str, pd.DataFrame]:
    results = open_results(settings_in(folder).results)
    return {table: results.frame(f"select * from {table} order by {keys}") for table, keys in KEYS.items()}


def assert_same_content(left: Path, right: Path) -> None:
    one, other = content(left), content(right)
    for table in KEYS:
        pd.testing.assert_frame_equal(one[table], other[table], obj=table, check_exact=True)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_any_order_of_loads_equals_one_fresh_load(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    final = random_inputs(rng)
    names = list(final)
    rng.shuffle(names)
    corrected = rng.choice([name for name in names if name[0] == "calls"])
    first_delivery = {**final, corrected: random_calls(rng, int(corrected[1][1:3]))}
    steps = [{name: first_delivery[name] for name in names[i::3]} for i in range(3)]
    steps += [{corrected: final[corrected]}, {names[0]: final[names[0]]}]
    load_and_build(tmp_path / "steps", steps)
    load_and_build(tmp_path / "fresh", [final])
    assert_same_content(tmp_path / "steps", tmp_path / "fresh")


@pytest.mark.slow
def test_an_export_of_the_last_weeks_under_one_name_is_a_file_a_week(tmp_path: Path) -> None:
    inputs = {name: text for name, text in random_inputs(random.Random(7), 6, tangled=0).items() if name[0] == "calls"}
    weeks = [text.partition("\n") for text in inputs.values()]
    rolling: list[Inputs] = [
        {
            ("calls", "export.csv"): "\n".join(
                [weeks[0][0], *(rows for _, _, rows in weeks[max(0, last - 3) : last + 1])]
            )
        }
        for last in range(len(weeks))
    ]
    load_and_build(tmp_path / "steps", rolling)
    load_and_build(tmp_path / "fresh", [inputs])
    assert_same_content(tmp_path / "steps", tmp_path / "fresh")


@pytest.mark.slow
def test_a_new_week_leaves_old_files_as_they_are(tmp_path: Path) -> None:
    inputs = random_inputs(random.Random(3), tangled=0)
    last = {name: text for name, text in inputs.items() if name[1].startswith("w10")}
    before = {name: text for name, text in inputs.items() if name not in last}
    load_and_build(tmp_path / "steps", [before])
    old = open_results(settings_in(tmp_path / "steps").results).manifest["tables"]
    load_and_build(tmp_path / "steps", [last])
    new = open_results(settings_in(tmp_path / "steps").results).manifest["tables"]
    assert len(old["fact_calls"]) > 8
    for table, files in old.items():
        untouched = sorted(files)[: len(files) - 7]
        assert {week: new[table][week] for week in untouched} == {week: files[week] for week in untouched}, table
    load_and_build(tmp_path / "fresh", [inputs])
    assert_same_content(tmp_path / "steps", tmp_path / "fresh")


@pytest.mark.slow
def test_a_new_week_has_no_figure_measured_anew_whose_facts_are_as_they_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Calls of old weeks stay as they are, their contacts learn of returns. Few are sooner measured all at once."""

    def asked_of(new: Inputs, few: int) -> list[set[str]]:
        """The KPIs measured of each stretch of weeks."""
        asked: list[Cube] = []
        with monkeypatch.context() as patched:
            patched.setattr(week_files, "FEW", few)
            patched.setattr(week_figures, "measure_cuts", lambda *of: asked.append(of[-1]) or measure_cuts(*of))
            load_and_build(tmp_path / "steps", [new])
        return [{n for c in asked if c.where == of for n in c.kpis} for of in sorted({c.where for c in asked})]

    old = {name: text for name, text in random_inputs(random.Random(3), tangled=0).items() if name[0] == "calls"}
    head = "call_id  offered_at  wait_s  talk_s  hold_s  wrap_s  outcome  agent  customer_key"
    calls = "\n".join([head, *(f"n{i}  2026-04-29 09:{i:02d}  5  60  0  0  answered  a1  c{i}" for i in range(12))])
    new: Inputs = {("calls", "new.csv"): calls}
    newer: Inputs = {("calls", "newer.csv"): calls.replace("\nn", "\nm").replace("04-29", "05-06")}
    load_and_build(tmp_path / "steps", [old])
    first, last = asked_of(new, few=0)
    assert {"asa", "wait_p50", "repeat_7d"} <= last and "repeat_7d" in first and not {"asa", "wait_p50"} & first
    [every] = asked_of(newer, few=week_files.FEW)
    assert last <= every
    load_and_build(tmp_path / "fresh", [old | new | newer])
    assert_same_content(tmp_path / "steps", tmp_path / "fresh")


def test_who_is_new_in_a_week_has_a_row_of_the_figures_whose_facts_are_as_they_were(tmp_path: Path) -> None:
    """The login adds an agent of whom there is no call: of as many as nought."""
    calls: Inputs = {("calls", "c.csv"): "call_id  offered_at  outcome  agent\nk1  2026-04-28 09:00  answered  a1"}
    login = "agent  state  starts_at  ends_at\n{}  logged_in  2026-04-28 08:00  2026-04-28 16:00"
    first: Inputs = {("agent_states", "1.csv"): login.format("a1")}
    second: Inputs = {("agent_states", "2.csv"): login.format("a9")}
    load_and_build(tmp_path, [calls | first, second])
    asked = "select kpi, n from kpi_values where grain = 'week' and cut = 'agent' and agent = '{}' order by kpi"
    results = open_results(settings_in(tmp_path).results)
    known, new = (results.frame(asked.format(who)).set_index("kpi")["n"] for who in ("a1", "a9"))
    assert list(new.index) == list(known.index) and (known["answered"], new["answered"]) == (1, 0)


@pytest.mark.usefixtures("facts_alone_here")
def test_a_file_that_somebody_took_away_is_written_again(tmp_path: Path) -> None:
    inputs = {name: text for name, text in random_inputs(random.Random(4), weeks=2).items() if name[0] == "calls"}
    load_and_build(tmp_path, [inputs])
    folder = settings_in(tmp_path).results
    whole = sorted(folder.rglob("*"))
    for lost in ("facts/fact_calls/*", "documents/changes*", "documents/definitions*"):
        min(folder.glob(lost)).unlink()
    load_and_build(tmp_path, [{}])
    assert sorted(folder.rglob("*")) == whole


def nobody_known(calls: str) -> str:
    """So that what is known of returns hangs on a contact of months later."""
    return re.sub(r"  c\d+  ", "  -  ", calls)


def with_tickets(inputs: Inputs) -> Inputs:
    from tests.test_report_tickets import tables  # with plotly, which the processes of test_kills need not import

    return inputs | {(table, "tickets.csv"): text for table, text in tables().items()}


@pytest.mark.slow
@pytest.mark.parametrize("tangled", [0.0, 0.05])
def test_a_history_computed_in_portions_is_that_computed_at_once(tmp_path: Path, tangled: float) -> None:
    inputs = random_inputs(random.Random(9), weeks=16, tangled=tangled)
    if tangled:
        inputs = with_tickets(inputs)
    else:
        inputs |= {name: nobody_known(text) for name, text in inputs.items() if "w02" <= name[1] < "w15"}
    load_and_build(tmp_path / "portions", [inputs], rows_at_once=40)
    load_and_build(tmp_path / "once", [inputs])
    assert_same_content(tmp_path / "portions", tmp_path / "once")
    for folder in ("portions", "once"):
        results = open_results(settings_in(tmp_path / folder).results)
        assert (results.last_complete_week, len(results.weeks)) == ("2026-W21", 17), "logins go on over the end"


@pytest.mark.usefixtures("facts_alone_here")
def test_the_same_files_twice_change_nothing(tmp_path: Path) -> None:
    inputs = random_inputs(random.Random(4), weeks=3)
    load_and_build(tmp_path, [inputs])
    manifest = settings_in(tmp_path).results / "manifest.json"
    before = manifest.read_bytes(), manifest.stat().st_mtime_ns
    load_and_build(tmp_path, [inputs])
    assert (manifest.read_bytes(), manifest.stat().st_mtime_ns) == before


@pytest.mark.slow
def test_another_version_computes_every_figure_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = random_inputs(random.Random(4), weeks=3)
    with monkeypatch.context() as older:
        older.setattr("pipeline.kpis.figures._value", lambda kpi, n, total: 2 * total)
        for user in ("results", "building.build", "building.publish"):
            older.setattr(f"pipeline.{user}.layout", lambda: "of an older version")
        load_and_build(tmp_path / "updated", [inputs])
    with pytest.raises(Stopped, match="published by another version of the pipeline; `build` or `run` first"):
        open_results(settings_in(tmp_path / "updated").results)
    load_and_build(tmp_path / "updated", [{}])
    load_and_build(tmp_path / "once", [inputs])
    assert_same_content(tmp_path / "updated", tmp_path / "once")


@pytest.mark.slow
def test_undo_gives_what_there_was_before(tmp_path: Path) -> None:
    inputs = random_inputs(random.Random(5), weeks=6)
    extra: Inputs = {("calls", "late.csv"): random_calls(random.Random(6), 2)}
    load_and_build(tmp_path / "steps", [inputs, extra])
    settings = settings_in(tmp_path / "steps")
    with open_warehouse(settings) as warehouse:
        undo(warehouse, warehouse.value("select max(batch_id) from batches"))
        build(warehouse, settings, [], lambda step: None)
    load_and_build(tmp_path / "fresh", [inputs])
    assert_same_content(tmp_path / "steps", tmp_path / "fresh")


@pytest.mark.slow
def test_the_first_ticket_that_can_complain_makes_none_of_the_weeks_before_nought(tmp_path: Path) -> None:
    calls = random_inputs(random.Random(4), weeks=6, tangled=0)
    told = "ticket_id  created_at  is_complaint  customer_key\nt1  2026-03-12 09:00  true  c1"
    load_and_build(tmp_path / "steps", [calls, {("tickets", "t.csv"): told}])
    load_and_build(tmp_path / "fresh", [calls | {("tickets", "t.csv"): told}])
    assert_same_content(tmp_path / "steps", tmp_path / "fresh")


@pytest.mark.slow
@pytest.mark.usefixtures("facts_alone_here")
def test_a_return_to_a_letter_of_weeks_is_seen_though_only_its_handling_says_how_long_it_lasted(tmp_path: Path) -> None:
    head = "call_id  offered_at  talk_s  outcome  customer_key  agent  channel"
    old = f"{head}\nk1  2026-02-24 09:00  2160000  answered  ann  kim  email\nk2  2026-04-05 09:00  60  answered  bob  kim  voice"
    new = f"{head}\nk3  2026-04-06 09:00  60  answered  ann  kim  voice"
    load_and_build(tmp_path, [{("calls", "old.csv"): old}, {("calls", "new.csv"): new}])
    asked = "select return_after_s from fact_contacts where conversation_id = 'k1'"
    assert open_results(settings_in(tmp_path).results).frame(asked)["return_after_s"].tolist() == [16 * 86400]


def test_a_return_to_a_chat_of_weeks_is_seen_from_the_portion_in_which_it_began(tmp_path: Path) -> None:
    calls = """call_id  offered_at  ended_at  outcome  customer_key  channel
k1  2026-02-12 09:00  2026-03-09 09:00  answered  ann  chat
k2  2026-02-20 09:00  2026-02-20 09:05  answered  bob  voice
k3  2026-04-06 09:00  2026-04-06 09:05  answered  ann  voice"""
    load_and_build(tmp_path, [{("calls", "calls.csv"): calls}], rows_at_once=1)
    asked = "select return_after_s from fact_contacts where conversation_id = 'k1'"
    assert open_results(settings_in(tmp_path).results).frame(asked)["return_after_s"].tolist() == [28 * 86400]


def test_the_first_unanswered_call_of_a_source_makes_the_weeks_before_known(tmp_path: Path) -> None:
    head, answered = "call_id  offered_at  outcome", [f"k{n}  2026-01-05 09:00  answered" for n in range(500)]
    alone: Inputs = {("calls", "old.csv"): "\n".join([head, *answered, "last  2026-04-05 09:00  answered"])}
    load_and_build(tmp_path, [alone, {("calls", "new.csv"): f"{head}\nlost  2026-04-06 09:00  abandoned"}])
    told = open_results(settings_in(tmp_path).results).frame("select distinct week, is_offered from fact_contacts")
    assert sorted(told.values.tolist()) == [["2026-W02", True], ["2026-W14", True], ["2026-W15", True]]


def test_the_first_login_of_a_log_of_statuses_makes_presence_before_unknown(tmp_path: Path) -> None:
    head = "agent  state  starts_at"
    calls = (
        "call_id  offered_at  agent  outcome\nk1  2026-01-05 09:00  a1  answered\nk2  2026-04-06 09:00  a2  answered"
    )
    alone: Inputs = {
        ("calls", "calls.csv"): calls,
        ("agent_states", "old.csv"): f"{head}\na1  available  2026-01-05 08:00\na1  logged_out  2026-01-05 12:00",
    }
    steps: list[Inputs] = [alone, {("agent_states", "new.csv"): f"{head}\na2  logged_in  2026-04-06 08:00"}]
    for step, told in enumerate([["a1"], ["a2"]], 1):
        load_and_build(tmp_path / str(step), steps[:step])
        present = "select distinct agent from fact_agent_hours where login_s > 0"
        assert open_results(settings_in(tmp_path / str(step)).results).frame(present)["agent"].tolist() == told


JOINED = f"{MEMBER}1  2026-02-03 08:00  m1  ADDMEMBER  q"
LEFT = f"{MEMBER}2  2026-04-07 08:00  m1  REMOVEMEMBER  q"
PRESENCE = (
    "select week, sum(login_s) / 3600 as hours from fact_agent_hours where agent = 'm1' group by week order by week"
)


@pytest.mark.parametrize(
    ("between", "hours"),
    [
        ("", [[f"2026-W{week:02d}", hours] for week, hours in [(6, 135), *((n, 168) for n in range(7, 13)), (13, 167), (14, 168), (15, 34)]]),
        pytest.param("9  2026-03-10 08:00  m1  ADDMEMBER  q", [["2026-W06", 12]], marks=pytest.mark.slow),
    ],
    ids=["left", "joined again before"],
)  # fmt: skip
@pytest.mark.slow
def test_a_membership_of_months_that_a_later_file_ends_is_of_all_its_weeks(
    tmp_path: Path, between: str, hours: list[list[object]]
) -> None:
    calls = {name: text for name, text in random_inputs(random.Random(8)).items() if name[0] == "calls"}
    steps: list[Inputs] = [
        {**calls, ("queue_events", "1.csv"): JOINED},
        {("queue_events", "2.csv"): LEFT},
        *([{("queue_events", "3.csv"): MEMBER + between}] if between else []),
    ]
    load_and_build(tmp_path / "steps", steps)
    load_and_build(tmp_path / "fresh", [{name: text for step in steps for name, text in step.items()}])
    found = open_results(settings_in(tmp_path / "steps").results).frame(PRESENCE).values.tolist()
    assert found[: len(hours)] == hours
    assert_same_content(tmp_path / "steps", tmp_path / "fresh")


def hours_of_states(warehouse: Warehouse) -> set[tuple[str, str, datetime]]:
    """Agent, state and hour of all that the queue log says of presence and pauses."""
    states = read_model("core_queue_states")
    for name in ("core_queue_member_events", "core_queue_memberships"):
        warehouse.sql.execute(f"create or replace temp table {name} as {read_model(name)}")
    hours = "unnest(range(starts_at, coalesce(ends_at, timestamp '2026-06-01'), interval 1 hour))"
    return set(warehouse.sql.execute(f"select distinct agent, state, {hours} from ({states})").fetchall())


@pytest.mark.parametrize("seed", range(3))
def test_whatever_a_load_changes_of_presence_is_stale(tmp_path: Path, seed: int) -> None:
    rng, settings, touched = random.Random(seed), settings_in(tmp_path), 0
    weeks = rng.sample(range(12), 12)
    with open_warehouse(settings) as warehouse:
        for week in [*weeks, weeks[0]]:
            before = hours_of_states(warehouse)
            warehouse.sql.execute("delete from stale")
            events = random_memberships(rng, week)
            load_table(warehouse, settings, tmp_path, "queue_events", events, name=f"w{week:02d}.csv")
            changed = {hour for _, _, hour in before ^ hours_of_states(warehouse)}
            touched += len(changed)
            assert not changed or warehouse.value("select min(from_at) from stale") <= min(changed) + MARGIN
    assert touched > 1000


@pytest.mark.slow
def test_a_login_of_a_new_week_ends_one_left_open_months_before(tmp_path: Path) -> None:
    """Until then the old one lasted to the end of the data: the weeks between are no others than they were."""
    calls = {name: text for name, text in random_inputs(random.Random(8)).items() if name[0] == "calls"}
    header = "agent  state  starts_at  ends_at"
    old: Inputs = {
        ("agent_states", "old.csv"): f"{header}\na1  logged_in  2026-02-03 08:00  -\na1  break  2026-02-03 12:00  -"
    }
    new: Inputs = {("agent_states", "new.csv"): f"{header}\na1  logged_in  2026-04-07 08:00  2026-04-07 16:00"}
    last = {name: text for name, text in calls.items() if name[1] >= "w09"}
    load_and_build(tmp_path / "steps", [{**{n: calls[n] for n in calls if n not in last}, **old}, {**last, **new}])
    load_and_build(tmp_path / "fresh", [{**calls, **old, **new}])
    assert_same_content(tmp_path / "steps", tmp_path / "fresh")
    paused = "select sum(pause_s) as s from fact_agent_hours where half_hour_at >= timestamp '2026-04-07 08:00:00'"
    assert open_results(settings_in(tmp_path / "steps").results).frame(paused)["s"][0] == 0


@pytest.mark.usefixtures("facts_alone_here")
def test_a_row_of_a_later_file_tells_that_an_earlier_one_only_rang(tmp_path: Path) -> None:
    head = "call_id  conversation_id  offered_at  wait_s  outcome"
    files = [
        "a  c  2026-05-08 23:59:40  20  abandoned\nx  x  2026-05-20 10:00  5  answered",
        "b  c  2026-05-09 00:00:00  5  answered",
    ]
    load_and_build(tmp_path, [{("calls", f"{number}.csv"): f"{head}\n{rows}"} for number, rows in enumerate(files)])
    assert content(tmp_path)["fact_calls"].set_index("call_id")["outcome"]["a"] == "no_call"
