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
# # Tickets and letters
# How long customers wait in calendar and in business hours, what became of the promises, and how the wait for a person's
# replies stands beside the human contact found in them.

# %%
import os
from pathlib import Path

import plotly.express as px

import pipeline

here = Path.cwd() if (Path.cwd() / "pyproject.toml").exists() else Path.cwd().parent
results = pipeline.open_results(os.environ.get("CONTACT_QUALITY_CONFIG", here / "data/sample/pipeline.toml"))
definitions = results.definitions().set_index("kpi")
NONE = "Not drawn: there are no tickets or letters of which this is known."

# %% [markdown]
# ## What the report shows of them

# %%
results.charts().get("tickets-first_reply", NONE)

# %% [markdown]
# ## Clocks: the same wait read twice
# Calendar hours are what the customer lives through, business hours what the department was there for.

# %%
clocks = ("first_reply_p50", "first_reply_business_p50", "full_resolution_p50", "full_resolution_business_p50")
weekly = results.kpis(*clocks, grain="week").dropna(subset=["value"])
chart = px.line(weekly, x="period", y="value", color="kpi", markers=True, labels={"period": "week", "value": "hours"})
chart if len(weekly) else NONE

# %% [markdown]
# ## The published rules, all weeks together

# %%
rules = definitions.query("unit == 'share' and source == \"the department's published rules\"")
results.kpis(*rules.index).merge(rules["title"], on="kpi")[["title", "n", "value"]].round(3)

# %% [markdown]
# ## Rows behind a number
# The ten slowest tickets, from the published fact itself.

# %%
results.sql(
    "select ticket_id, queue, priority, created_at, full_resolution_s / 3600 as hours, reopens, replies from fact_tickets "
    "where is_solved order by full_resolution_s desc limit 10"
)

# %% [markdown]
# ## Speed and quality of written work
# One point an agent: mean wait for a reply, and the share of judged letters in which people found human contact.

# %%
waits = results.kpis("reply_wait", by="agent")
found = results.kpis("pec_rate", by=("agent", "channel"))
found = found[found["channel"] == "email"]
both = waits.merge(found, on="agent", suffixes=("_wait", "_pec")).dropna(subset=["value_wait", "value_pec"])
chart = px.scatter(
    both,
    x="value_wait",
    y="value_pec",
    hover_name=both["agent"].map(results.names),
    error_x=both["high_wait"] - both["value_wait"],
    error_x_minus=both["value_wait"] - both["low_wait"],
    error_y=both["high_pec"] - both["value_pec"],
    error_y_minus=both["value_pec"] - both["low_pec"],
    labels={"value_wait": "hours to a reply", "value_pec": "PEC in letters"},
)
chart if len(both) else NONE
