"""Published calls as they are laid out (a file a week, in order of time, zstd) beside other layouts of the same rows."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from pipeline.results import Results
from tests.bench.timing import Row, in_turns, times

FACT = "fact_calls"
ROW_GROUP = 122_880
LAYOUTS = {
    "a file a week, shuffled": ("hash(call_id)", True, "zstd"),
    "a file a week, by agent": ("agent, offered_at", True, "zstd"),
    "a file a week, snappy": ("offered_at", True, "snappy"),
    "one file, in order of time": ("offered_at", False, "zstd"),
    "one file, shuffled": ("hash(call_id)", False, "zstd"),
}
"""Name -> order of rows, whether each week has a file, compression."""


def rows(results: Results, folder: Path, runs: int) -> list[Row]:
    sql = duckdb.connect(config={"threads": 2})
    published = sorted(results.folder / file for file in results.manifest["tables"][FACT].values())
    files = {"published": published} | {
        name: _written(sql, published, folder / name, *how) for name, how in LAYOUTS.items()
    }
    middle = sql.execute(f"select quantile_disc(week, .5) from {_read(published)}").fetchone()
    questions = {
        "a week": f"select avg(wait_s), count(*) filter (where is_answered) from {{}} where week = '{middle[0] if middle else ''}'",
        "a day's calls": "select avg(wait_s) from {} where offered_at between (select min(offered_at) + interval 9 days from {}) "
        "and (select min(offered_at) + interval 10 days from {})",
        "an agent": "select avg(handle_s), count(*) from {} where agent = 'agent 0007'",
        "everything": "select queue, avg(handle_s), count(*) from {} group by queue",
    }
    size = {name: sum(file.stat().st_size for file in these) for name, these in files.items()}
    found = [Row(f"{name}: size / as published", times(size[name] / size["published"])) for name in LAYOUTS]
    for asked, question in questions.items():
        cost = in_turns(
            runs,
            **{
                name: lambda these=these, q=question: sql.execute(q.replace("{}", _read(these))).fetchall()
                for name, these in files.items()
            },
        )
        said = ", ".join(f"{name} {times(cost[name] / cost['published'])}" for name in LAYOUTS)
        found.append(Row(f"{asked}: time / as published", said, "", f"{cost['published'] * 1000:.0f} ms as published"))
    shutil.rmtree(folder)
    return found


def _written(
    sql: duckdb.DuckDBPyConnection, published: list[Path], folder: Path, order: str, is_weekly: bool, codec: str
) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    groups = [[file] for file in published] if is_weekly else [published]
    for place, group in enumerate(groups):
        sql.execute(
            f"copy (select * from {_read(group)} order by {order}) to '{folder}/{place}.parquet' "
            f"(format parquet, compression {codec}, row_group_size {ROW_GROUP})"
        )
    return sorted(folder.iterdir())


def _read(files: list[Path]) -> str:
    return f"read_parquet({[str(file) for file in files]})"
