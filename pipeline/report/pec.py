"""The page of human contact: people's judgement joined with text, what warm letters do differently, who judged, what to read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from pipeline.findings.by_lot import scored_apart
from pipeline.pec.fit import reliability
from pipeline.pec.lexicons import read_features
from pipeline.report import evaluators
from pipeline.report.cells import cell, column, count_of, difference_cell, share_of
from pipeline.report.collect import Collected
from pipeline.report.collect_figures import EXPOSURE, OWN_TONE
from pipeline.report.collect_pec import Warmth
from pipeline.report.figures import row_of
from pipeline.report.findings_page import list_table
from pipeline.report.tables import Cell, Column, Table, text_cell
from pipeline.report.words import Words
from pipeline.statistics import ppi
from pipeline.statistics.clustered import difference_within
from pipeline.statistics.stratified import Difference

FEWEST_LETTERS = 40


def page(data: Collected, words: Words, place: Callable[[str, str], str]) -> dict[str, Any]:
    """`place`: dimension and key -> where more of somebody is found."""
    found, letters = data.warmth, data.lists.get("letters", pd.DataFrame())
    to_read = list_table(data, words, "letters", letters) if len(letters) else None
    if found is None:
        return {"is_empty": True, "to_read": to_read}
    return {
        "is_empty": False,
        "to_read": to_read,
        "lead": words("pec.lead", weeks=words.count("unit.weeks", len(found.weeks)), days=words.weeks(found.weeks)),
        "doubt": " ".join(filter(None, [_doubt(data, words, found), evaluators.chosen(words, found)])),
        "joined": _joined_table(data, words, found, "agent", place),
        "joined_teams": _joined_table(data, words, found, "team", place),
        "joined_said": _joined_said(data, words, found),
        "joined_doubt": _joined_doubt(words, found),
        "features": _feature_table(words, found),
        "features_said": _baseline(words, found),
        "reliability": _reliability_table(words, found),
        "evaluators": evaluators.table(words, found),
        "agreement": evaluators.agreed(words, found),
        "of_themselves": evaluators.of_themselves(words, found),
        "exposure": _team_table(data, words, "exposure", EXPOSURE),
        "rude": _team_table(data, words, "rude", OWN_TONE),
    }


def _doubt(data: Collected, words: Words, found: Warmth) -> str:
    """Why the rates say little of anybody; that persons' are grey for it, where there are any."""
    is_grey = evaluators.are_at_odds(found) and joined(found, "agent") is not None
    return evaluators.warning(words, found) + (f" {words('people.doubted')}" if is_grey else "")


def joined(found: Warmth, dimension: str) -> ppi.Joined | None:
    contacts = found.contacts.dropna(subset=[dimension, "score"])
    if contacts["verdict"].notna().sum() < ppi.FEWEST_POOLED:
        return None
    return ppi.joined_rates(contacts[dimension], contacts["score"], contacts["verdict"], strata=contacts["stratum"])


def _joined_table(
    data: Collected, words: Words, found: Warmth, dimension: str, place: Callable[[str, str], str]
) -> Table | None:
    rates = joined(found, dimension)
    if rates is None:
        return None
    heads = [Column(words(f"table.{'name' if dimension == 'agent' else 'team'}"), False), Column(words("pec.contacts"))]
    heads += [Column(words("pec.labels")), *(Column(words(f"pec.{n}"), has_interval=True) for n in ("human", "rate"))]
    keys = [str(group) for group in rates.groups]
    names = [data.names.get(key, key) for key in keys]
    enough = rates.labels >= (data.small_group if dimension == "agent" else ppi.FEWEST)
    human = np.where(enough & ~np.isnan(rates.human_low), rates.human, np.nan)
    rate = np.where(enough, rates.rate, np.nan)
    are_doubted = dimension == "agent" and evaluators.are_at_odds(found)
    shares = [(human, rates.human_low, rates.human_high), (rate, rates.low, rates.high)]
    rows = [
        [
            text_cell(names[n], place(dimension, keys[n])),
            count_of(words, rates.contacts[n]),
            count_of(words, rates.labels[n]),
            *(replace(share_of(words, *(of[n] for of in share)), is_doubted=are_doubted) for share in shares),
        ]
        for n in sorted(range(len(keys)), key=lambda n: names[n])
    ]
    return Table(f"pec-{dimension}s", words(f"pec.joined_{dimension}s"), heads, rows)


def _joined_said(data: Collected, words: Words, found: Warmth) -> str:
    """How much the machine was trusted, and whether it errs alike for all."""
    rates = joined(found, "agent")
    if rates is None:
        is_few = len(found.contacts[["score", "verdict"]].dropna()) < ppi.FEWEST_POOLED
        why = "pec.not_joined" if is_few else "people.unnamed" if data.leaves_people_out else "pec.not_joined_here"
        return words(why, n=words.number(ppi.FEWEST_POOLED))
    contacts = found.contacts.dropna(subset=["agent", "score"])
    chance = ppi.error_difference(contacts["agent"], contacts["score"], contacts["verdict"])
    alike = "pec.errs_unknown" if np.isnan(chance) else "pec.errs_apart" if chance < 0.01 else "pec.errs_alike"
    labels = words.number(ppi.labels_for(ppi.LABELS_WIDTH))
    return " ".join(
        [words("pec.weight", weight=words.percent(rates.weight)), words(alike), words("pec.wanted", n=labels)]
    )


