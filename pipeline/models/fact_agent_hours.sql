-- One row per agent, team and half-hour. Without any login of the agent in the week, presence is unknown, not zero; a plan alone
-- makes no row then.
with pieces as (
    select * from core_agent_pieces
),

summed as (
    select
        agent, team, week, day, half_hour, half_hour_at,
        sum(case when kind = 'login' then piece_s end) as login_s,
        sum(case when kind = 'pause' then piece_s end) as pause_s,
        sum(case when kind = 'available' then piece_s end) as available_s,
        sum(case when kind = 'handling' then piece_s else 0 end) as handling_s,
        sum(case when kind = 'planned' then piece_s end) as planned_work_s,
        sum(case when kind = 'planned_off' then piece_s end) as planned_off_s,
        max(case when kind in ('planned', 'planned_off') then 0 else 1 end) as has_record
    from pieces
    group by agent, team, week, day, half_hour, half_hour_at
),

known as (
    select
        summed.*,
        max(login_s) over (partition by agent, week) is not null as has_login,
        max(available_s) over (partition by agent, week) is not null as has_available,
        max(planned_work_s) over (partition by agent, week) is not null as has_plan
    from summed
),

present as (
    select
        known.*,
        case when has_login then coalesce(login_s, 0) end as known_login_s,
        case when has_login then least(coalesce(pause_s, 0), coalesce(login_s, 0)) end as known_pause_s,
        case when has_plan then greatest(0, coalesce(planned_work_s, 0) - coalesce(planned_off_s, 0)) end as planned_s
    from known
    where has_login or has_record = 1
)

select
    agent, team, week, day, half_hour, half_hour_at,
    known_login_s as login_s,
    known_pause_s as pause_s,
    known_login_s - known_pause_s as staffed_s,
    handling_s,
    planned_s,
    case when has_login and planned_s is not null then least(planned_s, known_login_s - known_pause_s) end as adhered_s,
    case
        when has_available then coalesce(available_s, 0)
        when has_login then greatest(0, known_login_s - known_pause_s - handling_s)
    end as available_s
from present
