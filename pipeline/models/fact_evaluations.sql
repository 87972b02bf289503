-- One row per evaluation of a contact, dated by the contact.
-- is_own: of a contact of whoever judged; nobody judges themselves, so it says nothing.
-- is_abusive: of the customer's letters; NULL where no letter was read.
-- stands_for: how many contacts of that person and week one judged for human contact stands for.
with heard as (
    select
        source, conversation_id,
        max(case when is_abusive then 1 else 0 end) as abusive
    from fact_letters
    group by source, conversation_id
)

select
    evaluations.source, evaluations.evaluation_id, contacts.source as contact_source, evaluations.conversation_id,
    contacts.is_written, evaluations.evaluator,
    evaluations.evaluated_at,
    contacts.team, contacts.agent, contacts.queue, contacts.topic, contacts.channel,
    contacts.started_at, contacts.week, contacts.day, contacts.half_hour, contacts.half_hour_at,
    evaluations.evaluator is not distinct from contacts.agent as is_own,
    case when evaluations.evaluator is distinct from contacts.agent then evaluations.is_pec end as is_pec,
    case when evaluations.evaluator is distinct from contacts.agent then evaluations.is_auto_fail end as is_auto_fail,
    case when evaluations.evaluator is distinct from contacts.agent then evaluations.qa_score end as qa_score,
    case when (select count(*) from raw_evaluation_events) > 0 then coalesce(answers.disputed, 0) = 1 end as is_disputed,
    case when (select count(*) from raw_evaluation_events) > 0 then coalesce(answers.acknowledged, 0) = 1 end
        as is_acknowledged,
    heard.abusive = 1 as is_abusive, coalesce(weeks.stands_for, 1) as stands_for,
    contacts.source_ref, contacts.recording_ref
from core_evaluations as evaluations
inner join core_contact_of as contacts
    on contacts.asked_by = evaluations.source and contacts.conversation_id = evaluations.conversation_id
left join core_evaluation_answers as answers
    on answers.source = evaluations.source and answers.evaluation_id = evaluations.evaluation_id
left join core_judged_weeks as weeks
    on weeks.agent is not distinct from contacts.agent and weeks.week = contacts.week
left join heard on heard.source = contacts.source and heard.conversation_id = contacts.conversation_id
    and contacts.is_written
