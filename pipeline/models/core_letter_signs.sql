-- One row per ticket with letters: what stands in them, by the phrases of models/phrases.toml. `refusal`: of several letters
-- that of one that names a rule's reason, else of one that gives any.
with read as (
    select
        source, ticket_id, author_role, sent_at,
        author_role = 'customer' and has_contract_number as has_contract_number,
        author_role = 'customer' and has_login as has_login,
        author_role = 'automatic' or (author_role = 'agent' and {acknowledges.said}
            and {automatic.said}) as is_acknowledgement,
        author_role = 'agent' and {says_longer.said} as says_longer,
        author_role = 'agent' and {asks_authorisation.said} as asks_authorisation,
        case
            when author_role <> 'agent' or {helps_anyway.said} then null
            when {lacks_authorisation.said} then 'no_authorisation'
            when {not_in_contract.said} then 'not_in_contract'
            when {service_blocked.said} then 'service_blocked'
            when {out_of_area.said} then 'out_of_area'
            when not ({refuses.said}) then null
            when {gives_reason.said} then 'other_reason'
            else 'no_reason'
        end as refusal,
        author_role = 'agent' and {could_do_alone.said} as could_do_alone,
        author_role = 'agent' and {links_to_instructions.said} as links_to_instructions,
        author_role = 'customer' and {hurries.said} as hurries,
        author_role = 'customer' and {repeats.said} as repeats,
        author_role = 'customer' and {complains.said} as complains,
        author_role = 'customer' and {changes_contract.said} as changes_contract
    from core_messages
    where is_public
)

select
    source, ticket_id,
    max(case when has_contract_number then 1 else 0 end) = 1 as has_contract_number,
    max(case when has_login then 1 else 0 end) = 1 as has_login,
    max(case when author_role = 'customer' then 1 else 0 end) = 1 as has_customers_word,
    max(case when author_role = 'agent' then 1 else 0 end) = 1 as has_agents_word,
    min(case when is_acknowledgement then sent_at end) as acknowledged_at,
    min(case when says_longer then sent_at end) as said_longer_at,
    max(case when asks_authorisation then 1 else 0 end) = 1 as is_authorisation_asked,
    max(case when changes_contract then 1 else 0 end) = 1 as needs_authorisation,
    coalesce(min(case when refusal not in ('other_reason', 'no_reason') then refusal end), max(refusal)) as refusal,
    max(case when could_do_alone then 1 else 0 end) = 1 as could_do_alone,
    max(case when links_to_instructions then 1 else 0 end) = 1 as is_answered_by_link,
    min(case when author_role <> 'automatic' then sent_at end) as written_at,
    max(case when hurries then sent_at end) as hurried_at,
    max(case when repeats then 1 else 0 end) = 1 as is_repeated,
    min(case when complains then sent_at end) as complained_at
from read
group by source, ticket_id
