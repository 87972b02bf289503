-- One row per ticket, dated by its creation, with who did the work: most public replies, else the last assignee.
with tickets as (
    select
        core_tickets.*,
        coalesce(work.agent, case when robots.agent is null then core_tickets.agent end) as worker,
        coalesce(work.first_replied_at, core_tickets.first_replied_at) as replied_at,
        (select site_zone from build_range) as zone,
        cast(floor(epoch(created_at) / 900) as bigint) as slot
    from core_tickets
    left join core_ticket_work as work on work.ticket_no = core_tickets.ticket_no
    left join ticket_robots as robots on robots.agent = core_tickets.agent
    where coalesce(status, 'open') <> 'deleted'
)

select
    tickets.ticket_no, tickets.source, tickets.ticket_id, tickets.customer, versions.team, tickets.worker as agent,
    tickets.queue, tickets.topic, tickets.channel, tickets.priority, tickets.customer_group, tickets.created_at,
    calendar.week, calendar.day, calendar.half_hour, calendar.half_hour_at,
    greatest(0, least(epoch((select until from build_range)) - epoch(tickets.created_at), 2592000)) as age_s,
    tickets.is_thread, tickets.tells_status, tickets.status as stated_status, tickets.solved_at as stated_solved_at, tickets.replied_at,
    tickets.source_ref, cast(null as varchar) as recording_ref
from tickets
inner join calendar on calendar.zone = tickets.zone and calendar.slot = tickets.slot
left join core_agents as versions
    on versions.agent = tickets.worker
    and versions.valid_from <= tickets.created_at and versions.valid_to > tickets.created_at
