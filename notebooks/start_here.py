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
# # Start here
# Opens the published results, lists the KPIs and draws one chart. It reads what `make report` or `make run` published
# and defines no KPI of its own: every figure comes from the same catalogue as the report.

# %%
import os
from pathlib import Path

import plotly.express as px

from pipeline.kpis.measure import Question, measure
from pipeline.results import open_results
from pipeline.settings import read_settings

here = Path.cwd() if (Path.cwd() / "pyproject.toml").exists() else Path.cwd().parent
config = Path(os.environ.get("CONTACT_QUALITY_CONFIG", here / "data/sample/pipeline.toml"))
results = open_results(read_settings(config).results)
print(f"weeks {results.weeks[0]} to {results.weeks[-1]}, the last complete one is {results.last_complete_week}")

# %% [markdown]
# ## The KPIs and what they mean

# %%
import pandas as pd

catalogue = results.catalogue
pd.DataFrame(
    [(kpi.id, kpi.title["en"], kpi.unit, kpi.formula()) for kpi in catalogue.kpis.values()],
    columns=["id", "title", "unit", "formula"],
)

# %% [markdown]
# ## Speed beside quality, week by week
# Handle time and confirmed resolution of the whole centre. The newest weeks have no resolution yet: a customer has seven
# days to come back.

# %%
weekly = measure(results, catalogue, Question(("aht", "resolution_rate"), grain="week"))
px.line(
    weekly,
    x="period",
    y="value",
    facet_row="kpi",
    markers=True,
    labels={"period": "week", "value": ""},
    title="Handle time (s) and confirmed resolution (share) by week",
).update_yaxes(matches=None)

# %% [markdown]
# ## Your own question
# Any KPI, any grain, any dimensions it has; `low` and `high` bound the figures of persons, teams and topics.

# %%
measure(results, catalogue, Question(("aht", "pec_rate", "repeat_7d"), by=("team",)))[
    ["kpi", "team", "n", "value", "low", "high"]
].round(3)
