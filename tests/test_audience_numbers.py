"""Numbers and names of people: the same from week to week, in an order that tells nothing, for everybody at work."""

from dataclasses import replace

from pipeline.report.audience import _numbers, seen_by
from pipeline.report.collect import Collected
from pipeline.report.funnel_chart import funnel_chart
from pipeline.report.words import Words
from pipeline.settings import Profile
from tests.audiences import KEY


def test_numbers_stand_for_the_same_people_from_week_to_week(data: Collected) -> None:
    numbers = Profile(name="numbers", agents="numbered")
    first = seen_by(data, numbers, KEY)
    later = seen_by(replace(data, agents=data.agents.iloc[::-1].reset_index(drop=True)), numbers, KEY)
    figures = [
        dict(zip(seen.agents["agent"] + seen.agents["kpi"], seen.agents["value"].fillna(-1), strict=True))
        for seen in (first, later)
    ]
    assert figures[0] == figures[1] and all(name.startswith("№ ") for name in first.names)
    assert seen_by(data, numbers, b"another key").agents["agent"].tolist() != first.agents["agent"].tolist()


def test_numbers_stand_in_their_own_order_not_in_that_of_ids(data: Collected) -> None:
    tied = [replace(data.findings[0], kind="person", whom={"agent": agent}) for agent in sorted(data.names)]
    seen = seen_by(replace(data, findings=tied), Profile(name="numbers", agents="numbered"), KEY)
    assert seen.ledger and seen.ledger.laid
    frames = [seen.agents, seen.lines.query("cut == 'agent'"), seen.ledger.agents, seen.ledger.laid.agents]
    shown = [frame["agent"].drop_duplicates().tolist() for frame in frames]
    for order in [*shown, [finding.whom["agent"] for finding in seen.findings]]:
        assert order == sorted(order) and len(order) > 5


def test_the_funnel_holds_people_by_name(data: Collected) -> None:
    chart = funnel_chart(data, Words("en"))
    assert chart
    traces = [trace["hovertext"] for trace in chart.figure["data"] if trace["mode"] == "markers"]
    assert sum(map(len, traces)) > 5 and all(texts == sorted(texts) for texts in traces)


def test_who_comes_changes_nobodys_number(data: Collected) -> None:
    numbers = Profile(name="numbers", agents="numbered")
    before = set(seen_by(data, numbers, KEY).names)
    more = {f"new{n}": f"New {n}" for n in range(3)}
    after = set(seen_by(replace(data, names=data.names | more), numbers, KEY).names)
    assert before < after and len(after) == len(before) + len(more)


def test_among_many_people_a_number_is_as_long_as_it_must_be() -> None:
    people = {f"a{n}" for n in range(3000)}
    numbers = _numbers(people, KEY, "x")
    assert len(set(numbers.values())) == len(people) and {len(number) for number in numbers.values()} >= {6, 7}
    later = _numbers(people | {"new"}, KEY, "x")
    assert all(later[one].startswith(number) for one, number in numbers.items())


def test_people_who_are_in_no_list_of_agents_are_people(data: Collected) -> None:
    unlisted = replace(data, names={}, team_of={})
    named = seen_by(unlisted, Profile(name="named", agents="named"), KEY)
    assert (
        set(named.agents["agent"]) == set(data.agents["agent"]) and len(named.names) >= named.agents["agent"].nunique()
    )
