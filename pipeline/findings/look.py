"""Reads a centre as of one week from published results."""

from __future__ import annotations

from datetime import date, datetime

from pipeline.errors import NoData
from pipeline.findings.centre import Centre
from pipeline.kpis.definition import KNOWN_SHARE
from pipeline.kpis.measure import Connection
from pipeline.results import Results
from pipeline.settings import Settings
from pipeline.weeks import delivered_weeks, without_ragged_start

ENDED = f"""
with told as (
    select week, case when is_customer_made and is_answered then ended_at end as ended_at
    from fact_contacts
),

listed as (
    select week, count(*) as n, count(ended_at) as heard, list_sort(list(ended_at) filter (where ended_at is not null)) as ends
    from told
    group by week
)

select week, n, array_extract(ends, cast(ceil({KNOWN_SHARE} * heard) as bigint)) as ended
from listed"""
"""SQL: the contacts of each week, and the instant by which KNOWN_SHARE of its customers' answered ones had ended."""


def look(results: Results, settings: Settings, week: str | None = None) -> Centre:
    """The centre as of `week`, or of the last complete one. Raises NoData naming the weeks that exist."""
    chosen = week or results.last_complete_week
    if chosen not in results.weeks:
        raise NoData(f"{chosen} is not published; there are {', '.join(results.weeks) or 'no weeks yet'}")
    days = results.frame("select week, min(period) as first_day from kpi_values where grain = 'day' group by week")
    weekdays = {str(row.week): date.fromisoformat(str(row.first_day)).weekday() for row in days.itertuples()}
    history = without_ragged_start([w for w in results.weeks if w <= chosen], weekdays)
    known = datetime.fromisoformat(results.manifest["known_until"])
    contacts = results.frame(ENDED).set_index("week")
    delivered = frozenset(delivered_weeks(contacts["n"].to_dict()))
    ended = contacts["ended"].dropna().to_dict()
    engine = _engine(results, settings)
    return Centre(results, engine, settings, chosen, history, known, delivered, ended)


def _engine(results: Results, settings: Settings) -> Connection:
    if settings.engine.name == "spark":
        from pipeline.engines.spark import open_published

        return open_published(results, settings)
    return results
