-- One row per ticket, dated by its creation. The agent is who did the work: most public replies, else the last assignee.
with tickets as (
    select
        core_tickets.*,
        (select site_zone from build_range) as zone,
        cast(floor(epoch(created_at) / 900) as bigint) as slot
    from core_tickets
    where coalesce(status, 'open') <> 'deleted'
),

worked as (
    select
        tickets.*,
        coalesce(work.agent, case when robots.agent is null then tickets.agent end) as worker,
        coalesce(work.first_replied_at, tickets.first_replied_at) as replied_at,
        work.replies, work.first_reply_business_s
    from tickets
    left join core_ticket_work as work on work.source = tickets.source and work.ticket_id = tickets.ticket_id
    left join ticket_robots as robots on robots.agent = tickets.agent
)

select
    worked.source, worked.ticket_id, worked.ticket_id as conversation_id, worked.customer,
    versions.team, worked.worker as agent, worked.queue, worked.topic, worked.channel, worked.priority, worked.customer_group,
    worked.created_at, calendar.week, calendar.day, calendar.half_hour, calendar.half_hour_at,
    worked.is_thread,
    case when clocks.moved_at is null then coalesce(worked.status, clocks.status) else clocks.status end as status,
    case
        when not worked.is_thread
            then coalesce(case when clocks.moved_at is null then worked.status end, clocks.status) in ('solved', 'closed')
    end as is_solved,
    clocks.last_solved_at as solved_at,
    greatest(0, least(epoch((select until from build_range)) - epoch(worked.created_at), 2592000)) as observed_s,
    epoch(worked.replied_at) - epoch(worked.created_at) as first_reply_s, worked.first_reply_business_s,
    epoch(given.assigned_at) - epoch(worked.created_at) as assigned_s,
    clocks.requester_wait_s, clocks.agent_work_s, clocks.agent_wait_s, clocks.on_hold_s,
    case when clocks.has_business then clocks.requester_wait_business_s end as requester_wait_business_s,
    case when clocks.has_business then clocks.agent_work_business_s end as agent_work_business_s,
    epoch(clocks.first_solved_at) - epoch(worked.created_at) as first_resolution_s,
    epoch(clocks.last_solved_at) - epoch(worked.created_at) as full_resolution_s,
    case when clocks.has_business and clocks.last_solved_at is not null then clocks.full_resolution_business_s end
        as full_resolution_business_s,
    epoch(worked.solved_at) - epoch(worked.created_at) as stated_resolution_s,
    coalesce(worked.replies, rules.stated_replies, case when rules.has_letters then 0 end) as replies,
    coalesce(rules.stated_handoffs, given.handoffs) as handoffs,
    coalesce(rules.stated_reopens, clocks.reopens) as reopens,
    rules.is_sla_met as is_sla_met_stated, placed.is_urgent, placed.taken_up_s, placed.is_overtaken, placed.overtaken_by_s,
    rules.is_identified, rules.needs_authorisation, rules.is_authorisation_asked, rules.refusal, rules.is_refusal_known,
    rules.could_do_alone, rules.is_answered_by_link, rules.is_hurried, rules.has_letters, rules.acknowledged_s,
    rules.said_longer_s, rules.is_complaint,
    clocks.last_solved_at > rules.complained_at and rules.complained_at > worked.created_at as is_solved_after_complaint,
    case when (select count(*) from official_channels) > 0 then official.channel is not null end as is_official,
    rules.source_ref, cast(null as varchar) as recording_ref
from worked
inner join calendar on calendar.zone = worked.zone and calendar.slot = worked.slot
inner join core_ticket_rules as rules on rules.source = worked.source and rules.ticket_id = worked.ticket_id
inner join core_ticket_order as placed on placed.source = worked.source and placed.ticket_id = worked.ticket_id
left join core_ticket_clocks as clocks on clocks.source = worked.source and clocks.ticket_id = worked.ticket_id
left join core_ticket_assignments as given on given.source = worked.source and given.ticket_id = worked.ticket_id
left join official_channels as official on official.channel = worked.channel
left join core_agents as versions
    on versions.agent = worked.worker
    and versions.valid_from <= worked.created_at and versions.valid_to > worked.created_at
