"""Letters with the words that were found in them: for a talk with their writer, and for the file of an incident."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from pipeline.errors import NoData
from pipeline.models import read_model
from pipeline.pec.lexicons import abuse_features
from pipeline.pec.sentences import sentence
from pipeline.pec.situations import lacking, situation_of
from pipeline.sql_text import quoted

if TYPE_CHECKING:
    from pipeline.engines.warehouse import Warehouse
    from pipeline.results import Results

SHOWN = 3
TEMPLATE = 20
"""Copies from which on a letter is a template and nobody's own, as in fact_pec."""
NEUTRAL = 0.5
"""The score below which a letter is cold."""
LETTERS = read_model("core_letter_authors")


def letters_of(warehouse: Warehouse, results: Results, agent: str, week: str) -> list[dict[str, Any]]:
    """The coldest and warmest of their own letters that an agent wrote to tickets of a week. NoData where there is none."""
    letters = results.frame(
        "select source, message_id, ticket_id, sent_at, score, source_ref from fact_letters where is_agents "
        f"and copies < {TEMPLATE} and agent = {quoted(agent)} and week = {quoted(week)} order by score, message_id"
    ).to_dict("records")
    if not letters:
        raise NoData(f"no letters of their own by {agent} in {week}")
    cold, warm = ([row for row in letters if (row["score"] < NEUTRAL) == is_cold] for is_cold in (True, False))
    chosen = [("coldest", row) for row in cold[:SHOWN]] + [("warmest", row) for row in warm[: -SHOWN - 1 : -1]]
    return [{"kind": kind, **row, **_told(warehouse, row)} for kind, row in chosen]


def incident_of(warehouse: Warehouse, results: Results, conversation: str) -> list[dict[str, Any]]:
    """The sentences of the customer's abusive words in a contact, then all contacts of the customer, in order of time.

    Raises NoData for a contact that is not there or holds nothing of the kind.
    """
    named = ", ".join(f"'{feature}'" for feature in abuse_features())
    words = warehouse.records(
        "select m.sent_at as at, 'words' as what, h.feature as detail, m.body as words, h.begins, "
        f"m.message_id as reference, source from letter_hits h join ({LETTERS}) m using (source, message_id) "
        f"where m.conversation_id = ? and m.author_role = 'customer' and h.feature in ({named}) "
        "order by 1, 3, m.message_id, h.begins",
        [conversation],
    )
    if not words:
        raise NoData(f"{conversation}: no abusive words of a customer are known in it")
    for row in words:
        row["words"] = sentence(row["words"], row.pop("begins"))
    systems = ", ".join(sorted({quoted(row["source"]) for row in words}))
    around = results.frame(
        "select started_at as at, 'contact' as what, concat(channel, ', ', coalesce(agent, '-')) as detail, "
        "'' as words, coalesce(recording_ref, source_ref, conversation_id) as reference, source from fact_contacts "
        "where customer in (select customer from fact_contacts where customer is not null and "
        f"conversation_id = {quoted(conversation)} and source in ({systems})) order by started_at"
    ).to_dict("records")
    return sorted([*words, *around], key=lambda row: (row["at"], row["what"]))


def _told(warehouse: Warehouse, letter: dict[str, Any]) -> dict[str, Any]:
    """The words found in it, the situation of the customer's letter before it, and what a warm answer to that has beyond it."""
    hits = warehouse.records(
        "select feature, said from letter_hits where source = ? and message_id = ? order by begins, feature",
        [letter["source"], letter["message_id"]],
    )
    before = warehouse.value(
        f"select body from ({LETTERS}) where source = ? and conversation_id = ? and author_role = 'customer' "
        "and sent_at <= ? order by sent_at desc, message_id desc limit 1",
        [letter["source"], letter["ticket_id"], letter["sent_at"]],
    )
    situation = situation_of(before or "")
    lacks = lacking(situation, Counter(hit["feature"] for hit in hits))
    return {
        "found": "; ".join(f"{hit['feature']}: {hit['said']}" for hit in hits),
        "situation": situation.title["en"] if situation else "",
        "lacks": ", ".join(lacks),
    }
