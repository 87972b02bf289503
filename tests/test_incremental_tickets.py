"""Tickets, letters and promises that last for months: weekly loads and portions publish what one fresh load does."""

import random
from pathlib import Path

import pandas as pd
import pytest

from pipeline.building.build import build
from pipeline.engines.warehouse import open_warehouse
from pipeline.results import open_results
from pipeline.settings.tickets import Sla
from tests.tables import load_table
from tests.test_incremental import Inputs, load_and_build, random_calls, settings_in

KEYS = {
    "fact_calls": "source, call_id",
    "fact_surveys": "source, survey_id, question",
    "fact_case_contacts": "source, conversation_id",
    "fact_tickets": "source, ticket_id",
    "fact_replies": "source, ticket_id, turn",
    "fact_ticket_days": "day, queue, priority, band",
    "fact_promises": "source, promise_id",
    "fact_letters": "source, message_id",
    "fact_pec": "source, ticket_id",
    "fact_contacts": "source, conversation_id",
    "fact_cases": "case_id",
    "kpi_values": "kpi, grain, cut, period, team, agent, queue, topic, channel",
}
WEEKS = 22
STANDARD = (
    "Hello! Thank you for writing. I am sorry for the trouble. I will call you tomorrow at ten. Have a good Friday! Kim"
)


def instant(week: int, rng: random.Random) -> pd.Timestamp:
    return pd.Timestamp("2026-01-05") + pd.Timedelta(days=7 * week, minutes=rng.randrange(7 * 1440))


def week_of(week: int, rng: random.Random) -> Inputs:
    """Calls, and what is solved in a week, some of it opened long before, or is opened and stays open; letters and promises.

    Some customers are answered again weeks after, and call about it weeks after that.
    """
    calls = [random_calls(rng, week - 4, 0)]
    tickets = ["ticket_id  queue  status  created_at  solved_at  agent  customer_key"]
    letters = ["message_id  conversation_id  author_role  agent  sent_at  body"]
    promises = ["promise_id  agent  promised_at  due_at  kept_at"]
    for number in range(5):
        name, solved = f"t{week}-{number}", instant(week, rng)
        created = solved - pd.Timedelta(days=rng.choice([0.1, 2, 2, 40, 100]))
        is_open = rng.random() < 0.1
        tickets.append(
            f"{name}  q{number % 2}  {'open' if is_open else 'solved'}  {created}  {'-' if is_open else solved}  kim  c{number}-{week}"
        )
        letters.append(f"{name}-a  {name}  customer  -  {created}  My line is broken")
        letters.append(f"{name}-b  {name}  agent  kim  {solved}  {rng.choice([STANDARD, f'No. {name}'])}")
        if rng.random() < 0.3:
            late, call = solved + pd.Timedelta(days=26), solved + pd.Timedelta(days=53)
            letters.append(f"{name}-c  {name}  customer  -  {late}  Broken again")
            letters.append(f"{name}-d  {name}  agent  kim  {late + pd.Timedelta(hours=9)}  {STANDARD}")
            calls.append(
                f"again-{name}  -  {call}  9  90  0  5  answered  a1  t1  c{number}-{week}  true  inbound  near"
            )
        promised = instant(week, rng)
        due = promised + pd.Timedelta(days=rng.choice([1, 20, 90]))
        promises.append(f"p{week}-{number}  kim  {promised}  {due}  {rng.choice(['-', promised])}")
    named = {"calls": calls, "tickets": tickets, "messages": letters, "promises": promises}
    return {(table, f"w{week:02d}.csv"): "\n".join(rows) for table, rows in named.items()}


def weekly(seed: int) -> list[Inputs]:
    rng = random.Random(seed)
    return [week_of(week, rng) for week in range(WEEKS)]


def merged(steps: list[Inputs]) -> Inputs:
    """The weeks as one file a table, named by the first."""
    texts: dict[str, list[str]] = {}
    for (table, _), text in (item for step in steps for item in step.items()):
        texts.setdefault(table, []).append(text)
    (_, name), *_ = steps[0]
    return {
        (table, name): "\n".join([head, *(text.split("\n", 1)[1] for text in rest)])
        for table, (head, *rest) in texts.items()
    }


def assert_same(left: Path, right: Path) -> None:
    one, other = (open_results(settings_in(folder).results) for folder in (left, right))
    for table, keys in KEYS.items():
        frames = [results.frame(f"select * from {table} order by {keys}") for results in (one, other)]
        pd.testing.assert_frame_equal(*frames, obj=table, check_exact=True)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fresh")
    load_and_build(folder, [merged(weekly(1))])
    return folder


@pytest.mark.slow
def test_weeks_as_they_come_publish_what_one_load_does(tmp_path: Path, fresh: Path) -> None:
    steps = weekly(1)
    load_and_build(tmp_path, [merged(steps[:14]), *([merged(steps[n : n + 4]) for n in range(14, WEEKS, 4)])])
    assert_same(tmp_path, fresh)


