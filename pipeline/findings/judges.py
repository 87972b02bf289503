"""Who judged human contact, and whether people may be judged by it: do evaluators agree, and do they judge the same people?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.kpis.measure import Connection
from pipeline.statistics import agreement
from pipeline.weeks import in_weeks

FEWEST_SHARED = 10
"""Contacts judged by several evaluators, below which their agreement is not told."""
FEWEST_GIVEN, FEWEST_OF, FEWEST_IN_WEEK = 10, 30, 20
"""Judgements by an evaluator, of a team or person, and of a week, below which it is chance who judged."""
LINKED = 0.5
"""Share of a team's, person's or week's judgements that evaluators give in the same proportion to all others. Drawn by
lot it is near 1."""
CONTACTS = """(select contact_source, conversation_id, is_written, week, half_hour, half_hour_at, agent, team, topic, channel,
        avg(cast(is_pec as double)) as warm,
        case when min(evaluator) = max(evaluator) then min(evaluator) end as evaluator
    from fact_evaluations where is_pec is not null
    group by contact_source, conversation_id, is_written, week, half_hour, half_hour_at, agent, team, topic, channel) as judged"""
"""SQL: judged contacts. One that several judged is one row with the mean of what they said, as in every figure, and
with no evaluator."""
Matrix = NDArray[np.float64]


class Doubt(NamedTuple):
    """alpha: Krippendorff's, if evaluators clearly agree too little, else None. is_apart: a team has its own
    evaluators, so that their leniency cannot be told from its people's warmth. are_people_apart: a person has."""

    alpha: float | None
    is_apart: bool
    are_people_apart: bool = False


def verdicts(asked: Connection, weeks: Sequence[str]) -> pd.DataFrame:
    """PEC of every judged contact of the weeks, a row per evaluator. `team`: a number for each.

    `conversation_id` includes the source and whether the contact is written, because another contact may have the same
    id.
    """
    of = in_weeks(weeks)
    found = asked.frame(
        f"""select evaluator, evaluated_at, concat(contact_source,
            case when is_written then '/written/' else '/' end, conversation_id) as conversation_id,
            agent, team, case when is_pec then 1.0 else 0.0 end as pec
        from fact_evaluations where {of} and is_pec is not null order by conversation_id, evaluator"""
    )
    number = pd.factorize(found["team"], sort=True)[0]
    return found.assign(team=np.where(number < 0, np.nan, number))


def doubt(found: pd.DataFrame) -> Doubt | None:
    """Why figures from these verdicts say little about people; None where nothing speaks against them."""
    matrix, alpha = shared(found), None
    if matrix.shape[1] >= FEWEST_SHARED and agreement.alpha_interval(matrix)[1] < agreement.TENTATIVE:
        alpha = agreement.alpha(matrix)
    told = Doubt(alpha, are_apart(found, "team"), are_apart(found, "agent"))
    return told if told != Doubt(None, False) else None


def shared(found: pd.DataFrame) -> Matrix:
    """Verdicts of evaluators (rows) on the contacts that two or more judged (columns), NaN where one did not."""
    once = found.drop_duplicates(["evaluator", "conversation_id"])
    several = once[once.groupby("conversation_id")["evaluator"].transform("nunique") > 1]
    matrix: Matrix = several.pivot(index="evaluator", columns="conversation_id", values="pec").to_numpy(dtype=float)
    return matrix


def are_apart(found: pd.DataFrame, whom: str) -> bool:
    """Whether the evaluators of some "team" or "agent" hardly judge the others: the evaluators' shares of those
    judgements and of all others' have less than LINKED in common. Evaluators of few judgements count as one."""
    sizes = found.groupby("evaluator").size()
    few = sizes.index[sizes < FEWEST_GIVEN]
    given = pd.crosstab(found[whom], found["evaluator"].mask(found["evaluator"].isin(few), ""))
    given = given[given.sum(axis=1) >= FEWEST_OF]
    if len(given) < 2:
        return False
    return bool((_in_common(given) < LINKED).any())


def is_by_others(found: pd.DataFrame, is_new: pd.Series) -> bool:
    """Whether the new contacts were judged by other evaluators than the rest, so that a change of warmth cannot be told
    from one of leniency. Contacts judged by several are left out."""
    given = pd.crosstab(is_new, found["evaluator"])
    return len(given) == 2 and given.sum(axis=1).min() >= FEWEST_IN_WEEK and bool((_in_common(given) < LINKED).any())


def is_week_by_others(found: pd.DataFrame, week: str) -> bool:
    """The same for a week and the weeks before it; False where evaluators alternate in those too, since they then vary
    by it already."""
    sizes = found.groupby("week").size()
    known = found[found["week"].isin(sizes.index[sizes >= FEWEST_IN_WEEK])]
    before = known[known["week"] < week]
    by_week = pd.crosstab(before["week"], before["evaluator"])
    take_turns = len(by_week) > 1 and _in_common(by_week).median() < LINKED
    return not take_turns and is_by_others(known, known["week"] == week)


def _in_common(given: pd.DataFrame) -> pd.Series:
    """For each row, the part of its evaluators' shares that the rows of all others have in common."""
    own, rest = (part.div(part.sum(axis=1), axis=0) for part in (given, given.sum() - given))
    common: pd.Series = np.minimum(own, rest).sum(axis=1)
    return common
