"""The simulated centre: the same seed gives the same files, they agree with the truth, and the truth is planted."""

import gzip
import json
import re
from collections import Counter, defaultdict
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from random import Random
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from pipeline.contracts import read_contracts
from pipeline.sample import write_sample
from pipeline.sample.clock import ZONE, instant, iso_week
from pipeline.sample.compose import Composer
from pipeline.sample.world import World, simulate
from pipeline.sources.mapping import mapped_source

SHIPPED = Path(__file__).parent.parent / "data" / "sample"
TINY = {"weeks": 4, "calls_per_week": 160, "agents": 8}


@pytest.fixture(scope="module")
def world() -> World:
    return simulate(seed=7, **TINY)


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sample")
    write_sample(out, seed=7, **TINY)
    return out


def truth_of(folder: Path) -> dict:
    return json.loads((folder / "truth.json").read_text("utf-8"))


def lines_of(folder: Path, pattern: str) -> list[str]:
    texts = [gzip.decompress(file.read_bytes()).decode() for file in sorted(folder.glob(pattern))]
    return [line for text in texts for line in text.splitlines()]


def newest_records(folder: Path) -> dict[str, dict]:
    """Contact records by ContactId, the newest delivery of each; test calls and what is no JSON left out."""
    records: dict[str, dict] = {}
    for line in lines_of(folder, "amazon_connect_ctr/*.gz"):
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            continue
        kept = records.setdefault(record["ContactId"], record)
        if record["LastUpdateTimestamp"] > kept["LastUpdateTimestamp"]:
            records[record["ContactId"]] = record
    return {name: record for name, record in records.items() if not name.startswith("test-call")}


def events_by_call(folder: Path) -> dict[str, list[tuple[int, str]]]:
    """(instant, event) of each call in the order of the files, an event copied into two files once."""
    calls: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for line in dict.fromkeys(lines_of(folder, "asterisk_queue_log/*.gz")):
        parts = line.split("|")
        if len(parts) >= 5 and "." in parts[1]:
            calls[parts[1]].append((int(parts[0]), parts[4]))
    return calls


def week_of(stamp: str) -> str:
    return iso_week(int(datetime.fromisoformat(stamp).timestamp()))


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


# The same bytes


def test_same_seed_same_bytes(tiny: Path, tmp_path: Path) -> None:
    write_sample(tmp_path, seed=7, **TINY)
    assert bytes_of(tmp_path) == bytes_of(tiny)


def test_another_seed_is_another_centre(world: World) -> None:
    assert len(simulate(seed=8, **TINY).legs) != len(world.legs)


def test_a_smaller_sample_leaves_nothing_of_a_larger_one(tmp_path: Path) -> None:
    write_sample(tmp_path, **TINY)
    write_sample(tmp_path, **{**TINY, "weeks": 3})
    names = [file.name for file in sorted(tmp_path.glob("amazon_connect_ctr/*"))]
    assert names == ["ctr-2026-W33.jsonl.gz", "ctr-2026-W34.jsonl.gz"]


# What happened can have happened


def test_legs_are_offered_then_answered_then_ended(world: World) -> None:
    assert world.legs
    for leg in world.legs:
        assert leg.began_at <= leg.queued_at <= leg.left_at <= leg.ended_at
        assert (leg.answer is not None) == (leg.outcome == "answered")


def test_an_agent_is_on_one_call_at_a_time_and_logged_in(world: World) -> None:
    busy: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for leg in world.legs:
        if leg.answer:
            busy[leg.answer.agent.id].append((leg.left_at, leg.ended_at + leg.answer.handling.wrap_s))
    stays = [(p.agent.id, p.starts_at, p.ends_at) for p in world.presences if p.state == "logged_in"]
    assert busy
    for agent, stretches in busy.items():
        stretches.sort()
        assert all(end <= begin for (_, end), (begin, _) in pairwise(stretches))
        assert all(any(who == agent and s <= b and e <= t for who, s, t in stays) for b, e in stretches)


def test_nobody_takes_calls_on_a_break(world: World) -> None:
    breaks = [p for p in world.presences if p.state == "break"]
    answered = [(leg.answer.agent.id, leg.left_at) for leg in world.legs if leg.answer]
    assert breaks and answered
    assert not any(agent == p.agent.id and p.starts_at < at < p.ends_at for agent, at in answered for p in breaks)


def test_waits_are_real_queueing() -> None:
    """Some are answered at once, some wait, some give up: the floor is neither empty nor overrun."""
    world = simulate(seed=3, weeks=2, calls_per_week=900, agents=20)
    offered = [leg for leg in world.legs if leg.is_offered]
    within = sum(leg.outcome == "answered" and leg.wait_s <= 20 for leg in offered) / len(offered)
    assert 0.5 < within < 0.95
    assert 0.01 < sum(leg.outcome == "abandoned" for leg in offered) / len(offered) < 0.15


