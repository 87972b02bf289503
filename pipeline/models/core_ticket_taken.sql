-- One row per ticket: when it came in, when somebody took it up, and its queue and urgency then: who took it up knew nothing of later ones.
-- One that an agent opened comes in with the customer's first word: what an agent sends out of itself waits for nobody. What a field's
-- first recorded value was holds from the beginning on. Of a ticket that nobody took up, all is as it is now.
with asked as (
    select ticket_no, min(asked_at) as asked_at
    from core_ticket_replies
    group by ticket_no
),

work as (
    select
        tickets.ticket_no, tickets.source, tickets.ticket_id, tickets.queue, tickets.priority, tickets.opened_by,
        clocks.worked_at, coalesce(clocks.has_history, false) as has_history,
        case when tickets.opened_by = 'agent' then asked.asked_at else tickets.created_at end as came_at,
        case when tickets.opened_by = 'agent' then replied.answered_at
            else coalesce(replied.answered_at, tickets.first_replied_at) end as replied_at
    from core_tickets as tickets
    left join asked on asked.ticket_no = tickets.ticket_no
    left join core_ticket_work as replied on replied.ticket_no = tickets.ticket_no
    left join core_ticket_clocks as clocks on clocks.ticket_no = tickets.ticket_no
    where coalesce(tickets.status, 'open') <> 'deleted'
),

taken as (
    select work.*, case when opened_by = 'agent' then replied_at else least(replied_at, worked_at) end as taken_up_at
    from work
),

numbered as (
    select
        ticket_no, field, value, happened_at,
        row_number() over (partition by ticket_no, field order by happened_at, turn, event_id) as place
    from core_ticket_changes
    where field in ('queue', 'priority')
),

held as (
    select
        numbered.ticket_no, field, value, case when place > 1 then happened_at end as since_at,
        row_number() over (partition by numbered.ticket_no, field order by place desc) as latest
    from numbered
    inner join taken on taken.ticket_no = numbered.ticket_no
    where place = 1 or taken_up_at is null or happened_at < taken_up_at
)

select
    taken.ticket_no, taken.source, coalesce(queues.value, taken.queue) as queue, taken.came_at, taken.taken_up_at,
    signs.ticket_id is not null or taken.has_history as is_followed,
    taken.taken_up_at is not null and (taken.opened_by = 'agent' or coalesce(taken.worked_at > taken.taken_up_at, true))
        as is_taken_up_by_reply,
    case when urgent.priority is not null then greatest(taken.came_at, urgencies.since_at) end as urgent_from
from taken
left join held as queues on queues.ticket_no = taken.ticket_no and queues.field = 'queue' and queues.latest = 1
left join held as urgencies on urgencies.ticket_no = taken.ticket_no and urgencies.field = 'priority' and urgencies.latest = 1
left join urgent_priorities as urgent on urgent.priority = lower(coalesce(urgencies.value, taken.priority))
left join core_letter_signs as signs on signs.source = taken.source and signs.ticket_id = taken.ticket_id
