"""What the report asks of the published results; everything after this takes frames and gives text."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypedDict

import pandas as pd

from pipeline.findings import Finding, find_all
from pipeline.findings.centre import Centre
from pipeline.findings.changes import JUDGED, JUDGED_AS
from pipeline.findings.lists import monday
from pipeline.findings.look import look
from pipeline.kpis import Catalogue
from pipeline.pec.plan import answered_contacts, ten_to_listen
from pipeline.report.collect_cases import Ledger, read_ledger
from pipeline.report.collect_figures import (
    exposure,
    lone_channels,
    of_people,
    part_of_week,
    stored,
    weekly_figures,
    weekly_lines,
    withhold_small_weeks,
)
from pipeline.report.collect_pec import Warmth, warmth
from pipeline.report.collect_tickets import Written, written
from pipeline.results import Results
from pipeline.settings import Settings
from pipeline.settings.service_levels import ServiceLevel, own_target
from pipeline.weeks import arrived_week

RETURNS, REPLIES = "repeat_7d", "first_reply_p50"
"""KPIs whose newest known week is that of the outcomes of contacts, and of tickets, where a page speaks of them together."""
LINE_WEEKS = 26
"""Weeks of a small line."""


@dataclass(frozen=True)
class Collected:
    """One week's figures and all that stands beside them.

    part: the first and the last day of a week of which the data hold a part.
    history: complete weeks up to the reported one. pooled: the weeks that people's figures add up, ripe ones if there are any.
    ripe: KPI -> the newest week its outcomes are known of; unripe: the weeks of the history they are not known of; unfollowed:
    of these the ones that are old enough, but the weeks after them were not delivered; unpreceded: those after missing weeks.
    weekly: stored values of the centre, queues, topics and channels by week. agents, teams, centre: of the pooled weeks.
    lines: the last weeks of agents and teams: kpi, cut, team, agent, period, n, value.
    listen: contacts with a recording, for a manager's ears. has_records: files of records stand beside the pages.
    written: tickets and letters, None where there are none. warmth: letters read and contacts judged. exposure: to abuse, in
    the same weeks, of teams and of the whole centre (team ""). teamless: what [people] says where no team is shown.
    service_levels: targets of queues and channels beside those of all calls. channel_of: the only channel of a queue's calls.
    """

    week: str
    part: tuple[date, date] | None
    history: list[str]
    ripe: dict[str, str | None]
    unripe: dict[str, frozenset[str]]
    unfollowed: dict[str, frozenset[str]]
    unpreceded: dict[str, frozenset[str]]
    pooled: list[str]
    catalogue: Catalogue
    weekly: pd.DataFrame
    half_hours: pd.DataFrame
    agents: pd.DataFrame
    teams: pd.DataFrame
    centre: pd.DataFrame
    lines: pd.DataFrame
    written: Written | None
    warmth: Warmth | None
    exposure: pd.DataFrame
    names: dict[str, str]
    team_of: dict[str, str]
    documents: dict[str, Any]
    targets: dict[str, float]
    until: datetime
    timezone: str
    is_simulated: bool
    small_group: int
    findings: list[Finding]
    ledger: Ledger | None
    lists: dict[str, pd.DataFrame]
    listen: list[dict[str, Any]]
    has_records: bool = True
    teamless: str = "no_teams"
    service_levels: tuple[ServiceLevel, ...] = ()
    channel_of: dict[str, str] = field(default_factory=dict)

    @property
    def leaves_people_out(self) -> bool:
        """A report for those who may know of no single person."""
        return not self.has_records and not self.names

    @cached_property
    def _cuts(self) -> dict[str, pd.DataFrame]:
        return {str(cut): rows for cut, rows in self.weekly.groupby("cut")}

    def of_cut(self, cut: str) -> pd.DataFrame:
        """The weekly figures of the centre (""), of queues, topics or channels."""
        return self._cuts[cut] if cut in self._cuts else self.weekly.iloc[:0]

    def why_unripe(self, name: str, week: str | None = None) -> str:
        """What [why] says of a week whose outcomes are not known, or, where those of none are, of all."""
        unfollowed = self.unfollowed[name]
        if week in unfollowed if week else unfollowed:
            return "not_followed"
        return "not_preceded" if (week or self.week) in self.unpreceded[name] else "not_yet"

    def target(self, name: str, dimension: str = "", key: str = "") -> float | None:
        """What a KPI is held to, of the centre or of a queue, topic or channel; None where nobody set anything."""
        own = None
        if name == "service_level" and dimension == "queue":
            own = own_target(self.service_levels, key, self.channel_of.get(key))
        elif name == "service_level" and dimension == "channel":
            own = own_target(self.service_levels, None, key)
        return self.targets.get(name) if own is None else own

    def verdict_of(self, name: str) -> str | None:
        """What the findings say of a KPI's newest week; None where they do not judge it."""
        judged = JUDGED_AS.get(name, name)
        return next((f.verdict for f in self.findings if f.kind == "week" and f.labels["kpi"] == judged), None)

    def is_short(self, name: str, week: str | None) -> bool:
        """Whether the week had fewer days than usual of what the KPI counts."""
        judged = [f.labels for f in self.findings if f.kind == "week" and f.weeks[1] == week]
        return any("days" in labels and labels["kpi"] == name for labels in judged)

    def week_of(self, name: str) -> str | None:
        """The week a KPI is headlined for: the reported one, unless its outcomes or judgements are still to come."""
        kpi = self.catalogue[name]
        if kpi.ripe_days or kpi.of not in JUDGED:
            return self.ripe[name]
        return self._arrived[name]

    @cached_property
    def _arrived(self) -> dict[str, str]:
        """Of what is judged later: the newest week of which about as many records have come in as usual."""
        centre = self.of_cut("")
        counts = centre.pivot(index="kpi", columns="period", values="n").reindex(columns=self.history).fillna(0)
        judged = [kpi.id for kpi in self.catalogue.kpis.values() if kpi.of in JUDGED]
        weeks = counts.reindex(judged, fill_value=0)
        return {str(name): self.history[arrived_week(row.tolist())] for name, row in weeks.iterrows()}


