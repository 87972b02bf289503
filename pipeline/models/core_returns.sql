-- For each contact of a known customer: when the customer next tried, when the last answered contact before it ended, for how long
-- none had been going on when it began, and how many contacts the customer made in the 30 days up to it. Nothing is looked for
-- beyond 30 days. What goes on still is no contact that the customer comes back from, but is one that came before.
with contacts as (
    select source, conversation_id, is_written, customer, started_at, ended_at, is_answered
    from core_contacts
    where customer is not null and is_customer_made
),

-- A contact's start and end as moments of its customer. An end comes before another contact's start of the same
-- instant; a contact of no length keeps its own start before its own end, so that it is not its own repeat.
moments as (
    select
        source, conversation_id, is_written, customer, started_at as moment, true as is_start,
        case when is_answered then ended_at end as busy_until,
        case when ended_at = started_at then 1 else 2 end as turn, 0 as place
    from contacts
    union all
    select
        source, conversation_id, is_written, customer, ended_at as moment, false as is_start,
        cast(null as timestamp) as busy_until,
        case when ended_at = started_at then 1 else 0 end as turn, 1 as place
    from contacts
    where is_answered
),

seen as (
    select
        source, conversation_id, is_written, is_start, moment,
        min(case when is_start then moment end) over (
            partition by customer order by moment, turn, source, conversation_id, is_written, place
            rows between 1 following and unbounded following
        ) as next_start,
        max(case when not is_start then moment end) over (
            partition by customer order by moment, turn, source, conversation_id, is_written, place
            rows between unbounded preceding and 1 preceding
        ) as last_end,
        max(busy_until) over (
            partition by customer order by moment, turn, source, conversation_id, is_written, place
            rows between unbounded preceding and 1 preceding
        ) as busy_until,
        sum(case when is_start then 1 else 0 end) over (
            partition by customer order by cast(floor(epoch(moment)) as bigint)
            range between 2592000 preceding and current row
        ) as contacts_30d
    from moments
)

select
    source,
    conversation_id,
    is_written,
    max(case when not is_start and epoch(next_start) - epoch(moment) <= 2592000
        then epoch(next_start) - epoch(moment) end) as return_after_s,
    max(case when is_start and epoch(moment) - epoch(last_end) <= 2592000
        then epoch(moment) - epoch(last_end) end) as since_previous_s,
    max(case when is_start and epoch(moment) - epoch(busy_until) <= 2592000
        then greatest(0, epoch(moment) - epoch(busy_until)) end) as quiet_before_s,
    cast(max(case when is_start then contacts_30d end) as bigint) as contacts_30d
from seen
group by source, conversation_id, is_written
