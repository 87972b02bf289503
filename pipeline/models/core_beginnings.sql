-- One row per source of calls, and per source of letters: the instant since which its contacts of known customers are seen. What came before
-- a contact is known as far back as that. A source begins on the first day that another follows within a week (where there is none, with its
-- first record): an old open ticket, or a call by a clock that was reset, stands alone. One that takes over from another of its kind, as a new
-- telephone system does, goes on where that began: the old one falls silent within a week of its first record, and has been for a week when
-- the data end. Of the one before it alone: nothing asks for more than thirty days.
with recorded as (
    select source, false as is_written, offered_at as seen_at from raw_calls where customer_key is not null
    union all
    select source, false as is_written, happened_at as seen_at from raw_queue_events where customer_key is not null
    union all
    select source, true as is_written, created_at as seen_at from raw_tickets where customer_key is not null
    union all
    select source, true as is_written, sent_at as seen_at from raw_messages where customer_key is not null
),

days as (
    select source, is_written, cast(floor(epoch(seen_at) / 86400) as bigint) as day_no, min(seen_at) as first_at, max(seen_at) as last_at
    from recorded
    group by source, is_written, cast(floor(epoch(seen_at) / 86400) as bigint)
),

followed as (
    select *, lead(first_at) over (partition by source, is_written order by day_no) <= last_at + interval '7' day as is_followed
    from days
),

spans as (
    select source, is_written, coalesce(min(case when is_followed then first_at end), min(first_at)) as first_at, max(last_at) as last_at
    from followed
    group by source, is_written
),

silent as (
    select * from spans where last_at < (select max(last_at) from spans) - interval '7' day
)

select own.source, own.is_written, least(own.first_at, min(older.first_at)) as first_at
from spans as own
left join silent as older
    on older.is_written = own.is_written and older.first_at < own.first_at
    and older.last_at between own.first_at - interval '7' day and own.first_at + interval '7' day
group by own.source, own.is_written, own.first_at
