"""What findings look at: one week, the weeks before it, and the records whose outcomes are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import pandas as pd

from pipeline import zones
from pipeline.findings.judges import Doubt, doubt, verdicts
from pipeline.findings.record import Evidence, Figure, Finding, Records, Verdict
from pipeline.kpis import RETURN_DAYS
from pipeline.kpis.measure import Connection
from pipeline.results import Results
from pipeline.settings import Settings
from pipeline.weeks import (
    RECENT,
    in_weeks,
    old_weeks,
    preceded_weeks,
    ripe_weeks,
    week_end,
)

POOLED = 12
"""Ripe weeks that findings about people and topics pool: a quarter."""
FEWEST = 30
"""Rows of a person, group or topic below which nothing is said of it."""
REACH_WEEKS = 5
"""The longest window, thirty days, in whole weeks."""
REPEAT = f"return_after_s <= {RETURN_DAYS * 86400}"
FOLLOWED = f"is_customer_made and is_identified and observed_s >= {RETURN_DAYS * 86400}"
"""SQL: contacts for which it is known whether the customer came back."""
CLOCK = "substr(half_hour, 1, 10) as day, substr(half_hour, 12, 2) as hour"
"""SQL: the columns for `with_weekday`, and the hour."""


@dataclass(frozen=True)
class Centre:
    """week: the reported one. history: complete weeks up to it. ripe: those whose returns are known, at most POOLED.
    delivered: the weeks with at least a quarter of the usual contacts. ended: by week, the instant by which nearly all
    answered contacts that began in it had ended; a ticket goes on until its last reply, often in a later week.

    `engine`: where SQL over the published tables runs. answers: see `kept`.
    """

    results: Results
    engine: Connection
    settings: Settings
    week: str
    history: list[str]
    known_until: datetime
    delivered: frozenset[str]
    ended: dict[str, datetime]
    answers: dict[object, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def zone(self) -> str:
        return str(self.results.manifest["timezone"])

    @property
    def fewest(self) -> int:
        return max(FEWEST, self.settings.report.small_group)

    @property
    def now(self) -> datetime:
        """Naive UTC: the end of the reported week, or of the data where it is not complete."""
        return min(self.known_until, week_end(self.week, self.zone))

    def known_weeks(self, name: str) -> list[str]:
        """The weeks of the history in which what a KPI counts is known: its outcomes, and what came before."""
        days = self.results.catalogue[name].seen_days
        return preceded_weeks(self._followed_weeks(name), days, self.delivered & set(self.history))

    def unpreceded_weeks(self, name: str) -> list[str]:
        """The weeks whose outcomes are known but not what came before, because the data do not hold the weeks before."""
        known = self.known_weeks(name)
        return [week for week in self._followed_weeks(name) if week not in known]

    def _followed_weeks(self, name: str) -> list[str]:
        """The weeks of the history in which the outcomes that a KPI counts are known."""
        catalogue = self.results.catalogue
        days = catalogue[name].ripe_days
        return self.ripe_for(days, catalogue.is_timed_from_end(name)) if days else self.history

    def unfollowed_weeks(self, name: str) -> list[str]:
        """The weeks old enough for a KPI whose outcomes are still unknown, because the weeks after were not delivered."""
        catalogue = self.results.catalogue
        days, known = catalogue[name].ripe_days, self._followed_weeks(name)
        ended = self.ended if catalogue.is_timed_from_end(name) else {}
        old = old_weeks(self.history, self.known_until, self.zone, days, ended)
        return [week for week in old if week not in known]

    def ripe_for(self, days: int, is_from_end: bool = True) -> list[str]:
        """The weeks of the history whose contacts have been observed for `days` since they ended, or else began."""
        ended = self.ended if is_from_end else {}
        ripe = ripe_weeks(self.history, self.known_until, self.zone, days, self.delivered, ended)
        return [week for week in self.history if week in ripe or (is_from_end and self._has_watched(week, days))]

    def _has_watched(self, week: str, days: int) -> bool:
        """Whether a window shorter than a week has passed within this week, as where nobody answers on Sundays."""
        end = week_end(week, self.zone)
        return week in self.ended and self.ended[week] + timedelta(days=days) <= end <= self.known_until

    @cached_property
    def ripe(self) -> list[str]:
        return self.ripe_for(RETURN_DAYS)[-POOLED:]

    @cached_property
    def heard(self) -> list[str]:
        """The newest ripe weeks, or the newest of all where none is ripe: pages show their judgements and letters."""
        return self.ripe_for(RETURN_DAYS)[-RECENT:] or self.history[-RECENT:]

    @cached_property
    def doubt(self) -> Doubt | None:
        """Why figures of human contact say little of people, if anything."""
        return doubt(verdicts(self.results, self.heard))

    @property
    def span(self) -> tuple[str, str]:
        return (self.ripe[0], self.ripe[-1]) if self.ripe else (self.week, self.week)

    def state(
        self,
        kind: str,
        verdict: Verdict,
        kpi: str,
        weight: float,
        figures: dict[str, Figure],
        records: Records | None = None,
        week: str | None = None,
        labels: dict[str, str] | None = None,
        **whom: str,
    ) -> Finding:
        """A finding about the ripe weeks, or about one week. `records`: the way to the rows it counts. kpi "": it rests
        on no KPI."""
        definition = self.results.catalogue.definition(kpi) if kpi else ""
        weeks = (week, week) if week else self.span
        evidence = Evidence(kpi, records=records)
        return Finding(kind, verdict, whom, weeks, figures, weight, evidence, labels or {}, definition)

    def cost(self, hours: float) -> dict[str, Figure]:
        """Hours in money, where the settings say what one costs."""
        costs = self.settings.costs
        return {"cost": Figure(hours * costs.hour, costs.currency or "money")} if costs.hour else {}

    @property
    def in_ripe(self) -> str:
        """SQL: a row of the ripe weeks."""
        return in_weeks(self.ripe)

    @property
    def around_ripe(self) -> str:
        """SQL: a row of the ripe weeks, or of weeks that their longest window reaches into."""
        return around(self.ripe)

    @property
    def followed(self) -> str:
        """SQL: the rows of `contacts`."""
        return f"is_answered and {FOLLOWED} and agent is not null and {self.in_ripe}"

    @property
    def judged(self) -> str:
        """SQL: evaluations of human contact in the ripe weeks."""
        return f"is_pec is not null and agent is not null and {self.in_ripe}"

    def has(self, fact: str) -> bool:
        return self.results.has(fact)

    def frame(self, sql: str) -> pd.DataFrame:
        return self.engine.frame(sql)

    @cached_property
    def weekly(self) -> pd.DataFrame:
        """Stored figures of the centre: a row per KPI and week of the history."""
        return self._stored("cut = ''", "kpi, period, n, value")

    @cached_property
    def weekly_of_teams(self) -> pd.DataFrame:
        """As `weekly`, of each team."""
        return self._stored("cut = 'team' and team is not null", "kpi, team, period, n, value")

    def _stored(self, which: str, columns: str) -> pd.DataFrame:
        where = f"grain = 'week' and {which} and week <= '{self.week}'"
        return self.frame(f"select {columns} from kpi_values where {where} order by {columns}")

    @cached_property
    def contacts(self) -> pd.DataFrame:
        """Answered contacts of the ripe weeks whose customers can be followed: who, what, how long, and whether they
        returned."""
        found = self.frame(
            f"""
            select source, conversation_id, source_ref, recording_ref, week, agent, team, topic, channel, {CLOCK},
                handle_s, return_after_s, seen_before_s, contacts_30d, customer,
                case when {REPEAT} then 1 else 0 end as has_returned
            from fact_contacts
            where {self.followed}
            order by started_at, source, conversation_id, is_written"""
        )
        return with_weekday(found)


def around(weeks: Sequence[str]) -> str:
    """SQL: a row of these consecutive weeks, or of weeks that their longest window reaches into."""
    if not weeks:
        return "false"
    first, last = zones.week_before(weeks[0], REACH_WEEKS), zones.week_before(weeks[-1], -REACH_WEEKS)
    return f"week between '{first}' and '{last}'"


def with_weekday(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with the weekday of their `day`; 0 is Monday."""
    return rows.assign(weekday=pd.to_datetime(rows["day"]).dt.day_of_week)


def mondays(weeks: pd.Series) -> pd.Series:
    """The day on which each ISO week begins."""
    return pd.to_datetime(weeks + "-1", format="%G-W%V-%u")


def topic_weeks(rows: pd.DataFrame) -> pd.Series:
    """A number per topic and week for each row: a whole centre moves, so these rows differ only by who took them."""
    return rows.groupby(["topic", "week"], dropna=False).ngroup()
