"""Groups are compared within weeks: where the whole centre moves, nobody who came or learned meanwhile is told to differ."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pipeline.findings import hurried, newcomers, skills, tradeoff
from pipeline.findings.centre import Centre
from pipeline.findings.record import Finding
from pipeline.kpis import catalogue_of
from pipeline.settings import Settings

WEEKS = [f"2026-W{week:02d}" for week in range(10, 22)]
LATE = 8
HIRED_AT_LATE = "2026-04-27"
"""The Monday of the week that LATE counts to."""
NEW, SKILLED, PEOPLE = 4, 8, 24
"""The first four came late, the next four learned then."""


def moving(
    seed: int, step: float = 0.0, new: float = 0.0, skilled: float = 0.0, short: float = 0.0, hasty: float = 0.0
) -> Centre:
    """People alike but for what is planted, in log odds of customers who do not come back; `step` moves all of the late weeks.
    Calls of the early weeks are hurried five times as often, by anybody; `short` is what those do. `hasty`: what the last six
    people do on all calls, of which they hurry ten times as many."""
    rng = np.random.default_rng(seed)
    agent, week, _ = (grid.ravel() for grid in np.indices((PEOPLE, len(WEEKS), 40)))
    is_late, is_new = week >= LATE, agent < NEW
    is_skilled, is_hasty = (agent >= NEW) & (agent < SKILLED) & is_late, (agent >= PEOPLE - 6) & (hasty != 0)
    is_short = rng.random(agent.size) < (0.05 - 0.04 * is_late) * np.where(is_hasty, 10, 1)
    odds = 1.6 + step * is_late + new * is_new + skilled * is_skilled + short * is_short + hasty * is_hasty
    names = {"agent": agent.astype(str), "week": np.array(WEEKS)[week], "conversation_id": np.arange(agent.size)}
    rows = pd.DataFrame(names | {"customer": np.arange(agent.size)})
    rows = rows.assign(source="s", topic="bill", channel="voice", handle_s=np.where(is_short, 60, 300))
    rows["has_returned"] = (rng.random(agent.size) > 1 / (1 + np.exp(-odds))).astype(int)
    return of_contacts(rows[is_late | ~is_new])


def of_contacts(contacts: pd.DataFrame) -> Centre:
    """A centre of which nothing is known but these contacts, all ended by agents, and who was hired and confirmed when."""
    documents: dict[str, Any] = {
        "agents": [{"agent": str(n), "hired_on": HIRED_AT_LATE if n < NEW else "2020-01-06"} for n in range(PEOPLE)],
        "skills": [
            {"agent": str(n), "skill": "bill", "valid_from": HIRED_AT_LATE, "valid_to": None}
            for n in range(NEW, SKILLED)
        ],
    }
    ended = contacts[["source", "conversation_id"]].assign(ended_by="agent")
    none = pd.DataFrame({"week": [], "agent": [], "topic": [], "outcome": []}, dtype=object)
    engine: Any = SimpleNamespace(frame=lambda sql: ended if "ended_by" in sql else none)
    catalogue = catalogue_of(Settings())
    results: Any = SimpleNamespace(document=documents.get, catalogue=catalogue)
    centre = Centre(results, engine, Settings(), WEEKS[-1], WEEKS, datetime(2026, 9, 1), frozenset(), {})
    vars(centre).update(contacts=contacts, ripe=WEEKS)
    return centre


def one(findings: list[Finding]) -> str:
    [finding] = [finding for finding in findings if finding.kind != "skills_pec_rate"]
    return finding.verdict


@pytest.mark.parametrize("step", [-0.9, 0.9])
def test_who_came_or_learned_as_the_centre_moved_does_not_differ_for_it(step: float) -> None:
    centres = [moving(seed, step) for seed in range(4)]
    assert [one(newcomers.find(centre)) for centre in centres].count("seen") <= 1
    assert [one(skills.find(centre)) for centre in centres].count("seen") <= 1


def test_new_and_skilled_people_who_do_differ_are_seen_in_a_centre_that_moves() -> None:
    centres = [moving(seed, -0.9, new=-1.0, skilled=1.2) for seed in range(3)]
    assert [one(newcomers.find(centre)) for centre in centres].count("seen") >= 2
    assert [one(skills.find(centre)) for centre in centres].count("seen") >= 2


def test_hurried_calls_are_beside_others_of_their_weeks() -> None:
    """In truth they bring nobody back: of the early weeks, when most calls are hurried, fewer customers do."""
    [found] = hurried.find(moving(1, step=-1.2))
    returned, others = (found.figures[name].value for name in ("returned", "others"))
    assert others == pytest.approx(returned, abs=0.025)


def test_hurried_calls_of_one_customer_are_one_observation() -> None:
    """Where each four of those that end alike are one customer's, they tell as much as a quarter of them."""
    alone, four = moving(1), moving(1)
    alike = four.contacts.sort_values(["handle_s", "has_returned"])
    vars(four).update(contacts=alike.assign(customer=np.arange(len(alike)) // 4))
    shares = [hurried.find(centre)[0].figures["returned"] for centre in (alone, four)]
    widths = [share.high - share.low for share in shares if share.high is not None and share.low is not None]
    assert shares[0].value == shares[1].value and widths[1] == pytest.approx(2 * widths[0], rel=0.05)


@pytest.mark.parametrize(("short", "least", "most"), [(0.0, 0, 1), (-0.9, 4, 4)])
def test_what_hurried_calls_bring_is_seen_where_they_do(short: float, least: int, most: int) -> None:
    verdicts = [one(hurried.find(moving(seed, step=-0.9, short=short))) for seed in range(4)]
    assert least <= verdicts.count("seen") <= most and set(verdicts) <= {"seen", "no_detectable_change"}


def test_what_hasty_people_do_on_all_calls_is_not_laid_to_the_hurried_ones() -> None:
    found = [hurried.find(moving(seed, hasty=-0.9))[0] for seed in range(3)]
    assert [finding.verdict for finding in found].count("seen") <= 1
    gaps = [finding.figures["returned"].value - finding.figures["others"].value for finding in found]
    assert np.mean(gaps) == pytest.approx(0, abs=0.02)


def test_two_people_who_are_alike_in_every_week_are_alike_whoever_came_later() -> None:
    """Calls take longer and more customers come back in the second week, when Joe comes; Max has few calls then."""
    rows = [
        ("kim", "W1", 600, 4, 40),
        ("max", "W1", 600, 4, 40),
        ("kim", "W2", 720, 12, 40),
        ("max", "W2", 720, 3, 10),
        ("joe", "W2", 720, 12, 40),
    ]
    calls = [
        (agent, week, "bill", handle_s, int(turn < returned))
        for agent, week, handle_s, returned, n in rows
        for turn in range(n)
    ]
    cells = tradeoff.cells_of(pd.DataFrame(calls, columns=["agent", "week", "topic", "handle_s", "has_returned"]))
    assert cells["n"].tolist() == [40, 80, 50]
    assert cells["minutes"].to_numpy() == pytest.approx((80 * 10 + 90 * 12) / 170)
    assert cells["settled"].to_numpy() == pytest.approx(1 - 35 / 170)
