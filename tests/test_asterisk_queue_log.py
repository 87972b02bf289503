"""Events of a queue log in, calls and agent states out. `+n` is n seconds after 2026-05-04 10:00 UTC."""

import gzip
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path

import pandas as pd
import pytest

from pipeline.building.build import MODELS, build, compute
from pipeline.building.plan import Plan
from pipeline.engines.warehouse import open_warehouse
from pipeline.loading.accounts import Account
from pipeline.loading.batches import undo
from pipeline.loading.files import find_files
from pipeline.loading.inbox import new_files
from pipeline.loading.load import load_files
from pipeline.report import write_report
from pipeline.results import NO_WEEK, Results, open_results
from pipeline.settings import Settings
from pipeline.sources import Site, find_source
from tests.tables import figure, load_table, written_files

pytestmark = pytest.mark.usefixtures("facts_alone")

T0 = 1_777_888_800


def log_of(events: str) -> str:
    """`+60 c1 q 1001 CONNECT 5|x|3` -> a line of the log."""
    lines = []
    for event in events.strip().splitlines():
        after, call, queue, agent, name, *data = event.split()
        lines.append(f"{T0 + int(after)}|{call}|{queue}|{agent}|{name}|{data[0] if data else ''}")
    return "\n".join(lines) + "\n"


def load_logs(
    folder: Path, *logs: str, names: tuple[str, ...] = ("queue_log", "queue_log.1"), timezone: str = "UTC"
) -> tuple[list[Account], Results]:
    settings = Settings(warehouse=folder / "warehouse.duckdb")
    source = find_source("asterisk_queue_log", site=Site(timezone=timezone))
    with open_warehouse(settings) as warehouse:
        accounts = []
        for name, log in zip(names, logs, strict=False):
            (folder / name).write_text(log, "utf-8")
            accounts += load_files(warehouse, settings, source, find_files([folder / name], source.suffixes))
        build(warehouse, settings, [], lambda step: None)
    return accounts, open_results(settings.results)


@pytest.mark.usefixtures("every_figure")
def test_presence_alone_is_published_and_reported(tmp_path: Path) -> None:
    week = 7 * 86400
    hours = [f"+{n * week} NONE q 1001 ADDMEMBER -\n+{n * week + 3600} NONE q 1001 REMOVEMEMBER -" for n in range(2)]
    _, results = load_logs(tmp_path, log_of("\n".join(hours)))
    assert (results.weeks, results.last_complete_week) == (["2026-W19", "2026-W20"], "2026-W20")
    settings = Settings(warehouse=tmp_path / "warehouse.duckdb")
    assert write_report(results, settings, None, ("en",), tmp_path / "reports").is_file()


def test_a_table_without_a_row_makes_no_week(tmp_path: Path) -> None:
    _, results = load_logs(tmp_path, log_of("+0 c q NONE ENTERQUEUE |1|1"))
    results.manifest["tables"]["kpi_values"] = {NO_WEEK: "empty.parquet"}
    assert results.weeks == []


def calls(folder: Path, events: str) -> pd.DataFrame:
    """The calls that the models make of the events, without publishing anything."""
    settings = Settings(warehouse=folder / "warehouse.duckdb")
    source = find_source("asterisk_queue_log")
    (folder / "queue_log").write_text(log_of(events), "utf-8")
    first = datetime(2026, 5, 1)
    with open_warehouse(settings) as warehouse:
        load_files(warehouse, settings, source, find_files([folder / "queue_log"], source.suffixes))
        compute(
            warehouse,
            settings,
            Plan(None, None, first, first + timedelta(days=10), 0),
            {},
            lambda step: None,
            MODELS[: MODELS.index("fact_calls") + 1],
        )
        return warehouse.sql.execute("select * from fact_calls order by offered_at, call_id").df()


ENTER = "+0 c1 sales NONE ENTERQUEUE |0446681800|1"

