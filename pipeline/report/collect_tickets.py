"""What `collect` asks of tickets and letters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline.findings.centre import Centre
from pipeline.report.collect_figures import of_people
from pipeline.results import Results
from pipeline.weeks import RECENT

PEOPLE = (
    "reply_wait", "pec_rate", "resolution_rate", "resolution_inferred", "resolution_customer", "resolution_stated",
)  # fmt: skip
OF_TICKETS = "is_written"
"""Tickets and threads only; ids may be those of calls, too."""
HOURS = {"to_1h": 1, "to_4h": 4, "to_8h": 8, "to_24h": 24, "to_3d": 72, "to_7d": 168}
"""Upper edges of the bands that times are counted in; longer ones are "more"."""
CLOCKS = {
    "first_reply": ("first_reply_s is not null", "is_reply_due and replies = 0 and first_reply_s is null"),
    "full_resolution": ("is_solved and full_resolution_s is not null", "not is_solved"),
}
"""Which tickets have such a time, and which wait for it; threads of letters are never solved and wait for nothing."""


@dataclass(frozen=True)
class Written:
    """Tickets of a week and the backlog of the last ones.

    times: tickets of the newest ripe week by clock and band, "waiting" for those without. days: open tickets by day and age band.
    backlog: open tickets at the week's end by priority and age band. agents, teams, centre: written contacts alone,
    of the pooled weeks.
    """

    times: pd.DataFrame
    days: pd.DataFrame
    backlog: pd.DataFrame
    agents: pd.DataFrame
    teams: pd.DataFrame
    centre: pd.DataFrame
    has_policy: bool


def written(centre: Centre, ripe: str | None) -> Written | None:
    """`ripe`: the newest week whose replies are known."""
    results, week = centre.results, centre.week
    if not has_tickets(results, week):
        return None
    return Written(
        times=times(results, ripe or ""),
        days=days(results, centre.history[-RECENT:]),
        backlog=backlog(results, week),
        **of_people(centre, PEOPLE, OF_TICKETS),
        has_policy=bool(centre.settings.sla),
    )


def has_tickets(results: Results, week: str) -> bool:
    return not results.frame(f"select 1 from fact_tickets where week <= '{week}' limit 1").empty


def times(results: Results, week: str) -> pd.DataFrame:
    """How many tickets of the week lie in each band of each clock: clock, band, n."""
    of_week = f"from fact_tickets where week = '{week}'"
    parts = []
    for clock, (has_it, waits) in CLOCKS.items():
        bands = " ".join(f"when {clock}_s <= {hours * 3600} then '{band}'" for band, hours in HOURS.items())
        parts.append(
            f"select '{clock}' as clock, case {bands} else 'more' end as band, count(*) as n {of_week} and {has_it} "
            f"group by 1, 2 union all select '{clock}', 'waiting', count(*) {of_week} and {waits}"
        )
    return results.frame(" union all ".join(parts))


def days(results: Results, weeks: Sequence[str]) -> pd.DataFrame:
    """Open tickets at the end of each day, by age band: day, band, n; a day without any has no row."""
    return results.frame(
        "select cast(day as varchar) as day, band, cast(sum(open_n) as bigint) as n from fact_ticket_days "
        f"where week >= '{weeks[0]}' and week <= '{weeks[-1]}' and open_n > 0 group by 1, 2 order by 1, 2"
    )


def backlog(results: Results, week: str) -> pd.DataFrame:
    """Open tickets at the end of the week: priority, band, n."""
    return results.frame(
        "select priority, band, cast(sum(open_n) as bigint) as n from fact_ticket_days "
        f"where week = '{week}' and is_week_end and open_n > 0 group by 1, 2 order by 1, 2"
    )
