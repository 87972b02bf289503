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
# Opens what `make report` or `make run` published, looks at a week as the report does, and asks one question of its own.
# Every figure comes from the same catalogue as the report: nothing is defined here.
#
# | notebook | for |
# |---|---|
# | `kpis` | every KPI, its definition and its variants |
# | `speed_and_quality` | what speed costs: slopes, repeats, cases |
# | `pec_calibration` | personal emotional contact: weights and people's judgements |
# | `tickets` | letters and tickets: clocks, rules, promises |
# | `own_question` | SQL over the facts, your own table beside ours |

# %%
import os
from pathlib import Path

import pipeline

here = Path.cwd() if (Path.cwd() / "pyproject.toml").exists() else Path.cwd().parent
results = pipeline.open_results(os.environ.get("CONTACT_QUALITY_CONFIG", here / "data/sample/pipeline.toml"))
print(results)

# %% [markdown]
# ## What the report found in the last complete week
# Verdicts are careful: "no_detectable_change" is one of them.

# %%
results.findings()[["verdict", "text"]].head(8).style.set_properties(**{"text-align": "left"}).hide()

# %% [markdown]
# ## Speed beside quality
# The report's own charts, by their ids: `list(charts)` says which there are.

# %%
charts = results.charts()
charts.get("tradeoff-pec", "Not drawn: nobody's human contact was judged, or the report names nobody.")

# %%
charts.get("trend-resolution_rate", "Not drawn: no source says what was resolved, or no week's returns are known yet.")

# %% [markdown]
# ## Any KPI, any period, any split
# `low` and `high` bound the figures of persons, teams and topics (95 %). An absent figure says why.

# %%
teams = results.kpis("aht", "pec_rate", "repeat_7d", by="team", week=results.last_complete_week).dropna(subset="team")
teams[["kpi", "team", "n", "value", "low", "high", "why"]].round(3)

# %% [markdown]
# ## The records behind a number

# %%
results.rows("repeat_7d", week=results.weeks[-4:][0], met=True)[["started_at", "agent", "topic", "source_ref"]].head()

# %% [markdown]
# When a scheduled run has published something newer, `results.refresh()` says so and shows it.

# %%
results.refresh()
