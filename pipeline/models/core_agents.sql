-- One row per version of an agent; versions of one agent never overlap: a later one ends the one before.
with versions as (
    select * from raw_agents
),

-- The same version from two sources counts once.
numbered as (
    select
        agent, name, team, hired_on, valid_from, valid_to,
        row_number() over (partition by agent, valid_from order by source) as delivery
    from versions
),

followed as (
    select
        agent, name, team, hired_on, valid_from, valid_to,
        lead(valid_from) over (partition by agent order by valid_from) as next_from
    from numbered
    where delivery = 1
)

select
    agent, name, team, hired_on, valid_from,
    coalesce(least(coalesce(valid_to, next_from), coalesce(next_from, valid_to)), timestamp '9999-01-01 00:00:00') as valid_to
from followed