WAYS = {
    "agent hangs up": (f"{ENTER}\n+7 c1 sales 1001 CONNECT 7|x|3\n+67 c1 sales 1001 COMPLETEAGENT 7|60|1", "answered", 7, 60, "agent"),
    "customer hangs up": (f"{ENTER}\n+7 c1 sales 1001 CONNECT 7|x|3\n+67 c1 sales 1001 COMPLETECALLER 7|60|1", "answered", 7, 60, "customer"),
    "lost": (f"{ENTER}\n+30 c1 sales NONE ABANDON 1|1|30", "abandoned", 30, None, "customer"),
    "timed out": (f"{ENTER}\n+90 c1 sales NONE EXITWITHTIMEOUT 1|1|90", "timed_out", 90, None, "system"),
    "queue emptied": (f"{ENTER}\n+9 c1 sales NONE EXITEMPTY 1|1|9", "overflowed", 9, None, "system"),
    "pressed a key": (f"{ENTER}\n+9 c1 sales NONE EXITWITHKEY 2|1|1|9", "overflowed", 9, None, "system"),
    "withdrawn": (f"{ENTER}\n+9 c1 sales NONE WITHDRAW 1|1|9", "overflowed", 9, None, "system"),
    "blind transfer": (f"{ENTER}\n+5 c1 sales 1001 CONNECT 5|x|3\n+45 c1 sales 1001 BLINDTRANSFER 200|ctx|5|40|1", "answered", 5, 40, "transfer"),
    "attended transfer": (f"{ENTER}\n+5 c1 sales 1001 CONNECT 5|x|3\n+45 c1 sales 1001 ATTENDEDTRANSFER BRIDGE|id|5|40|1", "answered", 5, 40, "transfer"),
    "old transfer": (f"{ENTER}\n+5 c1 sales 1001 CONNECT 5|x|3\n+45 c1 sales 1001 TRANSFER 200|ctx|5|40|1", "answered", 5, 40, "transfer"),
    "closed": ("+0 c1 sales NONE JOINEMPTY", "refused_closed", None, None, "system"),
    "nobody there": ("+0 c1 sales NONE JOINUNAVAIL", "refused_closed", None, None, "system"),
    "full": ("+0 c1 sales NONE FULL", "refused_full", None, None, "system"),
    "rang elsewhere first": (f"{ENTER}\n+6 c1 sales 1002 RINGNOANSWER 6000\n+9 c1 sales 1001 CONNECT 9|x|3\n+19 c1 sales 1001 COMPLETEAGENT 9|10|1", "answered", 9, 10, "agent"),
    "log begins in the wait": ("+7 c1 sales 1001 CONNECT 7|x|3\n+67 c1 sales 1001 COMPLETEAGENT 7|60|1", "answered", 7, 60, "agent"),
    "log begins in the talk": ("+67 c1 sales 1001 COMPLETEAGENT 7|60|1", "answered", 7, 60, "agent"),
    "still talking": (f"{ENTER}\n+7 c1 sales 1001 CONNECT 7|x|3", "answered", 7, None, None),
    "still waiting": (ENTER, "no_call", None, None, None),
}  # fmt: skip