@pytest.mark.slow
def test_portions_publish_what_one_piece_does(tmp_path: Path, fresh: Path) -> None:
    load_and_build(tmp_path, [merged(weekly(1))], rows_at_once=90)
    assert_same(tmp_path, fresh)


def test_what_was_opened_long_ago_is_in_the_backlog_and_among_the_solved(fresh: Path) -> None:
    days = open_results(settings_in(fresh).results).frame(
        "select sum(opened_n) as opened, sum(solved_n) as solved, max(open_n) as most from fact_ticket_days"
    )
    opened, solved, most = days.iloc[0]
    assert opened == 5 * WEEKS and opened - solved > 5 and most > 10


@pytest.mark.slow
@pytest.mark.usefixtures("facts_alone_here")
def test_once_no_ticket_is_open_a_build_reaches_back_to_none(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    head = "ticket_id  queue  status  created_at  solved_at"
    for ticket, open_since in (
        ("open  2026-01-05 10:00  -", "2026-01-05T10:00:00"),
        ("solved  2026-01-05 10:00  2026-05-04 10:00", ""),
    ):
        with open_warehouse(settings) as warehouse:
            load_table(warehouse, settings, tmp_path, "tickets", f"{head}\nt1  q  {ticket}")
            build(warehouse, settings, [], lambda step: None)
            assert warehouse.noted("published_open_since") == open_since


@pytest.mark.usefixtures("facts_alone_here")
def test_a_promise_of_months_is_broken_once_a_later_load_says_that_its_day_has_passed(tmp_path: Path) -> None:
    given = "promise_id  promised_at  due_at\np1  2026-01-06 09:00  2026-05-20 09:00"
    head, call = "call_id  offered_at  outcome", "k{0}  2026-0{0}-05 09:00  answered"
    first: Inputs = {
        ("promises", "p.csv"): given,
        ("calls", "first.csv"): "\n".join([head, *map(call.format, (1, 3))]),
    }
    load_and_build(tmp_path, [first, {("calls", "june.csv"): f"{head}\n{call.format(6)}"}])
    broken = "select promise_id from fact_promises where not is_kept"
    assert open_results(settings_in(tmp_path).results).frame(broken)["promise_id"].tolist() == ["p1"]


@pytest.mark.slow
@pytest.mark.usefixtures("facts_alone_here")
def test_a_target_of_months_is_broken_once_a_later_load_says_that_its_time_has_passed(tmp_path: Path) -> None:
    agreed = Sla(name="all", targets={"full_resolution": {"any": 120 * 24 * 60}}, is_business=False)
    settings = settings_in(tmp_path).model_copy(update={"sla": (agreed,)})
    found = []
    with open_warehouse(settings) as warehouse:
        load_table(
            warehouse, settings, tmp_path, "tickets", "ticket_id  created_at  status\nt1  2026-01-06 09:00  open"
        )
        for month in (4, 6):
            call = f"call_id  offered_at  outcome\nk{month}  2026-0{month}-01 09:00  answered"
            load_table(warehouse, settings, tmp_path, "calls", call, name=f"{month}.csv")
            build(warehouse, settings, [], lambda step: None)
            target = open_results(settings.results).frame("select is_met from fact_sla").iloc[0, 0]
            found.append(None if pd.isna(target) else bool(target))
    assert found == [None, False]


@pytest.mark.slow
def test_judgements_and_answers_that_come_later_reach_their_tickets_and_threads(tmp_path: Path) -> None:
    written: Inputs = {
        ("calls", "c.csv"): "call_id  offered_at  outcome\nk1  2026-05-04 09:00  answered",
        ("tickets", "t.csv"): "ticket_id  created_at\nt1  2026-05-04 10:00",
        ("messages", "m.csv"): "message_id  conversation_id  author_role  agent  sent_at  body\n"
        f"m1  t1  agent  kim  2026-05-04 11:00  {STANDARD}\n"
        f"m2  thread  agent  kim  2026-05-05 11:00  {STANDARD}",
    }
    judged = "evaluation_id  conversation_id  evaluator  evaluated_at  criterion  score\ne1  t1  eve  2026-05-06 09:00  pec  1"
    answered = "survey_id  conversation_id  question  answered_at  score\ns1  thread  csat  2026-05-06 09:00  5"
    load_and_build(tmp_path, [written, {("evaluations", "e.csv"): judged}, {("surveys", "s.csv"): answered}])
    results = open_results(settings_in(tmp_path).results)
    for asked, found in (
        ("select conversation_id from fact_evaluations", ["t1"]),
        ("select conversation_id from fact_surveys", ["thread"]),
        ("select ticket_id from fact_pec where verdict is not null", ["t1"]),
    ):
        assert list(results.frame(asked).iloc[:, 0]) == found, asked
