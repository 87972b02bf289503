-- One row per agent, an unknown one too, and week with contacts judged for human contact: how many answered contacts each of them stands for. As many are
-- drawn of each person, whatever number of contacts each has. Of a channel that nobody judged in a week nothing is told.
with judged as (
    select distinct
        contacts.source, contacts.conversation_id, contacts.is_written, contacts.agent, contacts.week, contacts.channel
    from core_evaluations as evaluations
    inner join core_contact_of as contacts
        on contacts.asked_by = evaluations.source and contacts.conversation_id = evaluations.conversation_id
    where evaluations.is_pec is not null and evaluations.evaluator is distinct from contacts.agent
),

drawn as (
    select agent, week, count(*) as contacts
    from judged
    group by agent, week
),

channels as (
    select distinct week, channel from judged
),

answered as (
    select contacts.agent, contacts.week, count(*) as contacts
    from fact_contacts as contacts
    inner join channels on channels.week = contacts.week and channels.channel = contacts.channel
    where contacts.is_answered
    group by contacts.agent, contacts.week
)

select
    drawn.agent, drawn.week,
    cast(greatest(answered.contacts, drawn.contacts) as double) / drawn.contacts as stands_for
from drawn
left join answered on answered.agent is not distinct from drawn.agent and answered.week = drawn.week