@pytest.fixture(scope="module")
def each_way(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """One log in which every way of a call happens to a call of its own, `c1` spelled `way-0`, `way-1` and so on."""
    log = "\n".join(events.replace(" c1 ", f" way-{number} ") for number, (events, *_) in enumerate(WAYS.values()))
    return calls(tmp_path_factory.mktemp("ways"), log).set_index("conversation_id")


@pytest.mark.parametrize("way", WAYS)
def test_each_way_a_call_goes(each_way: pd.DataFrame, way: str) -> None:
    call = each_way.loc[f"way-{list(WAYS).index(way)}"]
    found = [None if pd.isna(call[name]) else call[name] for name in ("outcome", "wait_s", "talk_s", "ended_by")]
    assert found == list(WAYS[way][1:])


WHOLE = """
+0 c1 sales NONE DID 0800123
+0 c1 sales NONE ENTERQUEUE |0446681800|1
+7 c1 sales 1001 CONNECT 7|x|3
+67 c1 sales 1001 COMPLETEAGENT 7|60|1
+70 c2 sales NONE ENTERQUEUE |0446681801|1
+75 c2 sales NONE ABANDON 1|1|5
"""


@pytest.fixture(scope="module")
def home_of_whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("whole")


@pytest.fixture(scope="module")
def whole(home_of_whole: Path) -> Results:
    return load_logs(home_of_whole, log_of(WHOLE))[1]


def test_there_is_no_handle_time_without_after_call_work(whole: Results) -> None:
    assert pd.isna(figure(whole, "aht")["value"]) and figure(whole, "aht")["why"] == "not_recorded"
    assert figure(whole, "talk_mean")["value"] == 60


def test_rows_are_events_and_a_second_delivery_of_one_is_a_duplicate(tmp_path: Path) -> None:
    lines = log_of(WHOLE)
    accounts, results = load_logs(tmp_path, lines, lines, names=("queue_log", "queue_log_copy"))
    assert [(a.rows_read, a.admitted, a.duplicate) for a in accounts] == [(6, 6, 0), (6, 6, 0)]
    assert accounts[1].replaced == 6
    assert figure(results, "offered")["value"] == 2


def test_rotation_takes_no_week_out_of_the_warehouse(tmp_path: Path) -> None:
    """Each week every log goes on to the next name, the oldest goes away, and one of them is packed; a packed copy of today's is older."""
    call = "+{0} c{0} q 1001 CONNECT 5|x|3\n+{0} c{0} q 1001 COMPLETEAGENT 5|9|1"
    weeks = [log_of(call.format(n * 604800)) for n in range(4)]
    begun = [week.splitlines(keepends=True)[0] for week in weeks]
    settings, source = Settings(warehouse=tmp_path / "w.duckdb"), find_source("asterisk_queue_log")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    deliveries = [
        {"queue_log": begun[0]},
        {"queue_log": weeks[0]},
        {"queue_log": weeks[1], "queue_log.1": weeks[0]},
        {"queue_log": weeks[2], "queue_log.1": weeks[1]},
        {"queue_log": weeks[3], "queue_log.gz": begun[3], "queue_log-20260525.gz": weeks[2], "queue_log.1": begun[2]},
    ]
    seen = []
    with open_warehouse(settings) as warehouse:
        for delivery in deliveries:
            for file in inbox.iterdir():
                file.unlink()
            for name, text in delivery.items():
                (inbox / name).write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
            loaded = load_files(warehouse, settings, source, new_files(warehouse, settings, source, inbox))
            count = warehouse.value("select count(*) from raw_queue_events")
            seen.append(([(a.file, a.rows_read, a.removed) for a in loaded], count))
            assert new_files(warehouse, settings, source, inbox) == []
        names = [row["name"] for row in warehouse.records("select name from files order by name")]
        undo(warehouse, 3)
        left = warehouse.value("select count(*) from raw_queue_events")
    assert seen == [
        ([("queue_log", 1, 0)], 1),
        ([("queue_log", 2, 0)], 2),
        ([("queue_log", 2, 0)], 4),
        ([("queue_log", 2, 0)], 6),
        ([("queue_log", 2, 0), ("queue_log-20260525.gz", 2, 0)], 8),
    ]
    assert names == [f"queue_log from {T0 + n * 604800}" for n in range(4)] and left == 6


def test_a_log_is_named_as_it_lay_there(broken: tuple[list[Account], Results]) -> None:
    """Whoever looks for the file of a broken line knows it by no other name."""
    account = broken[1].document("account")
    assert {row["name"] for part in ("files", "quarantine") for row in account[part]} == {"queue_log-20260504"}


def test_order_in_the_file_does_not_matter_nor_where_it_is_cut(tmp_path: Path, whole: Results) -> None:
    lines = log_of(WHOLE).splitlines(keepends=True)
    _, parts = load_logs(tmp_path, "".join(reversed(lines[3:])), "".join(lines[:3]))
    columns = "call_id, outcome, wait_s, talk_s, agent, offered_at"
    query = f"select {columns} from fact_calls order by call_id"
    pd.testing.assert_frame_equal(whole.frame(query), parts.frame(query))


def test_a_call_through_two_queues_is_one_contact_of_two_legs(tmp_path: Path) -> None:
    events = """
    +0 c1 sales NONE ENTERQUEUE |0446681800|1
    +60 c1 sales NONE EXITWITHTIMEOUT 1|1|60
    +60 c1 help NONE ENTERQUEUE |0446681800|1
    +65 c1 help 1001 CONNECT 5|x|3
    +95 c1 help 1001 BLINDTRANSFER 200|ctx|5|30|1
    +95 c1 sales NONE ENTERQUEUE |0446681800|1
    +99 c1 sales 1002 CONNECT 4|x|3
    +119 c1 sales 1002 COMPLETECALLER 4|20|1
    """
    _, results = load_logs(tmp_path, log_of(events))
    assert results.manifest["known_until"] == results.manifest["until"], (
        "of a Monday alone nobody knows that its week is over"
    )
    legs = results.frame("select queue, agent, outcome, wait_s, talk_s from fact_calls order by offered_at, call_id")
    assert legs.astype(object).where(legs.notna(), None).values.tolist() == [
        ["sales", None, "timed_out", 60, None],
        ["help", "1001", "answered", 5, 30],
        ["sales", "1002", "answered", 4, 20],
    ]
    contact = results.frame("select legs, agent, closing_agent from fact_contacts").values.tolist()
    assert contact == [[3, "1001", "1002"]]
    assert figure(results, "transfers")["value"] == 1


def test_spellings_of_an_agent(tmp_path: Path) -> None:
    spellings = ["SIP/1001", "SIP/1001-0000002a", "Local/1001@from-queue/n", "Agent/1001", "1001", "PJSIP/1001"]
    call = "{0}\n+7 c1 sales {1} CONNECT 7|x|3\n+67 c1 sales {1} COMPLETEAGENT 7|60|1"
    log = "\n".join(call.format(ENTER, spelling).replace(" c1 ", f" c{n} ") for n, spelling in enumerate(spellings))
    assert calls(tmp_path, log)["agent"].tolist() == ["1001"] * len(spellings)


def test_a_list_of_agents_may_name_their_channels_as_the_log_does(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    names = {
        "PJSIP/101": "101",
        "Local/102@from-queue/n": "102",
        "sip/103-0000002a": "103",
        "Berlin/ann": "Berlin/ann",
        "bob": "bob",
    }
    table = "agent  valid_from\n" + "\n".join(f"{name}  2026-01-01 00:00" for name in names)
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "agents", table)
        found = [row["agent"] for row in warehouse.records("select agent from raw_agents order by line")]
    assert found == list(names.values())


TRANSFERRED = "+80 c3 sales 1001 ATTENDEDTRANSFER LINK|SIP/1-00|SIP/2-00|5|40|1\n+99 c4 sales 1001 TRANSFER 2|ctx|7|9|1"
HEADERS = ("time,callid,queuename,agent,event,data1,data2,data3,data4,data5", "time,callid,queuename,agent,event,data")
TABLES = {how: f"queue_log.{n}.csv" for n, how in enumerate(product(HEADERS, ("epoch", "local", "gmt")))}
"""By header and clock, the file of each table: of two that hold one event the later name counts."""


def realtime_table(log: str, header: str, clock: str) -> str:
    """The lines of a log as rows of the table that Asterisk writes into a database."""

    def row(line: str) -> str:
        at, *head, data = line.split("|", 5)
        utc = pd.Timestamp(int(at), unit="s")
        stamp = {"epoch": at, "local": f"{utc + timedelta(hours=2)}.123456", "gmt": f"{utc}.987654+00"}[clock]
        values = [data] if header.endswith("data") else (data.split("|", 4) + [""] * 5)[:5]
        return ",".join([stamp, *head, *values])

    return "\n".join([header, *map(row, log.splitlines())]) + "\n"


@pytest.fixture(scope="module")
def realtime(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, tuple[Account, pd.DataFrame]], Results]:
    """A log and then its tables, one after the other: the account and the events of each, and what is published at last."""
    folder, log, found = tmp_path_factory.mktemp("realtime"), log_of(WHOLE + TRANSFERRED), {}
    files = {"queue_log": log} | {name: realtime_table(log, *how) for how, name in TABLES.items()}
    settings = Settings(warehouse=folder / "warehouse.duckdb")
    source = find_source("asterisk_queue_log", site=Site(timezone="Europe/Zurich"))
    seconds = "date_trunc('second', happened_at) as happened_at"
    events = f"select * exclude (file_id, line) replace ({seconds}) from raw_queue_events"
    newest = f"{events} where file_id = (select max(file_id) from files) order by line"
    with open_warehouse(settings) as warehouse:
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")
            [account] = load_files(warehouse, settings, source, find_files([folder / name], source.suffixes))
            found[name] = account, warehouse.sql.execute(newest).df()
        build(warehouse, settings, [], lambda step: None)
    return found, open_results(settings.results)


