"""What pages say: the same in both languages, with every plural form, figures as each language writes them."""

import re
from pathlib import Path

import duckdb
import pytest

from pipeline.contracts import Contract, read_contracts
from pipeline.kpis import catalogue_of
from pipeline.loading.row_tests import row_tests
from pipeline.report.collect import Collected
from pipeline.report.data_quality import Warning, banner
from pipeline.report.needs import columns, needs
from pipeline.report.pages import coded
from pipeline.report.tiles import UNCOUNTED
from pipeline.report.words import Words, duration, read_strings
from pipeline.settings import Settings
from pipeline.settings.service_levels import CHANNELS
from pipeline.sources.feed import Feed, Field
from tests.simulated import LANGUAGES

CATALOGUE = catalogue_of(Settings())


def test_both_languages_say_the_same_things() -> None:
    english, russian = (read_strings(language) for language in LANGUAGES)
    assert english.keys() == russian.keys()
    for key, text in english.items():
        forms = [
            (n, form) for t in (text, russian[key]) for n, form in (t.items() if isinstance(t, dict) else [("", t)])
        ]
        wanted = {frozenset(re.findall(r"{(\w+)}", form)) | ({"n"} if n == "zero" else set()) for n, form in forms}
        assert len(wanted) == 1, key


@pytest.mark.parametrize("language", LANGUAGES)
def test_counted_things_have_every_plural_form(language: str) -> None:
    tags = {*Words(language).locale.plural_form.tags, "other"}
    counted = {key: set(text) for key, text in read_strings(language).items() if isinstance(text, dict)}
    assert all(forms - {"zero"} == tags for forms in counted.values()), counted


def test_russian_nouns_stand_in_the_form_that_their_number_wants() -> None:
    say = Words("ru").count
    assert [say("rows.fact_calls", n) for n in (1, 2, 5, 11, 21, 22)] == [
        "1 звонок", "2 звонка", "5 звонков", "11 звонков", "21 звонок", "22 звонка"
    ]  # fmt: skip


def test_every_reason_rule_and_verdict_has_words(data: Collected) -> None:
    strings = read_strings("en")
    assert {f"parameter.{name}" for name in data.documents["settings"]["parameters"]} <= strings.keys()
    assert {f"rows.{fact}" for fact in data.catalogue.facts if fact != UNCOUNTED} <= strings.keys()


def test_every_table_and_rule_of_quarantine_has_words(tmp_path: Path) -> None:
    contracts = read_contracts().values()
    rules = {test.rule for contract in contracts for test in row_tests(contract, *feed_of(contract))}
    assert {f"contract.{contract.name}" for contract in contracts} <= read_strings("en").keys()
    assert {f"rule.{rule}" for rule in rules | reader_rules(tmp_path / "one.csv")} <= read_strings("en").keys()


def feed_of(contract: Contract) -> tuple[Feed, dict[str, Field]]:
    """One that delivers every column."""
    fields = {name: Field(name, name) for name in contract.columns}
    return Feed(contract.name, fields), fields


def reader_rules(file: Path) -> set[str]:
    """What DuckDB may have against a line of text, and what we have against one that it takes."""
    file.write_text("a\n1\n")
    with duckdb.connect() as sql:
        sql.execute(f"from read_csv('{file}', store_rejects = true)").fetchall()
        [(kinds,)] = sql.execute("select enum_range(any_value(error_type)) from reject_errors").fetchall()
    told = {kind.lower().replace(" ", "_") for kind in kinds} - {"cast"}
    return told | {"unclosed_quote", "not_a_json_object", "not_an_event"}


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (59.5, "1:00"), (65, "1:05"), (-6, "−0:06"), (3599.4, "59:59"), (3661, "1:01:01")],
)
def test_a_duration_is_in_minutes_and_from_an_hour_on_in_hours(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_figures_as_each_language_writes_them() -> None:
    english, russian = Words("en"), Words("ru")
    assert [english.figure("share", 0.8127), russian.figure("share", 0.8127)] == ["81.3%", "81,3\xa0%"]
    assert [english.span("share", 0.5, 0.75, 0), russian.span("share", 0.5, 0.75, 0)] == ["50–75%", "50–75\xa0%"]
    assert [english.difference("share", -0.021), russian.difference("share", 0.021)] == ["−2.1 pp", "+2,1 п. п."]
    assert [english.week("2026-W40"), russian.week("2026-W47")] == [
        "28 September – 4 October 2026",
        "16–22 ноября 2026",
    ]
    assert english.weeks(["2026-W52", "2026-W53"]) == "21 December 2026 – 3 January 2027"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(35_999, "9:59:59"), (36_000, "10,0 ч"), (158_986, "44,2 ч"), (172_800, "2,0 сут."), (-158_986, "−44,2 ч")],
)
def test_from_ten_hours_on_nobody_reads_seconds(seconds: float, text: str) -> None:
    assert Words("ru").figure("s", seconds) == text


@pytest.mark.parametrize(
    ("unit", "low", "high", "text"),
    [
        ("share", 0.0, 0.0049, "0.0–0.5%"),
        ("share", 0.636, 0.644, "63.6–64.4%"),
        ("share", 0.64, 0.64, "64%"),
        ("share", 0.64, 0.6401, "64%"),
        ("s", 13.8, 14.2, "0:14"),
        ("s", 32_400, 158_986, "9:00:00–44.2 h"),
        ("s", 158_986, 158_990, "44.2 h"),
        ("s", 200_000, 300_000, "2.3–3.5 days"),
        ("h", 2.72, 13.28, "3–13 h"),
        ("h", 7.04, 7.04, "7 h"),
        ("count", 25, 25, "25"),
    ],
)
def test_bounds_that_look_alike_are_told_apart_or_stand_once(unit: str, low: float, high: float, text: str) -> None:
    assert Words("en").span(unit, low, high, 0) == text


