"""What DuckDB and Spark leave for each other, in a folder and in a store reached by a URL: the same rows, nothing of before."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.engines.engine_config import NO_WAITING
from pipeline.engines.exchange import Exchange, Folder, Store, open_exchange

ROWS = """
select * from (values (1, 'a', timestamp '2026-03-29 01:30:00.000001', 0.5::decimal(9, 3), [1, 2]), (null, null, null, null, null))
    as t (n, s, moment, amount, numbers)
"""


@pytest.fixture(params=["folder", "store"])
def exchange(request: pytest.FixtureRequest, tmp_path: Path) -> Exchange:
    place = tmp_path / "exchange"
    return open_exchange(str(place) if request.param == "folder" else place.as_uri())


def test_a_url_is_a_store_and_a_path_a_folder(tmp_path: Path) -> None:
    assert isinstance(open_exchange(tmp_path.as_uri()), Store)
    assert isinstance(open_exchange(str(tmp_path)), Folder)


def test_rows_come_through_as_they_are(exchange: Exchange) -> None:
    with duckdb.connect(config=NO_WAITING) as sql:
        exchange.begin(set())
        exchange.put(sql, ROWS, "rows.parquet")
        found = sql.execute(f"select * from read_parquet('{exchange.place('rows.parquet')}')").fetchall()
        assert found == sql.execute(ROWS).fetchall()
        assert exchange.has("rows.parquet") and not exchange.has("other.parquet")


def test_a_first_hand_over_makes_the_place(exchange: Exchange) -> None:
    """A question to published tables begins nothing."""
    with duckdb.connect(config=NO_WAITING) as sql:
        exchange.put(sql, "select 1 as n", "asked.parquet")
        assert exchange.has("asked.parquet")


def test_a_folder_whose_name_reads_as_a_pattern_is_written_to(tmp_path: Path) -> None:
    exchange = Folder(tmp_path / "[our] exchange")
    with duckdb.connect(config=NO_WAITING) as sql:
        exchange.put(sql, "select 1 as n", "rows.parquet")
    assert exchange.has("rows.parquet")


def test_what_spark_left_is_seen_by_its_name(exchange: Exchange, tmp_path: Path) -> None:
    """Spark leaves a folder of parts, and a mark that it is whole."""
    with duckdb.connect(config=NO_WAITING) as sql:
        exchange.begin(set())
        folder = tmp_path / "exchange" / "core_x"
        folder.mkdir()
        for part in (1, 2):
            pq.write_table(sql.sql(f"select {part} as n").to_arrow_table(), folder / f"part-{part}.parquet")
        (folder / "_SUCCESS").touch()
        exchange.see(sql, "core_x", "core_x")
        exchange.see(sql, "core_x", "core_x")
        assert sql.execute("select n from core_x order by n").fetchall() == [(1,), (2,)]


def test_only_what_is_kept_outlasts_the_next_beginning(exchange: Exchange, tmp_path: Path) -> None:
    with duckdb.connect(config=NO_WAITING) as sql:
        exchange.begin(set())
        for name in ("kept.parquet", "gone.parquet"):
            exchange.put(sql, "select 1 as n", name)
        (tmp_path / "exchange" / "core_x").mkdir()
        exchange.begin({"kept.parquet"})
        assert [file.name for file in (tmp_path / "exchange").iterdir()] == ["kept.parquet"]


def test_a_hand_over_that_fails_is_not_taken_for_whole(exchange: Exchange) -> None:
    with duckdb.connect(config=NO_WAITING) as sql:
        exchange.begin(set())
        with pytest.raises((duckdb.Error, pa.ArrowException, OSError, RuntimeError)):
            exchange.put(
                sql,
                "select case when i < 900000 then i else error('stopped') end as n from range(1000000) t(i)",
                "rows.parquet",
            )
        assert not exchange.has("rows.parquet")