def test_the_realtime_table_gives_the_same_calls_as_the_file(
    realtime: tuple[dict[str, tuple[Account, pd.DataFrame]], Results],
) -> None:
    _, results = realtime
    assert figure(results, "offered")["value"] == 4
    spoken = results.frame("select wait_s, talk_s from fact_calls order by conversation_id")
    assert spoken.tail(2).values.tolist() == [[5, 40], [7, 9]]


@pytest.mark.parametrize("how", TABLES, ids=" ".join)
def test_the_realtime_table_gives_the_same_events_as_the_file(
    realtime: tuple[dict[str, tuple[Account, pd.DataFrame]], Results], how: tuple[str, str]
) -> None:
    (of_log, in_log), (of_table, in_table) = (realtime[0][name] for name in ("queue_log", TABLES[how]))
    assert [(a.rows_read, a.quarantined) for a in (of_log, of_table)] == [(8, {}), (8, {})]
    assert of_table.replaced == 8
    pd.testing.assert_frame_equal(in_log, in_table)


WRONG = {
    "what is this": "not_an_event",
    "17860|": "not_an_event",
    f"{T0}|c9|sales|NONE|NOSUCHEVENT|1": "unknown_value",
    "soon|c9|sales|NONE|ENTERQUEUE||1|1": "not_a_time",
    f"{T0}|c9|sales|NONE|ABANDON|1|1|long": "not_a_duration",
    f"{T0}|c9|sales|NONE|ABANDON|1|1|-5": "negative",
}


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Account], Results]:
    """A log with lines that are no events, under the name that a rotation gave it."""
    log = log_of(WHOLE) + "\n".join(WRONG) + "\n"
    return load_logs(tmp_path_factory.mktemp("broken"), log, names=("queue_log-20260504",))