def collect(results: Results, settings: Settings, week: str | None) -> Collected:
    """The figures of `week`, or of the last complete one. Raises NoData naming the weeks there are."""
    centre = look(results, settings, week)
    chosen, small_group, ripeness = centre.week, settings.report.small_group, _ripeness(centre)
    return Collected(
        week=chosen,
        part=part_of_week(results, chosen),
        history=centre.history,
        **ripeness,
        pooled=centre.heard,
        catalogue=results.catalogue,
        weekly=weekly_figures(results, chosen, ripeness["ripe"], small_group),
        half_hours=stored(results, f"grain = 'half_hour' and week = '{chosen}' and cut = ''"),
        **of_people(centre),
        lines=withhold_small_weeks(weekly_lines(results, centre.history[-LINE_WEEKS:]), small_group),
        written=written(centre, ripeness["ripe"][REPLIES]),
        warmth=warmth(results, centre.heard),
        exposure=exposure(results, centre.heard),
        names=results.names,
        team_of={row["agent"]: row["team"] or "" for row in results.document("agents")},
        documents={name: results.document(name) for name in ("account", "checks", "changes", "events", "settings")},
        targets=settings.targets,
        until=datetime.fromisoformat(results.manifest["until"]),
        timezone=centre.zone,
        is_simulated=bool(results.manifest["is_simulated"]),
        small_group=small_group,
        findings=find_all(results, settings, chosen),
        ledger=read_ledger(centre),
        lists=monday(centre),
        service_levels=settings.service_levels,
        channel_of=lone_channels(results, chosen) if settings.service_levels else {},
        listen=ten_to_listen(answered_contacts(results, chosen), chosen),
    )


class _Ripeness(TypedDict):
    """Of each KPI, as in Collected."""

    ripe: dict[str, str | None]
    unripe: dict[str, frozenset[str]]
    unfollowed: dict[str, frozenset[str]]
    unpreceded: dict[str, frozenset[str]]


def _ripeness(centre: Centre) -> _Ripeness:
    known = {name: centre.known_weeks(name) for name in centre.results.catalogue.kpis}
    return {
        "ripe": {name: max(weeks, default=None) for name, weeks in known.items()},
        "unripe": {name: frozenset(centre.history) - set(weeks) for name, weeks in known.items()},
        "unfollowed": {name: frozenset(centre.unfollowed_weeks(name)) for name in known},
        "unpreceded": {name: frozenset(centre.unpreceded_weeks(name)) for name in known},
    }
