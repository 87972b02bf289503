"""Twelve KPIs of calls and contacts and four quantiles by week x team x agent, as one would write them for this question alone.

Each gives the values and what intervals of shares and means rest on: counts and standard deviations.
"""

from __future__ import annotations

from typing import Any

import duckdb
import pandas as pd

KEY = ["week", "team", "agent"]
MEAN = "avg({0}) filter ({1}) as {2}, count({0}) filter ({1}) as {2}_n, stddev_samp({0}) filter ({1}) as {2}_sd"
GOT = "where is_offered and is_answered"
MEAN_OF = {"asa": "wait_s", "talk_mean": "talk_s", "hold_mean": "hold_s", "wrap_mean": "wrap_s", "aht": "handle_s"}
MEANS_SQL = ",\n    ".join(MEAN.format(column, GOT, name) for name, column in MEAN_OF.items())
CALLS_SQL = f"""
select week, team, agent,
    count(*) filter (where is_offered and is_answered) as answered,
    avg(cast(wait_s <= 20 as integer)) filter (where is_offered and is_answered) as service_level_f2,
    {MEANS_SQL}{{quantiles}}
from fact_calls group by all"""
QUANTILES_SQL = """,
    quantile_cont(wait_s, 0.5) filter (where is_offered and is_answered) as wait_p50,
    quantile_cont(wait_s, 0.9) filter (where is_offered and is_answered) as wait_p90,
    quantile_cont(handle_s, 0.5) filter (where is_offered and is_answered) as aht_p50,
    quantile_cont(handle_s, 0.9) filter (where is_offered and is_answered) as aht_p90"""
CONTACTS_SQL = f"""
with asked as (
    select *, is_customer_made and is_answered as is_heard,
        is_customer_made and (is_answered or is_written) as is_told, coalesce(return_after_s <= 604800, false) as is_back,
        is_customer_made and is_answered and is_identified and observed_s >= 604800 as is_ripe
    from fact_contacts)
select week, team, agent,
    {MEAN.format("handle_s", "where is_heard and not is_written", "aht_contact")},
    count(*) filter (where is_heard) as identified_n,
    avg(cast(is_identified as integer)) filter (where is_heard) as identified,
    count(is_resolved) filter (where is_told) as resolution_n,
    avg(cast(is_resolved as integer)) filter (where is_told) as resolution_stated,
    count(*) filter (where is_ripe) as repeat_n,
    avg(cast(is_back as integer)) filter (where is_ripe) as repeat_7d,
    avg(cast(not is_back as integer)) filter (
        where is_ripe and seen_before_s >= 604800 and coalesce(quiet_before_s > 604800, true)) as fcr_7d
from asked group by all"""
SUMS = (
    "answered",
    "service_level_f2",
    "asa",
    "talk_mean",
    "hold_mean",
    "wrap_mean",
    "aht",
    "aht_contact",
    "identified",
    "resolution_stated",
    "repeat_7d",
    "fcr_7d",
)
QUANTILES = ("wait_p50", "wait_p90", "aht_p50", "aht_p90")
NEEDED = {
    "fact_calls": [*KEY, "is_offered", "is_answered", "wait_s", "talk_s", "hold_s", "wrap_s", "handle_s"],
    "fact_contacts": [
        *KEY, "is_customer_made", "is_answered", "is_written", "is_identified", "is_resolved", "handle_s", "observed_s",
        "return_after_s", "quiet_before_s", "seen_before_s",
    ],
}  # fmt: skip


def by_sql(sql: duckdb.DuckDBPyConnection, quantiles: bool) -> pd.DataFrame:
    calls = CALLS_SQL.format(quantiles=QUANTILES_SQL if quantiles else "")
    return joined(sql.execute(calls).df(), sql.execute(CONTACTS_SQL).df())


