-- One row per clock with its target: by the priority when it began, of the version of the policy that held then. Policies that sources
-- deliver are of their own tickets; those of the settings are of all. Of equal targets the stricter holds. "High" and "high" are one.
-- `target_no` is its number within this build, by which its pieces are told apart.
with urgencies as (
    select
        ticket_no, value as priority,
        case when row_number() over (partition by ticket_no order by happened_at, turn, event_id) = 1
            then timestamp '1900-01-01 00:00:00' else happened_at end as from_at,
        coalesce(lead(happened_at) over (partition by ticket_no order by happened_at, turn, event_id),
            timestamp '9999-01-01 00:00:00') as to_at
    from core_ticket_changes
    where field = 'priority'
),

judged as (
    select
        row_number() over (order by clocks.ticket_no, clocks.turn, clocks.measure) as target_no, clocks.*,
        coalesce(urgencies.priority, clocks.last_priority) as priority
    from core_sla_clocks as clocks
    left join urgencies
        on urgencies.ticket_no = clocks.ticket_no
        and urgencies.from_at <= clocks.started_at and urgencies.to_at > clocks.started_at
),

fitting as (
    select
        judged.*, targets.target_min * 60 as target_s, targets.is_business,
        row_number() over (
            partition by judged.target_no
            order by case when targets.priority is null then 1 else 0 end, targets.valid_from desc,
                targets.target_min, targets.is_business
        ) as choice
    from judged
    inner join (
        select source, policy, measure, priority, target_min, is_business, valid_from from raw_sla_targets
        union all
        select cast(null as varchar) as source, policy, measure, priority, target_min, is_business, valid_from from sla_settings
    ) as targets
        on targets.policy = judged.policy and targets.measure = judged.measure
        and (targets.source is null or targets.source = judged.source)
        and (targets.priority is null or lower(targets.priority) = lower(judged.priority))
        and targets.valid_from <= judged.started_at
)

select
    target_no, ticket_no, measure, turn, started_at, finished_at, policy, priority, target_s, is_business
from fitting
where choice = 1
