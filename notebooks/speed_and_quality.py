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
# # What speed costs
# A start for questions about handle time and what comes of it: within topics and over everything, in repeats, in cases. An
# association is not a cause: people who take longer may differ in more than that.

# %%
import os
from pathlib import Path

import plotly.express as px

import pipeline
from pipeline.findings import ledger, tradeoff
from pipeline.findings.centre import look
from pipeline.kpis.measure import Question, measure

here = Path.cwd() if (Path.cwd() / "pyproject.toml").exists() else Path.cwd().parent
results = pipeline.open_results(os.environ.get("CONTACT_QUALITY_CONFIG", here / "data/sample/pipeline.toml"))
centre = look(results.results, results.settings)
print(f"records of {centre.span[0]} to {centre.span[1]}: weeks whose returns within 7 days are known")

# %% [markdown]
# ## What the report found
# The same findings as on its pages, with their evidence.

# %%
found = results.findings()[["verdict", "text"]]
found.style.set_properties(**{"text-align": "left", "white-space": "normal"}).hide()

# %% [markdown]
# ## Within topics and over everything
# One point an agent and topic. The slope over all points mixes hard topics with slow people; the slope within topics does not.

# %%
cells = tradeoff.cells_of(centre.contacts)
found = tradeoff.slopes_of(cells)
print(f"a minute more: {100 * found.overall:+.1f} points over everything, {100 * found.within:+.1f} within topics")
px.scatter(
    cells,
    x="minutes",
    y="settled",
    color="topic",
    size="n",
    hover_name=cells["agent"].map(results.names),
    labels={"minutes": "handle time, minutes", "settled": "did not come back within 7 days"},
    title="Handle time and settled contacts, by agent and topic",
)

# %% [markdown]
# ## When customers come back
# Kaplan–Meier: contacts of the newest weeks count for as long as they have been watched.

# %%
curve = ledger.away(centre)
px.line(
    x=curve.time,
    y=1 - curve.survival,
    labels={"x": "days since the contact", "y": "have come back"},
    title="Time to the next contact",
)

# %% [markdown]
# ## What counts as a repeat
# The same contacts under every rule: window, topic, channel.

# %%
rules = ledger.variants(centre)
rules.assign(share=rules["repeated"] / rules["ripe"]).pivot(index="line", columns="days", values="share").round(3)

# %% [markdown]
# ## From handle time to effort per resolved case
# Whom one figure flatters, the other may not. Figures of persons carry their intervals: read those before the order.

# %%
people = measure(
    results.results,
    results.catalogue,
    Question(("aht", "effort_per_case", "repeat_7d"), by=("agent",), where=centre.in_ripe),
)
wide = people.dropna(subset=["agent"]).pivot(index="agent", columns="kpi", values="value")
wide["effective_aht"] = wide["aht"] / (1 - wide["repeat_7d"])
wide.rename(index=results.names).sort_values("effort_per_case").round(2)
