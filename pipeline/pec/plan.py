"""Whom to judge next: a random sample whose selection probabilities are known, to be joined with what text says."""

from __future__ import annotations

import base64
import hashlib
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

from pipeline.errors import NoData
from pipeline.pec.pool import Pool
from pipeline.results import Results

DOUBLE_SHARE = 0.15
"""Of the sample judged by two evaluators, neither seeing the other."""
FEWEST = 2
"""Judgements of an agent."""
TEXTS = ("agent", "conversation_id", "channel", "topic", "source_ref", "recording_ref")
"""Columns of a contact that can be judged."""


@dataclass(frozen=True)
class Assignment:
    """One contact to judge. `probability`: of this contact to be drawn, within its agent."""

    agent: str
    conversation_id: str
    channel: str
    topic: str
    evaluator: str
    is_double: bool
    probability: float
    source_ref: str
    recording_ref: str

    @property
    def evaluation_id(self) -> str:
        """The judgement's own, whichever plan asks for it: two plans of a week have no id for different contacts."""
        return sign(self.conversation_id, self.evaluator)


def dealt(plan: Sequence[Assignment]) -> list[dict[str, object]]:
    """A row for each evaluator. double: judgements that a second evaluator is asked for, too; agents: how many are judged."""
    by_whom: defaultdict[str, list[Assignment]] = defaultdict(list)
    for one in plan:
        by_whom[one.evaluator].append(one)
    return [
        {
            "evaluator": who,
            "judgements": len(own),
            "double": sum(one.is_double for one in own),
            "agents": len({one.agent for one in own}),
        }
        for who, own in sorted(by_whom.items())
    ]


def sign(*words: str) -> str:
    """A digest in letters: one in digits might be taken for a telephone and masked."""
    return base64.b32encode(hashlib.sha256(repr(words).encode()).digest()).decode().lower()[:10]


def plan_labels(
    contacts: pd.DataFrame,
    budget: int,
    evaluators: Sequence[str],
    *,
    barred: Mapping[str, Set[str]] = MappingProxyType({}),
    week: str = "",
) -> list[Assignment]:
    """`budget` judgements over the agents of `contacts` (agent, conversation_id, channel, topic, source_ref, recording_ref).

    Each agent gets as many, at least FEWEST where the budget allows, drawn by lot; evaluators are dealt over agents in
    turn from a shuffled pack, and every seventh contact goes to two of them. The same week gives the same plan.
    barred: who must not judge it, by conversation_id, besides its agent; what nobody may judge is not drawn.
    ValueError: no evaluator, or a budget below one.
    """
    if budget < 1 or not evaluators:
        raise ValueError("a plan needs a budget of at least one judgement and at least one evaluator")
    evaluators = sorted(set(evaluators))
    rng = random.Random(hashlib.sha256(f"{week} {budget} {evaluators}".encode()).hexdigest())
    singles = max(1, round(budget / (1 + DOUBLE_SHARE))) if len(evaluators) > 1 else budget
    may_judge = _may_judge(contacts, evaluators, barred)
    is_open = contacts["conversation_id"].map(lambda contact: bool(may_judge[str(contact)])).astype(bool)
    drawn = _draw(contacts[is_open], singles, rng)
    able = [may_judge[str(row["conversation_id"])] for row, _ in drawn]
    by_two = [place for place, who in enumerate(able) if len(who) > 1]
    doubles = set(rng.sample(by_two, min(budget - len(drawn), len(by_two))))
    pack: list[str] = []
    plan = []
    for place, (row, probability) in enumerate(drawn):
        is_double = place in doubles
        chosen = _deal(pack, evaluators, able[place], 2 if is_double else 1, rng)
        plan += [_assignment(row, who, is_double, probability) for who in chosen]
    return plan


def _may_judge(
    contacts: pd.DataFrame, evaluators: Sequence[str], barred: Mapping[str, Set[str]]
) -> dict[str, set[str]]:
    """Who may judge each contact: nobody their own."""
    return {
        str(contact): set(evaluators) - {str(agent), *barred.get(str(contact), ())}
        for contact, agent in zip(contacts["conversation_id"], contacts["agent"], strict=True)
    }


