"""Human contact under load: how busy people were beside the judged call."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from pipeline.findings.centre import Centre
from pipeline.findings.pressed import find, judged_when_busy
from pipeline.kpis import catalogue_of
from pipeline.settings import Settings
from tests.tables import Memory

AT_NINE = datetime(2026, 5, 4, 9)
CALLS = """
judged call         begun  wait_s  talk_s  wrap_s  handling_s  staffed_s   busy
within              09:00       0     500     100         900       1800   0.25
after its wait      09:00     600     500     100         900       1800   0.25
beyond its hour     09:20     300    1200       0         900       1800   0.40
nothing beside it   09:00       0     600       0         600       1800   0.00
a chat beside it    09:00       0     900       0         800       1800   0.00
fills the half-hour 09:00       0    1700       0        1700       1800      -
never answered then 09:29     300     600       0         900       1800   0.50
"""


@pytest.mark.parametrize("line", CALLS.strip().splitlines()[1:], ids=lambda line: line[:19].strip())
def test_the_judged_call_does_not_make_its_half_hour_busy(line: str) -> None:
    begun, *seconds, busy = line[19:].split()
    wait_s, talk_s, wrap_s, handling_s, staffed_s = map(float, seconds)
    when = {"week": "2026-W19", "agent": "kim", "half_hour": "2026-05-04 09:00", "half_hour_at": AT_NINE}
    judged = {"contact_source": "s", "conversation_id": "c", "is_written": False, "team": "a", "topic": "bill"}
    call = {"source": "s", "conversation_id": "c", "agent": "kim", "is_answered": True, "hold_s": None}
    at = datetime.fromisoformat(f"2026-05-04 {begun}")
    engine: Any = Memory(
        fact_evaluations=pd.DataFrame([when | judged | {"channel": "voice", "is_pec": True, "evaluator": "e"}]),
        fact_calls=pd.DataFrame([call | {"offered_at": at, "wait_s": wait_s, "talk_s": talk_s, "wrap_s": wrap_s}]),
        fact_agent_hours=pd.DataFrame([when | {"handling_s": handling_s, "staffed_s": staffed_s}]),
    )
    assert judged_when_busy(looking(engine))["busy"].tolist() == ([] if busy == "-" else [pytest.approx(float(busy))])


def looking(engine: Any) -> Centre:
    weeks = ["2026-W19"]
    results: Any = SimpleNamespace(catalogue=catalogue_of(Settings()))
    centre = Centre(results, engine, Settings(), weeks[0], weeks, datetime(2026, 9, 1), frozenset(), {})
    vars(centre).update(ripe=weeks)
    return centre


@pytest.mark.parametrize(("each", "verdict"), [(25, "seen"), (24, None)])
def test_a_hundred_judged_calls_tell_whether_people_cool_when_pressed(each: int, verdict: str | None) -> None:
    """Four people, judged in half-hours in which they were busy for more and more of the time, and cold in the busier half; and a
    letter to each, whose ticket has the number of a call."""
    rows = pd.DataFrame(
        {"agent": who, "n": n, "is_pec": n + place < 13, "is_written": n == each}
        for place, who in enumerate(["ann", "bob", "cat", "dan"])
        for n in range(each + 1)
    )
    at = AT_NINE + rows["n"] * timedelta(minutes=30)
    rows = rows.assign(
        half_hour_at=at, offered_at=at, week="2026-W19", conversation_id=rows["agent"] + rows["n"].astype(str)
    )
    rows = rows.assign(
        handling_s=60 * rows["n"], staffed_s=1800, evaluator="e", team="a", topic="bill", channel="voice"
    )
    rows = rows.assign(source="s", contact_source="s", half_hour="", wait_s=0.0, talk_s=60.0, hold_s=0.0, wrap_s=0.0)
    calls = rows.assign(is_answered=True)
    found = find(looking(Memory(fact_evaluations=rows, fact_calls=calls, fact_agent_hours=rows)))
    assert [one.verdict for one in found] == ([verdict] if verdict else [])
    assert all(one.figures["slope"].high < 0 and one.figures["busy"].n == 100 for one in found)
