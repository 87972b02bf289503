-- One row per field of a ticket whose first recorded change says what it was until then: what the ticket was created with. A status
-- is not asked for: every ticket is created as new.
with numbered as (
    select
        source, ticket_id, field, value_before, event_id,
        row_number() over (
            partition by source, ticket_id, field order by happened_at, coalesce(sequence, 0), event_id
        ) as place
    from raw_ticket_events
    where field in ('priority', 'agent')
        and source in (select distinct source from raw_ticket_events where value_before is not null)
)

select source, ticket_id, field, value_before as value, event_id
from numbered
where place = 1 and value_before is not null