def _joined_doubt(words: Words, found: Warmth) -> str:
    """That the judged contacts of people's weeks are not like the others, as lots would make them; nothing without a sign."""
    apart = scored_apart(found.contacts)
    if apart is None:
        return ""
    return words(f"pec.chosen_{'higher' if apart > 0 else 'lower'}", apart=words.number(abs(apart), 2))


def _feature_table(words: Words, found: Warmth) -> Table | None:
    """What letters of contacts that people found warm hold more often than those they did not."""
    yes, no = warm_and_cold(found)
    if min(len(yes), len(no)) < FEWEST_LETTERS:
        return None
    features = [f for f in read_features()[1].values() if f.role == "agent"]
    told = [(f, (yes[f.name] > 0).mean(), (no[f.name] > 0).mean(), _apart(yes, no, f.name)) for f in features]
    told.sort(key=lambda row: (-abs(row[3].value), row[0].name))
    heads = [Column(words("pec.feature"), False), Column(words("pec.in_warm")), Column(words("pec.in_cold")),
             Column(words("pec.difference"), has_interval=True)]  # fmt: skip
    rows = [
        [
            text_cell(f.title[words.language]),
            share_of(words, a),
            share_of(words, b),
            difference_cell(words, apart.value, apart.low, apart.high),
        ]
        for f, a, b, apart in told
        if max(a, b) >= 0.01
    ]
    return Table("pec-features", words("pec.features"), heads, rows)


def _apart(yes: pd.DataFrame, no: pd.DataFrame, name: str) -> Difference:
    """Of letters that hold it: everybody writes alike from letter to letter, so people are what was drawn."""
    letters = pd.concat([yes, no])
    writer = letters["agent"].fillna(letters["message_id"])
    return difference_within(
        letters[name] > 0, np.zeros(len(letters)), writer, np.repeat([True, False], [len(yes), len(no)])
    )


def _reliability_table(words: Words, found: Warmth) -> Table | None:
    """Of judged contacts with such a score, the share that people found warm."""
    judged = found.contacts.dropna(subset=["score", "verdict"])
    if len(judged) < ppi.FEWEST_POOLED:
        return None
    heads = [Column(words("pec.mean_score")), Column(words("pec.found_warm")), Column(words("pec.labels"))]
    rows = [
        [Cell(words.number(score, 2), score), share_of(words, share), count_of(words, n)]
        for score, share, n in reliability(judged["score"], judged["verdict"])
    ]
    return Table("pec-reliability", words("pec.reliability"), heads, rows)


def warm_and_cold(found: Warmth) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Letters of contacts that people found warm, and of those they did not; letters of contacts nobody judged are in neither."""
    key = ["source", "ticket_id"]
    judged = found.contacts.dropna(subset=["verdict"]).drop_duplicates(key)[[*key, "verdict"]]
    verdict = found.letters[key].merge(judged, on=key, how="left")["verdict"].to_numpy()
    return found.letters[verdict >= 0.5], found.letters[verdict < 0.5]


def _baseline(words: Words, found: Warmth) -> str:
    """How well the score and, for comparison, bare length tell people's yes from their no."""
    yes, no = warm_and_cold(found)
    if min(len(yes), len(no)) < FEWEST_LETTERS:
        return words("pec.no_features", n=words.number(FEWEST_LETTERS))
    told = {name: _area(yes[name], no[name]) for name in ("score", "characters")}
    return words("pec.baseline", score=words.number(told["score"], 2), length=words.number(told["characters"], 2))


def _area(yes: pd.Series, no: pd.Series) -> float:
    """Chance that a warm one has more than a cold one (area under the curve)."""
    ranks = pd.concat([yes, no]).rank()
    return float((ranks.iloc[: len(yes)].sum() - len(yes) * (len(yes) + 1) / 2) / (len(yes) * len(no)))


def _team_table(data: Collected, words: Words, name: str, names: Sequence[str]) -> Table | None:
    """Of teams; where there are none, of the whole centre. None where no letter of the kind was read, nor where in those of
    employees nothing was found."""
    found = data.exposure[data.exposure["kpi"].isin(names)]
    if found["value"].isna().all() or (names == OWN_TONE and not found["value"].any()):
        return None
    kpis = [data.catalogue[kpi] for kpi in names if kpi in data.catalogue.kpis]
    rows = []
    for team in sorted(set(found["team"]) - {""}) or [""]:
        cells = [cell(words, kpi, row_of(found, kpi.id, team=team)) for kpi in kpis]
        rows.append([text_cell(team or words("subject.centre")), *cells])
    heads = [Column(words("table.team"), False), *(column(words, kpi, has_interval=True) for kpi in kpis)]
    return Table(f"pec-{name}", words(f"pec.{name}"), heads, rows)
