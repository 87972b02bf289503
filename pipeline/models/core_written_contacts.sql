-- One row per ticket or thread as a contact of its customer. A ticket that a robot opened is none of the customer's making.
select
    tickets.source,
    tickets.ticket_id as conversation_id,
    tickets.created_at as started_at,
    greatest(tickets.created_at, coalesce(work.last_replied_at, tickets.first_replied_at, tickets.created_at)) as ended_at,
    tickets.customer,
    coalesce(tickets.opened_by, 'customer') = 'customer' as is_customer_made,
    coalesce(work.last_replied_at, tickets.first_replied_at) is not null
        or coalesce(coalesce(clocks.status, tickets.status) in ('solved', 'closed'), false) as is_answered,
    coalesce(tickets.channel, 'email') as channel,
    tickets.queue, tickets.topic,
    coalesce(work.agent, case when robots.agent is null then tickets.agent end) as agent,
    coalesce(rules.is_resolved, case when not tickets.is_thread then coalesce(clocks.status, tickets.status) in ('solved', 'closed') end) as is_resolved,
    tickets.source_ref
from core_tickets as tickets
inner join core_ticket_rules as rules on rules.ticket_no = tickets.ticket_no
left join core_ticket_work as work on work.ticket_no = tickets.ticket_no
left join core_ticket_clocks as clocks on clocks.ticket_no = tickets.ticket_no
left join ticket_robots as robots on robots.agent = tickets.agent
where coalesce(tickets.status, 'open') <> 'deleted'
