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
# Calendar hours are what the customer lives through, business hours what the department was there for. Weeks whose tickets have
# not had their seven days are not known yet, and have no point.

# %%
clocks = ("first_reply_p50", "first_reply_business_p50", "full_resolution_p50", "full_resolution_business_p50")
weekly = results.kpis(*clocks, grain="week").merge(definitions["title"], on="kpi")
print("without a figure:", ", ".join(sorted(weekly.loc[weekly["value"].isna(), "period"].unique())) or "no week")
weekly = weekly.dropna(subset=["value"])
labels = {"period": "week in which tickets were created", "value": "hours, median of its tickets", "title": ""}
chart = px.line(
    weekly, x="period", y="value", color="title", markers=True, labels=labels, title="Ticket clocks", hover_data="n"
)
chart.update_yaxes(rangemode="tozero") if len(weekly) else NONE

# %% [markdown]
# ## The published rules, all weeks together
# Shares of the `n` tickets of which it is known. They are all there were, so that they have no interval.

# %%
rules = definitions.query("unit == 'share' and source == \"the department's published rules\"")
kept = results.kpis(*rules.index).merge(rules[["title", "meaning"]], on="kpi")[
    ["title", "n", "value", "why", "meaning"]
]
kept.style.hide().format({"n": "{:.0f}", "value": "{:.1%}"}, na_rep="–", escape="html").set_properties(
    subset=["title", "meaning"], **{"text-align": "left"}
)

# %% [markdown]
# ## Rows behind a number
# Of the solved tickets the ten slowest to their full resolution, in calendar hours; times are UTC.

# %%
slowest = results.sql(
    "select ticket_id, queue, priority, created_at, round(full_resolution_s / 3600, 1) as hours, reopens, replies "
    "from fact_tickets where is_solved and full_resolution_s is not null order by full_resolution_s desc, ticket_id limit 10"
)
slowest if len(slowest) else "Empty: the data hold no ticket of which it is known when it was solved."

# %% [markdown]
# ## Speed and quality of written work
# One point an agent: mean wait for a reply, and the share of judged letters in which people found human contact, of all weeks.
# The report's `tradeoff-wait_pec` shows the last eight, with its doubts. As there, who has too few records is not shown. A wait
# depends on shifts as much as on the person.

# %%
few = results.settings.report.small_group
waits = results.kpis("reply_wait", by="agent").query("n >= @few")
channels = set(results.values("pec_rate", "channel")) & {"email"}  # what no record has is refused
found = results.kpis("pec_rate", by="agent", where={"channel": channels}).query("n >= @few")
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
    labels={"value_wait": "mean wait for a reply, hours", "value_pec": "personal emotional contact in letters (PEC)"},
    title="Wait for a reply and human contact, with 95 % intervals",
    hover_data=["n_wait", "n_pec"],
)
light = {"color": "lightgrey", "thickness": 1, "width": 0}
chart.update_traces(error_x=light, error_y=light).update_yaxes(tickformat=".0%") if len(both) else NONE
