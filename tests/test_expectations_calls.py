"""Believable weeks of calls pass; each kind of nonsense is named, in the week in which it is."""

from pathlib import Path

import pytest

from pipeline.engines.warehouse import open_warehouse
from pipeline.expectations import CheckResult, check_batches, stopping
from pipeline.loading.files import find_files
from pipeline.loading.load import load_files
from pipeline.settings import Settings
from pipeline.sources import find_source
from tests.tables import load_table
from tests.weeks_of_calls import HEAD, SOUND, check_weeks, failed, quiet, week_of_calls


def partly(week: int, column: str, share: int) -> str:
    """A week in which every so many-th call lacks a column."""
    head, *rows = week_of_calls(week).splitlines()
    at = HEAD.split().index(column)
    for number in range(0, len(rows), share):
        cells = rows[number].split("  ")
        rows[number] = "  ".join([*cells[:at], "-", *cells[at + 1 :]])
    return "\n".join([head, *rows])


def test_agents_of_the_first_rows_of_groups_alone_are_warned_of_in_the_first_load(tmp_path: Path) -> None:
    named = [row for row in partly(5, "agent", share=2).splitlines() if "  ann  " not in row]
    sparse = "\n".join([*named, *week_of_calls(5).splitlines()[2:4]])
    assert "calls_agent_left_out" in failed(check_weeks(tmp_path, sparse))
    assert "calls_agent_left_out" not in failed(check_weeks(tmp_path / "none", week_of_calls(5, agent="-")))


@pytest.mark.parametrize("part", ["hold", "wrap"])
def test_a_part_of_handle_time_that_is_empty_on_some_calls_is_warned_of(tmp_path: Path, part: str) -> None:
    """Where no call has it, the source does not record it."""
    for name, values, is_bad in (("some", ["5", "-"], True), ("all", ["5", "0"], False), ("none", ["-", "-"], False)):
        rows = [f"c{n}  2026-02-09 09:00  60  answered  ann  {values[n % 2]}" for n in range(30)]
        week = "\n".join([f"call_id  offered_at  talk_s  outcome  agent  {part}_s", *rows])
        assert (f"calls_{part}_left_out" in failed(check_weeks(tmp_path / name, week))) == is_bad


def test_rows_of_one_conversation_that_were_answered_at_once_are_warned_of(tmp_path: Path) -> None:
    """A transferred call is answered twice, one after the other."""
    rows = {"at once": ("09:00", "09:00"), "one after the other": ("09:00", "09:05")}
    for name, case in rows.items():
        lines = [
            f"w5n{number}-{leg}  w5n{number}  2026-02-09 {begins}  answered  ann"
            for number in range(30)
            for leg, begins in enumerate(case)
        ]
        week = "\n".join(["call_id  conversation_id  offered_at  outcome  agent", *lines])
        found = "calls_answered_twice" in failed(check_weeks(tmp_path / name, week))
        assert found == (name == "at once")


def test_times_to_the_minute_that_alone_tell_waits_are_warned_of(tmp_path: Path) -> None:
    """Beside four hundred chats, of which a minute says nothing. Who was lost within that minute may have waited."""
    for name, seconds, wait, is_bad in (("cut", 0, "-", True), ("whole", 7, "-", False), ("waits", 0, "30", False)):
        at = "2026-02-09 09:{:02}:{:02}"
        rows = [
            f"c{n}  {at.format(n, seconds)}  {at.format(n + 1, seconds)}  -  {wait}  answered  voice" for n in range(20)
        ]
        rows += [
            f"l{n}  {at.format(n, seconds)}  -  {at.format(n, seconds)}  {wait}  abandoned  voice" for n in range(20)
        ]
        rows += [f"t{n}  {at.format(0, 0)}  {at.format(1, 0)}  -  -  answered  chat" for n in range(400)]
        week = "\n".join(["call_id  offered_at  answered_at  ended_at  wait_s  outcome  channel", *rows])
        found = failed(check_weeks(tmp_path / name, week))
        assert ("calls_to_the_minute" in found) == is_bad
        assert ("calls_lost_at_once" in found) == (name == "whole")


def test_answers_at_once_are_warned_of_where_other_callers_wait_in_vain(tmp_path: Path) -> None:
    """Of twenty agents who speak 70 % of their time, nine of ten callers have one at once: they lose hardly anybody."""
    for name, waited, lost, is_bad in (("menu", 1, 4, True), ("well staffed", 3, 1, False)):
        waits = [("answered", 0)] * (40 - waited) + [("answered", 20)] * waited + [("abandoned", 40)] * lost
        rows = [f"c{n}  2026-02-09 09:{n:02}:07  {outcome}  {wait}" for n, (outcome, wait) in enumerate(waits)]
        found = failed(check_weeks(tmp_path / name, "\n".join(["call_id  offered_at  outcome  wait_s", *rows])))
        assert ("calls_answered_at_once" in found) == is_bad


