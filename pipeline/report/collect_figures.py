"""What `collect` asks of KPIs: those stored by week, and those of people and teams over the pooled weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypedDict

import pandas as pd

from pipeline.findings.centre import Centre
from pipeline.kpis import DIMENSIONS, Catalogue
from pipeline.kpis.measure import Question, measure
from pipeline.results import Results
from pipeline.weeks import days_of_part, in_weeks

PEOPLE = (
    "aht", "talk_mean", "answered", "pec_rate", "qa_score", "csat", "resolution_rate", "resolution_inferred",
    "resolution_customer", "resolution_stated", "effort_per_resolved", "repeat_7d", "fcr_7d", "calls_per_hour",
)  # fmt: skip
EXPOSURE = ("abuse_exposure", "threat_exposure")
OWN_TONE = ("letters_rude",)
HEADS = ["kpi", "period", *DIMENSIONS, "n", "numerator", "denominator", "value", "low", "high", "why"]


class OfPeople(TypedDict):
    """Figures of the pooled weeks: of each person, of each team, of all."""

    agents: pd.DataFrame
    teams: pd.DataFrame
    centre: pd.DataFrame


def stored(results: Results, where: str, *more: str) -> pd.DataFrame:
    columns = ", ".join([*HEADS, *more])
    order = ", ".join(["kpi", *more, "period", *DIMENSIONS])
    return results.frame(f"select {columns} from kpi_values where {where} order by {order}")


def weekly_figures(results: Results, until: str, ripe: Mapping[str, str | None], small_group: int) -> pd.DataFrame:
    """Those of the centre, queues, topics and channels by week, that may be shown."""
    cuts = "cut in ('', 'queue', 'topic', 'channel')"
    weekly = stored(results, f"grain = 'week' and week <= '{until}' and {cuts}", "cut")
    return with_topics_limits(results, withhold_few_judged(weekly, results.catalogue, small_group), ripe)


def weekly_lines(results: Results, weeks: Sequence[str]) -> pd.DataFrame:
    """Weekly figures of agents and teams."""
    first, last = (weeks[0], weeks[-1]) if weeks else ("", "")
    kpis = ", ".join(f"'{name}'" for name in PEOPLE)
    return results.frame(
        f"select kpi, cut, team, agent, period, n, value from kpi_values where grain = 'week' and cut in ('agent', 'team') "
        f"and week between '{first}' and '{last}' and kpi in ({kpis}) order by kpi, cut, team, agent, period"
    )


def lone_channels(results: Results, week: str) -> dict[str, str]:
    """Queue -> channel, of queues whose calls of the week came by one alone."""
    rows = results.frame(
        f"select queue, min(channel) as channel from fact_calls where is_offered and week = '{week}' and queue is not null "
        "group by queue having min(channel) = max(channel)"
    )
    return dict(zip(rows["queue"], rows["channel"], strict=True))


def part_of_week(results: Results, week: str) -> tuple[date, date] | None:
    """The first and the last day with contacts of a week of which the data hold a part; None for a whole one."""
    rows = results.frame("select week, min(day) as first_day, max(day) as last_day from fact_contacts group by week")
    days = {str(row.week): (row.first_day.date(), row.last_day.date()) for row in rows.itertuples()}
    return days_of_part(week, days, results.last_complete_week) if week in days else None


def of_people(centre: Centre, wanted: Sequence[str] = PEOPLE, only: str = "true") -> OfPeople:
    """The people KPIs of the newest ripe weeks that may be shown; `only`: SQL of the rows that count."""
    unknown, small_group = absences(centre), centre.settings.report.small_group
    agents, teams, whole = (
        withhold_unripe(pooled_figures(centre.results, centre.heard, by, wanted, only), unknown)
        for by in (("agent",), ("team",), ())
    )
    return {"agents": withhold_small(agents, small_group), "teams": teams, "centre": whole}


def pooled_figures(
    results: Results, weeks: Sequence[str], by: tuple[str, ...], wanted: Sequence[str] = PEOPLE, only: str = "true"
) -> pd.DataFrame:
    """The people KPIs of the pooled weeks; rows that belong to nobody are left out."""
    names = tuple(n for n in wanted if n in results.catalogue.kpis and set(by) <= set(results.catalogue.dimensions(n)))
    frame = measure(results, results.catalogue, Question(names, by=by, where=f"{in_weeks(weeks)} and {only}"))
    return frame.dropna(subset=list(by)).reset_index(drop=True) if by else frame


def with_topics_limits(results: Results, weekly: pd.DataFrame, ripe: Mapping[str, str | None]) -> pd.DataFrame:
    """Stored figures, with limits by customer or by day, which stored ones lack, where pages tell of a topic: in the newest
    ripe week of each KPI."""
    asked: dict[str, list[str]] = {}
    for name, week in ripe.items():
        if week and (results.catalogue[name].is_of_customer or results.catalogue[name].is_of_day):
            asked.setdefault(week, []).append(name)
    if not asked:
        return weekly
    frames = [pooled_figures(results, [week], ("topic",), names).assign(period=week) for week, names in asked.items()]
    limits = pd.concat(frames).set_index(["kpi", "period", "topic"])[["low", "high"]]
    return weekly.fillna(
        weekly[["kpi", "period", "topic"]].join(limits, on=["kpi", "period", "topic"])[["low", "high"]]
    )


def exposure(results: Results, weeks: Sequence[str]) -> pd.DataFrame:
    teams, centre = (pooled_figures(results, weeks, by, EXPOSURE + OWN_TONE) for by in (("team",), ()))
    return pd.concat([teams, centre.assign(team="")], ignore_index=True)


def absences(centre: Centre) -> dict[str, str]:
    """KPI -> why, of those whose outcomes are known of no week."""
    unknown = [name for name in centre.results.catalogue.kpis if not centre.known_weeks(name)]
    before = {name: "not_preceded" if centre.unpreceded_weeks(name) else "not_yet" for name in unknown}
    return {name: "not_followed" if centre.unfollowed_weeks(name) else why for name, why in before.items()}


def withhold_small(people: pd.DataFrame, fewest: int) -> pd.DataFrame:
    """Persons' figures on fewer than `fewest` rows are not shown: neither the figure nor what it could be told from."""
    return _without(people, people["value"].notna() & (people["n"] < fewest), "too_few")


