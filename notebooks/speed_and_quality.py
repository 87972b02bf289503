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

import numpy as np
import plotly.express as px

import pipeline
from pipeline.findings import ledger, tradeoff
from pipeline.findings.centre import look
from pipeline.kpis.measure import Question, measure

here = Path.cwd() if (Path.cwd() / "pyproject.toml").exists() else Path.cwd().parent
results = pipeline.open_results(os.environ.get("CONTACT_QUALITY_CONFIG", here / "data/sample/pipeline.toml"))
centre = look(results.results, results.settings)
known = f"records of {centre.span[0]} to {centre.span[1]}: weeks whose returns within 7 days are known"
print(
    known
    if centre.ripe
    else "no week is known yet: customers may still return within 7 days, so most of this has no figures"
)

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
for where, slope in {"over everything": found.overall, "within topics": found.within}.items():
    print(f"a minute more, {where}:", "too little is known" if np.isnan(slope) else f"{100 * slope:+.1f} points")
chart = px.scatter(
    cells,
    x="minutes",
    y="settled",
    color="topic",
    size="n",
    hover_name=cells["agent"].map(results.names),
    labels={"minutes": "handle time, minutes", "settled": "did not come back within 7 days"},
    title="Handle time and settled contacts, by agent and topic",
)
chart if len(cells) else "Not drawn: no handle time is known, or no topic, of contacts of known customers."

# %% [markdown]
# ## When customers come back
# Kaplan–Meier: contacts of the newest weeks count for as long as they have been watched.

# %%
curve, labels = ledger.away(centre), {"x": "days since the contact", "y": "have come back"}
px.line(x=curve.time, y=1 - curve.survival, labels=labels, title="Time to the next contact") if curve else (
    "Not drawn: no customer is known."
)

# %% [markdown]
# ## What counts as a repeat
# The same contacts under every rule: window, topic, channel. Where too few contacts have a topic, no matter can be told by it.

# %%
rules = ledger.variants(centre)
share = (rules["repeated"] / rules["ripe"]).where(rules["is_known"])
table = rules.assign(share=share).pivot(index="line", columns="days", values="share").round(3)
table.style.format("{:.3f}", na_rep="not known")

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
wide = wide.reindex(columns=["aht", "effort_per_case", "repeat_7d"])
wide["effective_aht"] = wide["aht"] / (1 - wide["repeat_7d"])
wide.rename(index=results.names).sort_values("effort_per_case").round(2)