def test_sound_weeks_pass_whole(tmp_path: Path) -> None:
    results = check_weeks(tmp_path, SOUND, week_of_calls(5), week_of_calls(6))
    assert {result.outcome for result in results} == {"passed"}
    assert {result.batch_id for result in results} == {1, 2, 3}


NONSENSE = [
    (5, {"calls": 5}, "calls_volume_collapse", True),
    (6, {"calls": 120}, "calls_volume_high", False),
    (7, {"calls": 60, "outcome": "abandoned", "answered_at": "-", "talk_s": "-"}, "calls_none_answered", True),
    (8, {"agent": "-"}, "calls_agent_gone", True),
    (9, {"wait_s": "-", "answered_at": "-"}, "calls_wait_gone", True),
    (10, {"talk_s": "-"}, "calls_talk_gone", True),
    (11, {"topic": "-"}, "calls_topic_gone", True),
    (12, {"queue": "-"}, "calls_queue_gone", True),
    (13, {"customer_key": "-"}, "calls_customer_gone", True),
    (14, "agent", "calls_agent_missing", False),
    (15, "topic", "calls_topic_missing", False),
    (16, {"talk_s": "20000"}, "calls_long_talk", False),
    (17, {"talk_s": "0"}, "calls_empty_talk", False),
    (18, {"talk_s": "0.0032"}, "calls_tiny_talk", False),
    (19, {"wait_s": "500"}, "calls_wait_disagrees", False),
    (20, {"queue": "elsewhere"}, "calls_new_queue", False),
    (21, {"agent": "Roy, Bob; Lee, Anna"}, "calls_several_agents", False),
    (22, {"agent": "+41791234567"}, "calls_agent_is_telephone", False),
    (23, {"ivr_s": "9", "wait_s": "-"}, "calls_menu_waited", False),
    (24, {"talk_s": "4.2"}, "calls_short_talk", False),
    (25, {"wait_s": "0.35"}, "calls_tiny_wait", False),
    (26, {"wait_s": "20000"}, "calls_long_wait", False),
    (29, {"outcome": "abandoned", "wait_s": "0", "answered_at": "-", "talk_s": "-"}, "calls_lost_at_once", False),
    (30, {"offered_at": "2026-08-03 09:15", "answered_at": "-"}, "calls_on_the_quarter", False),
]
"""Weeks that follow the five sound ones, each with what is wrong in it: what its calls say, or what every third one lacks."""
NAMED = {"calls_new_queue": "elsewhere", "calls_several_agents": "Roy, Bob; Lee, Anna"}
"""What is said to fail where that is no week."""


@pytest.fixture(scope="module")
def nonsense(tmp_path_factory: pytest.TempPathFactory) -> list[CheckResult]:
    weeks = [
        partly(n, said, share=3) if isinstance(said, str) else week_of_calls(n, **said) for n, said, *_ in NONSENSE
    ]
    weeks.append(week_of_calls(27, ivr_s="30", wait_s="-"))
    weeks.append(week_of_calls(31, talk_s="600").replace("  600  ", "  1.2  ", 6))
    rows = [row for week in weeks for row in week.splitlines()[1:]]
    return check_weeks(tmp_path_factory.mktemp("nonsense"), SOUND, "\n".join([HEAD, *rows]))


@pytest.mark.parametrize(("week", "check", "stops"), [(week, *verdict) for week, _, *verdict in NONSENSE])
def test_each_nonsense_is_named(nonsense: list[CheckResult], week: int, check: str, stops: bool) -> None:
    named = [result for result in nonsense if result.check_name == check and result.outcome == "failed"]
    assert [result.batch_id for result in named] == [2]
    assert (check in {result.check_name for result in stopping(nonsense)}) == stops
    assert named[0].title_en and named[0].title_ru
    assert NAMED.get(check, f"calls 2026-W{2 + week:02}: ") in named[0].failing


def test_thousands_of_seconds_read_as_fractions_are_warned_of(nonsense: list[CheckResult]) -> None:
    assert [r.failing for r in nonsense if r.check_name == "calls_grouped_talk"] == ["", "calls 2026-W33: 0.15"]


def test_a_wait_shorter_than_the_menu_does_not_hold_it(nonsense: list[CheckResult]) -> None:
    assert [r.failing for r in nonsense if r.check_name == "calls_menu_waited"] == ["", "calls 2026-W25: 1"]


