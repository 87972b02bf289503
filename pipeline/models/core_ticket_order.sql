-- One row per ticket: when somebody took it up, and the earliest later ticket of the same queue that was taken up before it.
-- Urgent ones stand in an order of their own.
with taken as (
    select
        tickets.ticket_no, tickets.source, tickets.ticket_id, tickets.queue, tickets.created_at, urgent.priority is not null as is_urgent,
        least(coalesce(work.first_replied_at, tickets.first_replied_at, clocks.moved_at), coalesce(clocks.moved_at,
            work.first_replied_at, tickets.first_replied_at)) as taken_up_at
    from core_tickets as tickets
    left join core_ticket_work as work on work.ticket_no = tickets.ticket_no
    left join core_ticket_clocks as clocks on clocks.ticket_no = tickets.ticket_no
    left join urgent_priorities as urgent on urgent.priority = tickets.priority
    where coalesce(tickets.status, 'open') <> 'deleted'
),

followed as (
    select
        taken.*,
        min(taken_up_at) over (
            partition by source, queue, is_urgent order by created_at, ticket_id
            rows between 1 following and unbounded following
        ) as next_taken_up_at
    from taken
)

select
    ticket_no, is_urgent, taken_up_at,
    epoch(taken_up_at) - epoch(created_at) as taken_up_s,
    case
        when queue is null or is_urgent then cast(null as boolean)
        when next_taken_up_at is null then case when taken_up_at is null then cast(null as boolean) else false end
        when taken_up_at is null then true
        else next_taken_up_at < taken_up_at
    end as is_overtaken,
    case when next_taken_up_at < taken_up_at then epoch(taken_up_at) - epoch(next_taken_up_at) end as overtaken_by_s
from followed
