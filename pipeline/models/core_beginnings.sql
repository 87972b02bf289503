-- One row per source of calls, and per source of letters: the instant since which its contacts of known customers are seen. What came before
-- a contact is known as far back as that. A few old open tickets, or calls by a clock that was reset, are no beginning: a source begins on the
-- first day among whose first six with records no silence begins that is longer than the time until then. A silence is longer than a week, and
-- than four times the gap that is usual between the source's days. One that takes over from another of its kind, as a new
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
    select *, lead(day_no) over (partition by source, is_written order by day_no) - day_no as gap_days
    from days
),

-- The lower median, which two records that stand apart do not make wide.
usual as (
    select
        source, is_written, nullif(cast(floor((count(gap_days) + 1) / 2) as bigint), 0) as place,
        list_sort(list(gap_days) filter (where gap_days is not null)) as gaps
    from followed
    group by source, is_written
),

-- A silence that begins within six days with records, this one the first, and lasts longer than the time until then.
stood as (
    select
        followed.*,
        min(case when gap_days > greatest(7, 4 * array_extract(usual.gaps, usual.place)) then day_no - gap_days end) over (
            partition by followed.source, followed.is_written order by day_no rows between current row and 5 following
        ) < day_no as is_stray
    from followed
    inner join usual on usual.source = followed.source and usual.is_written = followed.is_written
),

-- The last day of a source is never stray.
spans as (
    select source, is_written, min(case when not coalesce(is_stray, false) then first_at end) as first_at, max(last_at) as last_at
    from stood
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
