"""Sentences of the report on findings that one can read, without a centre behind them."""

import pytest

from pipeline.findings.record import Evidence, Figure, Finding, Verdict
from pipeline.kpis import catalogue_of
from pipeline.report.said import sentence
from pipeline.report.words import Words
from pipeline.settings import Settings

CATALOGUE = catalogue_of(Settings())
QUARTER = ("2026-W35", "2026-W46")


@pytest.mark.parametrize(
    ("unit", "target", "said"),
    [
        ("share", 0.8, "80%"), ("share", 0.825, "82.5%"), ("share", 0.125, "12.5%"), ("share", 1.0, "100%"),
        ("share", 0.82549, "82.5%"), ("stars", 4.5, "4.5"), ("stars", 4.25, "4.25"), ("stars", 4, "4"),
        ("per_hour", 5.5, "5.5"), ("s", 270, "4:30"), ("count", 3, "3"),
    ],
)  # fmt: skip
def test_a_target_is_said_as_it_was_set(unit: str, target: float, said: str) -> None:
    assert Words("en").target(unit, target) == said


def staffing(short: int, slot: str, **labels: str) -> Finding:
    shares = {"target": 0.8, "occupancy": 0.6, "seen": 0.91, "told": 0.93}
    figures = {
        "short": Figure(short, "count"), "slots": Figure(147, "count"), "hours": Figure(short / 2, "h"),
        "gap": Figure(short, "per_hour"), **{name: Figure(value, "share") for name, value in shares.items()},
    }  # fmt: skip
    verdict: Verdict = "seen" if short else "no_detectable_change"
    return Finding("staffing", verdict, {}, QUARTER, figures, 1.0, Evidence("service_level"), {"slot": slot, **labels})


@pytest.mark.parametrize(
    ("language", "short", "slot", "said"),
    [
        (
            "en",
            0,
            "",
            "Staffing: in none of 147 half-hours of a typical week were there certainly fewer people on the phones than the target",
        ),
        (
            "ru",
            0,
            "",
            "Укомплектованность смен: ни в одном получасе обычной недели (всего 147) на линии не было заведомо меньше людей, чем нужно для цели 80\xa0%",
        ),
        (
            "en",
            2,
            "1 08:30",
            "Staffing: in 2 of 147 half-hours of a typical week, there were certainly fewer people on the phones",
        ),
    ],
)
def test_a_centre_that_is_staffed_well_is_told_so(language: str, short: int, slot: str, said: str) -> None:
    assert sentence(Words(language), staffing(short, slot), CATALOGUE, {}).startswith(said)


@pytest.mark.parametrize("short", [0, 2])
@pytest.mark.parametrize(
    ("language", "label", "goal", "pool"),
    [
        ("en", "usual", "the usual target of 80% (none is set)", "one pool, before shrinkage"),
        ("ru", "usual", "обычной цели 80\xa0% (своя не задана)", "одной группой"),
        ("en", "several", "than the queues' mean target of 80% needs", "one pool, before shrinkage"),
        ("ru", "several", "для средней цели очередей 80\xa0% (по модели Эрланга A", "одной группой"),
    ],
)
def test_staffing_says_what_it_takes_for_granted(language: str, label: str, goal: str, pool: str, short: int) -> None:
    said = sentence(Words(language), staffing(short, "1 08:30", goal=label, bias="favourable"), CATALOGUE, {})
    assert (
        goal in said
        and pool in said
        and said.endswith(Words(language)(f"found.favourable{'' if short else '_enough'}") + ".")
    )


@pytest.mark.parametrize("measure", ["settled", "handle", "hurried", "pec"])
@pytest.mark.parametrize(
    ("language", "said"), [("en", "the median agent: 0.6%."), ("ru", "медиана по сотрудникам: 0,6\xa0%.")]
)
def test_what_people_are_held_against_is_the_median_agent(measure: str, language: str, said: str) -> None:
    """Not the centre's own figure, which stands on the same page and is another: large shares of a few pull it away."""
    figures = {"adjusted": Figure(0.055, "share", 0.031, 0.079), "usual": Figure(0.006, "share")}
    found = Finding("person", "worse", {"agent": "kim"}, QUARTER, figures, 1.0, Evidence("aht"), {"measure": measure})
    assert sentence(Words(language), found, CATALOGUE, {}).endswith(said)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "A contact takes 8:31 with all its legs,"), ("ru", "Обращение со всеми его соединениями занимает 8:31,")],
)
def test_the_price_of_repeats_counts_whole_contacts(language: str, said: str) -> None:
    """Average handle time is of legs: a shorter figure, and another on the same page."""
    seconds = {"spent": 1000, "saved": 6000, "aht": 511, "effective": 700}
    figures = {name: Figure(value, "s") for name, value in seconds.items()}
    figures |= {"repeats": Figure(2, "per_hour", 1, 3), "share": Figure(0.2, "share", 0.1, 0.3)}
    found = Finding("price", "seen", {}, QUARTER, figures, 1.0, Evidence("repeat_7d"))
    assert said in sentence(Words(language), found, CATALOGUE, {})


@pytest.mark.parametrize("kind", ["nobody", "nobody_else"])
@pytest.mark.parametrize("measure", ["settled", "handle", "hurried", "pec"])
@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "by more than people usually differ."), ("ru", "чем люди обычно отличаются друг от друга.")],
)
def test_who_is_not_named_may_lie_surely_beside_the_middle(language: str, said: str, measure: str, kind: str) -> None:
    """Named is who lies farther from it than people differ: others whose whole range is on one side are counted elsewhere."""
    figures = {"people": Figure(40, "count"), "usual": Figure(0.8, "share")}
    quiet = Finding(kind, "no_detectable_change", {}, QUARTER, figures, 0.0, Evidence("aht"), {"measure": measure})
    assert sentence(Words(language), quiet, CATALOGUE, {}).endswith(said)


@pytest.mark.parametrize("verdict", ["seen", "no_detectable_change"])
@pytest.mark.parametrize(
    ("language", "quality", "said"),
    [
        ("en", "settled", "below the median in the share of customers who did not come back"),
        ("en", "both", "below the median in the share of customers who did not come back or in human contact"),
        ("en", "pec", "below the median in human contact"),
        ("ru", "settled", "хуже медианы по доле клиентов, не обратившихся снова"),
    ],
)
def test_targets_name_the_quality_they_would_punish(verdict: Verdict, language: str, quality: str, said: str) -> None:
    counts = {"people": 40, "quick_only": 8, "good_only": 3, "chance": 1}
    figures = {name: Figure(value, "count") for name, value in counts.items()} | {"target": Figure(270, "s")}
    found = Finding("targets", verdict, {}, QUARTER, figures, 1.0, Evidence("aht"), {"quality": quality})
    assert said in sentence(Words(language), found, CATALOGUE, {})
