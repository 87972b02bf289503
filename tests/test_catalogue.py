"""The catalogue and the models: portable, complete in both languages, and the dictionary true."""

import re
from dataclasses import replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from pipeline.building.build import MODELS
from pipeline.building.publish import changed_definitions
from pipeline.building.publisher import Publisher
from pipeline.engines.portable import to_spark
from pipeline.kpis import Kpi, catalogue_of, published_rules
from pipeline.kpis.cube import Cube, Cut
from pipeline.kpis.dictionary import dictionary
from pipeline.kpis.ranks import rank_sql
from pipeline.kpis.sql import sum_sql
from pipeline.models import read_model
from pipeline.settings import Cases, Criterion, Parameters, Scorecard, Settings
from pipeline.settings.service_levels import ServiceLevel
from pipeline.settings.tickets import Regulation, Schedule, Sla, Tickets

CATALOGUE = catalogue_of(Settings())
WANTED = (
    "offered answered abandoned abandonment abandonment_long refused service_level service_level_f1 service_level_f2 "
    "service_level_f3 service_level_f4 service_level_f5 service_level_f6 service_level_queued asa wait_p50 wait_p90 "
    "wait_max talk_mean talk_p50 hold_mean wrap_mean aht aht_contact aht_p50 aht_p90 calls_per_hour "
    "calls_per_staffed_hour occupancy login_s pause_s transfers pec_rate qa_score csat resolution_stated "
    "resolution_customer resolution_inferred resolution_rate fcr_7d repeat_7d repeat_1d effort_per_resolved identified"
).split()


def model(name: str) -> str:
    return resources.files("pipeline.models").joinpath(f"{name}.sql").read_text("utf-8")


def test_every_model_file_is_computed_and_nothing_else() -> None:
    files = {
        file.name.removesuffix(".sql")
        for file in resources.files("pipeline.models").iterdir()
        if file.name.endswith(".sql")
    }
    assert set(MODELS) == files


@pytest.mark.parametrize("name", MODELS)
def test_models_are_short_and_can_be_said_on_spark(name: str) -> None:
    assert to_spark(read_model(name), name)
    assert model(name).count("\n") <= 75


SUMMED = [kpi for kpi in CATALOGUE.kpis.values() if not kpi.ratio]


def say_on_spark(kpi: Kpi, grain: str) -> None:
    """Raises for what cannot be said: all and by team, and by team alone, which is asked without a roll-up."""
    cube = Cube((kpi.id,), (Cut(grain), Cut(grain, ("team",))))
    ratios = {"of_it": (kpi, kpi)} if kpi.kind in ("count", "sum") else {}
    for asked in (cube, replace(cube, cuts=cube.cuts[1:])):
        assert to_spark(sum_sql(kpi.of, [kpi], ratios, asked, {kpi.id}, CATALOGUE.facts[kpi.of].held_by).text, kpi.id)
    if kpi.quantile:
        assert to_spark(rank_sql(kpi.of, [kpi], cube), kpi.id)


@pytest.mark.parametrize("kpi", SUMMED, ids=lambda kpi: kpi.id)
def test_every_kpi_can_be_said_on_spark(kpi: Kpi) -> None:
    say_on_spark(kpi, "half_hour")


@pytest.mark.parametrize("kpi", {(kpi.of, bool(kpi.quantile)): kpi for kpi in SUMMED}.values(), ids=lambda kpi: kpi.id)
@pytest.mark.parametrize("grain", ["hour", "month"])
def test_every_grain_of_every_fact_can_be_said_on_spark(kpi: Kpi, grain: str) -> None:
    """A grain stands beside what is counted, whichever KPI counts it."""
    say_on_spark(kpi, grain)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_no_two_kpis_bear_one_name(language: str) -> None:
    titles = [kpi.title[language] for kpi in CATALOGUE.kpis.values()]
    assert sorted(set(titles)) == sorted(titles)


def test_all_kpis_are_there_with_both_languages() -> None:
    assert set(WANTED) <= set(CATALOGUE.kpis)
    for kpi in CATALOGUE.kpis.values():
        assert set(kpi.title) == set(kpi.meaning) == {"en", "ru"}, kpi.id
        is_name = kpi.source["ru"] == kpi.source["en"]
        assert re.search("[A-Z]" if is_name else "[а-я]", kpi.source["ru"]), f"{kpi.id}: prose is in both languages"


def test_what_the_headline_follows_is_none_of_its_variants() -> None:
    """It divides by every way out of the queue, F3 by answered and abandoned: one name for both would have two figures."""
    sources = {name: CATALOGUE[name].source for name in CATALOGUE.kpis if name.startswith("service_level")}
    assert sources["service_level_f3"]["en"] == "F3"
    assert sources["service_level"]["en"] == "as F3, over all offered: other ways out of the queue count too"


def test_a_parameter_changes_the_definition_and_only_its_own() -> None:
    other = catalogue_of(Settings(parameters=Parameters(answer_within_s=30)))
    changed = {name for name in CATALOGUE.kpis if CATALOGUE.definition(name) != other.definition(name)}
    assert "service_level" in changed and "service_level_f6" in changed
    assert not changed & {"aht", "asa", "repeat_7d", "calls_per_hour"}


