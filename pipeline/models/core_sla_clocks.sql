-- One row per ticket, measure that any target is of, and turn: when its clock began, when it was over, and its policy. That is the
-- one that the ticket's source applied, else the first of the settings that fits it. A question asks for a reply while its ticket is
-- not solved: solving ends it, a reopening lets it go on or, of one asked in between, begin. Of a ticket that is over at no stated
-- instant nobody knows when its open question ended.
with asked as (
    select measure from raw_sla_targets
    union
    select measure from sla_settings
),

policies as (
    select ticket_no, policy
    from (
        select
            ticket_no, value as policy,
            row_number() over (partition by ticket_no order by happened_at desc, turn desc, event_id desc) as place
        from core_ticket_changes
        where field = 'sla_policy' and value is not null
    ) as applied
    where place = 1
),

fitting as (
    select
        tickets.ticket_no, rules.policy,
        row_number() over (partition by tickets.ticket_no order by rules.place) as choice
    from core_tickets as tickets
    inner join sla_policies as rules
        on (rules.channel is null or lower(rules.channel) = lower(tickets.channel))
        and (rules.customer_group is null or lower(rules.customer_group) = lower(tickets.customer_group))
),

bound as (
    select tickets.ticket_no, tickets.source, tickets.created_at, tickets.priority,
        coalesce(policies.policy, fitting.policy) as policy,
        courses.ticket_no is null and coalesce(tickets.status in ('solved', 'closed'), false) as is_over_unseen
    from core_tickets as tickets
    left join core_ticket_clocks as courses on courses.ticket_no = tickets.ticket_no
    left join policies on policies.ticket_no = tickets.ticket_no
    left join fitting on fitting.ticket_no = tickets.ticket_no and fitting.choice = 1
    where coalesce(tickets.status, 'open') <> 'deleted'
),

questions as (
    select
        ticket_no, case when place = 0 then 'first_reply' else 'next_reply' end as measure, place as turn,
        min(from_at) as started_at, case when max(case when is_running then 1 else 0 end) = 0 then max(to_at) end as finished_at
    from core_ticket_stretches
    where kind = 'reply' and coalesce(status, 'open') not in ('solved', 'closed', 'deleted')
    group by ticket_no, place
),

clocks as (
    select * from questions
    union all
    select clocks.ticket_no, asked.measure, 0 as turn, bound.created_at as started_at,
        case when clocks.status in ('solved', 'closed') then clocks.last_solved_at end as finished_at
    from core_ticket_clocks as clocks
    inner join bound on bound.ticket_no = clocks.ticket_no
    inner join asked
        on asked.measure = 'full_resolution' or (asked.measure in ('requester_wait', 'agent_work') and clocks.has_history)
)

select clocks.ticket_no, clocks.measure, clocks.turn, clocks.started_at, clocks.finished_at, bound.source,
    bound.policy, bound.priority as last_priority
from clocks
inner join bound on bound.ticket_no = clocks.ticket_no
where clocks.measure in (select measure from asked)
    and bound.policy is not null and (clocks.finished_at is not null or not bound.is_over_unseen)