def by_polars(files: dict[str, list[str]], quantiles: bool) -> pd.DataFrame:
    import polars as pl

    c = pl.col
    got = c("is_offered") & c("is_answered")
    calls = [
        got.sum().alias("answered"),
        (c("wait_s") <= 20).filter(got).mean().alias("service_level_f2"),
    ]
    for name, column in MEAN_OF.items():
        values = c(column).filter(got)
        calls += [values.mean().alias(name), values.count().alias(f"{name}_n"), values.std().alias(f"{name}_sd")]
    if quantiles:
        ranked = (
            ("wait_p50", "wait_s", 0.5),
            ("wait_p90", "wait_s", 0.9),
            ("aht_p50", "handle_s", 0.5),
            ("aht_p90", "handle_s", 0.9),
        )
        calls += [c(column).filter(got).quantile(q, "linear").alias(name) for name, column, q in ranked]
    heard = c("is_customer_made") & c("is_answered")
    told = c("is_customer_made") & (c("is_answered") | c("is_written"))
    ripe = heard & c("is_identified") & (c("observed_s") >= 604800)
    back = (c("return_after_s") <= 604800).fill_null(False)
    first = ripe & (c("seen_before_s") >= 604800) & (c("quiet_before_s").is_null() | (c("quiet_before_s") > 604800))
    handled = c("handle_s").filter(heard & ~c("is_written"))
    contacts = [
        handled.mean().alias("aht_contact"),
        handled.count().alias("aht_contact_n"),
        handled.std().alias("aht_contact_sd"),
        c("is_identified").filter(heard).mean().alias("identified"),
        heard.sum().alias("identified_n"),
        c("is_resolved").filter(told).mean().alias("resolution_stated"),
        c("is_resolved").filter(told).count().alias("resolution_n"),
        ripe.sum().alias("repeat_n"),
        back.filter(ripe).mean().alias("repeat_7d"),
        (~back).filter(first).mean().alias("fcr_7d"),
    ]
    answers = [
        pl.scan_parquet(files[fact]).group_by(KEY).agg(wanted).collect().to_pandas()
        for fact, wanted in (("fact_calls", calls), ("fact_contacts", contacts))
    ]
    return joined(*answers)


def by_pandas(files: dict[str, list[str]], quantiles: bool) -> pd.DataFrame:
    calls = pd.read_parquet(files["fact_calls"], columns=NEEDED["fact_calls"])
    by: dict[str, Any] = {"sort": False, "dropna": False}
    is_got = calls["is_offered"] & calls["is_answered"]
    got = calls[is_got].assign(is_fast=calls["wait_s"] <= 20).groupby(KEY, **by)
    seen = is_got.groupby([calls[name] for name in KEY], **by)
    found = {"answered": seen.sum(), "service_level_f2": got["is_fast"].mean()}
    for name, column in MEAN_OF.items():
        values = got[column]
        found |= {name: values.mean(), f"{name}_n": values.count(), f"{name}_sd": values.std()}
    if quantiles:
        found |= {"wait_p50": got["wait_s"].quantile(0.5), "wait_p90": got["wait_s"].quantile(0.9)}
        found |= {"aht_p50": got["handle_s"].quantile(0.5), "aht_p90": got["handle_s"].quantile(0.9)}
    contacts = pd.read_parquet(files["fact_contacts"], columns=NEEDED["fact_contacts"])
    heard = contacts[contacts["is_customer_made"] & contacts["is_answered"]]
    told = contacts[contacts["is_customer_made"] & (contacts["is_answered"] | contacts["is_written"])]
    ripe = heard[heard["is_identified"] & (heard["observed_s"] >= 604800)]
    ripe = ripe.assign(is_back=ripe["return_after_s"] <= 604800)
    first = ripe[(ripe["seen_before_s"] >= 604800) & ~(ripe["quiet_before_s"] <= 604800)]
    handled = heard[~heard["is_written"]].groupby(KEY, **by)["handle_s"]
    later = {
        "aht_contact": handled.mean(),
        "aht_contact_n": handled.count(),
        "aht_contact_sd": handled.std(),
        "identified": heard.groupby(KEY, **by)["is_identified"].mean(),
        "identified_n": heard.groupby(KEY, **by).size(),
        "resolution_stated": told.assign(r=told["is_resolved"].astype(float)).groupby(KEY, **by)["r"].mean(),
        "resolution_n": told.groupby(KEY, **by)["is_resolved"].count(),
        "repeat_n": ripe.groupby(KEY, **by).size(),
        "repeat_7d": ripe.groupby(KEY, **by)["is_back"].mean(),
        "fcr_7d": 1 - first.groupby(KEY, **by)["is_back"].mean(),
    }
    return joined(pd.DataFrame(found).reset_index(), pd.DataFrame(later).reset_index())


def joined(calls: pd.DataFrame, contacts: pd.DataFrame) -> pd.DataFrame:
    return calls.merge(contacts, on=KEY, how="outer")
