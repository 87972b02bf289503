"""Letters of tickets in, written contacts out: whose they are, what counts for nothing, abuse apart."""

from pathlib import Path

import pytest

from pipeline.engines.warehouse import open_warehouse
from pipeline.pec.store import score_new
from pipeline.results import Results
from pipeline.settings import Settings
from tests.tables import figure, load_table, publish

WARM = "Hello Emma, I am so sorry, I fixed it myself and will write tomorrow. Tom"
TICKETS = "ticket_id  created_at        status\n" + "\n".join(f"t{n}  2026-05-04 10:{n:02d}  solved" for n in range(24))


def letters() -> str:
    rows = ["message_id  conversation_id  author_role  agent  sent_at           body"]
    for n in range(24):
        own = WARM if n < 21 else f"{WARM} Number {n}"
        abuse = "You are idiots" if n == 3 else "My line is dead"
        rows.append(f"q{n}  t{n}  customer  -    2026-05-04 10:{n:02d}  {abuse}")
        rows.append(f"a{n}  t{n}  agent     tom  2026-05-04 11:{n:02d}  {own}")
    return "\n".join(rows)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    marks = "evaluation_id  conversation_id  evaluator  evaluated_at      criterion  score\n"
    marks += "1  t3  eve  2026-05-05 10:00  pec  0\n2  t4  eve  2026-05-05 10:00  pec  1\n3  t4  bo  2026-05-05 11:00  pec  0"
    folder: Path = tmp_path_factory.mktemp("joined")
    return publish(folder, tickets=TICKETS, messages=letters(), evaluations=marks)


def test_words_that_went_out_twenty_times_get_no_credit(results: Results) -> None:
    scores = results.frame("select ticket_id, score from fact_pec order by ticket_id").set_index("ticket_id")["score"]
    assert scores["t0"] == 0.5 and scores["t22"] > 0.9 and len(scores) == 24


def test_abuse_is_counted_and_kept_apart(results: Results) -> None:
    assert figure(results, "abuse_exposure", agent="tom")["value"] == pytest.approx(1 / 24)
    assert figure(results, "pec_rate")["n"] == 3
    assert figure(results, "pec_calm")[["numerator", "denominator"]].tolist() == [1, 2], "evaluations, as of pec_rate"


def test_where_nobody_abuses_the_calm_rate_is_the_rate(tmp_path: Path) -> None:
    """A contact on which two evaluators disagree is a yes and a no in both; a call has no letters that would tell of abuse."""
    marks = "evaluation_id  conversation_id  evaluator  evaluated_at      criterion  score\n"
    marks += "1  t1  eve  2026-05-05 10:00  pec  1\n2  t1  bo  2026-05-05 10:00  pec  0\n3  t2  eve  2026-05-05 11:00  pec  0"
    tables = {"tickets": TICKETS, "messages": letters(), "evaluations": marks}
    written = publish(tmp_path / "written", **tables)
    rates = [figure(written, kpi)[["numerator", "denominator"]].tolist() for kpi in ("pec_rate", "pec_calm")]
    assert rates == [[1, 3], [1, 3]]
    call = "call_id  offered_at        talk_s  outcome   agent\nc        2026-05-04 10:00  60      answered  tom"
    tables["evaluations"] += "\n4  c   eve  2026-05-05 12:00  pec  1"
    spoken = publish(tmp_path / "spoken", calls=call, **tables)
    assert [figure(spoken, kpi)["denominator"] for kpi in ("pec_rate", "pec_calm")] == [4, 3]


def test_two_verdicts_of_one_contact_are_one_mean(results: Results) -> None:
    judged = results.frame("select ticket_id, verdict, verdicts from fact_pec where verdict is not null order by 1")
    assert judged.values.tolist() == [["t3", 0.0, 1], ["t4", 0.5, 2]]


def test_a_warehouse_from_before_a_feature_gains_its_column(tmp_path: Path) -> None:
    with open_warehouse(Settings(warehouse=tmp_path / "w.duckdb")) as warehouse:
        score_new(warehouse, None, lambda step: None)
        every = warehouse.sql.execute("select * from letter_scores").description
        warehouse.sql.execute("alter table letter_scores drop column greeting")
        load_table(warehouse, Settings(), tmp_path, "messages", letters())
        assert score_new(warehouse, None, lambda step: None) == 48
        assert {name for name, *_ in every} == {
            row["column_name"] for row in warehouse.records("describe letter_scores")
        }