def test_transfers_and_callbacks_hang_together(world: World) -> None:
    new = {leg.link.id: leg for leg in world.legs if leg.began_at >= world.centre.changeover_at}
    transferred = [leg for leg in new.values() if leg.is_transferred_in]
    assert transferred
    for leg in transferred:
        first = new[leg.link.previous_id or ""]
        assert first.next_id == leg.link.id and first.link.conversation_id == leg.link.conversation_id
        assert first.ended_at == leg.queued_at
    asked = [leg.link.previous_id for leg in new.values() if leg.request.direction == "CALLBACK"]
    assert any(asked)
    assert {new[previous].outcome for previous in asked if previous} == {"callback_requested"}


# Files


def test_contact_records_agree_with_the_truth(tiny: Path) -> None:
    weeks = {week: row for week, row in truth_of(tiny)["weeks"].items() if row["source"] == "amazon_connect_ctr"}
    counts: Counter[tuple[str, str]] = Counter()
    for record in newest_records(tiny).values():
        week = week_of(record["InitiationTimestamp"])
        if record["InitiationMethod"] in ("INBOUND", "TRANSFER") and record["Queue"]:
            counts[week, "offered"] += 1
            counts[week, "answered"] += record["Agent"] is not None
            counts[week, "abandoned"] += record["Agent"] is None and record["DisconnectReason"] == "CUSTOMER_DISCONNECT"
    names = ("offered", "answered", "abandoned")
    assert counts == {(week, name): row[name] for week, row in weeks.items() for name in names}


def test_contact_record_arithmetic(tiny: Path) -> None:
    def at(stamp: str) -> float:
        return datetime.fromisoformat(stamp).timestamp()

    records = newest_records(tiny)
    assert any(record["Agent"] for record in records.values()) and any(record["Queue"] for record in records.values())
    for record in records.values():
        stamps = [at(record[f"{name}Timestamp"]) for name in ("Initiation", "Disconnect", "LastUpdate")]
        assert stamps == sorted(stamps)
        if agent := record["Agent"]:
            spent_s = agent["AgentInteractionDuration"] + agent["CustomerHoldDuration"]
            assert at(agent["ConnectedToAgentTimestamp"]) + spent_s == at(record["DisconnectTimestamp"])
        if queue := record["Queue"]:
            assert at(queue["EnqueueTimestamp"]) + queue["Duration"] == at(queue["DequeueTimestamp"])


def test_queue_log_agrees_with_the_truth(tiny: Path) -> None:
    truth, counts = truth_of(tiny), Counter[str]()
    for events in events_by_call(tiny).values():
        counts.update(event for _, event in events)
    old = [row for row in truth["weeks"].values() if row["source"] == "asterisk_queue_log"]
    assert counts["ENTERQUEUE"] == sum(row["offered"] for row in old)
    assert counts["CONNECT"] == sum(row["answered"] for row in old)
    assert counts["ABANDON"] == sum(row["abandoned"] for row in old)


def test_queue_log_events_of_a_call_are_in_order(tiny: Path) -> None:
    ends = {"COMPLETEAGENT", "COMPLETECALLER", "BLINDTRANSFER", "ATTENDEDTRANSFER"}
    calls = events_by_call(tiny)
    assert calls
    for events in calls.values():
        assert [at for at, _ in events] == sorted(at for at, _ in events)
        names = [name for _, name in events if name != "RINGNOANSWER"]
        assert names[:2] == ["DID", "ENTERQUEUE"]
        assert all((after in ends) == (name == "CONNECT") for name, after in pairwise(names))


def test_a_call_crosses_two_queue_log_files(tiny: Path) -> None:
    files = defaultdict(set)
    for file in tiny.glob("asterisk_queue_log/*.gz"):
        for line in gzip.decompress(file.read_bytes()).decode().splitlines():
            files[line.split("|")[1]].add(file.name)
    assert any("." in call and len(names) > 1 for call, names in files.items())


def test_no_call_is_in_both_systems(tiny: Path) -> None:
    changeover = truth_of(tiny)["changeover_at"]
    changeover_at = datetime.fromisoformat(changeover).timestamp()
    before, after = events_by_call(tiny).values(), newest_records(tiny).values()
    assert before and all(events[0][0] < changeover_at for events in before)
    assert after and all(record["InitiationTimestamp"] >= changeover for record in after)


def test_dirt_is_counted(tiny: Path) -> None:
    files, lines = truth_of(tiny)["files"], lines_of(tiny, "amazon_connect_ctr/*.gz")
    kinds = ("contact_records", "contact_records_superseded", "contact_records_impossible", "contact_lines_not_json")
    assert len(lines) == sum(files[kind] for kind in kinds)
    assert len(newest_records(tiny)) == files["contact_records"]
    log = lines_of(tiny, "asterisk_queue_log/*.gz")
    assert len(log) == files["queue_log_events"] + files["queue_log_events_twice"] + files["queue_log_lines_torn"]
    assert len(set(log)) == files["queue_log_events"] + files["queue_log_lines_torn"]


