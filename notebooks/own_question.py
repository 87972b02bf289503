# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Bring your own question
# The facts are plain tables: ask them in SQL, join a table of your own, and put a KPI of ours beside the answer. Which records a
# KPI counts is in the catalogue as SQL (`counts`): a question that takes it agrees with the KPI, and one that asks of fewer or
# more says so.

# %%
import os
from pathlib import Path

import pandas as pd
import plotly.express as px

import pipeline
from pipeline.report.words import Words
from pipeline.statistics.intervals import wilson

here = Path.cwd() if (Path.cwd() / "pyproject.toml").exists() else Path.cwd().parent
results = pipeline.open_results(os.environ.get("CONTACT_QUALITY_CONFIG", here / "data/sample/pipeline.toml"))
print(f"weeks {results.weeks[0]} to {results.weeks[-1]}: all of them below")
results.tables().groupby("table_name")["column_name"].count().rename("columns").to_frame()

# %% [markdown]
# ## SQL over the facts
# Do customers come back sooner when their call was short? One bar a minute of handle time. What counts, and what a return is, are
# those of the KPI `repeat_7d`: contacts that customers made, not calls of the house's own, old enough to be known. Letters have
# no handle time, so that the bars are of fewer contacts than the KPI.

# %%
repeat = results.catalogue["repeat_7d"]
returns = results.sql(f"""
    select least(floor(handle_s / 60), 15) as minutes, count(*) as contacts, count(case when {repeat.met} then 1 end) as returned
    from {repeat.of}
    where ({repeat.counts}) and handle_s is not null
    group by minutes order by minutes
""")
returns["share"] = returns["returned"] / returns["contacts"]
low, high = wilson(returns["returned"], returns["contacts"])
n, returned = returns[["contacts", "returned"]].sum()
[kpi] = results.kpis("repeat_7d").to_dict("records")
told = (
    f"{returned / n:.1%} of {n:.0f} contacts with a handle time" if n else "no contact with a handle time is old enough"
)
whole = Words("en")(f"why.{kpi['why']}_long") if pd.isna(kpi["value"]) else f"{kpi['value']:.1%} of all {kpi['n']:.0f}"
print(f"{told}; repeat_7d: {whole}")
px.bar(
    returns,
    x="minutes",
    y="share",
    error_y=high - returns["share"],
    error_y_minus=returns["share"] - low,
    hover_data="contacts",
    labels={
        "minutes": "handle time, whole minutes (15: and longer)",
        "share": "came back within 7 days, with 95 % interval",
    },
    title="Handle time, and who came back",
).update_yaxes(tickformat=".0%", rangemode="tozero")

# %% [markdown]
# The intervals take contacts for independent; those of one customer are not, so that the true ones are somewhat wider. Topics
# differ in length and in repeats, so the picture over everything can mislead: `speed_and_quality` takes it apart.

# %% [markdown]
# ## A table of your own
# Any frame can stand in the SQL by the name you give it. `half_hour` is local time; what is counted is that of the KPI `asa`,
# average speed of answer: answered calls. Who gave up waited too, and counts in none of these.

# %%
shifts = pd.DataFrame({"hour": range(24), "shift": ["early" if 6 <= hour < 14 else "late" for hour in range(24)]})
answer = results.catalogue["asa"]
by_shift = results.sql(
    f"""
    select s.shift, coalesce(c.topic, 'not recorded') as topic, count(*) as calls, round(avg({answer.mean}), 1) as asa_s
    from {answer.of} c join shifts s on s.hour = cast(substr(c.half_hour, 12, 2) as int)
    where ({answer.counts}) and {answer.mean} is not null
    group by all order by s.shift, calls desc
    """,
    shifts=shifts,
)
together = (by_shift["asa_s"] * by_shift["calls"]).sum() / max(by_shift["calls"].sum(), 1)
asa = results.kpis("asa")["value"].iloc[0]
print(f"both shifts together {together:.1f} s; asa: {asa:.1f} s" if len(by_shift) else "no answered call has a wait")
by_shift.rename(columns={"asa_s": "asa, s"})

# %% [markdown]
# ## A KPI of ours beside it
# Persons' figures carry intervals. Two that overlap are not told apart by these data, so people stand by name, in no order of
# merit. As in the report, who has too few records is not shown. The mix of topics is not evened out.

# %%
few = results.settings.report.small_group
people = results.kpis("resolution_rate", by="agent").dropna(subset=["agent", "value"]).query("n >= @few")
people["name"] = people["agent"].map(results.names)
people = people.sort_values("name", ascending=False)
chart = px.scatter(
    people,
    x="value",
    y="name",
    error_x=people["high"] - people["value"],
    error_x_minus=people["value"] - people["low"],
    hover_data="n",
    labels={"value": "resolution, confirmed, with its 95 % interval", "name": ""},
    title="Resolution, confirmed, by person; dashed: the whole centre",
    height=200 + 16 * len(people),
).update_xaxes(tickformat=".0%")
centre = results.kpis("resolution_rate")["value"].iloc[0]
chart.add_vline(centre, line_dash="dash", line_color="grey") if len(
    people
) else "Not drawn: of nobody it is known, or known yet, what was resolved."
