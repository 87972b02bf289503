-- One row per evaluation that its employee answered. An answer is of the evaluation of its own source; where that has none of the
-- id, as a file of answers alone, of whichever has.
with given as (
    select distinct source, evaluation_id from raw_evaluations
),

answers as (
    select events.source, events.evaluation_id, events.kind, own.source is not null as is_of_own
    from raw_evaluation_events as events
    left join given as own on own.source = events.source and own.evaluation_id = events.evaluation_id
)

select
    given.source, given.evaluation_id, max(case when answers.kind = 'dispute' then 1 else 0 end) as disputed,
    max(case when answers.kind = 'acknowledgement' then 1 else 0 end) as acknowledged
from given
inner join answers
    on answers.evaluation_id = given.evaluation_id and (answers.source = given.source or not answers.is_of_own)
group by given.source, given.evaluation_id
