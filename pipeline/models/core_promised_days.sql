-- One row per letter in which an agent said that something will be done by a day ("we will write by the 12th", "мастер приедет
-- завтра"): the first such day after the letter, whatever the hour.
with written as (
    select source, message_id, ticket_id, agent, sent_at, {promised_day.text} as text
    from core_messages
    where author_role = 'agent' and is_public and {names_day.said}
),

told as (
    select
        source, message_id, ticket_id, agent, sent_at,
        concat(regexp_extract(text, {promised_day.quoted}, 1), regexp_extract(text, {promised_day.quoted}, 2)) as said
    from written
    where regexp_matches(text, {promised_day.quoted})
),

read as (
    select
        told.*,
        case when regexp_matches(said, '[0-9]') then cast(regexp_extract(said, '([0-9]+)', 1) as integer) end as month_day,
        case when regexp_matches(said, '[.][0-9]') then cast(regexp_extract(said, '[.]([0-9]+)', 1) as integer) end as month,
        regexp_extract(said, '([a-zа-яё]{{3}})[a-zа-яё]*(?: [0-9].*)?$', 1) as name
    from told
),

placed as (
    select
        read.source, read.message_id, read.ticket_id, read.agent, read.sent_at, read.month_day,
        coalesce(read.month, names.month) as month, names.week_day, own.place + names.ahead as place, own.place as own_place
    from read
    inner join promise_days as own on own.starts_at <= read.sent_at and own.ends_at > read.sent_at
    left join day_names as names on names.name = read.name
)

select
    placed.source, placed.message_id, placed.ticket_id, placed.agent, placed.sent_at,
    min(days.ends_at) as due_at
from placed
inner join promise_days as days on days.place >= placed.own_place and days.place < placed.own_place + 60
where days.place = placed.place
    or (days.month_day = placed.month_day and days.month = coalesce(placed.month, days.month))
    or (days.week_day = placed.week_day and days.place > placed.own_place)
group by placed.source, placed.message_id, placed.ticket_id, placed.agent, placed.sent_at
