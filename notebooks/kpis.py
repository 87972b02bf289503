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
# # KPIs and their definitions
# One number, one name, one definition. Where the world knows several ways to count, each is a KPI of its own.

# %%
import os
from pathlib import Path

import pandas as pd

import pipeline
from pipeline.errors import UsageError

here = Path.cwd() if (Path.cwd() / "pyproject.toml").exists() else Path.cwd().parent
results = pipeline.open_results(os.environ.get("CONTACT_QUALITY_CONFIG", here / "data/sample/pipeline.toml"))
definitions = results.definitions()
week = results.last_complete_week
print(
    f"{len(definitions)} KPIs in the units {', '.join(sorted(definitions['unit'].unique()))}; last complete week: {week}"
)

# %% [markdown]
# ## Look one up
# The same text that the report shows beside a number, with its formula as SQL and where it comes from.

# %%
for name, value in definitions.set_index("kpi").loc["service_level"].items():
    print(f"{name:12} {value}")

# %% [markdown]
# ## What there is to ask about
# `dimensions` says by what a KPI can be split, `ripe_days` after how many days it is known. Those of what was settled, and of
# who came back:

# %%
about = definitions[definitions["title"].str.contains("resol|solv|return|repeat", case=False)]
about[["kpi", "title", "unit", "dimensions", "ripe_days"]].style.hide().format(escape="html").set_properties(
    **{"text-align": "left"}
)

# %% [markdown]
# ## One team, two queues
# `by` splits figures by a dimension, `where` asks of some of its values alone, with the figures that they have by `by`. `low` and
# `high` bound the figures of teams, people and topics (95 %); what is told of a queue is all there was, and has none.

# %%
teams = results.kpis("answered", by="team", week=week).dropna(subset="team")["team"].tolist()
queues = list(results.values("service_level", "queue"))[:2]
one = results.kpis("aht", "pec_rate", where={"team": teams[:1]}, week=week)
two = results.kpis("service_level", "asa", where={"queue": queues}, week=week)
shown = ["kpi", "team", "queue", "n", "value", "low", "high", "unit", "why"]
pd.concat([one, two]).reindex(columns=shown).style.hide().format(
    {"n": "{:.0f}"}, precision=3, na_rep="–", escape="html"
)

# %% [markdown]
# What does not exist is refused, with what there is:

# %%
try:
    results.kpis("aht", where={"team": "Rigy"}, week=week)
except UsageError as error:
    print(error)

# %% [markdown]
# ## Seven service levels, one week
# The same calls under each definition in use; `service_level` is F3 over all offered. Before you compare with another centre,
# ask which one it means.

# %%
variants = ["service_level", *(f"service_level_f{n}" for n in range(1, 7))]
levels = results.kpis(*variants, week=week).merge(definitions[["kpi", "formula"]])
levels[["kpi", "numerator", "denominator", "value", "why", "formula"]].style.hide().format(
    {"value": "{:.1%}", "numerator": "{:.0f}", "denominator": "{:.0f}"}, na_rep="–", escape="html"
).set_properties(subset=["formula"], **{"text-align": "left"})

# %% [markdown]
# ## How a number is computed, by hand
# The catalogue's SQL against the published facts gives the published figure.

# %%
talk = results.catalogue["talk_mean"]
by_hand = results.sql(f"select avg({talk.mean}) as value from {talk.of} where ({talk.counts}) and week = '{week}'")[
    "value"
].iloc[0]
published = results.kpis("talk_mean", week=week)["value"].iloc[0]
print(f"{talk.title['en']}, {week}: by hand {by_hand:.2f} s, published {published:.2f} s")

# %% [markdown]
# ## The centre's week
# Every KPI, with its unit; where a figure is absent, why. Shares are of 1, durations seconds (s) or hours (h).

# %%
every = definitions[["kpi", "title"]].merge(results.kpis(week=week))
every[["kpi", "title", "n", "value", "unit", "why"]].style.hide().format(
    {"n": "{:.0f}", "value": "{:.3f}"}, na_rep="–", escape="html"
).set_properties(subset=["kpi", "title", "unit", "why"], **{"text-align": "left"})
