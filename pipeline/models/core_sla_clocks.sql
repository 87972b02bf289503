-- One row per ticket, target and turn: when its clock began, when it was over, and what is allowed by the priority of then.
-- A ticket's policy is the one that its source applied, else the first of the settings that fits it.
with policies as (
    select source, ticket_id, policy
    from (
        select
            source, ticket_id, value as policy,
            row_number() over (partition by source, ticket_id order by happened_at desc, turn desc, event_id desc) as place
        from core_ticket_changes
        where field = 'sla_policy' and value is not null
    ) as applied
    where place = 1
),

fitting as (
    select
        tickets.source, tickets.ticket_id, rules.policy,
        row_number() over (partition by tickets.source, tickets.ticket_id order by rules.place) as choice
    from core_tickets as tickets
    inner join sla_policies as rules
        on (rules.channel is null or rules.channel = tickets.channel)
        and (rules.customer_group is null or rules.customer_group = tickets.customer_group)
),

bound as (
    select tickets.source, tickets.ticket_id, tickets.created_at, tickets.priority,
        coalesce(policies.policy, fitting.policy) as policy
    from core_tickets as tickets
    left join policies on policies.source = tickets.source and policies.ticket_id = tickets.ticket_id
    left join fitting on fitting.source = tickets.source and fitting.ticket_id = tickets.ticket_id and fitting.choice = 1
    where coalesce(tickets.status, 'open') <> 'deleted'
),

clocks as (
    select source, ticket_id, case when turn = 0 then 'first_reply' else 'next_reply' end as measure, turn,
        asked_at as started_at, replied_at as finished_at
    from core_ticket_replies
    where asked_at is not null
    union all
    select clocks.source, clocks.ticket_id, measures.measure, 0 as turn, bound.created_at as started_at,
        case when clocks.status in ('solved', 'closed') then clocks.last_solved_at end as finished_at
    from core_ticket_clocks as clocks
    inner join bound on bound.source = clocks.source and bound.ticket_id = clocks.ticket_id
    cross join (select 'full_resolution' as measure union all select 'requester_wait' as measure
        union all select 'agent_work' as measure) as measures
)

select clocks.source, clocks.ticket_id, clocks.measure, clocks.turn, clocks.started_at, clocks.finished_at, bound.policy,
    bound.priority as last_priority
from clocks
inner join bound on bound.source = clocks.source and bound.ticket_id = clocks.ticket_id
where bound.policy is not null
