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
# # Calibrating the score of human contact on people's labels
# The scorer begins with signed priors. With judged letters its weights can be fitted: each keeps the sign of its prior, and
# every employee is scored by weights that were fitted without him or her. Nothing here changes what is published.

# %%
import os
from pathlib import Path

import numpy as np
import pandas as pd
import plotly.express as px

import pipeline
from pipeline.pec import fit
from pipeline.pec.lexicons import read_features
from pipeline.report.pec import joined, page
from pipeline.report.subjects import Places
from pipeline.report.words import Words
from pipeline.statistics.intervals import wilson
from pipeline.statistics.ppi import FEWEST_POOLED

here = Path.cwd() if (Path.cwd() / "pyproject.toml").exists() else Path.cwd().parent
results = pipeline.open_results(os.environ.get("CONTACT_QUALITY_CONFIG", here / "data/sample/pipeline.toml"))

# %% [markdown]
# ## Letters whose contact people judged
# How far those who judged agree bounds what any score fitted to them can be worth; the page "Human contact" warns where they
# do not.

# %%
letters = results.sql(
    "select l.*, p.verdict from fact_letters l join fact_pec p on p.source = l.source and p.ticket_id = l.ticket_id "
    "and p.agent = l.agent where l.is_agents and p.verdict is not null order by l.message_id"
)
features = [f for f in read_features()[1].values() if f.role == "agent"]
counts = np.stack([np.minimum(letters[f.name], f.cap) for f in features], axis=1).astype(float)
priors = [f.weight for f in features]
NONE = "No letters' contact was judged yet, found warm and found cold: there is nothing to fit weights to, which stay the priors."
has_both = (letters["verdict"] >= 0.5).nunique() == 2
warm = f"{letters['verdict'].mean():.0%} found warm"
print(f"{len(letters)} letters of {letters['agent'].nunique()} employees, {warm}" if has_both else NONE)
shown = results.report()
said = page(shown, Words("en"), Places(shown))
print(*filter(None, [said.get("doubt"), said.get("joined_doubt")]), sep="\n")

# %% [markdown]
# ## Priors against fitted weights
# A weight of 0 is one whose sign the labels would turn: it says nothing.

# %%
fitted = fit.fit_weights(counts, letters["verdict"], priors)
weights = pd.DataFrame({"feature": [f.title["en"] for f in features], "prior": priors, "fitted": fitted.weights})
weights.sort_values("fitted", ascending=False).round(2)

# %% [markdown]
# ## Does it help? Chance that a letter found warm scores higher than one found cold
# 0.5 is chance, 1 never wrong. Cross-fitted by employee; bare length stands beside it as the baseline that any score must beat.
# `low` and `high` (95 %) take letters for independent; those of one employee are not, so that the true ones are somewhat wider.

# %%
cross = fit.cross_fitted(counts, letters["verdict"], priors, letters["agent"].tolist())


def area(values):
    """The chance and its limits (Hanley and McNeil 1982)."""
    ranks = pd.Series(np.asarray(values)).rank()
    yes = (letters["verdict"] >= 0.5).to_numpy()
    warm, cold = yes.sum(), (~yes).sum()
    a = (ranks[yes].sum() - warm * (warm + 1) / 2) / (warm * cold)
    one, other = a / (2 - a) - a * a, 2 * a * a / (1 + a) - a * a
    spread = 1.96 * np.sqrt((a * (1 - a) + (warm - 1) * one + (cold - 1) * other) / (warm * cold))
    return {"chance": a, "low": a - spread, "high": a + spread}


compared = {"priors": letters["score"], "fitted": cross, "length alone": letters["characters"]}
pd.DataFrame({name: area(values) for name, values in compared.items()}).T.round(3) if has_both else NONE

# %% [markdown]
# ## Reliability: of letters with such a score, how many did people find warm?

# %%
slope, intercept = fit.calibrated(cross, letters["verdict"])
odds = np.log(np.clip(cross, 1e-4, 1 - 1e-4) / (1 - np.clip(cross, 1e-4, 1 - 1e-4)))
calibrated = 1 / (1 + np.exp(-(slope * odds + intercept)))
curve = pd.DataFrame(
    fit.reliability(calibrated, letters["verdict"]), columns=["score", "found warm", "letters"]
).astype(float)
low, high = wilson(curve["found warm"] * curve["letters"], curve["letters"])
look = {
    "size": "letters",
    "range_x": [0, 1],
    "range_y": [0, 1],
    "title": "Reliability after calibration; dashed: perfect",
}
look |= {"error_y": high - curve["found warm"], "error_y_minus": curve["found warm"] - low}
look["labels"] = {
    "score": "calibrated chance of being found warm",
    "found warm": "share found warm, with 95 % interval",
}
perfect = {"type": "line", "x0": 0, "y0": 0, "x1": 1, "y1": 1, "line": {"dash": "dash", "color": "grey"}}
px.scatter(curve, x="score", y="found warm", **look).add_shape(**perfect) if has_both else NONE

# %% [markdown]
# ## Joined: people's few verdicts and the scorer's many, one interval an employee
# As on the page "Human contact": of its weeks, without figures of whom too few contacts were judged. Shares found warm; `low` and
# `high` bound the joined rate (95 %).

# %%
FEW = f"Not joined: fewer than {FEWEST_POOLED} letters of the newest weeks were judged."
rates = joined(shown.warmth, "agent") if shown.warmth else None
if rates:
    print(f"contacts of {shown.warmth.weeks[0]} to {shown.warmth.weeks[-1]}")
    figures = pd.DataFrame({"by people": rates.human, "joined": rates.rate, "low": rates.low, "high": rates.high})
    people = pd.DataFrame({"name": pd.Series(rates.groups).replace(results.names), "judged": rates.labels})
    table = people.join(figures[rates.labels >= shown.small_group])
table.sort_values("name").style.hide().format(precision=2, na_rep="too few", escape="html") if rates else FEW
