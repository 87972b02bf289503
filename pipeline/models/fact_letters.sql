-- One row per letter of a ticket, dated by the ticket: what was found in it. An agent's letter belongs to who wrote it, a
-- customer's to who has the ticket. `copies`: letters of the same words but for greeting, names and numbers in tickets of thirty
-- days before and after; a template is nobody's warmth. Abusive and threatening is what customers write: NULL of an agent's letter.
-- Scores are joined once more behind the window: rows that leave a window over all of them come in another order each time, and
-- with it the last digit of a ticket's mean score, though nothing has changed.
with written as (
    select
        messages.source, messages.message_id, messages.sent_at, messages.author_role, cast(length(messages.body) as bigint) as characters,
        count(*) over (
            partition by messages.author_role, scores.wording order by heads.created_at
            range between interval '30' day preceding and interval '30' day following
        ) as copies,
        heads.ticket_id, heads.queue, heads.topic, heads.channel, heads.created_at, heads.week, heads.day, heads.half_hour,
        heads.half_hour_at, heads.source_ref, heads.recording_ref,
        case when messages.author_role = 'agent' then coalesce(messages.agent, heads.agent) else heads.agent end as agent
    from core_messages as messages
    inner join core_ticket_heads as heads on heads.source = messages.source and heads.ticket_id = messages.ticket_id
    inner join letter_scores as scores on scores.source = messages.source and scores.message_id = messages.message_id
    where messages.is_public and messages.author_role in ('agent', 'customer')
)

select
    written.source, written.message_id, written.ticket_id, written.ticket_id as conversation_id, versions.team, written.agent,
    written.queue, written.topic, written.channel, written.created_at, written.week, written.day, written.half_hour,
    written.half_hour_at, written.sent_at, written.author_role = 'agent' as is_agents, written.characters, written.copies, scores.score,
    scores.by_name, scores.own_signature, scores.question_back, scores.long_sentences, scores.greeting,
    scores.impersonal_address, scores.thanks, scores.own_action, scores.feeling_with, scores.next_step,
    scores.lively, scores.offers_help, scores.good_end, scores.unasked_advice, scores.pitfall_named, scores.news,
    scores.office_language, scores.hollow, scores.department_signature, scores.blame_shift, scores.orders,
    scores.placeholder, scores.asks_kindly, scores.confronts, scores.rude, scores.mockery,
    scores.insult, scores.swear, scores.masked_swear, scores.harassment, scores.violence_threat, scores.shout,
    scores.leave_threat, scores.complaint_threat, scores.pressure, scores.out_of_scope,
    scores.abuse > 0 as is_abusive,
    scores.leave_threat + scores.complaint_threat > 0 as is_threatening,
    written.source_ref, written.recording_ref
from written
inner join letter_scores as scores on scores.source = written.source and scores.message_id = written.message_id
left join core_agents as versions
    on versions.agent = written.agent
    and versions.valid_from <= written.created_at and versions.valid_to > written.created_at
