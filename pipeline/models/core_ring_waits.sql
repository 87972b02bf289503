-- Since when the customer of a leg had been waiting, where telephones had rung before it: since the first of its hunt's after the last answered
-- leg was over. `waited_s` is NULL where it is not recorded when the wait ended.
with met as (
    select hunts.*
    from core_hunts as hunts
    left join core_rings as own on own.source = hunts.source and own.call_id = hunts.call_id
    where own.call_id is null
)

select
    met.source, met.call_id, min(rings.offered_at) as offered_at, min(rings.entered_at) as entered_at,
    epoch(met.left_at) - epoch(min(rings.entered_at)) as waited_s
from met
inner join core_rings as rings
    on rings.source = met.source and rings.conversation_id = met.conversation_id and rings.hunt = met.hunt
    and rings.entered_at < met.entered_at and (met.freed_at is null or rings.offered_at >= met.freed_at)
group by met.source, met.call_id, met.left_at
