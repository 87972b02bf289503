-- One row per promise, dated by the instant it was given. Kept: by the promised instant; until the records reach that, or the last
-- complete week is over (`Delivered`), it is not known, or of young promises only the kept ones would count. A letter to the customer by then keeps
-- it, too: what it says is not compared with what was promised. `matter_id`: promises of one contact hang together, one that names none
-- stands alone.
with promises as (
    select
        core_promises.*,
        (select site_zone from build_range) as zone,
        cast(floor(epoch(promised_at) / 900) as bigint) as slot
    from core_promises
)

select
    promises.source, promises.promise_id, promises.conversation_id, coalesce(promises.conversation_id, promises.promise_id) as matter_id,
    versions.team, coalesce(promises.agent, subjects.agent) as agent, subjects.queue, subjects.topic, subjects.channel,
    promises.promised_at, calendar.week, calendar.day, calendar.half_hour, calendar.half_hour_at,
    promises.due_at, promises.kept_at, promises.answered_at, promises.is_followed,
    case
        when promises.is_followed and promises.due_at <= (select known_until from build_range)
            then coalesce(least(promises.kept_at, promises.answered_at) <= promises.due_at, false)
    end as is_kept,
    subjects.source_ref, cast(null as varchar) as recording_ref
from promises
inner join calendar on calendar.zone = promises.zone and calendar.slot = promises.slot
left join fact_contacts as subjects
    on subjects.source = promises.contact_source and subjects.conversation_id = promises.conversation_id
    and subjects.is_written = promises.is_written
left join core_agents as versions
    on versions.agent = coalesce(promises.agent, subjects.agent)
    and versions.valid_from <= promises.promised_at and versions.valid_to > promises.promised_at
