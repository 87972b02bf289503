-- One row per ticket that a person was ever assigned to: when first, how often it was handed from one to another.
with given as (
    select
        changes.ticket_no, changes.value as agent, changes.happened_at,
        lag(changes.value) over (
            partition by changes.ticket_no
            order by changes.happened_at, changes.turn, changes.event_id
        ) as before
    from core_ticket_changes as changes
    left join ticket_robots as robots on robots.agent = changes.value
    where changes.field = 'agent' and changes.value is not null and robots.agent is null
)

select
    ticket_no,
    min(happened_at) as assigned_at,
    cast(sum(case when before <> agent then 1 else 0 end) as bigint) as handoffs
from given
group by ticket_no