def test_talk_and_hold_longer_than_the_call_are_warned_of(tmp_path: Path) -> None:
    """Every fifth call was on hold for a quarter of its three minutes, which the talk of the first week holds, too."""
    at = "2026-{} 09:{:02}:{:02}".format
    rows = [
        f"c{day}-{n}  {at(day, n, n)}  {at(day, n, n + 5)}  {at(day, n + 3, n + 5)}  {talk if n % 5 else on_hold}  {0 if n % 5 else 45}  answered"
        for day, talk, on_hold in (("02-09", 180, 180), ("02-16", 180, 135))
        for n in range(50)
    ]
    head = "call_id  offered_at  answered_at  ended_at  talk_s  hold_s  outcome"
    results = check_weeks(tmp_path, "\n".join([head, *rows]))
    assert [r.failing for r in results if r.check_name == "calls_overlong_talk"] == ["calls 2026-W07: 0.2"]


def test_a_wait_that_grows_with_the_menu_seems_to_hold_it(tmp_path: Path) -> None:
    """Not one that is apart of it, be it long or short: queues of ten minutes are longer than any menu."""
    waits = {
        "02-09": lambda menu, queue: menu + queue,
        "02-16": lambda _, queue: 600 + queue,
        "02-23": lambda _, queue: queue,
    }
    rows = [
        f"c{day}-{n}  2026-{day} 09:{n:02}  {menu}  {wait(menu, n * 7 % 31)}  answered"
        for day, wait in waits.items()
        for n, menu in ((n, 5 + n * 11 % 37) for n in range(60))
    ]
    results = check_weeks(tmp_path, "\n".join(["call_id  offered_at  ivr_s  wait_s  outcome", *rows]))
    assert [r.failing for r in results if r.check_name == "calls_menu_in_wait"] == ["calls 2026-W07: 1"]


def test_waits_that_are_never_short_seem_to_begin_with_a_greeting(tmp_path: Path) -> None:
    """Not where few are answered soon at all, as in an overloaded centre."""
    waits = {"02-09": lambda n: 10 + n % 25, "02-16": lambda n: 2 + n % 25, "02-23": lambda n: 30 + n}
    rows = [f"c{day}-{n}  2026-{day} 09:00  {wait(n)}  answered" for day, wait in waits.items() for n in range(120)]
    results = check_weeks(tmp_path, "\n".join(["call_id  offered_at  wait_s  outcome", *rows]))
    assert [r.failing for r in results if r.check_name == "calls_greeted"] == ["calls 2026-W07: 1"]


def test_calls_that_go_on_elsewhere_at_once_look_like_transfers_or_like_phones_that_rang(tmp_path: Path) -> None:
    """Not like transfers with the same agent, nor where the file says how the first ended; neither after half a minute."""
    weeks = {
        "02-09": (10, "answered", "bob", "-"),
        "02-16": (10, "answered", "ann", "-"),
        "02-23": (40, "answered", "bob", "-"),
        "03-02": (10, "answered", "bob", "customer"),
        "03-09": (10, "abandoned", "bob", "-"),
        "03-16": (40, "abandoned", "bob", "-"),
    }
    rows = [
        f"{kind}{day}-{n}  2026-{day} 09:{n:02}:{second:02}  +4179{n:07}  {agent}  3  0  {outcome}  {ended}"
        for day, (later, first, bob, ended) in weeks.items()
        for kind, second, agent, outcome in (("a", 5, "ann", first), ("b", later, bob, "answered"))
        for n in range(20)
    ]
    head = "call_id  offered_at  customer_key  agent  wait_s  talk_s  outcome  ended_by"
    found = {result.check_name: result.failing for result in check_weeks(tmp_path, "\n".join([head, *rows]))}
    assert found["calls_carried_on"] == "calls 2026-W07: 0.5"
    assert found["calls_rang_elsewhere"] == "calls 2026-W11: 0.5"


def test_few_calls_are_no_sign_of_how_times_are_to_be_read(tmp_path: Path) -> None:
    """Whatever number of others have a wait, or nobody who talked: one short call, and three that waited the longer the longer
    their menu was."""
    rows = [f"c{n}  2026-02-09 09:00  -  60  0  ann  chat" for n in range(30)]
    rows += [
        f"v{n}  2026-02-09 09:00  {menu}  {wait}  0  ann  voice"
        for n, menu, wait in ((1, 5, 9), (2, 10, 15), (3, 20, 24))
    ]
    rows.append("v4  2026-02-09 10:00  -  0.4  5  bob  video")
    week = "\n".join(
        ["call_id  offered_at  ivr_s  wait_s  talk_s  agent  channel  outcome", *(f"{row}  answered" for row in rows)]
    )
    found = failed(check_weeks(tmp_path, week))
    assert found & {"calls_short_talk", "calls_tiny_wait", "calls_menu_in_wait"} == set()


def test_volume_without_history_never_stops(tmp_path: Path) -> None:
    assert not stopping(check_weeks(tmp_path, week_of_calls(0), week_of_calls(1, calls=3), week_of_calls(2)))


