-- One row per ticket whose changes of status are recorded: whether one of them ended it.
select
    events.source, events.ticket_id,
    max(case when coalesce(names.status, lower(events.value)) in ('solved', 'closed', 'deleted') then 1 else 0 end) = 1 as is_ended
from raw_ticket_events as events
left join raw_directory as names
    on names.source = events.source and names.entry_id = events.value and names.kind = 'status'
where events.field = 'status'
group by events.source, events.ticket_id
