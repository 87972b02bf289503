"""Facts of calls and contacts out of the raw table, beside SQL that somebody wrote for this one log."""

from __future__ import annotations

from datetime import timedelta

from pipeline.building.build import compute
from pipeline.building.plan import make_plan
from pipeline.engines.warehouse import Warehouse, open_warehouse
from pipeline.models import read_model
from pipeline.settings_file import read_settings
from tests.bench.timing import Row, in_turns, times
from tests.bench.warehouses import Bench

MODELS = ("core_calls", "core_conversations", "core_contacts", "core_returns", "fact_calls", "fact_contacts")
BY_HAND = {
    "hand_calls": """
        select c.source, call_id, coalesce(conversation_id, call_id) as conversation_id, customer_key as customer, a.team, c.agent,
            queue, topic, channel, direction, offered_at, strftime(local_at, '%G-W%V') as week, cast(local_at as date) as day,
            time_bucket(interval 30 minutes, local_at) as half_hour, outcome, outcome = 'answered' as is_answered,
            outcome = 'abandoned' as is_abandoned, is_resolved, ended_at, wait_s, talk_s, hold_s, wrap_s,
            talk_s + hold_s + wrap_s as handle_s, source_ref, recording_ref
        from (select *, offered_at at time zone 'UTC' at time zone 'Europe/Zurich' as local_at from raw_calls) c
        left join raw_agents a
            on a.agent = c.agent and a.valid_from <= offered_at and coalesce(a.valid_to, timestamp '9999-01-01') > offered_at""",
    "hand_contacts": """
        with contacts as (
            select source, conversation_id, min(customer) as customer, min(offered_at) as started_at, max(ended_at) as ended_at,
                count(*) as legs, bool_or(is_answered) as is_answered, arg_min(week, offered_at) as week,
                arg_min(team, offered_at) filter (where is_answered) as team,
                arg_min(agent, offered_at) filter (where is_answered) as agent,
                arg_min(queue, offered_at) as queue, arg_min(topic, offered_at) as topic,
                arg_max(is_resolved, offered_at) filter (where is_answered) as is_resolved, sum(handle_s) as handle_s
            from hand_calls group by source, conversation_id),
        seen as (
            select *, lead(started_at) over customers as next_at,
                max(case when is_answered then ended_at end) over (customers rows between unbounded preceding and 1 preceding) as before,
                count(*) over (customers range between interval 30 days preceding and current row) as contacts_30d
            from contacts window customers as (partition by customer order by started_at))
        select *,
            case when is_answered and next_at - ended_at between interval 0 days and interval 30 days then epoch(next_at) - epoch(ended_at) end as return_after_s,
            case when started_at - before <= interval 30 days then epoch(started_at) - epoch(before) end as since_previous_s,
            case when started_at - before <= interval 30 days then greatest(0, epoch(started_at) - epoch(before)) end as quiet_before_s
        from seen""",
}
SUMS = {
    "calls": "select count(*), sum(wait_s), sum(handle_s), count(distinct team) from {calls}",
    "contacts": "select count(*), sum(handle_s), count(distinct customer) from {contacts}",
}


def rows(bench: Bench, runs: int) -> list[Row]:
    settings = read_settings(bench.folder / "pipeline.toml")
    with open_warehouse(settings) as warehouse:
        plan = make_plan(warehouse, settings, "", has_results=False)
        assert plan is not None
        compute(warehouse, settings, plan, {}, lambda step: None)
        cost = in_turns(
            runs,
            ours=lambda: [_make(warehouse, name, read_model(name)) for name in MODELS],
            hand=lambda: [_make(warehouse, name, sql) for name, sql in BY_HAND.items()],
        )
        apart = _apart(warehouse)
    span = (plan.until - plan.since) // timedelta(weeks=1)
    said = f"{span} weeks; {cost['ours']:.1f} s; {apart}"
    return [
        Row("facts of calls and contacts, ours / SQL written for one log", times(cost["ours"] / cost["hand"]), "", said)
    ]


def _make(warehouse: Warehouse, name: str, sql: str) -> None:
    warehouse.sql.execute(f"create or replace table {warehouse.models}.main.{name} as {sql}")


def _apart(warehouse: Warehouse) -> str:
    """Whether both ways agree on rows, seconds and customers; what is written by hand misses returns before the contact ended."""
    unequal = []
    for what, sums in SUMS.items():
        ours, hand = (
            warehouse.sql.execute(sums.format(calls=f"{prefix}_calls", contacts=f"{prefix}_contacts")).fetchall()[0]
            for prefix in ("fact", "hand")
        )
        unequal += [what] if ours != hand else []
    return f"sums of {', '.join(unequal)} differ" if unequal else "equal sums"
