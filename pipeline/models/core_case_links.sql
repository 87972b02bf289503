-- One row per contact that a known customer made since `from_at`, with the case it belongs to. It opens a new one when no contact
-- of the customer, answered or not, ended within the window before it, nor is still going on. `case_tails` says how each customer's newest
-- case stood before `from_at`; going on with it is case -tail_no. Numbers of contacts and cases are a customer's own. `is_alone`:
-- the only contact of its case so far. `own_case_id`: of the case that it would open. `source_began_at`: where its source's data begin.
with contacts as (
    select
        contacts.source, contacts.conversation_id, contacts.customer, contacts.started_at, contacts.ended_at,
        contacts.is_answered, contacts.is_written, contacts.agent, contacts.handle_s, contacts.queue, contacts.topic,
        contacts.channel, rule.window_s, beginnings.first_at as source_began_at,
        concat(contacts.source, case when contacts.is_written then '/written/' else '/' end, contacts.conversation_id) as own_case_id,
        case when rule.same_topic then coalesce(contacts.topic, contacts.conversation_id) else '' end as line_topic,
        case when rule.same_channel then contacts.channel else '' end as line_channel,
        row_number() over (
            partition by contacts.customer
            order by contacts.started_at, contacts.source, contacts.conversation_id, contacts.is_written
        ) as contact_no
    from core_contacts as contacts
    cross join case_rule as rule
    left join core_beginnings as beginnings
        on beginnings.source = contacts.source and beginnings.is_written = contacts.is_written
    where contacts.customer is not null and contacts.is_customer_made and contacts.started_at >= rule.from_at
),

reached as (
    select
        contacts.*, tails.tail_no, tails.case_until as tail_until,
        max(ended_at) over (
            partition by contacts.customer, contacts.line_topic, contacts.line_channel order by contact_no
            rows between unbounded preceding and 1 preceding
        ) as own_until
    from contacts
    left join case_tails as tails
        on tails.customer = contacts.customer
        and tails.line_topic = contacts.line_topic and tails.line_channel = contacts.line_channel
),

opened as (
    select
        reached.*,
        case when epoch(started_at) - epoch(greatest(own_until, tail_until)) <= window_s then 0 else 1 end as is_opening
    from reached
)

select
    opened.*,
    coalesce(max(case when is_opening = 1 then contact_no end) over (
        partition by customer, line_topic, line_channel order by contact_no
        rows between unbounded preceding and current row
    ), -tail_no) as case_no,
    is_opening = 1 and coalesce(
        lead(is_opening) over (partition by customer, line_topic, line_channel order by contact_no), 1
    ) = 1 as is_alone
from opened
