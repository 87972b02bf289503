-- One row per field of a ticket whose first recorded change says what it was until then: what the ticket was created with. Of statuses
-- only those in which nobody works on it: whoever moves an open ticket for the first time takes it up, as a new one.
with numbered as (
    select
        source, ticket_id, field, value_before, event_id,
        row_number() over (
            partition by source, ticket_id, field order by happened_at, coalesce(sequence, 0), event_id
        ) as place
    from raw_ticket_events
    where field in ('priority', 'agent', 'status', 'queue')
        and source in (select distinct source from raw_ticket_events where value_before is not null)
)

select numbered.source, ticket_id, field, value_before as value, event_id
from numbered
left join raw_directory as names
    on names.source = numbered.source and names.kind = 'status' and names.entry_id = value_before and field = 'status'
where place = 1 and value_before is not null
    and (field <> 'status' or coalesce(names.status, lower(value_before)) in ('pending', 'hold', 'solved', 'closed'))
