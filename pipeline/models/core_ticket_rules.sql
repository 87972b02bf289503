-- One row per ticket: what the department's published rules ask of it. What the source states goes before what its letters
-- say; where there is neither, it is not known. Who asks for haste has written before: in another letter, or in what the ticket was made of.
select
    tickets.ticket_no,
    coalesce(stated.has_login, signs.has_login) or coalesce(stated.has_contract_number, signs.has_contract_number)
        as is_identified,
    coalesce(stated.needs_authorisation, signs.needs_authorisation) as needs_authorisation,
    coalesce(stated.is_authorisation_asked, signs.is_authorisation_asked) as is_authorisation_asked,
    coalesce(stated.refusal, signs.refusal) as refusal,
    signs.ticket_id is not null or stated.refusal is not null as is_refusal_known,
    coalesce(stated.could_do_alone, signs.could_do_alone) as could_do_alone,
    signs.is_answered_by_link,
    coalesce(signs.is_repeated, false) or stated.duplicate_of is not null
        or coalesce(signs.hurried_at > least(signs.written_at, tickets.created_at + interval '1' hour), false) as is_hurried,
    epoch(signs.acknowledged_at) - epoch(tickets.created_at) as acknowledged_s,
    signs.ticket_id is not null as has_letters,
    signs.ticket_id is not null or coalesce(tickets.created_at >= sources.letters_from, false) as is_letter_known,
    coalesce(tickets.opened_by, 'customer') <> 'agent' or coalesce(signs.has_customers_word, false) as is_asked,
    coalesce(signs.has_agents_word, false) as has_agents_word,
    epoch(signs.said_longer_at) - epoch(tickets.created_at) as said_longer_s,
    coalesce(stated.is_complaint, false) or signs.complained_at is not null as is_complaint,
    signs.complained_at,
    stated.is_sla_met, stated.is_resolved, stated.replies as stated_replies, stated.handoffs as stated_handoffs,
    stated.reopens as stated_reopens
from core_tickets as tickets
left join core_letter_signs as signs on signs.source = tickets.source and signs.ticket_id = tickets.ticket_id
left join reply_sources as sources on sources.source = tickets.source
left join raw_tickets as stated on stated.source = tickets.source and stated.ticket_id = tickets.ticket_id
