-- The contacts of cases of several, or of cases that had begun before, with all that had happened up to and with each of them.
with links as (
    select
        links.*, coalesce(signs.promises, 0) as own_promises, coalesce(signs.complaints, 0) as own_complaints,
        coalesce(signs.abuses, 0) as own_abuses
    from core_case_links as links
    left join core_contact_signs as signs
        on signs.source = links.source and signs.conversation_id = links.conversation_id and signs.is_written = links.is_written
    where not links.is_alone
),

answered as (
    select
        customer, contact_no, agent, row_number() over (partition by customer, case_no order by contact_no) as turn,
        case_no, lag(agent) over (partition by customer, case_no order by contact_no) as agent_before
    from links
    where is_answered and agent is not null
),

running as (
    select
        links.source, links.conversation_id, links.is_written, links.customer, links.case_no,
        cast(count(*) over upto as bigint) as contacts,
        cast(sum(case when links.is_answered then 1 else 0 end) over upto as bigint) as answers,
        cast(sum(case when links.is_answered and not links.is_written then coalesce(links.handle_s, 0) end) over upto as double)
            as handled_s,
        cast(sum(case when links.is_answered and not links.is_written and links.handle_s is null then 1 else 0 end) over upto as bigint)
            as unmeasured,
        cast(sum(case when answered.agent_before <> answered.agent then 1 else 0 end) over upto as bigint) as agent_changes,
        cast(sum(own_promises) over upto as bigint) as promises,
        cast(sum(own_complaints) over upto as bigint) as complaints,
        cast(sum(own_abuses) over upto as bigint) as abuses,
        max(links.ended_at) over upto as until,
        max(answered.turn) over upto as last_turn,
        max(case when answered.turn = 1 then answered.agent end) over upto as first_agent,
        max(links.contact_no) over (partition by links.customer, links.case_no) = links.contact_no as is_last
    from links
    left join answered on answered.customer = links.customer and answered.contact_no = links.contact_no
    window upto as (
        partition by links.customer, links.case_no order by links.contact_no
        rows between unbounded preceding and current row
    )
)

select
    running.*, firsts.own_case_id as case_id, firsts.started_at as first_started_at,
    firsts.source_began_at as first_source_began_at, firsts.queue as first_queue,
    firsts.topic as first_topic, firsts.channel as first_channel, latest.agent as latest_agent
from running
left join links as firsts on firsts.customer = running.customer and firsts.contact_no = running.case_no
left join answered as latest
    on latest.customer = running.customer and latest.case_no = running.case_no and latest.turn = running.last_turn
