-- One row per ticket that a person replied to: how often, how soon, and who did most of it; of equals, who wrote last.
with replies as (
    select ticket_no, turn, agent, asked_at, replied_at
    from core_ticket_replies
    where replied_at is not null
),

shares as (
    select ticket_no, agent, count(*) as replies, max(replied_at) as last_at
    from replies
    group by ticket_no, agent
),

ranked as (
    select
        shares.*,
        row_number() over (
            partition by ticket_no
            order by case when agent is null then 1 else 0 end, replies desc, last_at desc, agent
        ) as place
    from shares
),

firsts as (
    select ticket_no, min(replied_at) as replied_at, max(replied_at) as last_replied_at, count(*) as replies,
        min(case when asked_at is not null then replied_at end) as answered_at
    from replies
    group by ticket_no
)

select
    firsts.ticket_no, firsts.replies, firsts.replied_at as first_replied_at, firsts.last_replied_at,
    firsts.answered_at, ranked.agent
from firsts
inner join ranked on ranked.ticket_no = firsts.ticket_no and ranked.place = 1
