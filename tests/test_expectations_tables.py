"""The other tables, alone and beside five sound weeks of calls: what is sound passes, what is broken is named."""

import shutil
import tempfile
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from pipeline.engines.warehouse import open_warehouse
from pipeline.expectations import CheckResult, check_batches, stopping
from pipeline.loading.batches import undo
from pipeline.loading.files import find_files
from pipeline.loading.load import load_files
from pipeline.settings import Settings
from pipeline.settings.tickets import Tickets
from pipeline.sources import find_source
from tests.tables import csv_of, load_table
from tests.weeks_of_calls import SOUND, failed, quiet, sound_weeks


def judgements(of: str, on: str, evaluators: str = "xy") -> str:
    rows = ["evaluation_id  conversation_id  evaluator  evaluated_at  criterion  score"]
    rows += [f"e{n}  {of}{n}  {evaluators[n % len(evaluators)]}  {on} 10:00  pec  1" for n in range(24)]
    return "\n".join(rows)


def halves(second: str) -> str:
    """Of each judgement a row from `x`, and one of another criterion."""
    whole = judgements("w2n", "2026-01-21", "x")
    return "\n".join([whole, *whole.replace("x  2026", f"{second}  2026").replace("pec", "clarity").split("\n")[1:]])


def marks(score: str) -> str:
    rows = [f"e{n}  w2n{n}  x  2026-01-21 10:00  clarity  {score}  100" for n in range(24)]
    return "\n".join(["evaluation_id  conversation_id  evaluator  evaluated_at  criterion  score  score_max", *rows])


def of_criteria(of: str) -> str:
    ids = [(n, c, of.format(n=n, criterion=c)) for n in range(12) for c in ("tone", "solution")]
    rows = (f"{name}  w2n{n}  x  2026-01-21 10:{n + 10}  {c}  1" for n, c, name in ids)
    return "\n".join(["evaluation_id  conversation_id  evaluator  evaluated_at  criterion  score", *rows])


def created(time: str) -> str:
    return "\n".join(["ticket_id  created_at", *(f"t{n}  2026-01-06 {time}" for n in range(24))])


def answers(of: str, on: str, question: str = "csat", score: int = 5) -> str:
    rows = ["survey_id  conversation_id  question  score  answered_at"]
    return "\n".join([*rows, *(f"s{n}  {of}{n}  {question}  {score}  {on} 10:00" for n in range(30))])


def states(*rows: str) -> str:
    return "\n".join(["agent  state  starts_at  ends_at", *rows])


def shifts(agent: str, ends: str = "2026-01-06 17:00") -> str:
    return states(*(f"{agent}  available  2026-01-06 {8 + n // 4:02}:{n % 4 * 15:02}  2026-01-06 {8 + n // 4:02}:{n % 4 * 15 + 10:02}" for n in range(24)), f"{agent}  logged_in  2026-01-06 08:00  {ends}")  # fmt: skip


def days(since: str, until: str) -> str:
    """Ann's days of the first week."""
    return states(*(f"ann  {state}  2026-01-{day:02} {since}  2026-01-{day:02} {until}" for day in range(5, 11) for state in ("logged_in", "available", "meeting", "training")))  # fmt: skip


def events(member: str = "ann", **kinds: int) -> str:
    rows = ["event_id  happened_at  call_id  queue  event  agent"]
    for kind, count in kinds.items():
        agent = {"ADDMEMBER": member, "CONNECT": "ann"}.get(kind, "-")
        rows += [f"{kind}{n}  2026-01-06 {9 + n // 60:02}:{n % 60:02}  c{n}  q  {kind}  {agent}" for n in range(count)]
    return "\n".join(rows)


def changes(first: str) -> str:
    rows = (f"e{n}  t{n}  2026-01-06 10:00  status  {first if n == 0 else 'solved'}" for n in range(50))
    return "\n".join(["event_id  ticket_id  happened_at  field  value", *rows])


def statuses(first: str) -> str:
    """A status in capitals is the same one."""
    rows = (f"t{n}  2026-01-06 10:00  {first if n == 0 else 'Solved'}  2026-01-07 10:00" for n in range(50))
    return "\n".join(["ticket_id  created_at  status  solved_at", *rows])


def agents(*rows: str) -> str:
    return "\n".join(["agent  name  team  valid_from  valid_to", *rows])


def office(zone: str) -> str:
    return f"schedule  timezone  starts_min  ends_min\noffice  {zone}  1980  2580"


