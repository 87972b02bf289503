-- Telephone legs that go on with what another handed on, in files that give their legs no conversation: of the same customer, begun within
-- a minute after an answered leg that ended by a transfer. `first_call_id`: the leg that the customer began.
with handed as (
    select distinct source, customer_key
    from raw_calls
    where ended_by = 'transfer' and conversation_id is null and customer_key is not null
        and offered_at >= (select since from build_range) and offered_at < (select upto from build_range)
),

legs as (
    select
        calls.source, calls.customer_key, calls.call_id, calls.offered_at,
        calls.outcome = 'answered' and calls.ended_by = 'transfer' as hands_on,
        {call_end} + interval '1' minute as followed_until
    from raw_calls as calls
    inner join handed on handed.source = calls.source and handed.customer_key = calls.customer_key
    where calls.conversation_id is null and calls.outcome <> 'no_call' and calls.direction = 'inbound'
        and calls.channel in ('voice', 'video')
        and calls.offered_at >= (select since from build_range) and calls.offered_at < (select upto from build_range)
),

followed as (
    select
        legs.*,
        coalesce(offered_at <= max(case when hands_on then followed_until end) over (
            partition by source, customer_key order by offered_at, call_id
            rows between unbounded preceding and 1 preceding
        ), false) as goes_on
    from legs
),

numbered as (
    select
        followed.*,
        sum(case when goes_on then 0 else 1 end) over (
            partition by source, customer_key order by offered_at, call_id rows between unbounded preceding and current row
        ) as talk
    from followed
),

begun as (
    select
        source, call_id, goes_on,
        max(case when not goes_on then call_id end) over (partition by source, customer_key, talk) as first_call_id
    from numbered
)

select source, call_id, first_call_id
from begun
where goes_on
