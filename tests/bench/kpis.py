"""Figures by week x team x agent out of the published facts: beside a bare scan, and beside SQL, polars and pandas written for them.

The others give the values and what intervals of shares and means rest on; ours has the intervals themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import duckdb
import numpy as np
import pandas as pd

from pipeline.kpis import Catalogue
from pipeline.kpis.cube import Cube, Cut
from pipeline.kpis.measure import measure_cuts
from pipeline.results import Results
from tests.bench.peers import KEY, NEEDED, QUANTILES, SUMS, by_pandas, by_polars, by_sql
from tests.bench.timing import Row, in_turns, times

BY = ("team", "agent")
WITHHELD = np.inf
"""In place of ours that are not told of weeks at an end of the data, which the others tell all the same."""


def rows(results: Results, runs: int) -> list[Row]:
    """Against the bounds of the issue, all works in turns on the same files."""
    catalogue = results.catalogue
    every = tuple(name for name in catalogue.kpis if set(BY) <= set(catalogue.dimensions(name)))
    sums = tuple(name for name in every if not _is_quantile(catalogue, name))
    sql = _files_as_views(results)
    facts = sorted({fact for name in every for fact in catalogue.facts_of(name)})
    cost = in_turns(
        runs,
        scan=lambda: [sql.execute(f"select sum(hash(columns(*))) from {fact}").fetchall() for fact in facts],
        sums=lambda: _ours(results, sums),
        all=lambda: _ours(results, every),
    )
    found = [
        Row("all that adds up / bare scan", times(cost["sums"] / cost["scan"]), "≤ 2.5×", f"{len(sums)} KPIs"),
        Row("quantiles too / bare scan", times(cost["all"] / cost["scan"]), "≤ 8×", f"{len(every)} KPIs"),
    ]
    return found + _beside_peers(results, sql, runs)


def _beside_peers(results: Results, sql: duckdb.DuckDBPyConnection, runs: int) -> list[Row]:
    files = {fact: _files(results, fact) for fact in NEEDED}
    found = []
    for kpis, said in ((SUMS, "12 KPIs"), (SUMS + QUANTILES, "and 4 quantiles")):
        ranked = len(kpis) > len(SUMS)
        works: dict[str, Callable[[], pd.DataFrame]] = {
            "ours": lambda kpis=kpis: _ours(results, kpis),
            "SQL": lambda ranked=ranked: by_sql(sql, ranked),
            "polars": lambda ranked=ranked: by_polars(files, ranked),
            "pandas": lambda ranked=ranked: by_pandas(files, ranked),
        }
        answers: dict[str, pd.DataFrame] = {}
        cost = in_turns(runs, **{name: partial(_keep, answers, name, work) for name, work in works.items()})
        answers["ours"] = _wide(answers["ours"])
        for peer, bound in (("SQL", "≤ 1.1×"), ("polars", "< 1×"), ("pandas", "< 1×")):
            equal = _difference(answers["ours"], answers[peer], list(kpis))
            ratio = times(cost["ours"] / cost[peer])
            found.append(Row(f"{said}, ours / {peer} for these alone", ratio, bound, f"largest difference {equal:.0e}"))
    return found


def _keep(answers: dict[str, pd.DataFrame], name: str, work: Callable[[], pd.DataFrame]) -> None:
    answers[name] = work()


def _ours(results: Results, kpis: tuple[str, ...]) -> pd.DataFrame:
    return measure_cuts(results, results.catalogue, Cube(kpis, (Cut("week", BY),)))


def _wide(figures: pd.DataFrame) -> pd.DataFrame:
    told = figures["value"].mask(figures["why"].isin(["not_yet", "not_recorded"]), WITHHELD)
    named = figures.assign(value=told).rename(columns={"period": "week"})
    named = named.astype(dict.fromkeys(KEY, object)).fillna(dict.fromkeys(KEY, "-"))
    return named.pivot(index=KEY, columns="kpi", values="value").reset_index()


def _difference(ours: pd.DataFrame, theirs: pd.DataFrame, kpis: list[str]) -> float:
    """The largest relative one over all groups and KPIs but those withheld; a figure that only one has counts as infinite."""
    theirs = theirs.astype(dict.fromkeys(KEY, object)).fillna(dict.fromkeys(KEY, "-"))
    both = ours.merge(theirs, on=KEY, how="outer", suffixes=("", "_theirs"))
    mine, other = (both[[f"{k}{tail}" for k in kpis]].to_numpy(dtype=float) for tail in ("", "_theirs"))
    known = ~(np.isnan(mine) & np.isnan(other)) & (mine != WITHHELD)
    apart = np.abs(mine - other)[known] / np.maximum(1, np.abs(other[known]))
    return float(np.max(np.where(np.isnan(apart), np.inf, apart)))


def _is_quantile(catalogue: Catalogue, name: str) -> bool:
    return catalogue[name].kind == "quantile"


def _files(results: Results, fact: str) -> list[str]:
    return [str(results.folder / file) for file in results.manifest["tables"][fact].values()]


def _files_as_views(results: Results) -> duckdb.DuckDBPyConnection:
    sql = duckdb.connect(config={"threads": 2})
    for table in results.manifest["tables"]:
        sql.execute(f"create view {table} as from read_parquet({_files(results, table)})")
    return sql
