-- The one contact that a conversation id names, for judgements and answers that know no source.
with numbered as (
    select fact_contacts.*, row_number() over (partition by conversation_id order by source) as choice
    from fact_contacts
)

select * from numbered where choice = 1