def test_lines_that_are_no_events_go_to_quarantine(broken: tuple[list[Account], Results]) -> None:
    accounts, results = broken
    rules = {"not_an_event": 2, "unknown_value": 1, "not_a_time": 1, "not_a_duration": 1, "negative": 1}
    assert (accounts[0].rows_read, accounts[0].admitted, accounts[0].quarantined) == (12, 6, rules)
    assert figure(results, "offered")["value"] == 2


def test_the_callers_number_is_nowhere(home_of_whole: Path, whole: Results) -> None:
    (home_of_whole / "queue_log").unlink()
    for file in written_files(home_of_whole):
        assert b"44668180" not in file.read_bytes(), file


CALLS_OF_THE_DAY = f"{ENTER}\n+7 c1 sales 1001 CONNECT 7|x|3\n+67 c1 sales 1001 COMPLETEAGENT 7|60|1"
END = "+7200 c9 sales NONE ENTERQUEUE |0446681809|1\n+7210 c9 sales NONE ABANDON 1|1|10"


PRESENCE = {
    "login and logoff": ("+0 NONE NONE 1001 AGENTLOGIN SIP/1\n+3600 NONE NONE 1001 AGENTLOGOFF SIP/1|3600", 3600, 0),
    "member of a queue": ("+0 MANAGER sales 1001 ADDMEMBER\n+3600 MANAGER sales 1001 REMOVEMEMBER", 3600, 0),
    "member of two queues": ("+0 M sales 1001 ADDMEMBER\n+0 M help 1001 ADDMEMBER\n+1800 M help 1001 REMOVEMEMBER\n+3600 M sales 1001 REMOVEMEMBER", 3600, 0),
    "no logoff": ("+3600 NONE NONE 1001 AGENTLOGIN SIP/1", 3610, 0),
    "no login seen": ("+1800 NONE NONE 1001 AGENTLOGOFF SIP/1|9999", 1800, 0),
    "added twice": ("+0 M sales 1001 ADDMEMBER\n+600 M sales 1001 ADDMEMBER\n+3600 M sales 1001 REMOVEMEMBER", 3600, 0),
    "pause": ("+0 M sales 1001 ADDMEMBER\n+600 M sales 1001 PAUSE lunch\n+900 M sales 1001 UNPAUSE\n+3600 M sales 1001 REMOVEMEMBER", 3600, 300),
    "pause of all queues": ("+0 M sales 1001 ADDMEMBER\n+600 NONE NONE 1001 PAUSEALL lunch\n+900 NONE NONE 1001 UNPAUSEALL\n+3600 M sales 1001 REMOVEMEMBER", 3600, 300),
    "pause ended by leaving": ("+0 M sales 1001 ADDMEMBER\n+600 M sales 1001 PAUSE\n+3600 M sales 1001 REMOVEMEMBER", 3600, 3000),
    "resume without a pause": ("+0 M sales 1001 ADDMEMBER\n+600 M sales 1001 UNPAUSE\n+3600 M sales 1001 REMOVEMEMBER", 3600, 0),
    "joined while paused": ("+0 M sales 1001 ADDMEMBER PAUSED\n+1800 M sales 1001 UNPAUSE\n+3600 M sales 1001 REMOVEMEMBER", 3600, 1800),
    "pause never ended": ("+0 M sales 1001 ADDMEMBER\n+7000 M sales 1001 PAUSE", 7210, 210),
    "paused in one queue of two": ("+0 M sales 1001 ADDMEMBER\n+0 M help 1001 ADDMEMBER\n+600 M sales 1001 PAUSE\n+900 M sales 1001 UNPAUSE\n+3600 M sales 1001 REMOVEMEMBER\n+3600 M help 1001 REMOVEMEMBER", 3600, 0),
    "paused in both, resumed in one": ("+0 M sales 1001 ADDMEMBER\n+0 M help 1001 ADDMEMBER\n+600 M sales 1001 PAUSE\n+700 M help 1001 PAUSE\n+900 M help 1001 UNPAUSE\n+3600 M sales 1001 REMOVEMEMBER\n+3600 M help 1001 REMOVEMEMBER", 3600, 200),
    "all paused, resumed in one": ("+0 M sales 1001 ADDMEMBER\n+0 M help 1001 ADDMEMBER\n+600 NONE NONE 1001 PAUSEALL\n+900 M help 1001 UNPAUSE\n+3600 M sales 1001 REMOVEMEMBER\n+3600 M help 1001 REMOVEMEMBER", 3600, 300),
    "taken out of one queue in a pause of both": ("+0 M sales 1001 ADDMEMBER\n+0 M help 1001 ADDMEMBER\n+600 M sales 1001 PAUSE\n+600 M help 1001 PAUSE\n+700 M help 1001 REMOVEMEMBER\n+1200 M sales 1001 UNPAUSE\n+3600 M sales 1001 REMOVEMEMBER", 3600, 600),
    "left the one queue without a pause": ("+0 M sales 1001 ADDMEMBER\n+0 M help 1001 ADDMEMBER\n+600 M sales 1001 PAUSE\n+700 M help 1001 REMOVEMEMBER\n+3600 M sales 1001 REMOVEMEMBER", 3600, 2900),
    "paused and gone in a second": ("+0 M sales 1001 ADDMEMBER\n+600 M sales 1001 PAUSE\n+600 M sales 1001 REMOVEMEMBER\n+1200 M sales 1001 ADDMEMBER\n+3600 M sales 1001 REMOVEMEMBER", 3000, 0),
    "joined paused and resumed in a second": ("+0 M sales 1001 ADDMEMBER PAUSED\n+0 M sales 1001 UNPAUSE\n+3600 M sales 1001 REMOVEMEMBER", 3600, 0),
    "paused in a queue that is never joined": ("+0 NONE NONE 1001 AGENTLOGIN SIP/1\n+600 M sales 1001 PAUSE\n+900 M sales 1001 UNPAUSE\n+3600 NONE NONE 1001 AGENTLOGOFF SIP/1|3600", 3600, 300),
}  # fmt: skip


