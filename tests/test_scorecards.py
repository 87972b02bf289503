"""Scorecards of the settings: weights and critical criteria by version, disputes of employees."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.engines.warehouse import open_warehouse
from pipeline.expectations import check_batches
from pipeline.report.collect_pec import warmth
from pipeline.report.evaluators import of_themselves
from pipeline.report.words import Words
from pipeline.results import Results
from pipeline.settings import Criterion, Scorecard, Settings
from tests.tables import figure, load_table, publish_under

pytestmark = pytest.mark.usefixtures("facts_alone")

CALLS = "call_id  offered_at        talk_s  outcome   agent\na        2026-05-04 10:00  60      answered  ann"
MARKS = """
evaluation_id  conversation_id  evaluator  evaluated_at      criterion  score  score_max
1              a                eve        2026-05-05 10:00  clarity    4      4
1              a                eve        2026-05-05 10:00  solution   0      4
1              a                eve        2026-05-05 10:00  needs      -      4
2              a                eve        2026-05-12 10:00  clarity    4      4
2              a                eve        2026-05-12 10:00  solution   0      4
"""
ANSWERS = "evaluation_id  kind     happened_at\n2              dispute  2026-05-13 10:00"
FIRST = Scorecard(
    name="phone",
    criteria={"clarity": Criterion(weight=3), "solution": Criterion(weight=1), "needs": Criterion(weight=9)},
)
SECOND = FIRST.model_copy(update={"valid_from": date(2026, 5, 10), "criteria": {"solution": Criterion(critical=True)}})


def published(folder: Path, scorecards: tuple[Scorecard, ...], timezone: str = "UTC", **tables: str) -> Results:
    settings = Settings(warehouse=folder / "w.duckdb", scorecards=scorecards, timezone=timezone)
    return publish_under(settings, folder, **tables)


def test_the_card_of_the_day_says_weight_and_what_is_critical(tmp_path: Path) -> None:
    results = published(tmp_path, (FIRST, SECOND), calls=CALLS, evaluations=MARKS, evaluation_events=ANSWERS)
    scores = results.frame("select evaluation_id, qa_score, is_auto_fail, is_disputed from fact_evaluations order by 1")
    assert scores.values.tolist() == [["1", 75.0, False, False], ["2", 0.0, True, True]]
    assert figure(results, "disputed")["value"] == 0.5 and figure(results, "auto_fail")["value"] == 0.5


@pytest.mark.parametrize(
    ("timezone", "before", "on"),
    [
        ("Asia/Vladivostok", "2026-05-09 13:59", "2026-05-09 14:00"),
        ("UTC", "2026-05-09 23:59", "2026-05-10 00:00"),
        ("America/New_York", "2026-05-10 03:59", "2026-05-10 04:00"),
    ],
)
def test_a_card_is_valid_from_midnight_of_the_site(tmp_path: Path, timezone: str, before: str, on: str) -> None:
    marks = "evaluation_id  conversation_id  evaluator  evaluated_at      criterion  score  score_max"
    for one, at in ((1, before), (2, on)):
        marks += f"\n{one}  a  eve  {at}  clarity   4  4\n{one}  a  eve  {at}  solution  0  4"
    results = published(tmp_path, (FIRST, SECOND), timezone, calls=CALLS, evaluations=marks)
    assert results.frame("select qa_score from fact_evaluations order by evaluation_id")["qa_score"].tolist() == [75, 0]


def test_without_a_card_the_rows_speak_and_nobody_answered(tmp_path: Path) -> None:
    results = published(tmp_path, (), calls=CALLS, evaluations=MARKS)
    assert results.frame("select qa_score from fact_evaluations order by evaluation_id")["qa_score"].tolist() == [
        50,
        50,
    ]
    assert figure(results, "disputed")["why"] == "not_recorded"


def test_a_score_beyond_the_scale_of_a_later_card_says_nothing_and_is_named(tmp_path: Path) -> None:
    """Clarity, 4 of 4, counts in neither evaluation once the card says 3; solution, 0 of 4, counts alone."""
    published(tmp_path, (FIRST,), calls=CALLS, evaluations=MARKS)
    narrow = Scorecard(name="phone", criteria={"clarity": Criterion(max=3)})
    results = published(tmp_path, (narrow,))
    assert results.frame("select qa_score from fact_evaluations")["qa_score"].tolist() == [0, 0]
    for cards, outcome, named in (((FIRST,), "passed", ""), ((narrow,), "failed", "clarity (phone)")):
        settings = Settings(warehouse=tmp_path / "w.duckdb", scorecards=cards)
        with open_warehouse(settings) as warehouse:
            checks = {check.check_name: check for check in check_batches(warehouse, settings, lambda step: None)}
        found = checks["evaluations_beyond_the_scale"]
        assert (found.outcome, found.failing, found.severity) == (outcome, named, "warn")


def test_two_cards_must_not_name_one_criterion() -> None:
    with pytest.raises(ValueError, match="both name clarity"):
        Settings(scorecards=(FIRST, Scorecard(name="chat", criteria={"clarity": Criterion()})))


PEC = """
evaluation_id  conversation_id  evaluator  evaluated_at      criterion  score  is_critical
1              a                eve        2026-05-05 10:00  needs      1      false
1              a                eve        2026-05-05 10:00  pec        0      true
2              a                fay        2026-05-05 10:00  pec        0      false
"""


@pytest.mark.parametrize(
    ("cards", "scores"), [((), [100, None]), ((Scorecard(name="phone", criteria={"pec": Criterion()}),), [50, 0])]
)
def test_human_contact_counts_in_the_quality_score_only_where_a_card_names_it(
    tmp_path: Path, cards: tuple[Scorecard, ...], scores: list[float | None]
) -> None:
    results = published(tmp_path, cards, calls=CALLS, evaluations=PEC)
    found = results.frame("select qa_score, is_pec, is_auto_fail from fact_evaluations order by evaluation_id")
    assert [None if score != score else score for score in found["qa_score"]] == scores
    assert found["is_pec"].tolist() == [False, False] and not found["is_auto_fail"].any()


def test_what_people_say_of_their_own_contacts_counts_nowhere(tmp_path: Path) -> None:
    """Ann, who answered, calls herself warm; eve does not, and writes the criterion in capitals."""
    both = PEC.replace("eve", "ann").replace("fay", "eve").replace("pec        0      false", "PEC        0      false")
    results = published(
        tmp_path, (), calls=CALLS, evaluations=both.replace("pec        0      true", "pec        1      true")
    )
    found = results.frame("select is_own, is_pec, qa_score from fact_evaluations order by evaluation_id")
    assert found["is_own"].tolist() == [True, False] and found["qa_score"].isna().all()
    assert figure(results, "pec_rate", agent="ann")[["numerator", "denominator"]].tolist() == [0, 1]
    seen = warmth(results, results.weeks)
    assert seen and seen.verdicts["evaluator"].tolist() == ["eve"]
    assert (
        of_themselves(Words("en"), seen)
        == "1 judgement was made by the person who handled the contact; it is not counted anywhere."
    )


SHARED = """
evaluation_id  conversation_id  evaluator  evaluated_at      criterion  score
1              a                eve        2026-05-05 10:00  pec        1
1              a                fay        2026-05-05 10:00  clarity    0
1              b                eve        2026-05-05 10:00  solution   1
"""


def test_an_id_of_several_evaluators_or_contacts_gives_nobody_the_marks_of_another(tmp_path: Path) -> None:
    results = published(tmp_path, (), calls=f"{CALLS}\nb  2026-05-04 11:00  60  answered  bob", evaluations=SHARED)
    found = results.frame("select conversation_id, evaluator, qa_score from fact_evaluations order by 1, 2")
    assert found.fillna(-1).values.tolist() == [["a", "eve", -1], ["a", "fay", 0], ["b", "eve", 100]]


def marks(*scores: float) -> str:
    lines = [f"{n}  a  eve  2026-05-05 10:00  needs  {score}" for n, score in enumerate(scores)]
    return "\n".join(["evaluation_id  conversation_id  evaluator  evaluated_at  criterion  score", *lines])


@pytest.mark.parametrize(
    ("scales", "marked", "scores"),
    [
        ([(1, 5)], (1, 4), [0, 75]),
        ([(1, 5), (1, 10)], (1, 5), [0, 100]),
        ([(None, 5), (1, 5)], (0, 5), [0, 100]),
    ],
)
def test_marks_without_a_scale_are_read_on_that_of_their_card(
    tmp_path: Path, scales: list[tuple[float | None, float]], marked: tuple[float, ...], scores: list[float]
) -> None:
    """Of two versions the first holds on the day of these marks."""
    cards = tuple(
        Scorecard(
            name="phone",
            valid_from=date(2026, 1 + 6 * n, 1) if n else None,
            criteria={"needs": Criterion(weight=2, min=low, max=high)},
        )
        for n, (low, high) in enumerate(scales)
    )
    results = published(tmp_path, cards, calls=CALLS, evaluations=marks(*marked))
    assert results.frame("select qa_score from fact_evaluations order by evaluation_id")["qa_score"].tolist() == scores


@pytest.mark.parametrize("cards", [(), (Scorecard(name="phone", criteria={"needs": Criterion(min=1, max=4)}),)])
def test_marks_outside_every_scale_are_refused_with_the_place_where_one_is_written(
    tmp_path: Path, cards: tuple[Scorecard, ...]
) -> None:
    settings = Settings(warehouse=tmp_path / "w.duckdb", scorecards=cards)
    with open_warehouse(settings) as warehouse:
        account = load_table(warehouse, settings, tmp_path, "evaluations", marks(*[5] * 30))
    assert account.error is not None and "rule mark_outside_scale, value '5'" in account.error
    assert "[constants] score_min = 1 and score_max = 5, or min and max of [[scorecards]]" in account.error