def test_mappings_are_valid_and_name_the_columns_of_their_files(tiny: Path) -> None:
    tables = "agent_states agents customer_keys evaluations events letters moods planned_shifts skills surveys ticket_events tickets".split()
    assert sorted(file.parent.name for file in tiny.glob("*/mapping.toml")) == tables
    for table in tables:
        assert {"letters": "messages"}.get(table, table) in read_contracts()
        assert mapped_source(tiny / table / "mapping.toml").name == table
        assert any((tiny / table / f"{table}.csv{ending}").is_file() for ending in ("", ".gz"))


def test_every_caller_is_among_the_customer_keys_once_the_spelling_is_undone(tiny: Path) -> None:
    def key(address: str) -> str:
        if "@" in address or address.startswith("K-"):
            return address
        digits = re.sub(r"\D", "", address)
        return digits[2:] if digits.startswith("00") else re.sub("^0", "41", digits)

    rows = (tiny / "customer_keys" / "customer_keys.csv").read_text("utf-8").splitlines()[1:]
    keys = [key(row.split(",")[0]) for row in rows]
    callers = [record["CustomerEndpoint"]["Address"] for record in newest_records(tiny).values()]
    callers += [line.split("|")[6] for line in lines_of(tiny, "asterisk_queue_log/*.gz") if "|ENTERQUEUE|" in line]
    assert len(keys) == len(set(keys))
    assert {key(caller) for caller in callers if caller != "anonymous"} <= set(keys)
    assert len({caller[:3] for caller in callers}) > 3


# Time


def test_local_days_begin_and_end_right_when_the_clocks_change() -> None:
    sunday = datetime(2026, 10, 25, tzinfo=ZoneInfo("Europe/Zurich")).date()
    assert instant(sunday, 24 * 60) - instant(sunday) == 25 * 3600
    assert datetime.fromtimestamp(instant(sunday, 8 * 60), ZONE).hour == 8


# The sample as shipped


def test_shipped_sample_is_small() -> None:
    assert sum(file.stat().st_size for file in SHIPPED.rglob("*") if file.is_file()) <= 8_000_000


def test_shipped_truth_holds_what_was_planted() -> None:
    truth = truth_of(SHIPPED)
    hasty, usual, kind = (truth["kinds"][name] for name in ("hasty", "usual", "fast_and_warm"))
    assert hasty["handle_s"] < kind["handle_s"] < usual["handle_s"]
    assert hasty["resolved_share"] < usual["resolved_share"] - 0.1 and kind["resolved_share"] > usual["resolved_share"]
    assert hasty["repeat_7d_share"] > usual["repeat_7d_share"] + 0.08 > kind["repeat_7d_share"] + 0.08


def test_warm_agents_have_fewer_repeats() -> None:
    agents = sorted(truth_of(SHIPPED)["agents"].values(), key=lambda agent: agent["warmth"])
    repeats = [agent["realised"]["repeat_7d_share"] for agent in agents]
    assert sum(repeats[:10]) / 10 > sum(repeats[-10:]) / 10 + 0.05


def test_shipped_centre_is_realistic() -> None:
    truth = truth_of(SHIPPED)
    totals = truth["totals"]
    assert 28_000 <= totals["offered"] <= 32_000
    assert 0.70 <= totals["answered_within_20s"] / totals["offered"] <= 0.85
    assert 0.03 <= totals["abandoned"] / totals["offered"] <= 0.08
    assert 0.08 <= truth["anonymous_share"] <= 0.13


def test_shipped_movers_work_on_both_sides_of_their_move_the_same_day() -> None:
    agents = truth_of(SHIPPED)["agents"]
    movers = {name: row["teams"][1]["from"] for name, row in agents.items() if len(row["teams"]) > 1}
    connected = defaultdict(list)
    for record in newest_records(SHIPPED).values():
        if record["Agent"]:
            connected[record["Agent"]["Username"]].append(record["Agent"]["ConnectedToAgentTimestamp"])
    assert len(movers) == 2
    for name, moved_at in movers.items():
        same_day = [at for at in connected[name] if at[:10] == moved_at[:10]]
        assert min(same_day) < moved_at < max(same_day)


@pytest.mark.slow
def test_shipped_sample_is_what_the_code_writes(tmp_path: Path) -> None:
    write_sample(tmp_path)
    shipped, written = bytes_of(SHIPPED), bytes_of(tmp_path)

    def text(name: str, data: bytes) -> bytes:
        return gzip.decompress(data) if name.endswith(".gz") else data  # another zlib packs otherwise

    assert all(text(name, shipped[name]) == text(name, data) for name, data in written.items())


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", ["1st", "2nd", "3rd", "4th", "11th", "21st", "22nd", "23rd", "31st"]), ("ru", ["1-му", "3-му", "22-му"])],
)
def test_letters_promise_a_day_as_people_write_it(language: str, said: list[str]) -> None:
    customer, agent = SimpleNamespace(id="c-1"), SimpleNamespace(name="Anna Keller")
    ticket = SimpleNamespace(language=language, customer=customer, agent=agent, id="T-1")
    for day in said:
        number = int(re.sub(r"\D", "", day))
        assert f" {day}." in Composer({}, Random(1)).promise(ticket, number, Random(1))  # type: ignore[arg-type]
