-- One row per ticket that a person was ever assigned to: when first, how often it was handed from one to another. Many systems record
-- changes alone: where others of the source have their assignee changed, a ticket that has changes, but none of that kind, is
-- with its first one, since an unknown instant.
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
),

recorded as (
    select ticket_no, max(case when field = 'agent' then 1 else 0 end) = 1 as is_reassigned
    from core_ticket_changes
    where is_recorded
    group by ticket_no
)

select
    ticket_no,
    min(happened_at) as assigned_at,
    cast(sum(case when before <> agent then 1 else 0 end) as bigint) as handoffs
from given
group by ticket_no
union all
select tickets.ticket_no, cast(null as timestamp) as assigned_at, cast(0 as bigint) as handoffs
from core_tickets as tickets
inner join assigning_sources as sources on sources.source = tickets.source
inner join recorded on recorded.ticket_no = tickets.ticket_no
left join ticket_robots as robots on robots.agent = tickets.agent
where not recorded.is_reassigned and tickets.agent is not null and robots.agent is null