def test_a_handful_of_abandoned_calls_does_not_stop(tmp_path: Path) -> None:
    lost = week_of_calls(0, calls=30, outcome="abandoned", answered_at="-", talk_s="-", agent="-")
    assert not stopping(check_weeks(tmp_path, lost))


def test_weeks_without_a_record_are_named(tmp_path: Path) -> None:
    results = check_weeks(tmp_path, SOUND, week_of_calls(7))
    assert [(r.batch_id, r.failing) for r in results if r.check_name == "calls_gap" and r.outcome == "failed"] == [
        (2, "calls 2026-W09: 3")
    ]


def test_calls_lag_behind_tickets_and_letters(tmp_path: Path) -> None:
    """Of a centre whose calls end in February while it goes on writing."""
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        load_table(
            warehouse, settings, tmp_path, "tickets", "ticket_id  created_at  status\nt1  2026-03-20 10:00  open"
        )
        load_table(warehouse, settings, tmp_path, "calls", SOUND)
        assert "calls_behind" in failed(check_batches(warehouse, settings, quiet))
        ended = settings.model_copy(update={"ended_sources": ("calls",)})
        assert "calls_behind" not in failed(check_batches(warehouse, ended, quiet))
        assert "calls_behind" in failed(check_batches(warehouse, settings, quiet)), "judged again by other settings"


def test_a_collapse_is_found_when_the_next_week_arrives(tmp_path: Path) -> None:
    """Checked week by week, as a schedule does: on its own day the week might still have been unfinished."""
    settings, stops = Settings(warehouse=tmp_path / "w.duckdb"), []
    with open_warehouse(settings) as warehouse:
        for number, text in enumerate((SOUND, week_of_calls(5, calls=3), week_of_calls(6))):
            load_table(warehouse, settings, tmp_path, "calls", text, name=f"w{number}.csv")
            results = check_batches(warehouse, settings, quiet)
            stops.append([(result.batch_id, result.check_name) for result in stopping(results)])
    assert stops == [[], [], [(2, "calls_volume_collapse")]]


def test_nobody_is_named_in_what_failed(tmp_path: Path) -> None:
    phone = "+41791234567"
    results = check_weeks(
        tmp_path, SOUND, week_of_calls(5, queue=f"desk {phone}", customer_key=phone), week_of_calls(6)
    )
    assert "calls_new_queue" in failed(results)
    assert "791234567" not in str(results)


def of_one_customer(week: int, calls: int) -> str:
    head, *rows = week_of_calls(week, calls=400).splitlines()
    of_one = [row.replace(f"c{number}", "who knows") for number, row in enumerate(rows[:calls])]
    return "\n".join([head, *of_one, *rows[calls:]])


@pytest.mark.parametrize(("calls", "is_named"), [(20, False), (21, True)])
def test_a_customer_who_calls_all_the_time_is_perhaps_nobody(tmp_path: Path, calls: int, is_named: bool) -> None:
    results = check_weeks(tmp_path, of_one_customer(0, calls))
    assert [r.failing for r in results if r.check_name == "calls_customer_everywhere" and r.outcome == "failed"] == (
        [f"calls 2026-W02: {calls / 400:.3g}"] if is_named else []
    )


@pytest.mark.parametrize(
    ("system", "zone", "is_new"), [("", "Europe/Zurich", False), ("", "UTC", True), ("phone", "Europe/Zurich", False)]
)
def test_a_queue_is_new_in_its_first_week_of_the_sites_zone(
    tmp_path: Path, system: str, zone: str, is_new: bool
) -> None:
    """The second Monday's first call is at 00:16, which in UTC is of the week before."""
    settings = Settings(warehouse=tmp_path / "w.duckdb", timezone=zone)
    mapping = f'table = "calls"\ntimezone = "Europe/Zurich"\nsystem = "{system}"\n[columns]\n'
    (tmp_path / "export.toml").write_text(
        mapping + "".join(f'{name} = "{name}"\n' for name in ("call_id", "offered_at", "outcome", "queue")), "utf-8"
    )
    head = "call_id,offered_at,outcome,queue\n"
    source = find_source("csv", str(tmp_path / "export.toml"))
    weeks = [f"{week},2026-01-{5 + 7 * week:02d} 12:00,answered,old\n" for week in range(3)]
    weeks[1] += "a,2026-01-13 12:00,answered,new\n"
    weeks[2] += "b,2026-01-19 00:16,answered,new\n"
    with open_warehouse(settings) as warehouse:
        for number, text in enumerate(weeks):
            (tmp_path / f"{number}.csv").write_text(head + text, "utf-8")
            load_files(warehouse, settings, source, find_files([tmp_path / f"{number}.csv"], source.suffixes))
        results = check_batches(warehouse, settings, quiet)
    fired = [r.batch_id for r in results if r.check_name == "calls_new_queue" and r.outcome == "failed"]
    assert fired == ([2, 3] if is_new else [2])
