-- One row per ticket: the earliest later ticket of its queue that was taken up before it. Urgent ones go before all others: any later
-- ticket overtakes them, an ordinary one only later ordinary ones do. A ticket is urgent from when it became so: one that was passed over
-- before is judged as ordinary. Of tickets that came in together the one taken up first stands first: neither overtakes the other.
-- Where neither letters nor a history are there, nobody sees that nobody worked.
with followed as (
    select
        taken.*,
        taken_up_at is not null or is_followed as is_work_seen,
        min(case when urgent_from is null then taken_up_at end) over later as next_ordinary_at,
        min(taken_up_at) over later as next_any_at
    from core_ticket_taken as taken
    window later as (
        partition by source, queue
        order by came_at desc, case when taken_up_at is null then 0 else 1 end, taken_up_at desc
        rows between unbounded preceding and 1 preceding
    )
),

judged as (
    select followed.*, urgent_from is not null and not coalesce(next_ordinary_at < urgent_from, false) as is_urgent
    from followed
),

overtaking as (
    select judged.*, case when is_urgent and next_any_at >= urgent_from then next_any_at else next_ordinary_at end as next_taken_up_at
    from judged
)

select
    ticket_no, came_at, is_urgent, is_work_seen, is_taken_up_by_reply,
    epoch(taken_up_at) - epoch(came_at) as taken_up_s,
    case
        when queue is null or came_at is null or not is_work_seen then cast(null as boolean)
        when next_taken_up_at is null then case when taken_up_at is null then cast(null as boolean) else false end
        when taken_up_at is null then true
        else next_taken_up_at < taken_up_at
    end as is_overtaken,
    case when next_taken_up_at < taken_up_at then epoch(taken_up_at) - epoch(next_taken_up_at) end as overtaken_by_s
from overtaking
