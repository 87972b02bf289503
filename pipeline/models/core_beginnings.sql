-- One row per source of calls, and per source of letters: the instant since which its contacts of known customers are seen. What came before
-- a contact is known as far back as that. A source that takes over from another of its kind, as a new telephone system does, goes on
-- where that began: the old one falls silent within a week of its first record.
with recorded as (
    select source, false as is_written, offered_at as seen_at from raw_calls where customer_key is not null
    union all
    select source, false as is_written, happened_at as seen_at from raw_queue_events where customer_key is not null
    union all
    select source, true as is_written, created_at as seen_at from raw_tickets where customer_key is not null
    union all
    select source, true as is_written, sent_at as seen_at from raw_messages where customer_key is not null
),

spans as (
    select source, is_written, min(seen_at) as first_at, max(seen_at) as last_at
    from recorded
    group by source, is_written
)

select own.source, own.is_written, least(min(own.first_at), min(older.first_at)) as first_at
from spans as own
left join spans as older
    on older.is_written = own.is_written and older.first_at < own.first_at
    and older.last_at between own.first_at - interval '7' day and own.first_at + interval '7' day
group by own.source, own.is_written
