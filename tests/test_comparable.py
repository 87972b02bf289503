"""Who is compared with whom: people whose work is of the same kinds."""

import numpy as np
import pandas as pd
import pytest

from pipeline.findings.centre import FEWEST
from pipeline.findings.judging import Measure, judge
from pipeline.findings.record import Records
from pipeline.statistics.comparable import groups


@pytest.mark.parametrize(
    ("work", "together"),
    [
        ("a:phone*9 b:phone*9 c:chat*9 d:chat*9", "ab cd"),
        ("a:phone*9 b:chat*9 c:phone*5 c:chat*5", "abc"),  # c links the two
        ("a:phone*20 b:chat*20 c:phone*19 c:chat*1", "ac b"),  # one chat is chance
        ("a:phone*9 b:chat*9 c:phone*9 c:chat*1", "ac b"),  # so is one of ten
        ("a:phone*9 b:chat*9 c:phone*8 c:chat*1", "abc"),
        ("a:phone*9", "a"),
        ("a:one*5 a:two*5 b:two*5 b:three*5 c:three*5 d:four*5", "abc d"),
    ],
)
def test_people_are_comparable_through_work_they_share(work: str, together: str) -> None:
    rows = [(who, level) for part in work.split() for who, _, what in [part.partition(":")] for level in _levels(what)]
    agents, levels = map(np.array, zip(*rows, strict=True))
    found = pd.Series(groups(agents, {"channel": levels})).groupby(agents).first()
    assert {"".join(found.index[found == one]) for one in found.unique()} == set(together.split())


def _levels(what: str) -> list[str]:
    name, _, times = what.partition("*")
    return [name] * int(times)


def test_who_shares_the_topics_but_not_the_channel_is_not_comparable() -> None:
    agents, topics, channels = np.array(list("aabb")), np.array(list("xyxy")), np.array(list("ppcc"))
    assert len(set(groups(agents, {"topic": topics}))) == 1
    assert len(set(groups(agents, {"topic": topics, "channel": channels}))) == 2
    assert groups(agents, {}).tolist() == [0] * 4 and groups([], {"topic": []}).size == 0


def worked(rng: np.random.Generator, shares: dict[str, float], team: str, channel: str) -> pd.DataFrame:
    rows = [
        pd.DataFrame({"agent": f"{team}-{who}", "outcome": rng.random(600) < share}) for who, share in shares.items()
    ]
    known = pd.concat(rows).assign(channel=channel, outcome=lambda found: found["outcome"].astype(float))
    weeks, topics = rng.integers(1, 13, len(known)), rng.choice(["card", "bill"], len(known))
    return known.assign(week=weeks, weekday=weeks % 5, topic=topics, hour="10")


def test_a_channel_that_one_team_has_alone_is_no_persons_merit() -> None:
    """Chats come back more often: that is not the chat team's doing, but one of the team is told from the others."""
    rng = np.random.default_rng(4)
    phone = worked(rng, {str(n): 0.8 for n in range(12)}, "phone", "voice")
    chat = worked(rng, {str(n): 0.4 for n in range(6)} | {"bad": 0.1}, "chat", "chat")
    rows = pd.concat([phone, chat, worked(rng, {"x": 0.6, "y": 0.5}, "post", "letter")])
    found = judge(
        Measure("settled", "resolution_inferred", "share", "higher", "binomial", rows, Records("t", "true")), FEWEST
    )
    excess, p = (dict(zip(found.agents, part, strict=True)) for part in (found.found.excess, found.found.p))
    assert len(found.agents) == 19, "two people alone with their channel are compared with nobody"
    assert all(abs(excess[f"phone-{n}"]) < 0.06 for n in range(12))
    middles = [np.median([excess[who] for who in excess if who.startswith(team)]) for team in ("chat", "phone")]
    assert middles[0] == pytest.approx(middles[1]), "beside their own team, whose odd one moves nobody else"
    assert excess["chat-bad"] < -0.2 and min(p, key=lambda who: p[who]) == "chat-bad" and p["chat-bad"] < 1e-4
