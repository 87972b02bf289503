-- One row per case, dated by its last contact so far; it belongs to who answered first in it. A case is over once its window has
-- passed since none of its contacts goes on, unless the last is a ticket which is open and not answered; it is resolved when that was
-- answered, or the customer called back, and, where that is stated, stated resolved. Whether a ticket is, is not known before its days
-- to be solved have passed, be it the customer's or the one that answered. What came before is known since the source began that the case
-- began in: by the last contact's, a queue would lose what went on in a source that begins in that week, its longer cases.
with steps as (
    select
        contacts.*,
        contacts.is_answered or backs.source is not null as is_helped,
        coalesce(backs.is_resolved, contacts.is_resolved) as is_stated,
        coalesce(contacts.case_agent, backs.agent) as first_agent,
        coalesce(backs.closing_agent, contacts.latest_agent) as last_agent,
        coalesce(contacts.handled_s + backs.handle_s, contacts.handled_s, backs.handle_s) as all_handled_s,
        contacts.handled_s is not null or coalesce(not backs.is_made_written, false) as is_spoken,
        contacts.unmeasured = 0 and (backs.source is null or backs.is_made_written or backs.handle_s is not null) as is_measured,
        epoch(horizon.last_end) - epoch(contacts.case_until) >= rule.window_s and not contacts.is_waiting
            and (not contacts.is_written or contacts.observed_s >= agreed.solved_within_days * 86400)
            and (not coalesce(backs.is_made_written, false)
                or epoch(horizon.last_end) - epoch(backs.started_at) >= agreed.solved_within_days * 86400) as is_over
    from fact_case_contacts as contacts
    cross join core_horizon as horizon
    cross join case_rule as rule
    cross join ticket_settings as agreed
    left join core_case_callbacks as backs
        on backs.source = contacts.source and backs.conversation_id = contacts.conversation_id
        and backs.is_written = contacts.is_written
    where contacts.is_last
)

select
    steps.source, steps.conversation_id, steps.case_id, steps.customer, versions.team, steps.first_agent as agent,
    steps.last_agent as closing_agent, steps.case_queue as queue, steps.case_topic as topic, steps.case_channel as channel,
    steps.started_at, steps.week, steps.day, steps.half_hour, steps.half_hour_at, steps.age_s,
    case
        when steps.case_source_began_at is not null
            then greatest(0, least(epoch(steps.started_at) - epoch(steps.case_source_began_at), 2592000))
    end as seen_before_s,
    steps.seen_before_s as closing_seen_before_s,
    steps.case_opened_at,
    steps.contacts, steps.answers, steps.agent_changes, steps.promises,
    case when rule.has_complaints then steps.complaints end as complaints, steps.abuses, steps.contacts_30d,
    epoch(steps.case_until) - epoch(steps.case_opened_at) as elapsed_s,
    case when steps.is_measured then steps.all_handled_s end as handle_s,
    steps.is_spoken,
    steps.is_over,
    steps.is_stated,
    steps.is_helped and coalesce(steps.is_stated, true) as is_resolved,
    case
        when not steps.is_over then 'open'
        when not steps.is_helped then 'gave_up'
        when steps.is_stated then 'resolved'
        when not steps.is_stated then 'unresolved'
        else 'silent'
    end as ending,
    steps.source_ref, steps.recording_ref
from steps
cross join case_rule as rule
left join core_agents as versions
    on versions.agent = steps.first_agent
    and versions.valid_from <= steps.case_opened_at and versions.valid_to > steps.case_opened_at
