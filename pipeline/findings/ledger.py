"""The ledger of repeats: cases under every rule, to whom a repeat is attributed, and how long customers stay away.

SQL here runs on the published facts, with functions that every engine has.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline import zones
from pipeline.findings.centre import POOLED, Centre, around
from pipeline.findings.judging import RATE
from pipeline.kpis.definition import KNOWN_SHARE
from pipeline.statistics.discovery import benjamini_hochberg
from pipeline.statistics.survival import Curve, kaplan_meier
from pipeline.statistics.unusual import beside_people
from pipeline.weeks import in_weeks

DAYS = (1, 3, 7, 30)
DAY_S = 86400
LINES = {
    "any_any": "customer",
    "topic_any": "customer, coalesce(topic, conversation_id)",
    "any_channel": "customer, channel",
    "topic_channel": "customer, coalesce(topic, conversation_id), channel",
}
"""SQL by rule: what contacts must share to be one matter: the customer, and the topic, the channel or both. An unknown
topic is its own."""
CHAINS = """
with contacts as (
    select week, customer, topic, channel, conversation_id, source, started_at, ended_at, is_answered, observed_s,
        seen_before_s, contacts_30d
    from fact_contacts
    where is_customer_made and customer is not null and {reach}
),

-- Starts and ends as moments of a customer; an end comes before another's start of the same instant.
moments as (
    select *, started_at as moment, true as is_start, case when ended_at = started_at then 1 else 2 end as turn, 0 as place
    from contacts
    union all
    select *, ended_at as moment, false as is_start, case when ended_at = started_at then 1 else 0 end as turn, 1 as place
    from contacts
    where is_answered
),

-- A chain goes on until the latest end of what began earlier, even where that end is still to come. Heavy callers' contacts are
-- left out only afterwards: one that is left out is still what the customer came back with.
timed as (
    select week, is_start, observed_s, seen_before_s, topic, contacts_30d,
        epoch(moment) - epoch(max(case when is_start then ended_at end) over (
            partition by {line} order by started_at, source, conversation_id, place
            rows between unbounded preceding and 1 preceding)) as after_s,
        epoch(min(case when is_start then moment end) over (
            partition by {line} order by moment, turn, source, conversation_id, place
            rows between 1 following and unbounded following)) - epoch(moment) as away_s
    from moments
)

select {columns} from timed where contacts_30d <= {heavy} and {period}
"""
TOPICS = """sum(case when is_start then 1 else 0 end) as starts,
sum(case when is_start and topic is not null then 1 else 0 end) as topics"""
COLUMNS = """sum(case when is_start and seen_before_s >= {window} then 1 else 0 end) as contacts_{days},
sum(case when is_start and seen_before_s >= {window} and coalesce(after_s > {window}, true) then 1 else 0 end) as cases_{days},
sum(case when not is_start and observed_s >= {window} then 1 else 0 end) as ripe_{days},
sum(case when not is_start and observed_s >= {window} and away_s <= {window} then 1 else 0 end) as repeated_{days}"""
LAID = """
with steps as (
    select week, case_id, customer, contacts, agent, case_agent, is_answered, contacts_30d,
        epoch(started_at) - epoch(case_source_began_at) as seen_before_s,
        lag(latest_agent) over (partition by case_id order by contacts) as agent_before
    from fact_case_contacts
    where {reach}
),

repeats as (
    select *
    from steps
    where contacts > 1 and agent_before is not null and seen_before_s >= {window} and contacts_30d <= {heavy} and {period}
),

shares as (
    select repeats.case_id, repeats.contacts, repeats.customer, earlier.agent,
        cast(1 as double) / count(*) over (partition by repeats.case_id, repeats.contacts) as share
    from repeats
    inner join steps as earlier
        on earlier.case_id = repeats.case_id and earlier.contacts < repeats.contacts
        and earlier.is_answered and earlier.agent is not null
),

laid as (
    select 'first' as way, case_agent as agent, customer, cast(1 as double) as share from repeats where case_agent is not null
    union all
    select 'last' as way, agent_before as agent, customer, cast(1 as double) as share from repeats
    union all
    select 'split' as way, agent, customer, share from shares
),

by_customer as (
    select way, agent, sum(share) as repeats from laid group by way, agent, customer
)

