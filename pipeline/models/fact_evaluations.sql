-- One row per evaluation of a contact, dated by the contact. qa_score is 0 to 100; a failed critical criterion makes it 0.
with marks as (
    select
        source, evaluation_id, conversation_id, evaluator, evaluated_at, criterion, weight, is_critical,
        (score - score_min) / nullif(score_max - score_min, 0) as mark
    from raw_evaluations
),

evaluations as (
    select
        source, evaluation_id, min(conversation_id) as conversation_id, min(evaluator) as evaluator,
        min(evaluated_at) as evaluated_at,
        max(case when criterion = 'pec' then case when mark >= 0.5 then 1 else 0 end end) as pec,
        sum(case when mark is not null then weight * mark end) as weighted,
        sum(case when mark is not null then weight end) as weights,
        max(case when is_critical and mark < 0.5 then 1 else 0 end) as failed
    from marks
    group by source, evaluation_id
)

select
    evaluations.source, evaluations.evaluation_id, evaluations.conversation_id, evaluations.evaluator,
    evaluations.evaluated_at,
    contacts.team, contacts.agent, contacts.queue, contacts.topic, contacts.channel,
    contacts.started_at, contacts.week, contacts.day, contacts.half_hour, contacts.half_hour_at,
    evaluations.pec = 1 as is_pec,
    evaluations.failed = 1 as is_auto_fail,
    case
        when evaluations.weights > 0 and evaluations.failed = 1 then 0
        when evaluations.weights > 0 then round(100 * evaluations.weighted / evaluations.weights, 3)
    end as qa_score,
    contacts.source_ref, contacts.recording_ref
from evaluations
inner join core_contact_of as contacts on contacts.conversation_id = evaluations.conversation_id