def written(body: str) -> str:
    rows = [f"m{n}  t{n}  customer  2026-01-21 10:{n}  {body}" for n in range(10, 34)]
    return "\n".join(["message_id  conversation_id  author_role  sent_at  body", *rows])


def forecasts(minutes: int) -> str:
    rows = (f"q  {pd.Timestamp('2026-01-06 00:00') + pd.Timedelta(minutes=n * minutes)}  3" for n in range(24))
    return "\n".join(["queue  starts_at  offered_calls", *rows])


LOG_OUT = "ann  logged_out  2026-01-06 17:00  -"
SECOND_LOGIN = "ann  logged_in  2026-01-07 08:00  2026-01-07 17:00"
ANN = "ann  Ann  red  2025-01-01 00:00  -"
OTHER_TABLES = [
    ("evaluations", judgements("w2n", "2026-01-21"), judgements("nowhere", "2026-01-21"), "contacts_missing", True),
    ("evaluations", judgements("w2n", "2026-01-21"), judgements("nowhere", "2026-01-21"), "contact_unknown", False),
    ("evaluations", judgements("w2n", "2026-01-21"), judgements("w2n", "2026-01-21", "x"), "one_evaluator", False),
    ("evaluations", marks("85"), marks("0.85"), "tiny_score", False),
    ("evaluations", of_criteria("e{n}"), of_criteria("e{n}-{criterion}"), "id_of_a_row", False),
    ("evaluations", halves("x"), halves("y"), "shared_id", False),
    ("surveys", answers("w2n", "2026-01-21"), answers("nowhere", "2026-01-21"), "contacts_missing", True),
    ("surveys", answers("w2n", "2026-01-21"), answers("nowhere", "2026-01-21"), "contact_unknown", False),
    ("surveys", answers("w2n", "2026-01-21"), answers("w2n", "2026-01-21", score=1), "short_csat", False),
    ("surveys", answers("w2n", "2026-01-21", "nps", 6), answers("w2n", "2026-01-21", "nps"), "short_nps", False),
    ("agent_states", shifts("ann"), shifts("ann", ends="2026-01-08 09:00"), "day_long", False),
    (
        "agent_states",
        shifts("ann", ends="-") + f"\n{LOG_OUT}\n{SECOND_LOGIN}",
        shifts("ann", ends="-") + f"\n{SECOND_LOGIN}",
        "lost_logouts",
        False,
    ),
    ("agent_states", shifts("ann"), shifts("bob"), "strangers", False),
    ("agent_states", days("09:00", "15:00"), days("11:00", "17:00"), "outside", False),
    (
        "agent_states",
        shifts("ann"),
        shifts("ann") + "\nann  logged_in  2026-01-06 16:00  2026-01-06 18:00",
        "overlap",
        False,
    ),
    (
        "agents",
        agents(ANN),
        agents(ANN[:-1] + "2025-06-01 00:00", "ann  Ann  blue  2025-05-01 00:00  -"),
        "overlap",
        False,
    ),
    (
        "agents",
        agents(ANN[:-1] + "2026-01-05 00:00", "ann  Ann  blue  2026-01-05 00:00  -"),
        agents(ANN[:-1] + "2026-01-04 00:00", "ann  Ann  blue  2026-01-05 00:00  -"),
        "day_short",
        False,
    ),
    ("agents", agents(ANN, ANN), agents(ANN, ANN.replace("red", "blue")), "two_teams", False),
    (
        "queue_events",
        events(ENTERQUEUE=60, CONNECT=40, COMPLETECALLER=40, ABANDON=20),
        events(ENTERQUEUE=60, CONNECT=40, ABANDON=20),
        "unfinished",
        False,
    ),
    (
        "queue_events",
        events(ENTERQUEUE=60, CONNECT=40, COMPLETECALLER=40, ABANDON=20),
        events(ENTERQUEUE=60, ABANDON=60),
        "none_connected",
        True,
    ),
    (
        "queue_events",
        events(ADDMEMBER=3, ENTERQUEUE=40, CONNECT=40, COMPLETECALLER=40),
        events("1001", ADDMEMBER=3, ENTERQUEUE=40, CONNECT=40, COMPLETECALLER=40),
        "named_by_telephone",
        False,
    ),
    ("forecasts", forecasts(30), forecasts(60), "longer_than_half_hours", False),
    ("schedule_hours", office("Ekaterinburg"), office("Atlantis"), "unknown_timezone", False),
    ("messages", written("My password is wrong"), written("My password is hunter2"), "passwords", False),
    ("ticket_events", changes("open"), changes("Erledigt"), "strange_status", False),
    ("tickets", statuses("OPEN"), statuses("Erledigt"), "strange_status", False),
    ("tickets", created("10:07"), created("00:00"), "on_the_quarter", False),
]


