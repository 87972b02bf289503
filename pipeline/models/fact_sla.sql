-- One row per target of a ticket, dated by the ticket: how much of it passed, when it was or will be used up, kept or not.
-- A target still running is broken once its instant has passed. Until then neither it nor a finished one is known, or of young
-- tickets only the kept ones would count; after thirty days it is no longer waited for.
with sums as (
    select target_no, sum(passed_s) as passed_s, count(passed_s) = count(*) as is_known
    from core_sla_pieces
    group by target_no
),

limits as (
    select
        pieces.target_no, pieces.schedule, pieces.is_business,
        pieces.clock_s + pieces.target_s - pieces.before_s as limit_s
    from core_sla_pieces as pieces
    where pieces.before_s < pieces.target_s
        and (pieces.is_last or pieces.before_s + pieces.passed_s >= pieces.target_s)
),

instants as (
    select
        limits.target_no,
        case when not limits.is_business or limits.schedule = 'always' then limits.limit_s
            else openings.from_s + limits.limit_s - openings.open_before_s end as breach_s
    from limits
    left join business_openings as openings
        on openings.schedule = limits.schedule
        and openings.open_hour = cast(floor((limits.limit_s - 0.001) / 3600) as bigint)
        and openings.open_before_s < limits.limit_s and openings.open_until_s >= limits.limit_s
)

select
    tickets.source, tickets.ticket_id, tickets.ticket_id as conversation_id, targets.measure, targets.turn,
    tickets.team, tickets.agent, tickets.queue, tickets.topic, tickets.channel, tickets.created_at,
    tickets.week, tickets.day, tickets.half_hour, tickets.half_hour_at,
    targets.policy, targets.priority, targets.target_s, targets.is_business, targets.started_at, targets.finished_at,
    case when sums.is_known then sums.passed_s end as passed_s,
    timestamp '1970-01-01 00:00:00' + instants.breach_s * interval '1' second as breach_at,
    targets.finished_at is null as is_running,
    case
        when not sums.is_known then cast(null as boolean)
        when sums.passed_s > targets.target_s then false
        when targets.finished_at is not null
            and least(instants.breach_s, epoch(tickets.created_at) + 2592000) <= (select epoch(until) from build_range)
            then true
    end as is_met,
    case when sums.is_known and sums.passed_s > targets.target_s
        then sums.passed_s / nullif(targets.target_s, 0) - 1 end as cycles_late,
    tickets.source_ref, tickets.recording_ref
from core_sla_targets as targets
inner join sums on sums.target_no = targets.target_no
inner join core_ticket_heads as tickets on tickets.ticket_no = targets.ticket_no
left join instants on instants.target_no = targets.target_no
