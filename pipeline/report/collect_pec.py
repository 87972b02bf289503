"""What `collect` asks of human contact: letters that were read, and people's verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from pipeline.findings.by_lot import Chosen, chosen
from pipeline.findings.judges import Doubt, doubt, verdicts
from pipeline.results import Results
from pipeline.weeks import in_weeks


@dataclass(frozen=True)
class Warmth:
    """Of `weeks`: the pooled ones, or the newest where none is ripe yet.

    contacts: written ones with the machine's score and people's verdict where there is one. `stratum`: a number for each agent,
    within whose contacts those to be judged are drawn; it stays where people are left out.
    letters: agents' letters with their features. verdicts: see pipeline.findings.judges. of_themselves: evaluations that an
    agent gave contacts of their own, which are no verdicts. chosen: in what judged contacts differ from others as lots would not.
    """

    weeks: list[str]
    contacts: pd.DataFrame
    letters: pd.DataFrame
    verdicts: pd.DataFrame
    of_themselves: int = 0
    chosen: Sequence[Chosen] = ()

    @cached_property
    def doubt(self) -> Doubt | None:
        """Why figures of human contact say little of people, if anything."""
        return doubt(self.verdicts) if len(self.verdicts) else None


def warmth(results: Results, weeks: Sequence[str]) -> Warmth | None:
    """None where neither a letter was read nor a contact judged."""
    of = in_weeks(weeks)
    found = Warmth(
        weeks=list(weeks),
        contacts=results.frame(
            f"select *, dense_rank() over (order by agent) as stratum from fact_pec where {of} order by source, ticket_id"
        ),
        letters=results.frame(f"select * from fact_letters where {of} and is_agents order by source, message_id"),
        verdicts=verdicts(results, weeks),
        of_themselves=len(results.frame(f"select evaluation_id from fact_evaluations where {of} and is_own")),
        chosen=chosen(results, weeks),
    )
    return None if found.letters.empty and found.verdicts.empty else found
