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
from pipeline.findings.look import look
from pipeline.kpis.measure import Question, measure
from pipeline.report.figures import axis_name
from pipeline.report.words import Words

here = Path.cwd() if (Path.cwd() / "pyproject.toml").exists() else Path.cwd().parent
results = pipeline.open_results(os.environ.get("CONTACT_QUALITY_CONFIG", here / "data/sample/pipeline.toml"))
words, centre = Words("en"), look(results.results, results.settings)
known = f"records of {centre.span[0]} to {centre.span[1]}: weeks whose returns within 7 days are known"
unknown = "no week is known yet: customers may still return within 7 days, or the weeks in which they would are missing"
print(known if centre.ripe else f"{unknown}; most of this has no figures")

# %% [markdown]
# ## What the report found
# The same findings as on its pages, with their evidence.

# %%
said = results.findings()[["verdict", "text"]]
said.style.format(escape="html").set_properties(**{"text-align": "left", "white-space": "normal"}).hide()

# %% [markdown]
# ## Within topics and over everything
# One point an agent and topic with at least twenty contacts. The slope over all points mixes hard topics with slow people; the
# slope within topics does not. Ranges hold at the level at which the report tells relations; one that holds 0 tells nothing.

# %%
cells = tradeoff.cells_of(centre.contacts)
found = tradeoff.slopes_of(cells)
for where, part in {"over everything": "overall", "within topics": "within"}.items():
    slope, low, high = (100 * getattr(found, name) for name in (part, f"{part}_low", f"{part}_high"))
    span = f"{slope:+.1f} points of settled contacts ({low:+.1f} to {high:+.1f})"
    print(f"a minute more, {where}:", "too little is known" if np.isnan(slope) else span)
chart = px.scatter(
    cells,
    x="minutes",
    y="settled",
    color="topic",
    size="n",
    hover_name=cells["agent"].map(results.names),
    labels={"minutes": "handle time, minutes", "settled": "did not come back within 7 days", "n": "contacts"},
    title="Handle time and settled contacts, by agent and topic; the larger, the more contacts",
).update_yaxes(tickformat=".0%")
why = (
    "no handle time is known, or no topic, of contacts of known customers, or too few of each"
    if centre.ripe
    else unknown
)
chart if len(cells) else f"Not drawn: {why}."

# %% [markdown]
# ## When customers come back
# Kaplan–Meier: contacts of the newest weeks count for as long as they have been watched. Bars are 95 % intervals. It reads newer
# weeks than the KPI `repeat_7d` can, so that the share at seven days is near that figure, not the same.

# %%
curve, labels = ledger.away(centre), {"x": "days since the contact", "y": "have come back"}
if curve:
    back, upper, lower = 1 - curve.survival, 1 - curve.low, 1 - curve.high
    spans = {"error_y": upper - back, "error_y_minus": back - lower}
    chart = px.line(x=curve.time, y=back, labels=labels, title="Time to the next contact", markers=True, **spans)
chart.update_yaxes(tickformat=".0%", rangemode="tozero") if curve else "Not drawn: no customer is known."

# %% [markdown]
# ## What counts as a repeat
# The same contacts under every rule: days of the window, topic, channel; share that came back, of the contacts old enough for the
# window. Any topic and channel within 7 days counts what the KPI `repeat_7d_regular` counts of these weeks, and contacts of the
# first thirty days of the data besides: of these it is not known who called often, so that the KPI leaves them out. Where too few
# contacts have a topic, no matter can be told by it.

# %%
rules = ledger.variants(centre)
share = (rules["repeated"] / rules["ripe"]).where(rules["is_known"])
rule = rules["line"].map(lambda line: words(f"cases.line_{line}"))
table = rules.assign(share=share, rule=rule).pivot(index="rule", columns="days", values="share")
table.style.format("{:.1%}", na_rep="not known", escape="html")

# %% [markdown]
# ## From handle time to effort per resolved case
# Whom one figure flatters, the other may not. Ranges (95 %) that overlap have no order, so people stand by name. The last column
# is no KPI: what a matter would take if repeats were independent. As in the report, who has too few records has no figure.

# %%
KPIS, few = ("aht", "effort_per_case", "repeat_7d"), results.settings.report.small_group
people = measure(results.results, results.catalogue, Question(KPIS, by=("agent",), where=centre.in_ripe))
people = people.dropna(subset=["agent", "value"]).query("n >= @few")


def shown(row):
    unit = results.catalogue[row.kpi].unit
    return f"{words.figure(unit, row.value)} ({words.span(unit, row.low, row.high)})"


values = people.pivot(index="agent", columns="kpi", values="value").reindex(columns=KPIS)
told = people.assign(told=[shown(row) for row in people.itertuples()])
wide = told.pivot(index="agent", columns="kpi", values="told").reindex(columns=KPIS)
wide.columns = [axis_name(words, results.catalogue[name]) for name in KPIS]
wide["AHT / (1 − repeats), min:s"] = (values["aht"] / (1 - values["repeat_7d"])).map(
    lambda s: words.figure("s", s), "ignore"
)
empty = f"Nobody has {few} records with a figure in these weeks." if centre.ripe else f"Empty: {unknown}."
wide.rename(index=results.names).sort_index().fillna("–") if len(wide) else empty
