-- The stretches in which a target's clock runs, each with what had passed before it: pauses leave none. `rate` of a clock that
-- counts calendar time is its own.
with running as (
    select
        targets.target_no, targets.target_s, targets.is_business, stretches.schedule, stretches.place, stretches.from_at,
        case when targets.is_business then stretches.open_s else stretches.from_s end as clock_s,
        case when targets.is_business then stretches.business_s else stretches.calendar_s end as passed_s
    from core_sla_targets as targets
    inner join core_ticket_stretches as stretches
        on stretches.ticket_no = targets.ticket_no
        and (
            (stretches.kind = 'reply' and stretches.place = targets.turn
                and coalesce(stretches.status, 'open') not in ('solved', 'closed', 'deleted')
                and targets.measure = case when targets.turn = 0 then 'first_reply' else 'next_reply' end)
            or (stretches.kind = 'status' and targets.measure = 'full_resolution'
                and stretches.from_at < coalesce(targets.finished_at, timestamp '9999-01-01 00:00:00'))
            or (stretches.kind = 'status' and targets.measure = 'requester_wait'
                and stretches.status in ('new', 'open', 'hold'))
            or (stretches.kind = 'status' and targets.measure = 'agent_work' and stretches.status in ('new', 'open'))
        )
)

select
    target_no, target_s, is_business, schedule, clock_s, passed_s,
    coalesce(sum(passed_s) over (
        partition by target_no order by from_at, place rows between unbounded preceding and 1 preceding
    ), 0) as before_s,
    lead(place) over (partition by target_no order by from_at, place) is null as is_last
from running
