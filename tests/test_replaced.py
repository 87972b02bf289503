"""Files that come again under one name: what they replace, what they leave, and when too little came."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.building.build import build
from pipeline.engines.warehouse import Warehouse, open_warehouse
from pipeline.loading.batches import undo
from pipeline.results import open_results
from pipeline.settings import Settings
from tests.deliveries import FIRST, SECOND, account, nothing, talk_by_call
from tests.tables import figure, load_table

pytestmark = pytest.mark.usefixtures("facts_alone")


def test_a_corrected_file_takes_the_place_of_the_first(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", SECOND)
        assert account(load_table(warehouse, settings, tmp_path, "calls", FIRST)) == (2, 2, 0, 1, 1)
        assert talk_by_call(warehouse) == {"a": 60, "b": 60}


def many_calls(first: int, n: int) -> str:
    """A call every six hours, the first of them on the fourth of May."""
    begin = datetime(2026, 5, 4)
    rows = [f"c{i}  {begin + timedelta(hours=6 * i)}  5  60  answered  ann" for i in range(first, first + n)]
    return "call_id  offered_at  wait_s  talk_s  outcome  agent\n" + "\n".join(rows)


@pytest.mark.parametrize(("later", "removed"), [((0, 35), 5), ((20, 20), 0), ((100, 40), 0), ((0, 20), None)])
def test_a_delivery_replaces_what_it_lacks_from_its_first_call_on_but_never_much(
    tmp_path: Path, later: tuple[int, int], removed: int | None
) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", many_calls(0, 40))
        loaded = load_table(warehouse, settings, tmp_path, "calls", many_calls(*later))
        left = warehouse.value("select count(*) from raw_calls")
    if removed is None:
        assert loaded.error and "of the 40 records that it had" in loaded.error and left == 40
    else:
        assert (loaded.error, loaded.removed, left) == (
            None,
            removed,
            len({*range(40), *range(later[0], sum(later))}) - removed,
        )


def in_the_books(warehouse: Warehouse) -> list[list[int]]:
    query = "select batch_id, rows_read, admitted, quarantined, duplicate from files order by batch_id"
    return [list(row.values()) for row in warehouse.records(query)]


def test_an_export_of_the_last_days_under_one_name_keeps_the_days_before(tmp_path: Path) -> None:
    """Forty calls each time, ten further on; what is left of a delivery is its batch's, and goes and comes with it."""
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        for week in range(4):
            loaded = load_table(warehouse, settings, tmp_path, "calls", many_calls(10 * week, 40))
            assert account(loaded) == (40, 40, 0, 30 if week else 0, 0)
            said = f"rows.csv: 10 older calls of this file stay (batch {week}): they are from before its first one now"
            assert loaded.remark == (said if week else None)
        assert in_the_books(warehouse) == [[1, 10, 10, 0, 0], [2, 10, 10, 0, 0], [3, 10, 10, 0, 0], [4, 40, 40, 0, 0]]
        build(warehouse, settings, [], nothing)
        assert figure(open_results(settings.results), "offered")["value"] == 70
        undo(warehouse, 2)
        assert set(talk_by_call(warehouse)) == {f"c{i}" for i in range(70) if i not in range(10, 20)}
        undo(warehouse, 4)
        assert set(talk_by_call(warehouse)) == {f"c{i}" for i in range(30) if i not in range(10, 20)}


def test_a_delivery_that_reaches_further_back_replaces_what_was_kept(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", many_calls(0, 40))
        load_table(warehouse, settings, tmp_path, "calls", many_calls(10, 40))
        whole = load_table(warehouse, settings, tmp_path, "calls", many_calls(1, 49).replace("c3  ", "new  "))
        assert account(whole) == (49, 49, 0, 48, 1) and in_the_books(warehouse) == [[1, 1, 1, 0, 0], [3, 49, 49, 0, 0]]
        again = load_table(warehouse, settings, tmp_path, "calls", many_calls(0, 30))
        assert again.error and "lacks 21 of the 50" in again.error


def test_the_newer_of_two_deliveries_says_when_a_kept_call_was(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    late = FIRST.replace("2026-05-04 10:00  5       60", "2026-05-06 10:00  5       90")
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "calls", FIRST)
        load_table(warehouse, settings, tmp_path, "calls", late.replace("10:05", "10:06"))
        assert talk_by_call(warehouse) == {"a": 90, "b": 60}
        undo(warehouse, 2)
        assert talk_by_call(warehouse) == {"a": 60, "b": 60}


def test_a_list_is_replaced_whole_and_the_same_content_read_anew_too(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        for since in ("2026-01-01", "2026-02-01"):
            load_table(warehouse, settings, tmp_path, "agents", f"agent  team  valid_from\nann  Red  {since} 00:00")
        assert warehouse.value("select count(*) from raw_agents") == 1
        for zone in ("UTC", "America/New_York"):
            states = "agent  state  starts_at\nann  break  2026-05-04 08:00\nann  break  2026-05-04 20:00"
            load_table(warehouse, settings, tmp_path, "agent_states", states, timezone=zone)
        assert warehouse.value("select count(*) from raw_agent_states") == 2


def list_of(names: str, since: str = "2026-01-01 00:00") -> str:
    return "agent  team  valid_from\n" + "\n".join(f"{name}  Red  {since}" for name in names)


@pytest.mark.parametrize(
    ("later", "says", "left"),
    [
        (list_of("abcdefghij", "01.01.2026"), "none of 10 records is sound", 10),
        (list_of("abc"), "has 3 sound records and had 10", 10),
        (list_of("abcdefg") + "\nh  Red  01.01.2026", "has 7 sound records and had 10", 10),
        (list_of("abcdefgh"), None, 8),
        (list_of("abcdefghij", "2026-02-01 00:00"), None, 10),
    ],
    ids=["all bad", "half written", "some bad", "two gone", "dated anew"],
)
def test_half_a_list_of_agents_does_not_take_the_others_out(
    tmp_path: Path, later: str, says: str | None, left: int
) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        load_table(warehouse, settings, tmp_path, "agents", list_of("abcdefghij"))
        loaded = load_table(warehouse, settings, tmp_path, "agents", later)
        assert says in loaded.error if loaded.error and says else loaded.error is says
        assert warehouse.value("select count(*) from raw_agents") == left


def test_one_of_two_agents_may_go_and_more_when_the_list_is_undone(tmp_path: Path) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb")
    with open_warehouse(settings) as warehouse:
        for batch, (names, is_refused) in enumerate([("ab", False), ("a", False), ("abcdef", False), ("ab", True)], 1):
            loaded = load_table(warehouse, settings, tmp_path, "agents", list_of(names))
            assert bool(loaded.error) == is_refused, batch
        undo(warehouse, 3)
        assert load_table(warehouse, settings, tmp_path, "agents", list_of("ab")).error is None