def test_sums_of_time_are_said_in_minutes_or_hours() -> None:
    english, russian = Words("en"), Words("ru")
    assert [english.time(6000), english.time(1578, 1221, 1936), english.time(204)] == [
        "100 min", "26 min (20–32 min)", "3.4 min"
    ]  # fmt: skip
    assert [russian.time(6000), russian.time(9000)] == ["100 мин", "2,5 ч"]


def test_an_abbreviation_at_the_end_of_a_sentence_has_one_full_stop() -> None:
    assert Words("ru")("answer.margins", margins="±7,1 п. п.").endswith("±7,1 п. п.")
    assert Words("ru").marked("answer.margins", margins="±7,1 п. п.").endswith("7,1 п. п.")
    assert Words("ru")("answer.margins", margins="±0:57").endswith("±0:57.")


def test_commands_stand_on_pages_as_code_and_what_is_around_them_as_text() -> None:
    assert coded("`lists <b>` has & all") == "<code>lists &lt;b&gt;</code> has &amp; all"
    for language in LANGUAGES:
        assert "<code>" in coded(Words(language)("findings.lists_records"))


@pytest.mark.parametrize(
    ("n", "who"), [(0, "none of 26 people lies"), (1, "1 of 26 people lies"), (2, "2 of 26 people lie")]
)
def test_of_one_person_outside_the_funnel_the_verb_is_singular_and_of_none_no_figure(n: int, who: str) -> None:
    said = Words("en").count("people.funnel_title", n, kpi="PEC", people="26 people")
    assert said == f"PEC: {who} outside the 99.8% band"


@pytest.mark.parametrize(
    ("titles", "end"), [([], ""), (["nobody?"], "nobody?"), (["no"], "no."), (["no", "yes"], "no…")]
)
def test_the_banner_of_checks_ends_as_a_sentence_does(titles: list[str], end: str) -> None:
    found = [Warning(title, "") for title in titles]
    assert banner(found) == end


@pytest.mark.parametrize(
    "pattern", [r"[\d}] (?:%|(?:ч|с|мин|сут|дн|нед|чел)\b|п\. п\.)", r"\w - \w", r" ,| \.", "-\\d"]
)
def test_russian_is_set_as_it_is_printed(pattern: str) -> None:
    """Units do not leave their number, dashes are no hyphens, a minus is a minus."""
    texts = [
        text
        for value in read_strings("ru").values()
        for text in (value.values() if isinstance(value, dict) else [value])
    ]
    kpis = catalogue_of(Settings()).kpis.values()
    texts += [text["ru"] for kpi in kpis for text in (kpi.title, kpi.meaning)]
    assert [text for text in texts if re.search(pattern, re.sub("`.*?`", "code", text))] == []


def test_what_a_figure_needs_is_told_from_the_columns_of_its_definition() -> None:
    """Of a ratio from those of both parts; nothing of what every source has. No text is of a column that nothing counts by."""
    told = {name: needs(Words("en"), CATALOGUE, name) for name in CATALOGUE.kpis}
    assert told["aht"] == "calls with talk_s, hold_s and wrap_s (0 where there is none)"
    assert told["effort_per_resolved"] == f"{told['aht']}; customer_key of calls, tickets or letters"
    assert (told["pec_rate"], told["offered"]) == ("evaluations with the criterion pec", "")
    assert (
        told["case_complaints"]
        == "is_complaint of tickets, or letters (messages); customer_key of calls, tickets or letters"
    )
    asked = {column for kpi in CATALOGUE.kpis.values() for column in [kpi.of, *columns(kpi)]}
    assert [key for key in read_strings("en") if key.startswith("needs.") and key[6:] not in asked] == []


def test_tickets_alone_are_not_what_a_figure_of_tickets_needs() -> None:
    """Letters without tickets are counted, too, and each clock and rule wants more: letters, a history, a statement."""
    strings = read_strings("en")
    of_tickets = [kpi for kpi in CATALOGUE.kpis.values() if kpi.of == "fact_tickets"]
    plain = {kpi.id for kpi in of_tickets if needs(Words("en"), CATALOGUE, kpi.id) == strings["needs.fact_tickets"]}
    assert plain == {"tickets_created", "tickets_solved"}
    assert (
        needs(Words("en"), CATALOGUE, "solved_in_time")
        == "status or solved_at of tickets, or their history (ticket_events)"
    )


def test_what_a_figure_needs_is_called_as_in_the_contracts() -> None:
    known = {*read_contracts(), *(column for contract in read_contracts().values() for column in contract.columns)}
    texts = [text for lang in LANGUAGES for key, text in read_strings(lang).items() if key.startswith("needs.")]
    assert {name for text in texts for name in re.findall(r"[a-z]+(?:_[a-z]+)+", str(text))} <= known


def test_only_usual_channels_have_words() -> None:
    assert [Words("ru").named(*value) for value in (("channel", "voice"), ("channel", "fax"), ("queue", "voice"))] == [
        "телефон", "fax", "voice",
    ]  # fmt: skip
    for language, said in CHANNELS.items():
        assert said == {channel: Words(language).named("channel", channel) for channel in said}, (
            "settings and pages alike"
        )
