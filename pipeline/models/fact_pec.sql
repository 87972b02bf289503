-- One row per ticket with letters of its agent or its customer: the machine's mean score of the agent's letters, NULL where the
-- customer alone wrote; people's verdict where there is one; and whether the customer was abusive: that is never held against
-- the agent, but shown. Words that went out twenty times are a template and get no credit.
with read as (
    select
        source, ticket_id, agent,
        avg(case when is_agents and copies >= 20 and score > 0.5 then 0.5 when is_agents then score end) as score,
        max(case when is_abusive then 1 else 0 end) as abusive,
        max(case when is_threatening then 1 else 0 end) as threatening,
        max(case when not is_agents then 1 else 0 end) as heard
    from fact_letters
    group by source, ticket_id, agent
),

judged as (
    select
        contact_source, conversation_id, avg(cast(case when is_pec then 1 else 0 end as double)) as verdict,
        count(*) as verdicts
    from fact_evaluations
    where is_pec is not null and is_written
    group by contact_source, conversation_id
)

select
    heads.source, heads.ticket_id, heads.ticket_id as conversation_id, heads.team, heads.agent, heads.queue, heads.topic,
    heads.channel, heads.created_at, heads.week, heads.day, heads.half_hour, heads.half_hour_at,
    read.score, judged.verdict, judged.verdicts, read.abusive = 1 as is_abusive, read.threatening = 1 as is_threatening,
    read.heard = 1 as is_heard, heads.source_ref, heads.recording_ref
from core_ticket_heads as heads
inner join read on read.source = heads.source and read.ticket_id = heads.ticket_id
    and read.agent is not distinct from heads.agent
left join judged on judged.contact_source = heads.source and judged.conversation_id = heads.ticket_id
