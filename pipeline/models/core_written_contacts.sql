-- One row per ticket or thread as a contact of its customer. A ticket that a robot opened is none of the customer's making. It is
-- resolved where its source says so, else if it was solved at the end of the days that the settings give it: until then that is not
-- known of any, and what comes later changes nothing. One solved at no stated instant is taken for solved in time. `is_reached`: the house wrote to its
-- customer, if only to open it, or settled what that had asked; `reached_at`: when that was. A ticket of a telephone
-- that is created up to an hour after an answered call of its customer is that call's record, and no contact of the customer's own.
-- Of a ticket whose source tells neither replies nor statuses it is not known that nobody answered: it counts as answered.
with tickets as (
    select
        core_tickets.*,
        coalesce(work.last_replied_at, core_tickets.first_replied_at) as replied_at,
        coalesce(
            case when core_tickets.opened_by = 'agent' then core_tickets.created_at end,
            work.first_replied_at, core_tickets.first_replied_at, clocks.first_solved_at, core_tickets.solved_at,
            core_tickets.closed_at, core_tickets.created_at
        ) as spoken_at,
        coalesce(work.agent, case when robots.agent is null then core_tickets.agent end) as worker,
        coalesce(clocks.status, core_tickets.status) in ('solved', 'closed') as is_solved,
        coalesce(clocks.is_solved_then, core_tickets.status in ('solved', 'closed')) as is_solved_then,
        core_tickets.created_at + rule.solved_within_days * interval '1' day
            <= (select until from build_range) as is_due,
        not core_tickets.is_thread and not core_tickets.tells_status and replying.source is null as is_untold
    from core_tickets
    cross join ticket_settings as rule
    left join reply_sources as replying on replying.source = core_tickets.source
    left join core_ticket_work as work on work.ticket_no = core_tickets.ticket_no
    left join core_ticket_clocks as clocks on clocks.ticket_no = core_tickets.ticket_no
    left join ticket_robots as robots on robots.agent = core_tickets.agent
    where coalesce(core_tickets.status, 'open') <> 'deleted'
),

call_records as (
    select distinct tickets.ticket_no
    from core_tickets as tickets
    inner join core_calls as calls
        on calls.customer = tickets.customer and calls.is_answered and calls.direction = 'inbound'
        and calls.offered_at <= tickets.created_at and calls.ended_at + interval '1' hour >= tickets.created_at
    where tickets.channel = 'voice'
)

select
    tickets.source, tickets.ticket_id as conversation_id, tickets.created_at as started_at,
    greatest(tickets.created_at, coalesce(tickets.replied_at, tickets.created_at)) as ended_at,
    tickets.customer,
    coalesce(tickets.opened_by, 'customer') = 'customer' and call_records.ticket_no is null as is_customer_made,
    tickets.is_untold or tickets.replied_at is not null or coalesce(tickets.is_solved, false) as is_answered,
    tickets.is_untold or rules.has_agents_word or tickets.replied_at is not null
        or coalesce(tickets.opened_by, 'customer') = 'customer' and coalesce(tickets.is_solved, false) as is_reached,
    greatest(tickets.created_at, tickets.spoken_at) as reached_at,
    not tickets.is_thread and not tickets.is_untold and tickets.replied_at is null and not coalesce(tickets.is_solved, false) as is_waiting,
    coalesce(tickets.channel, 'email') as channel,
    tickets.queue, tickets.topic, tickets.worker as agent,
    coalesce(rules.is_resolved, case when tickets.tells_status and tickets.is_due then tickets.is_solved_then end) as is_resolved,
    tickets.source_ref
from tickets
inner join core_ticket_rules as rules on rules.ticket_no = tickets.ticket_no
left join call_records on call_records.ticket_no = tickets.ticket_no
