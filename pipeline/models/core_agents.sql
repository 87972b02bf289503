-- One row per version of an agent, and between versions one without a team, so that all time is covered. Versions of one
-- agent never overlap: a later one ends the one before.
with numbered as (
    select
        agent, name, team, valid_from, valid_to,
        row_number() over (partition by agent, valid_from order by source) as delivery
    from raw_agents
),

followed as (
    select
        agent, name, team, valid_from, coalesce(valid_to, timestamp '9999-01-01 00:00:00') as valid_to,
        coalesce(
            lead(valid_from) over (partition by agent order by valid_from), timestamp '9999-01-01 00:00:00'
        ) as next_from,
        row_number() over (partition by agent order by valid_from) as version
    from numbered
    where delivery = 1
),

covered as (
    select agent, name, team, true as is_version, valid_from, least(valid_to, next_from) as valid_to
    from followed
    union all
    select
        agent, cast(null as varchar) as name, cast(null as varchar) as team, false as is_version,
        valid_to as valid_from, next_from as valid_to
    from followed
    union all
    select
        agent, cast(null as varchar) as name, cast(null as varchar) as team, false as is_version,
        timestamp '1900-01-01 00:00:00' as valid_from, valid_from as valid_to
    from followed
    where version = 1
)

select * from covered
where valid_from < valid_to
