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
# The facts are plain tables: ask them in SQL, join a table of your own, and put a KPI of ours beside the answer.

# %%
import os
from pathlib import Path

import pandas as pd
import plotly.express as px

import pipeline

here = Path.cwd() if (Path.cwd() / "pyproject.toml").exists() else Path.cwd().parent
results = pipeline.open_results(os.environ.get("CONTACT_QUALITY_CONFIG", here / "data/sample/pipeline.toml"))
results.tables().groupby("table_name")["column_name"].count().rename("columns").to_frame()

# %% [markdown]
# ## SQL over the facts
# Do customers come back sooner when their call was short? One row a minute of handle time, with how many calls it rests on.

# %%
returns = results.sql("""
    select least(floor(handle_s / 60), 15) as minutes, count(*) as calls,
           avg(case when return_after_s <= 7 * 86400 then 1.0 else 0.0 end) as came_back
    from fact_contacts
    where is_answered and is_identified and handle_s is not null and observed_s >= 7 * 86400
    group by minutes order by minutes
""")
px.bar(
    returns,
    x="minutes",
    y="came_back",
    hover_data="calls",
    labels={"minutes": "handle time, minutes (15: and longer)", "came_back": "came back within 7 days"},
    title="Short calls, and who came back",
)

# %% [markdown]
# Topics differ in length and in repeats, so the picture over everything can mislead: `speed_and_quality` takes it apart.

# %% [markdown]
# ## A table of your own
# Any frame can stand in the SQL by the name you give it.

# %%
shifts = pd.DataFrame({"hour": range(24), "shift": ["early" if 6 <= hour < 14 else "late" for hour in range(24)]})
results.sql(
    """
    select s.shift, c.topic, count(*) as calls, round(avg(c.wait_s), 1) as mean_wait_s
    from fact_calls c join shifts s on s.hour = cast(substr(c.half_hour, 12, 2) as int)
    where c.is_offered
    group by s.shift, c.topic order by s.shift, calls desc
    """,
    shifts=shifts,
)

# %% [markdown]
# ## A KPI of ours beside it
# Persons' figures carry intervals. Two that overlap are not told apart by these data.

# %%
people = results.kpis("resolution_rate", by="agent").dropna(subset=["agent", "value"])
people["name"] = people["agent"].map(results.names)
px.scatter(
    people.sort_values("value"),
    x="value",
    y="name",
    error_x=people.sort_values("value")["high"] - people.sort_values("value")["value"],
    error_x_minus=people.sort_values("value")["value"] - people.sort_values("value")["low"],
    labels={"value": "confirmed resolution, with its 95 % interval", "name": ""},
    title="Resolution by person: read the whiskers before the order",
    height=700,
)