@cache
def judged(table: str, text: str) -> list[CheckResult]:
    """A table of its own beside five sound weeks of calls."""
    with tempfile.TemporaryDirectory() as place:
        folder = shutil.copytree(sound_weeks(), Path(place), dirs_exist_ok=True)
        settings = Settings(warehouse=folder / "w.duckdb")
        with open_warehouse(settings) as warehouse:
            account = load_table(warehouse, settings, folder, table, text)
            assert account.error is None and not account.quarantined, account
            return check_batches(warehouse, settings, quiet)


@pytest.mark.parametrize(
    ("table", "sound", "broken", "check", "stops"),
    OTHER_TABLES,
    ids=lambda v: v if str(v).islower() and "\n" not in str(v) else "",
)
def test_a_check_passes_what_is_sound_and_finds_what_is_broken(
    table: str, sound: str, broken: str, check: str, stops: bool
) -> None:
    name = f"{table}_{check}"
    for text, is_bad in ((sound, False), (broken, True)):
        results = judged(table, text)
        assert "broken" not in {result.outcome for result in results}
        assert (name in failed(results)) == is_bad
        assert (name in {result.check_name for result in stopping(results)}) == (is_bad and stops)


def test_calls_of_agents_whom_the_list_does_not_know(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", SOUND)
        assert "calls_agent_unknown" not in failed(check_batches(warehouse, settings, quiet))
        load_table(warehouse, settings, tmp_path, "agents", agents(ANN.replace("ann", "bob")))
        assert "calls_agent_unknown" in failed(check_batches(warehouse, settings, quiet))
        undo(warehouse, 2)
        assert "calls_agent_unknown" in failed(check_batches(warehouse, settings, quiet))


@pytest.mark.parametrize("table", ["tickets", "messages"])
def test_agents_of_letters_and_tickets_whom_the_list_does_not_know(tmp_path: Path, table: str) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    heads = {"tickets": "ticket_id  created_at", "messages": "message_id  sent_at"}
    with open_warehouse(settings) as warehouse:
        for name in ("ann", "bob"):
            load_table(warehouse, settings, tmp_path, "agents", agents(ANN.replace("ann", name)))
            rows = "".join(f"\n{n}  2026-01-06 10:00  ann" for n in range(40))
            load_table(warehouse, settings, tmp_path, table, f"{heads[table]}  agent{rows}")
            found = failed(check_batches(warehouse, settings, quiet))
            assert (f"{table}_agent_unknown" in found) == (name == "bob")


ROBOTS = "message_id  sent_at  author_role  agent" + "".join(
    f"\n{n}a  2026-01-06 10:00  agent  ann\n{n}b  2026-01-06 10:00  automatic  auto\n{n}c  2026-01-06 10:00  agent  bot"
    for n in range(40)
)


def test_letters_of_robots_are_by_nobody_in_the_list(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    knowing = settings.model_copy(update={"tickets": Tickets(robots=("bot",))})
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "agents", agents(ANN))
        load_table(warehouse, settings, tmp_path, "messages", ROBOTS)
        found = [failed(check_batches(warehouse, chosen, quiet)) for chosen in (settings, knowing)]
    assert ["messages_agent_unknown" in names for names in found] == [True, False]


def test_a_later_list_corrects_a_team_and_another_system_contradicts_it(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        for name, team in (("1.csv", "red"), ("2.csv", "blue")):
            load_table(warehouse, settings, tmp_path, "agents", agents(ANN.replace("red", team)), name=name)
        assert "agents_two_teams" not in failed(check_batches(warehouse, settings, quiet))
        warehouse.sql.execute(
            "insert into raw_agents by name select * replace ('crm' as source, 'red' as team) from raw_agents"
        )
        warehouse.sql.execute("delete from facts_about where name = 'checked_batches'")
        assert "agents_two_teams" in failed(check_batches(warehouse, settings, quiet))


def test_judgements_outside_the_span_of_the_loaded_calls_do_not_stop(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", SOUND)
        load_table(warehouse, settings, tmp_path, "evaluations", judgements("old", "2025-06-03"))
        results = check_batches(warehouse, settings, quiet)
    assert "evaluations_contact_unknown" in failed(results) and not stopping(results)


@pytest.mark.parametrize(
    ("judged_as", "late"),
    [
        ("evaluations", "calls"),
        ("surveys", "tickets"),
        pytest.param("evaluations", "tickets", marks=pytest.mark.slow),
        pytest.param("surveys", "calls", marks=pytest.mark.slow),
    ],
)
def test_what_is_about_calls_or_tickets_that_come_late_does_not_stop(tmp_path: Path, late: str, judged_as: str) -> None:
    """The other kind of contact is there up to the end: it does not say that those of this kind are."""
    settings, other = Settings(warehouse=tmp_path / "w.duckdb"), "tickets" if late == "calls" else "calls"
    column = {"calls": "call_id  offered_at  outcome", "tickets": "ticket_id  created_at  status"}
    filled = {"calls": "abandoned", "tickets": "open"}
    ends = {late: 18, other: 28}
    with open_warehouse(settings) as warehouse:
        for table, end in ends.items():
            rows = [f"{table}{day}  2026-01-{day:02} 09:00  {filled[table]}" for day in range(2, end)]
            load_table(warehouse, settings, tmp_path, table, "\n".join([column[table], *rows]))
        made = {"evaluations": judgements, "surveys": answers}[judged_as]
        load_table(warehouse, settings, tmp_path, judged_as, made("late", "2026-01-21"))
        results = check_batches(warehouse, settings, quiet)
    assert f"{judged_as}_contact_unknown" in failed(results) and not stopping(results)


def test_undoing_calls_changes_the_verdict_on_their_judgements(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", SOUND)
        load_table(warehouse, settings, tmp_path, "evaluations", judgements("w2n", "2026-01-21"))
        assert "evaluations_contact_unknown" not in failed(check_batches(warehouse, settings, quiet))
        undo(warehouse, 1)
        results = check_batches(warehouse, settings, quiet)
    assert "evaluations_contact_unknown" in failed(results)
    assert {result.batch_id for result in results} == {2}


TICKETS = "ticket_id  created_at  updated"
VERSIONED = 'table = "tickets"\ntimezone = "UTC"\nversion = "updated"\n[columns]\nticket_id = "ticket_id"\ncreated_at = "created_at"\n'


def tickets(updated: str) -> str:
    return "\n".join([TICKETS, *(f"t{n}  2026-01-05 10:00  {updated}" for n in range(4))])


def test_an_address_beside_every_ticket_is_no_second_delivery() -> None:
    rows = ["customer_key  customer", *["ann@example.com  7"] * 20, *(f"k{n}@example.com  {n}" for n in range(10, 20))]
    found = {result.check_name: result.outcome for result in judged("customer_keys", "\n".join(rows))}
    assert found.get("customer_keys_duplicates") != "failed"


FIRST_WEEK = tickets("2026-01-05 10:00") + "\nstays  2026-01-05 10:00  2026-01-05 10:00"


@pytest.mark.parametrize(
    ("second", "name", "repeated"),
    [
        (tickets("2026-01-12 10:00"), "w2.csv", set()),  # what changed, as an incremental export says it
        (tickets("2026-01-05 10:00") + "\nnew  2026-01-06 10:00  2026-01-06 10:00", "w0.csv", {2}),
        (tickets("2026-01-12 10:00") + tickets("2026-01-13 10:00").removeprefix(TICKETS), "w2.csv", set()),
        (tickets("2026-01-12 10:00") + tickets("2026-01-12 10:00").removeprefix(TICKETS), "w2.csv", {2}),
    ],
    ids=["newer", "the same", "two newer", "twice the same"],
)
def test_a_newer_version_is_no_repetition(tmp_path: Path, second: str, name: str, repeated: set[int]) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    (tmp_path / "mapping.toml").write_text(VERSIONED, "utf-8")
    source = find_source("csv", str(tmp_path / "mapping.toml"))
    with open_warehouse(settings) as warehouse:
        for text, file in ((FIRST_WEEK, "w1.csv"), (second, name)):
            (tmp_path / file).write_text(csv_of(text), "utf-8")
            [account] = load_files(warehouse, settings, source, find_files([tmp_path / file], source.suffixes))
            assert account.rows_read == account.admitted + account.duplicate
        results = check_batches(warehouse, settings, quiet)
    assert {r.batch_id for r in results if r.check_name == "tickets_duplicates" and r.outcome == "failed"} == repeated
