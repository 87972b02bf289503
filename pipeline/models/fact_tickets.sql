-- One row per ticket: its clocks, and what the department's rules ask of it. `came_observed_s`: what is left of `observed_s` after the
-- ticket came in, with the word of its customer; below nought where that came later than is looked for. `is_reply_due`: who was spoken to
-- when the ticket was written waits for no letter. Business time up to the first reply is known where that of every stretch is.
with first_replies as (
    select ticket_no, case when count(business_s) = count(*) then sum(business_s) end as business_s
    from core_ticket_stretches
    where place = 0 and kind in ('reply', 'outbound')
    group by ticket_no
    having max(case when is_running then 1 else 0 end) = 0
)

select
    heads.source, heads.ticket_id, heads.ticket_id as conversation_id, heads.customer, heads.team, heads.agent, heads.queue,
    heads.topic, heads.channel, heads.priority, heads.customer_group, heads.created_at,
    heads.week, heads.day, heads.half_hour, heads.half_hour_at, heads.is_thread,
    case when clocks.moved_at is null then coalesce(heads.stated_status, clocks.status) else clocks.status end as status,
    case
        when heads.tells_status
            then coalesce(case when clocks.moved_at is null then heads.stated_status end, clocks.status)
                in ('solved', 'closed')
    end as is_solved,
    case
        when heads.tells_status then coalesce(clocks.is_solved_then, heads.stated_status in ('solved', 'closed'))
    end as is_solved_then,
    clocks.last_solved_at as solved_at,
    heads.age_s, heads.age_s as observed_s,
    epoch(least((select until from build_range), heads.created_at + 2592000 * interval '1' second)) - epoch(placed.came_at)
        as came_observed_s,
    epoch(heads.replied_at) - epoch(heads.created_at) as first_reply_s, first_replies.business_s as first_reply_business_s,
    epoch(given.assigned_at) - epoch(heads.created_at) as assigned_s,
    clocks.requester_wait_s, clocks.agent_work_s, clocks.agent_wait_s, clocks.on_hold_s,
    case when clocks.has_business then clocks.requester_wait_business_s end as requester_wait_business_s,
    case when clocks.has_business then clocks.agent_work_business_s end as agent_work_business_s,
    epoch(clocks.first_solved_at) - epoch(heads.created_at) as first_resolution_s,
    epoch(clocks.last_solved_at) - epoch(heads.created_at) as full_resolution_s,
    case when clocks.has_business and clocks.last_solved_at is not null then clocks.full_resolution_business_s end
        as full_resolution_business_s,
    epoch(heads.stated_solved_at) - epoch(heads.created_at) as stated_resolution_s,
    coalesce(work.replies, rules.stated_replies, case when rules.is_letter_known then 0 end) as replies,
    coalesce(rules.stated_handoffs, given.handoffs) as handoffs,
    coalesce(rules.stated_reopens, clocks.reopens) as reopens,
    rules.is_sla_met as is_sla_met_stated, placed.is_urgent, placed.is_work_seen, placed.taken_up_s,
    placed.is_taken_up_by_reply, placed.is_overtaken, placed.overtaken_by_s,
    rules.is_identified, rules.needs_authorisation, rules.is_authorisation_asked, rules.refusal, rules.is_refusal_known,
    rules.could_do_alone, rules.is_answered_by_link, rules.is_hurried, rules.has_letters, rules.is_asked,
    rules.is_asked and (rules.has_letters or coalesce(heads.channel, '') <> 'voice') as is_reply_due,
    rules.acknowledged_s,
    rules.said_longer_s, rules.is_complaint, rules.complained_at,
    clocks.last_solved_at > rules.complained_at and rules.complained_at > heads.created_at as is_solved_after_complaint,
    case when (select count(*) from official_channels) > 0 and heads.channel is not null
        then official.channel is not null end as is_official,
    heads.source_ref, heads.recording_ref
from core_ticket_heads as heads
inner join core_ticket_rules as rules on rules.ticket_no = heads.ticket_no
inner join core_ticket_order as placed on placed.ticket_no = heads.ticket_no
left join core_ticket_clocks as clocks on clocks.ticket_no = heads.ticket_no
left join core_ticket_work as work on work.ticket_no = heads.ticket_no
left join first_replies on first_replies.ticket_no = heads.ticket_no
left join core_ticket_assignments as given on given.ticket_no = heads.ticket_no
left join official_channels as official on official.channel = lower(heads.channel)
