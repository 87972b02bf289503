-- The one instant up to which a return can be seen: the end of the last contact whose customer is known.
select greatest(max(ended_at), (select seen_until from build_range)) as last_end
from core_contacts
where customer is not null
