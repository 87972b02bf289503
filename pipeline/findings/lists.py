"""Monday's lists: whom to call, what was promised, is overdue or to be read. They lead to source systems, not to a number."""

from __future__ import annotations

import pandas as pd

from pipeline.findings.centre import Centre
from pipeline.sql_text import quoted

COLUMNS = (
    "since", "last_at", "priority", "agent", "queue", "topic", "detail", "source", "conversation_id", "source_ref",
)  # fmt: skip
"""since: the instant that makes a row urgent; for an unresolved case and a lost caller, the case's first contact.
last_at: its last one. priority: of an overdue ticket. detail: contacts so far, whether a promise is due or overdue, the
targets that are overdue, or what was found in a letter. agent, queue and topic: of the contact that the row names, the
last one of a case; for an unresolved case agent is who answered last, for a customer's letter who has the ticket."""
UNRESOLVED = """
with tickets as (
    select source, ticket_id, is_solved from fact_tickets
)

select
    cases.case_opened_at as since, cases.started_at as last_at, cast(null as varchar) as priority,
    cases.closing_agent as agent, latest.queue, latest.topic,
    cast(cases.contacts as varchar) as detail, cases.source, cases.conversation_id, cases.source_ref
from fact_cases as cases
inner join fact_case_contacts as latest
    on latest.source = cases.source and latest.case_id = cases.case_id and latest.is_last
left join tickets on latest.is_written and tickets.source = latest.source and tickets.ticket_id = latest.conversation_id
where cases.contacts >= 3 and not coalesce(tickets.is_solved, cases.is_resolved) and cases.contacts_30d <= {heavy}
    and cases.started_at >= timestamp '{now}' - interval '14' day and cases.started_at < timestamp '{now}'
order by cases.contacts desc, cases.case_opened_at, cases.conversation_id
"""
"""A case that ends with a ticket counts as helped if that is solved by now, whatever the case was when judged. A case's
queue and topic are those of its first contact; who calls back needs the last."""
PROMISES = """
select due_at as since, cast(null as timestamp) as last_at, cast(null as varchar) as priority, agent, queue, topic,
    case when due_at <= timestamp '{now}' then 'overdue' else 'due' end as detail,
    source, conversation_id, source_ref
from fact_promises
where is_followed and coalesce(kept_at, answered_at) is null and promised_at < timestamp '{now}'
    and due_at >= timestamp '{now}' - interval '14' day and due_at <= timestamp '{now}' + interval '7' day
order by due_at, conversation_id
"""
BREACHES = """
select
    targets.breach_at as since, cast(null as timestamp) as last_at, tickets.priority,
    targets.agent, targets.queue, targets.topic, targets.measure as detail,
    targets.source, targets.conversation_id, targets.source_ref
from fact_sla as targets
inner join fact_tickets as tickets on tickets.source = targets.source and tickets.ticket_id = targets.ticket_id
where targets.is_running and targets.is_met = false and targets.created_at < timestamp '{now}'
order by
    case when lower(tickets.priority) in ({urgent}) then 0 else 1 end, targets.breach_at, targets.conversation_id, targets.measure
"""
LOST = """
with lost as (
    select customer, case_opened_at, started_at, queue, topic, contacts, source, conversation_id, source_ref
    from fact_case_contacts
    where is_last and not is_answered and not is_written and contacts_30d <= {heavy}
        and started_at >= timestamp '{now}' - interval '7' day and started_at < timestamp '{now}'
)

select
    case_opened_at as since, started_at as last_at, cast(null as varchar) as priority, cast(null as varchar) as agent,
    queue, topic, cast(contacts as varchar) as detail, source, conversation_id, source_ref
from lost
where not exists (
    select 1 from fact_contacts as later
    where later.customer = lost.customer and later.started_at > lost.started_at and later.is_reached)
order by contacts desc, case_opened_at, conversation_id
"""
LETTERS = """
with found as (
    select *,
        case
            when violence_threat > 0 then 'violence_threat' when harassment > 0 then 'harassment'
            when rude > 0 then 'rude' when mockery > 0 then 'mockery'
        end as detail
    from fact_letters
    where sent_at >= timestamp '{now}' - interval '7' day and sent_at < timestamp '{now}'
)

select sent_at as since, cast(null as timestamp) as last_at, cast(null as varchar) as priority, agent, queue, topic, detail,
    source, conversation_id, source_ref
from found
where detail is not null
order by is_agents, sent_at desc, source, message_id
"""
"""Rudeness is sought in agents' letters only, threats in customers' only."""
LISTS = {
    "unresolved": ("fact_cases", UNRESOLVED),
    "promises": ("fact_promises", PROMISES),
    "breaches": ("fact_sla", BREACHES),
    "lost": ("fact_case_contacts", LOST),
    "letters": ("fact_letters", LETTERS),
}


def monday(centre: Centre) -> dict[str, pd.DataFrame]:
    """Each list by name, with COLUMNS, the most urgent first, as of the end of the reported week."""
    chosen = centre.settings
    urgent = ", ".join(quoted(priority.lower()) for priority in chosen.tickets.urgent) or "null"
    said = {"heavy": chosen.parameters.heavy_contacts, "now": centre.now, "urgent": urgent}
    found = {
        name: centre.frame(sql.format(**said)) if centre.has(fact) else pd.DataFrame(columns=list(COLUMNS))
        for name, (fact, sql) in LISTS.items()
    }
    return found | {"breaches": _by_ticket(found["breaches"])}


def _by_ticket(targets: pd.DataFrame) -> pd.DataFrame:
    """One row per ticket, since its first target ran out, with all that did: tickets are what is counted and called."""
    ticket = ["source", "conversation_id"]
    overdue = {key: ", ".join(dict.fromkeys(rows["detail"])) for key, rows in targets.groupby(ticket)}
    first = targets.drop_duplicates(ticket).reset_index(drop=True)
    return first.assign(detail=[overdue[key] for key in zip(*(first[name] for name in ticket), strict=True)])
