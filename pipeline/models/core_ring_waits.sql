-- Since when the customer of a leg had been waiting, where telephones had rung before it: since the first of them after the conversation's
-- last answered leg was over. `waited_s` is NULL where it is not recorded when the wait ended.
select
    legs.source, legs.call_id, min(rings.offered_at) as offered_at, min(rings.entered_at) as entered_at,
    epoch(legs.left_at) - epoch(min(rings.entered_at)) as waited_s
from core_rings as legs
inner join core_rings as rings
    on rings.source = legs.source and rings.conversation_id = legs.conversation_id and rings.is_ring
    and rings.entered_at < legs.entered_at and (legs.freed_at is null or rings.offered_at >= legs.freed_at)
where not legs.is_ring
group by legs.source, legs.call_id, legs.left_at
