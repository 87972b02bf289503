-- The one contact that a conversation id names, by who asks: judgements, answers and promises know an id, not whose it is. Of
-- several it is the one of the asking source itself, of its call and its ticket the call.
with asked_about as (
    select source, conversation_id from raw_evaluations
    union
    select source, conversation_id from raw_surveys
    union
    select source, conversation_id from raw_promises
),

numbered as (
    select
        asked_about.source as asked_by, fact_contacts.*,
        row_number() over (
            partition by asked_about.source, asked_about.conversation_id
            order by case when fact_contacts.source = asked_about.source then 0 else 1 end, fact_contacts.source,
                fact_contacts.is_written
        ) as choice
    from fact_contacts
    inner join asked_about on asked_about.conversation_id = fact_contacts.conversation_id
)

select * from numbered where choice = 1