def _deal(pack: list[str], evaluators: list[str], able: Set[str], wanted: int, rng: random.Random) -> list[str]:
    """So many different evaluators off the pack, which is shuffled anew when it is empty, all of them `able` to judge it."""
    chosen: list[str] = []
    while len(chosen) < wanted:
        if not pack:
            pack += rng.sample(evaluators, len(evaluators))
        who = pack.pop()
        if who in able and who not in chosen:
            chosen.append(who)
    return chosen


def _draw(contacts: pd.DataFrame, wanted: int, rng: random.Random) -> list[tuple[dict[str, object], float]]:
    """Rows with their probabilities: agents take turns in an order drawn by lot until the budget is spent."""
    groups = {
        str(agent): rows.to_dict("records") for agent, rows in contacts.sort_values("conversation_id").groupby("agent")
    }
    agents = sorted(groups)
    rng.shuffle(agents)
    if wanted < FEWEST * len(agents):
        agents = agents[: max(1, wanted // FEWEST)]
    quota = dict.fromkeys(agents, 0)
    while sum(quota.values()) < wanted and any(quota[a] < len(groups[a]) for a in agents):
        for agent in agents:
            if sum(quota.values()) < wanted and quota[agent] < len(groups[agent]):
                quota[agent] += 1
    drawn = []
    for agent in sorted(agents):
        rows = rng.sample(groups[agent], quota[agent])
        drawn += [(row, quota[agent] / len(groups[agent])) for row in rows]
    return drawn


def _assignment(row: dict[str, object], evaluator: str, is_double: bool, probability: float) -> Assignment:
    texts = {name: "" if pd.isna(row[name]) else str(row[name]) for name in TEXTS}  # type: ignore[call-overload]
    return Assignment(evaluator=evaluator, is_double=is_double, probability=round(probability, 6), **texts)


def plan_of_week(results: Results, week: str, budget: int, pool: Pool) -> list[Assignment]:
    """Of the contacts of a week that nobody has judged. Raises NoData for no contact, or none that anybody may judge."""
    waiting = not_judged(answered_contacts(results, week), results, week)
    if waiting.empty:
        raise NoData(f"no answered contacts of known agents in {week} that nobody has judged")
    plan = plan_labels(waiting, budget, pool.there, barred=_had_a_hand(results, week, pool), week=week)
    if not plan:
        raise NoData(f"{', '.join(pool.there)} had a hand in every contact of {week} that nobody has judged")
    return plan


def _had_a_hand(results: Results, week: str, pool: Pool) -> dict[str, set[str]]:
    """The evaluators who, under any of their ids, answered a contact of the week, a leg of it, or wrote a letter in it."""
    hands = results.frame(
        " union ".join(
            f"select conversation_id, agent from {table} where week = '{week}' and agent is not null and {whose}"
            for table, whose in (("fact_contacts", "true"), ("fact_calls", "true"), ("fact_letters", "is_agents"))
            if results.has(table)
        )
    )
    barred: dict[str, set[str]] = {}
    for evaluator, own in pool.ids.items():
        for conversation in hands.loc[hands["agent"].isin(own), "conversation_id"]:
            barred.setdefault(conversation, set()).add(evaluator)
    return barred


def answered_contacts(results: Results, week: str) -> pd.DataFrame:
    """The contacts of a week that can be judged: columns TEXTS."""
    return results.frame(
        f"select {', '.join(TEXTS)} from fact_contacts where week = '{week}' and is_answered and agent is not null"
    )


def not_judged(contacts: pd.DataFrame, results: Results, week: str) -> pd.DataFrame:
    """Those of the week's contacts of which nobody has said whether there was contact."""
    judged = results.frame(f"select conversation_id from fact_evaluations where week = '{week}' and is_pec is not null")
    return contacts[~contacts["conversation_id"].isin(judged["conversation_id"])]


def ten_to_listen(contacts: pd.DataFrame, week: str) -> list[dict[str, object]]:
    """Contacts with a recording, of as many agents as there are, drawn by lot: for a manager's own ears."""
    rng = random.Random(f"listen {week}")
    recorded = contacts[contacts["recording_ref"].notna()].sort_values("conversation_id")
    groups = [rows.to_dict("records") for _, rows in recorded.groupby("agent")]
    chosen = [rng.choice(rows) for rows in rng.sample(groups, min(10, len(groups)))]
    return [{name: row[name] for name in TEXTS} for row in chosen]
