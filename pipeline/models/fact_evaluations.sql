-- One row per evaluation of a contact, dated by the contact. qa_score is 0 to 100; a failed critical criterion makes it 0. Where
-- a scorecard of the settings names a criterion, its version of the evaluation's day says weight, scale and what is critical.
-- A score beyond the scale says nothing. Human contact ('pec') is a figure of its own: it counts in the quality score, or fails it,
-- only where a scorecard names it.
-- is_own: of a contact of whoever judged; nobody judges themselves, so it says nothing.
-- is_abusive: of the customer's letters; NULL where no letter was read.
with ruled as (
    select
        given.source, given.evaluation_id, given.conversation_id, given.evaluator, given.evaluated_at, given.criterion,
        given.score, coalesce(cards.weight, case when given.criterion = 'pec' then 0 else given.weight end) as weight,
        coalesce(cards.is_critical, given.is_critical and given.criterion <> 'pec') as is_critical,
        coalesce(cards.score_min, given.score_min) as score_min, coalesce(cards.score_max, given.score_max) as score_max
    from raw_evaluations as given
    left join scorecards as cards
        on cards.criterion = given.criterion
        and cards.valid_from <= given.evaluated_at and cards.valid_to > given.evaluated_at
),

marks as (
    select ruled.*,
        case when score between score_min and score_max then (score - score_min) / nullif(score_max - score_min, 0) end as mark
    from ruled
),

evaluations as (
    select
        source, evaluation_id, min(conversation_id) as conversation_id, min(evaluator) as evaluator,
        min(evaluated_at) as evaluated_at,
        max(case when criterion = 'pec' then case when mark >= 0.5 then 1 when mark < 0.5 then 0 end end) as pec,
        sum(case when mark is not null then weight * mark end) as weighted,
        sum(case when mark is not null then weight end) as weights,
        max(case when is_critical and mark < 0.5 then 1 else 0 end) as failed
    from marks
    group by source, evaluation_id
),

heard as (
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
    coalesce(evaluations.evaluator = contacts.agent, false) as is_own,
    case when evaluations.evaluator is distinct from contacts.agent then evaluations.pec = 1 end as is_pec,
    case when evaluations.evaluator is distinct from contacts.agent then evaluations.failed = 1 end as is_auto_fail,
    case
        when evaluations.evaluator = contacts.agent then null
        when evaluations.weights > 0 and evaluations.failed = 1 then 0
        when evaluations.weights > 0 then round(100 * evaluations.weighted / evaluations.weights, 3)
    end as qa_score,
    case when (select count(*) from raw_evaluation_events) > 0 then coalesce(answers.disputed, 0) = 1 end as is_disputed,
    case when (select count(*) from raw_evaluation_events) > 0 then coalesce(answers.acknowledged, 0) = 1 end
        as is_acknowledged,
    heard.abusive = 1 as is_abusive,
    contacts.source_ref, contacts.recording_ref
from evaluations
inner join core_contact_of as contacts
    on contacts.asked_by = evaluations.source and contacts.conversation_id = evaluations.conversation_id
left join core_evaluation_answers as answers
    on answers.source = evaluations.source and answers.evaluation_id = evaluations.evaluation_id
left join heard on heard.source = contacts.source and heard.conversation_id = contacts.conversation_id
    and contacts.is_written
