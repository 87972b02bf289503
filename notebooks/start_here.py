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
# The eight weightiest. Verdicts are careful: "no_detectable_change" is one of them.

# %%
results.findings()[["verdict", "text"]].head(8).style.format(escape="html").set_properties(
    **{"text-align": "left"}
).hide()

# %% [markdown]
# ## Speed beside quality
# The report's own charts, by their ids: `list(charts)` says which there are. Each says what its page says around it.

# %%
charts = results.charts()
charts.get("tradeoff-pec", "Not drawn: nobody's human contact was judged, or the report names nobody.")

# %%
charts.get("trend-resolution_rate", "Not drawn: no source says what was resolved, or no week's returns are known yet.")

# %% [markdown]
# ## Any KPI, any period, any split
# `low` and `high` bound the figures of persons, teams and topics (95 %), `n` is on how many records they rest. An absent figure
# says why: whether customers come back within seven days is "not_yet" known of the last week. Calls of which no team is known
# have a row without one, left out here.

# %%
week = results.last_complete_week
teams = results.kpis("aht", "pec_rate", "repeat_7d", by="team", week=week).dropna(subset="team")
teams[["kpi", "team", "n", "value", "low", "high", "unit", "why"]].round(3).astype({"n": int}).style.hide().format(
    precision=3, na_rep="–", escape="html"
)

# %% [markdown]
# Of one team alone, week by week (`kpis` shows more of it):

# %%
team = teams["team"].iloc[0] if len(teams) else ""
alone = results.kpis("aht", where={"team": team}, grain="week")
alone[["period", "team", "n", "value", "low", "high", "unit"]].tail(4).astype({"n": int}).style.hide().format(
    precision=1, escape="html"
)

# %% [markdown]
# ## The records behind a number
# Five of those who came back within seven days, of the oldest of the last four weeks, whose returns are known. Times are UTC;
# `source_ref` leads to the record in its source.

# %%
behind = results.rows("repeat_7d", week=results.weeks[-4:][0], met=True)
print(f"{len(behind)} contacts of {results.weeks[-4:][0]} with a return within 7 days")
behind.assign(agent=behind["agent"].map(results.names))[["started_at", "agent", "topic", "source_ref"]].head()

# %% [markdown]
# When a scheduled run has published something newer, `results.refresh()` says so and shows it.

# %%
results.refresh()
