-- The one contact that a conversation id names, for judgements and answers, which know no source.
with asked_about as (
    select conversation_id from raw_evaluations
    union
    select conversation_id from raw_surveys
),

numbered as (
    select fact_contacts.*, row_number() over (partition by fact_contacts.conversation_id order by source) as choice
    from fact_contacts
    inner join asked_about on asked_about.conversation_id = fact_contacts.conversation_id
)

select * from numbered where choice = 1