@pytest.fixture(scope="module")
def presence(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """One log in which every case of presence happens to an agent of its own: 2000, 2001 and so on."""
    cases = "\n".join(events.replace(" 1001 ", f" {2000 + n} ") for n, (events, *_) in enumerate(PRESENCE.values()))
    log = log_of(f"{CALLS_OF_THE_DAY}\n{cases}\n{END}")
    return load_logs(tmp_path_factory.mktemp("presence"), log)[1]


@pytest.mark.parametrize("case", PRESENCE)
def test_presence_and_pauses(presence: Results, case: str) -> None:
    agent = str(2000 + list(PRESENCE).index(case))
    seconds = [figure(presence, kpi, agent=agent)["value"] for kpi in ("login_s", "pause_s")]
    assert seconds == list(PRESENCE[case][1:])


DAY = 86400
LOST = {
    "forgotten, joined again next day": (f"+0 M q 1001 ADDMEMBER\n+{DAY} M q 1001 ADDMEMBER\n+{DAY + 3600} M q 1001 REMOVEMEMBER", 13),
    "never taken out": ("+0 M q 1001 ADDMEMBER", 12),
    "on call over a weekend": (f"+0 M q 1001 ADDMEMBER\n+{2 * DAY} M q 1001 REMOVEMEMBER", 48),
    "added again after a restart": ("+0 M q 1001 ADDMEMBER\n+14400 M q 1001 ADDMEMBER\n+28800 M q 1001 REMOVEMEMBER", 8),
}  # fmt: skip


def test_a_lost_departure_makes_no_day_longer_than_a_long_shift(tmp_path: Path) -> None:
    cases = "\n".join(events.replace(" 1001 ", f" {2000 + n} ") for n, (events, _) in enumerate(LOST.values()))
    _, results = load_logs(tmp_path, log_of(f"{CALLS_OF_THE_DAY}\n{cases}\n+{3 * DAY} c9 q NONE FULL"))
    hours = {case: figure(results, "login_s", agent=str(2000 + n))["value"] / 3600 for n, case in enumerate(LOST)}
    assert hours == {case: expected for case, (_, expected) in LOST.items()}


def test_presence_over_midnight_counts_on_both_days(tmp_path: Path) -> None:
    events = "+43200 M sales 1001 ADDMEMBER\n+57600 M sales 1001 REMOVEMEMBER\n+57600 c9 sales NONE FULL"
    _, results = load_logs(tmp_path, log_of(f"{CALLS_OF_THE_DAY}\n{events}"))
    days = results.frame(
        "select cast(day as varchar) as day, sum(login_s) as s from fact_agent_hours group by 1 order by 1"
    )
    assert days.values.tolist() == [["2026-05-04", 7200], ["2026-05-05", 7200]]
