-- One row per evaluation, what one evaluator said of one contact under one id: what all its criteria say together. qa_score is
-- 0 to 100; a failed critical criterion makes it 0. Where a scorecard of the settings names a criterion, its version of the
-- evaluation's day says weight, scale and what is critical. A score beyond the scale says nothing. Human contact ('pec') is a figure
-- of its own: it counts in the quality score, or fails it, only where a scorecard names it.
with ruled as (
    select
        given.source, given.evaluation_id, given.conversation_id, given.evaluator, given.evaluated_at, given.criterion,
        given.score, coalesce(cards.weight, case when lower(given.criterion) = 'pec' then 0 else given.weight end) as weight,
        coalesce(cards.is_critical, given.is_critical and lower(given.criterion) <> 'pec') as is_critical,
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
        source, evaluation_id, conversation_id, evaluator, min(evaluated_at) as evaluated_at,
        max(case when lower(criterion) = 'pec' then case when mark >= 0.5 then 1 when mark < 0.5 then 0 end end) as pec,
        sum(case when mark is not null then weight * mark end) as weighted,
        sum(case when mark is not null then weight end) as weights,
        max(case when is_critical and mark < 0.5 then 1 else 0 end) as failed
    from marks
    group by source, evaluation_id, conversation_id, evaluator
)

select
    source, evaluation_id, conversation_id, evaluator, evaluated_at, pec = 1 as is_pec, failed = 1 as is_auto_fail,
    case when weights > 0 and failed = 1 then 0 when weights > 0 then round(100 * weighted / weights, 3) end as qa_score
from evaluations
