-- One row per ticket: when somebody took it up, and the earliest later ticket of the same queue that was taken up before it.
-- Urgent ones go before all others: any later ticket overtakes them, an ordinary one only later ordinary ones do. One that an agent opened comes in with the customer's first word: what
-- an agent sends out of itself waits for nobody. Of tickets that came in together the one taken up first stands first: neither
-- overtakes the other. Where neither letters nor a history are there, nobody sees that nobody worked.
with asked as (
    select ticket_no, min(asked_at) as asked_at
    from core_ticket_replies
    group by ticket_no
),

taken as (
    select
        tickets.ticket_no, tickets.source, tickets.ticket_id, tickets.queue, urgent.priority is not null as is_urgent,
        case when tickets.opened_by = 'agent' then asked.asked_at else tickets.created_at end as came_at,
        case when tickets.opened_by = 'agent' then work.answered_at
            else least(coalesce(work.answered_at, tickets.first_replied_at), clocks.worked_at) end as taken_up_at,
        signs.ticket_id is not null or coalesce(clocks.has_history, false) as is_followed
    from core_tickets as tickets
    left join asked on asked.ticket_no = tickets.ticket_no
    left join core_ticket_work as work on work.ticket_no = tickets.ticket_no
    left join core_ticket_clocks as clocks on clocks.ticket_no = tickets.ticket_no
    left join core_letter_signs as signs on signs.source = tickets.source and signs.ticket_id = tickets.ticket_id
    left join urgent_priorities as urgent on urgent.priority = lower(tickets.priority)
    where coalesce(tickets.status, 'open') <> 'deleted'
),

followed as (
    select
        taken.*,
        taken_up_at is not null or is_followed as is_work_seen,
        min(case when not is_urgent then taken_up_at end) over later as next_ordinary_at,
        min(taken_up_at) over later as next_any_at
    from taken
    window later as (
        partition by source, queue
        order by came_at, case when taken_up_at is null then 1 else 0 end, taken_up_at
        rows between 1 following and unbounded following
    )
),

overtaking as (
    select followed.*, case when is_urgent then next_any_at else next_ordinary_at end as next_taken_up_at
    from followed
)

select
    ticket_no, came_at, is_urgent, is_work_seen,
    epoch(taken_up_at) - epoch(came_at) as taken_up_s,
    case
        when queue is null or came_at is null or not is_work_seen then cast(null as boolean)
        when next_taken_up_at is null then case when taken_up_at is null then cast(null as boolean) else false end
        when taken_up_at is null then true
        else next_taken_up_at < taken_up_at
    end as is_overtaken,
    case when next_taken_up_at < taken_up_at then epoch(taken_up_at) - epoch(next_taken_up_at) end as overtaken_by_s
from overtaking