select way, agent, sum(repeats) as repeats, sum(repeats * repeats) as squares
from by_customer
group by way, agent
order by way, agent
"""
WAYS = ("first", "last", "split")
AWAY_DAYS = (1 / 24, 0.25, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 17, 20, 23, 26, 29.9)


@dataclass(frozen=True)
class Laid:
    """One row per agent: answered contacts, and for each rule of attribution the agent's repeats, their rate and its
    side.

    Sides: above or below the middle person's rate; unclear where chance and the usual differences between people
    explain it.
    """

    agents: pd.DataFrame

    @property
    def flips(self) -> list[str]:
        """Agents whose side is clear under two rules, and differs."""
        sides = self.agents[[f"side_{way}" for way in WAYS]]
        found: list[str] = self.agents.loc[sides.nunique(axis=1) > 1, "agent"].tolist()
        return found


def variants(centre: Centre, period: str | None = None) -> pd.DataFrame:
    """Columns line, days, is_known, contacts, cases, ripe, repeated: every window, with and without same topic and same
    channel.

    Of `told_weeks`. contacts, cases: of contacts preceded by at least a window of data. is_known: enough contacts have
    a topic to separate matters by it.
    """
    heavy = centre.settings.parameters.heavy_contacts
    columns = ",\n".join([TOPICS, *(COLUMNS.format(days=days, window=days * DAY_S) for days in DAYS)])
    weeks = told_weeks(centre)
    wanted = {"period": period or in_weeks(weeks), "reach": period or around(weeks)}
    rows = []
    for name, line in LINES.items():
        sql = CHAINS.format(heavy=heavy, line=line, columns=columns, **wanted)
        found = centre.frame(sql).fillna(0).iloc[0]
        parts = ("contacts", "cases", "ripe", "repeated")
        is_known = "topic" not in line or found["topics"] >= KNOWN_SHARE * found["starts"]
        rows += [
            {"line": name, "days": d, "is_known": is_known} | {part: int(found[f"{part}_{d}"]) for part in parts}
            for d in DAYS
        ]
    return pd.DataFrame(rows)


def laid(centre: Centre) -> Laid | None:
    """Repeats of the ripe weeks, from a window after the data begin, by whom they are attributed to; None where there
    are none."""
    if not centre.has("fact_case_contacts"):
        return None
    heavy = centre.settings.parameters.heavy_contacts
    window = centre.settings.cases.within_days * DAY_S
    found = centre.frame(LAID.format(heavy=heavy, window=window, period=centre.in_ripe, reach=centre.around_ripe))
    contacts = centre.contacts.query("seen_before_s >= @window and contacts_30d <= @heavy")
    answered = contacts.groupby("agent").size().rename("answered").loc[lambda n: n >= centre.fewest]
    repeats, squares = (
        found.pivot(index="agent", columns="way", values=part).reindex(answered.index, columns=WAYS).fillna(0.0)
        for part in ("repeats", "squares")
    )
    return None if found.empty or answered.empty else Laid(sided(repeats.join(answered), squares).reset_index())


def sided(table: pd.DataFrame, squares: pd.DataFrame) -> pd.DataFrame:
    """Rates per answered contact and their sides, by the test by which findings name a person.

    One customer's repeats fall on one person together, so their variance is the sum of squares over customers
    (`squares`), which exceeds the count several times where many come back, and is at least the usual one.
    """
    for way in WAYS:
        rate = table[way] / table["answered"]
        off = rate - rate.median()
        usual = squares[way].sum() / table["answered"].sum() * table["answered"]
        error = np.sqrt(np.maximum(squares[way], np.maximum(usual, 1))) / table["answered"]
        is_clear = benjamini_hochberg(beside_people((off / error).to_numpy(), error.to_numpy())[0], RATE)
        side = np.where(is_clear, np.where(off > 0, "above", "below"), "unclear")
        table = table.assign(**{f"rate_{way}": rate, f"side_{way}": side})
    return table


def watched_weeks(centre: Centre) -> list[str]:
    """The ripe weeks and younger ones, except weeks whose customers would have come back in a missing week."""
    young = [week for week in centre.history if week > max(centre.ripe, default="")]
    last = max(centre.delivered, default="")
    return centre.ripe + [week for week in young if week >= last or zones.week_before(week, -1) in centre.delivered]


def told_weeks(centre: Centre) -> list[str]:
    """The ripe weeks; if none is, the weeks with some contacts old enough."""
    return centre.ripe or watched_weeks(centre)[-POOLED:]


def away(centre: Centre) -> Curve | None:
    """Kaplan-Meier curve, up to AWAY_DAYS, of the time until a customer comes back, censored where the data end; limits
    by customer."""
    rows = centre.frame(
        f"""select customer, return_after_s, observed_s from fact_contacts
        where is_answered and is_customer_made and is_identified and {in_weeks(watched_weeks(centre))}
            and observed_s is not null and contacts_30d <= {centre.settings.parameters.heavy_contacts}"""
    )
    if not len(rows):
        return None
    is_back = rows["return_after_s"].notna() & (rows["return_after_s"] <= rows["observed_s"])
    days = np.where(is_back, rows["return_after_s"], rows["observed_s"]) / DAY_S
    return kaplan_meier(days, is_back, rows["customer"], AWAY_DAYS)
