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

import pipeline

here = Path.cwd() if (Path.cwd() / "pyproject.toml").exists() else Path.cwd().parent
results = pipeline.open_results(os.environ.get("CONTACT_QUALITY_CONFIG", here / "data/sample/pipeline.toml"))
definitions = results.definitions()
print(f"{len(definitions)} KPIs over {definitions['unit'].nunique()} units")

# %% [markdown]
# ## Look one up
# The same text that the report shows beside a number, with its formula as SQL and where it comes from.

# %%
for name, value in definitions.set_index("kpi").loc["service_level"].items():
    print(f"{name:12} {value}")

# %% [markdown]
# ## What there is to ask about
# `dimensions` says by what a KPI can be split, `ripe_days` after how many days it is known.

# %%
definitions[definitions["title"].str.contains("solv|return|repeat", case=False)][
    ["kpi", "title", "dimensions", "ripe_days"]
]

# %% [markdown]
# ## Six service levels, one week
# The same calls under each definition in use. Before you compare with another centre, ask which one it means.

# %%
variants = [f"service_level_f{n}" for n in range(1, 7)]
levels = results.kpis(*variants, week=results.last_complete_week)
levels.merge(definitions[["kpi", "formula"]])[["kpi", "numerator", "denominator", "value", "why", "formula"]].round(4)

# %% [markdown]
# ## How a number is computed, by hand
# The catalogue's SQL against the published facts gives the published figure.

# %%
week = results.last_complete_week
talk = results.catalogue["talk_mean"]
by_hand = results.sql(f"select avg({talk.mean}) as value from {talk.of} where ({talk.where}) and week = '{week}'")
by_hand["value"].iloc[0], results.kpis("talk_mean", week=week)["value"].iloc[0]

# %% [markdown]
# ## The centre's week
# Every KPI that has a figure.

# %%
results.kpis(week=week).dropna(subset=["value"])[["kpi", "n", "value", "unit"]].merge(definitions[["kpi", "title"]])