@pytest.mark.parametrize("field", [{}, {"unheard_of": 1}])
def test_definitions_that_changed_are_noted_unless_a_version_wrote_them_that_knew_more(
    tmp_path: Path, field: dict[str, int]
) -> None:
    noted = [{"kpi": "asa", "week": "2026-W10", "before": "a", "after": "b"}]
    told = catalogue_of(Settings(parameters=Parameters(answer_within_s=30))).model_dump(mode="json")
    told["kpis"]["aht"] |= field
    publisher = Publisher(tmp_path)
    publisher.previous = {
        "definitions": publisher.document("definitions", told),
        "documents": {"changes": publisher.document("changes", noted)},
    }
    found = changed_definitions(CATALOGUE, publisher, "2026-W20")
    assert found[:1] == noted
    assert ("service_level" in {change["kpi"] for change in found}) == (not field)


@pytest.mark.parametrize(
    ("settings", "theirs"),
    [
        ({"cases": Cases(within_days=30)}, {"cases", "contacts_per_case", "effort_per_case", "effort_per_case_closed"}),
        ({"sla": (Sla(name="gold", targets={}),)}, {"sla_met", "sla_met_first_reply"}),
        (
            {"schedules": (Schedule(name="office", hours={"mon": ("08:00-12:00",)}),)},
            {"sla_met", "first_reply_business_p50"},
        ),
        ({"scorecards": (Scorecard(name="calls", criteria={"needs": Criterion()}),)}, {"qa_score"}),
        ({"tickets": Tickets(urgent=("high",))}, {"overtaken", "urgent_overtaken"}),
        (
            {"service_levels": (ServiceLevel(channel="chat", answer_within_s=60),)},
            {"service_level", "service_level_f6"},
        ),
        ({"service_levels": (ServiceLevel(channel="chat", target=0.9),)}, set()),
        ({"service_levels": (ServiceLevel(channel="chat", answer_within_s=20),)}, set()),
        ({"tickets": Tickets(robots=("bot",)), "is_simulated": True}, set()),
    ],
)
def test_a_setting_changes_the_definition_of_what_follows_it_and_of_nothing_else(
    settings: dict[str, Any], theirs: set[str]
) -> None:
    other = catalogue_of(Settings(**settings))
    changed = {name for name in CATALOGUE.kpis if CATALOGUE.definition(name) != other.definition(name)}
    assert theirs <= changed and bool(theirs) == bool(changed)
    assert not changed & {"aht", "pec_rate", "repeat_7d", "tickets_created", "first_reply_p50"}


def test_a_day_that_is_closed_is_no_definition() -> None:
    office = Schedule(name="office", hours={"mon": ["08:00-12:00"]})
    closed = office.model_copy(update={"closed": (date(2026, 12, 24),)})
    definitions = [
        catalogue_of(Settings(schedules=(one,))).definition("first_reply_business_p50") for one in (office, closed)
    ]
    assert definitions[0] == definitions[1] != CATALOGUE.definition("first_reply_business_p50")


def test_what_cases_say_of_their_window_is_that_of_the_settings() -> None:
    kpi = catalogue_of(Settings(cases=Cases(within_days=30)))["cases"]
    assert "30 days passed" in kpi.meaning["en"] and "30 дн." in kpi.meaning["ru"] and kpi.ripe_days == 30


def test_resolution_is_known_when_tickets_have_had_their_days() -> None:
    for days, known_after in ((3, 7), (7, 7), (30, 30)):
        kpis = catalogue_of(Settings(parameters=Parameters(solved_within_days=days))).kpis
        names = ("resolution_stated", "resolution_rate", "case_resolution", "solved_in_time")
        assert {kpis[name].ripe_days for name in names} == {known_after}
        assert kpis["fcr_7d"].ripe_days == 7


def test_the_dictionary_is_what_the_catalogue_says() -> None:
    assert (Path(__file__).parents[1] / "KPIS.md").read_text("utf-8") == dictionary(CATALOGUE)


def test_waits_service_levels_and_abandonment_are_of_the_queue() -> None:
    speed = catalogue_of(Settings()).kpis.values()
    waits = [kpi for kpi in speed if kpi.of == "fact_calls" and kpi.kind in ("share", "mean", "quantile")]
    of_queue = {kpi.id for kpi in waits if any(word in kpi.formula() for word in ("wait_s", "is_abandoned"))}
    of_contacts = {"contacts_unanswered"}
    assert of_queue | of_contacts == {kpi.id for kpi in speed if kpi.is_of_queue} and len(of_queue) == 13


def test_what_customers_do_next_is_told_by_customer() -> None:
    """First contacts of a customer lie over a week apart and hardly hang together."""
    of_next = {kpi.id for kpi in CATALOGUE.kpis.values() if re.search("(return|reached)_after_s", kpi.formula())} - {
        "fcr_7d"
    }
    told = {kpi.id for kpi in CATALOGUE.kpis.values() if kpi.is_of_customer}
    parts = {part for name in told for part in CATALOGUE[name].ratio or ()}
    assert of_next | parts | {"effort_per_resolved"} == told


def test_means_of_handling_are_told_by_day() -> None:
    means = {
        kpi.id for kpi in CATALOGUE.kpis.values() if kpi.kind == "mean" and kpi.of in ("fact_calls", "fact_contacts")
    }
    assert means - {"asa"} == {kpi.id for kpi in CATALOGUE.kpis.values() if kpi.is_of_day}


def test_only_what_rests_on_one_fact_and_not_on_the_queue_has_an_interval() -> None:
    having = {
        name
        for name in ("aht", "pec_rate", "occupancy", "asa", "calls_per_hour", "cases")
        if CATALOGUE.has_interval(name)
    }
    assert having == {"aht", "pec_rate", "occupancy"}


def test_no_other_figure_needs_a_published_rule() -> None:
    left = catalogue_of(Settings(regulation=Regulation(off=published_rules()))).kpis
    assert not left.keys() & set(published_rules())
    assert {part for kpi in left.values() for part in kpi.ratio or ()} <= left.keys()
