"""Letters with the words that were found in them: for a talk with their writer, and for the file of an incident."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pipeline.errors import NoData
from pipeline.models import read_model
from pipeline.pec.lexicons import abuse_features, read_features
from pipeline.pec.sentences import sentence
from pipeline.pec.situations import lacking, situation_of
from pipeline.settings.key_errors import nearest
from pipeline.sql_text import quoted

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.engines.warehouse import Warehouse
    from pipeline.results import Results

SHOWN = 3
TEMPLATE = 20
"""Copies from which on a letter is a template and nobody's own, as in fact_pec."""
NEUTRAL = 0.5
"""The score below which a letter is cold."""
FEWEST = 3
"""Letters with a feature that a person wrote, or would have written as colleagues do: with fewer, none at all is chance in more
than one case of twenty."""
COLUMNS = ("source", "message_id", "ticket_id", "sent_at", "score", "source_ref")
LETTERS = read_model("core_letter_authors")


def letters_of(warehouse: Warehouse, results: Results, agent: str, week: str, small_group: int) -> list[dict[str, Any]]:
    """The coldest and warmest of their own letters that an agent wrote to tickets of a week; where there are `small_group` of
    them, also in how many each thing looked for is, beside those of colleagues where they are as many: of fewer one would read
    who wrote them. NoData where there is none."""
    features = [feature.name for feature in read_features()[1].values() if feature.role == "agent"]
    letters = results.frame(
        f"select {', '.join([*COLUMNS, 'agent', *features])} from fact_letters where is_agents and copies < {TEMPLATE} "
        f"and week = {quoted(week)} order by score, message_id"
    )
    own = letters[letters["agent"] == agent]
    if own.empty:
        near = nearest(agent.partition("@")[0], letters["agent"].dropna().unique())
        raise NoData(f"no letters of their own by {agent} in {week}{near and f'; {near}'}")
    counted = own.to_dict("records")
    cold, warm = ([row for row in counted if (row["score"] < NEUTRAL) == is_cold] for is_cold in (True, False))
    chosen = [("coldest", row) for row in cold[:SHOWN]] + [("warmest", row) for row in warm[: -SHOWN - 1 : -1]]
    shown = [{"kind": kind, **{name: row[name] for name in COLUMNS}, **_told(warehouse, row)} for kind, row in chosen]
    if len(own) < small_group:
        return shown
    others = letters.loc[letters["agent"].notna(), features].drop(own.index)
    return [*shown, *_habits(own[features] > 0, (others if len(others) >= small_group else others[:0]) > 0)]


def words_found(hits: Sequence[tuple[str, str]], counts: dict[str, int]) -> list[str]:
    """What each feature counted in a letter was told by, in the order of `hits`; what form tells has no words."""
    features = read_features()[1]
    hits = [(name if counts.get(name) else features[name].counts_as, words) for name, words in hits]
    formed = [name for name in features if counts.get(name) and name not in dict(hits)]
    return [f"{features[name].title['en']}: {words}" for name, words in hits] + [
        features[name].title["en"] for name in formed
    ]


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


def _habits(own: pd.DataFrame, others: pd.DataFrame) -> list[dict[str, Any]]:
    """A row for each feature of which so many letters tell anything, the most frequent first."""
    titles = {name: feature.title["en"] for name, feature in read_features()[1].items()}
    shares, counts = others.mean(), own.sum()
    told = [name for name in own if max(counts[name], len(own) * shares.fillna(0)[name]) >= FEWEST]
    beside = {name: f", in {shares[name]:.0%} of {len(others)} of colleagues" if len(others) else "" for name in told}
    return [
        {"kind": "all", "found": f"{titles[name]}: in {counts[name]} of {len(own)} letters{beside[name]}"}
        for name in sorted(told, key=lambda name: -counts[name])
    ]


def _told(warehouse: Warehouse, letter: dict[str, Any]) -> dict[str, Any]:
    """What was found in it, the situation of the customer's letter before it, and what a warm answer to that has beyond it."""
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
    return {
        "found": "; ".join(words_found([(hit["feature"], hit["said"]) for hit in hits], letter)),
        "situation": situation.title["en"] if situation else "",
        "lacks": ", ".join(lacking(situation, letter)),
    }