def withhold_few_judged(weekly: pd.DataFrame, catalogue: Catalogue, fewest: int) -> pd.DataFrame:
    """As withhold_small, of what was judged of the contacts of a queue, a topic or a channel."""
    sampled = [kpi.id for kpi in catalogue.kpis.values() if kpi.stands_for]
    is_few = weekly["value"].notna() & (weekly["n"] < fewest) & (weekly["cut"] != "") & weekly["kpi"].isin(sampled)
    return _without(weekly, is_few, "too_few")


def withhold_unripe(frame: pd.DataFrame, unknown: Mapping[str, str]) -> pd.DataFrame:
    """The figures without those of KPIs whose outcomes are known of no week, though days may tell; unknown: see `absences`."""
    is_hidden = frame["kpi"].isin(list(unknown)) & (frame["why"] != "no_rows")
    return _without(frame, is_hidden, frame["kpi"].map(unknown))


def _without(frame: pd.DataFrame, is_hidden: pd.Series, why: str | pd.Series) -> pd.DataFrame:
    hidden = frame.copy()
    hidden.loc[is_hidden, ["n", "numerator", "denominator", "value", "low", "high"]] = float("nan")
    hidden["why"] = hidden["why"].mask(is_hidden, why)
    return hidden


def withhold_small_weeks(lines: pd.DataFrame, fewest: int) -> pd.DataFrame:
    """As withhold_small, of a person's single weeks."""
    is_small = (lines["cut"] == "agent") & (lines["n"] < fewest)
    return lines.assign(value=lines["value"].mask(is_small), n=lines["n"].mask(is_small))
