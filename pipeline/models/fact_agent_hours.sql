-- One row per agent, team and half-hour. Without any login of the agent in the week, presence is unknown, not zero; of a plan
-- alone (not is_seen) only the planned time is told then. A call taken in a pause is handling, and neither idle nor paused twice. Nobody
-- is available who is known to have logged out. elsewhere_s: staffed time on contacts, none of them an inbound call.
with summed as (
    select
        agent, team, week, day, half_hour, half_hour_at,
        sum(case when is_logged_in then piece_s end) as login_s,
        sum(case when is_logged_in and is_paused then piece_s else 0 end) as pause_s,
        sum(case when is_logged_in and not is_paused and not is_handling then piece_s else 0 end) as idle_s,
        sum(case when is_available then case when is_handling then 0 else piece_s end end) as available_s,
        sum(case when is_available and is_logged_in and not is_handling then piece_s end) as present_available_s,
        sum(case when is_handling then piece_s else 0 end) as handling_s,
        sum(case when is_logged_in and not is_paused and is_elsewhere then piece_s else 0 end) as elsewhere_s,
        sum(case when is_planned then case when is_planned_off then 0 else piece_s end end) as planned_s,
        sum(case when is_planned and not is_planned_off and is_logged_in and not is_paused then piece_s else 0 end) as kept_s,
        max(case when is_logged_in or is_paused or is_available or is_handling then 1 else 0 end) as has_record
    from core_agent_pieces
    group by agent, team, week, day, half_hour, half_hour_at
),

known as (
    select
        summed.*,
        max(login_s) over (partition by agent, week) is not null as has_login,
        max(available_s) over (partition by agent, week) is not null as has_available,
        max(planned_s) over (partition by agent, week) is not null as has_plan
    from summed
),

present as (
    select
        known.*,
        case when has_login then coalesce(login_s, 0) end as known_login_s,
        case when has_login then pause_s end as known_pause_s,
        case when has_plan then coalesce(planned_s, 0) end as known_planned_s
    from known
    where has_login or has_record = 1 or has_plan
)

select
    agent, team, week, day, half_hour, half_hour_at, has_login or has_record = 1 as is_seen,
    known_login_s as login_s,
    known_pause_s as pause_s,
    known_login_s - known_pause_s as staffed_s,
    case when has_login or has_record = 1 then handling_s end as handling_s,
    case when has_login then elsewhere_s end as elsewhere_s,
    known_planned_s as planned_s,
    case when has_login and has_plan then kept_s end as adhered_s,
    case
        when has_available and has_login then coalesce(present_available_s, 0)
        when has_available then coalesce(available_s, 0)
        when has_login then idle_s
    end as available_s
from present
