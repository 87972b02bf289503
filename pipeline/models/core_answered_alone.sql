-- Sources, channel by channel, that tell of answered contacts alone: of five hundred and more nobody was left unanswered, as in an
-- export of agents' work. Where one in a hundred goes unanswered, that happens by chance once in 150 times.
select source, channel
from raw_calls
where {is_offered}
group by source, channel
having count(*) >= 500 and max(case when outcome = 'answered' then 0 else 1 end) = 0
