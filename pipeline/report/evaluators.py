"""Who judged human contact, how leniently, and how far evaluators agree."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.findings import judges
from pipeline.report.cells import count_of, difference_cell, share_of
from pipeline.report.collect_pec import Warmth
from pipeline.report.tables import Cell, Column, Table, text_cell
from pipeline.report.words import Words
from pipeline.statistics import agreement
from pipeline.statistics.intervals import wilson

FEWEST = 5
"""Contacts below which an evaluator's share is not told; shared with others, how lenient somebody is."""


def table(words: Words, found: Warmth) -> Table | None:
    verdicts = found.verdicts
    if verdicts.empty:
        return None
    lenient = agreement.leniency(verdicts["evaluator"], verdicts["conversation_id"], verdicts["pec"])
    middle = verdicts["evaluated_at"].quantile(0.5)
    rows = []
    for name, given in verdicts.groupby("evaluator"):
        own = lenient.get(str(name))
        rows.append(
            [text_cell(str(name)), count_of(words, len(given)), _yes_cell(words, given),
             _yes_cell(words, given[given["evaluated_at"] <= middle]),
             _yes_cell(words, given[given["evaluated_at"] > middle]),
             count_of(words, own.shared if own else 0), _lenient_cell(words, own)]
        )  # fmt: skip
    heads = [
        Column(words("pec.evaluator"), False),
        Column(words("pec.judged")),
        *(Column(words(f"pec.{n}"), has_interval=True) for n in ("said_yes", "yes_before", "yes_after")),
        Column(words("pec.shared")),
        Column(words("pec.lenient"), has_interval=True),
    ]
    return Table("pec-evaluators", words("pec.evaluators"), heads, rows)


def _yes_cell(words: Words, given: pd.DataFrame) -> Cell:
    """Of the contacts that somebody judged; one judged twice is one."""
    contacts = given.groupby("conversation_id")["pec"].mean()
    if len(contacts) < FEWEST:
        return Cell(words("pec.too_few"), is_absent=True)
    low, high = wilson(contacts.sum(), len(contacts))
    return share_of(words, contacts.mean(), float(low), float(high))


def of_themselves(words: Words, found: Warmth) -> str:
    """How many judgements are of contacts of whoever judged; nothing without any."""
    return words.count("pec.of_themselves", found.of_themselves) if found.of_themselves else ""


def _lenient_cell(words: Words, own: agreement.Leniency | None) -> Cell:
    if own is None or own.shared < FEWEST:
        return Cell(words("pec.too_few"), is_absent=True)
    return difference_cell(words, own.gap, own.low, own.high)


def doubt(found: Warmth | None) -> judges.Doubt | None:
    """Why figures of human contact say little of people, if anything."""
    return found.doubt if found else None


def are_at_odds(found: Warmth | None) -> bool:
    """Whether evaluators clearly agree too little for anybody's human contact to be a ground for a judgement."""
    why = doubt(found)
    return why is not None and why.alpha is not None


def warning(words: Words, found: Warmth | None) -> str:
    """What doubt there is, in a sentence for each; nothing without any."""
    why = doubt(found)
    if why is None:
        return ""
    disagree = "" if why.alpha is None else words("answer.agreement", alpha=words.number(why.alpha, 2))
    whose = "apart" if why.is_apart else "people_apart" if why.are_people_apart else ""
    return " ".join(filter(None, [disagree, whose and words(f"answer.{whose}")]))


def are_agreed(found: Warmth | None) -> bool:
    """Whether so many contacts were judged by several that their agreement is known, and nothing speaks against it."""
    return found is not None and _is_agreement_known(found) and doubt(found) is None


def _is_agreement_known(found: Warmth) -> bool:
    return bool(judges.shared(found.verdicts).shape[1] >= judges.FEWEST_SHARED)


def silence(words: Words, found: Warmth | None) -> str:
    """Why nobody is called warm or cool, in a sentence for each reason; nothing without any."""
    unknown = "" if found is None or _is_agreement_known(found) else agreed(words, found)
    return " ".join(filter(None, [warning(words, found), unknown]))


def chosen(words: Words, found: Warmth | None) -> str:
    """That judged contacts are not like the others, as lots would make them; nothing without a sign."""
    told = (
        [words(f"answer.chosen_{one.name}", apart=words.difference(one.unit, one.apart)) for one in found.chosen]
        if found
        else []
    )
    return words("answer.chosen", apart=", ".join(told)) if told else ""


def agreed(words: Words, found: Warmth) -> str:
    """Krippendorff's alpha of contacts that two or more judged, with its interval."""
    matrix = judges.shared(found.verdicts)
    units = matrix.shape[1]
    if units < judges.FEWEST_SHARED:
        return words("pec.no_agreement", n=words.number(units))
    differ = int((np.nanmin(matrix, axis=0) < np.nanmax(matrix, axis=0)).sum())
    low, high = agreement.alpha_interval(matrix)
    alpha = agreement.alpha(matrix)
    if np.isnan(alpha):
        return words("pec.all_agreed", n=words.number(units))
    band = _band(alpha, low, high)
    return words("pec.alpha", alpha=words.number(alpha, 2), low=words.number(low, 2), high=words.number(high, 2),
                 n=words.number(units), verdict=words(f"pec.{band}"),
                 differ=words.number(differ))  # fmt: skip


def _band(alpha: float, low: float, high: float) -> str:
    """Krippendorff's band where the whole interval lies on one side of the lowest bound; else nothing is sure."""
    if high < agreement.TENTATIVE:
        return "unreliable"
    if low < agreement.TENTATIVE:
        return "unsure"
    return "reliable" if alpha >= agreement.RELIABLE else "tentative"
