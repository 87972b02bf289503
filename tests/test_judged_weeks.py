"""As many contacts are judged of each person; in the centre's figure each stands for the contacts of its person and week."""

from pathlib import Path

import numpy as np
import pytest

from pipeline.kpis.measure import Question, measure
from tests.tables import publish_of

pytestmark = pytest.mark.usefixtures("facts_alone")

CALLS = "call_id  offered_at  agent  talk_s  outcome  customer_key"
JUDGED = "evaluation_id  conversation_id  evaluator  evaluated_at  criterion  score"
PEOPLE = {"ann": (40, 2, 0), "-": (40, 20, 1), "bo": (10, 2, 0)}
"""Who answered, how many contacts, how many of them were judged, and how. Of "-" nobody knows who it was. In the week after,
two are judged that nobody answered: they stand for themselves."""


def test_a_judged_contact_stands_for_those_of_its_person_and_week_also_of_nobody(tmp_path: Path) -> None:
    calls, judged = [CALLS], [JUDGED]
    for who, (contacts, some, score) in PEOPLE.items():
        for n in range(contacts):
            calls.append(f"{who}{n}  2026-05-04 10:{n:02}  {who}  60  answered  {who}{n}")
        judged += [f"e{who}{n}  {who}{n}  eve  2026-05-04 20:00  pec  {score}" for n in range(some)]
    calls += [f"lost{n}  2026-05-13 10:00  -  -  abandoned  lost{n}" for n in range(2)]
    calls.append("found  2026-05-13 10:00  -  60  answered  found")
    judged += [f"elost{n}  lost{n}  eve  2026-05-13 20:00  pec  0" for n in range(2)]
    results = publish_of(tmp_path, ("pbx", "calls", "\n".join(calls)), ("pbx", "evaluations", "\n".join(judged)))
    stood = results.frame("select distinct agent, stands_for from fact_evaluations order by agent nulls last, 2 desc")
    assert stood["stands_for"].tolist() == [20.0, 5.0, 2.0, 1.0]
    pec = measure(results, results.catalogue, Question(("pec_rate",))).iloc[0]
    assert (pec["n"], pec["numerator"], pec["denominator"]) == (26, 40, 92)
    assert pec["value"] == pytest.approx(40 / 92)
    assert pec["low"] < 40 / 92 < pec["high"], "a sample of the centre's contacts, which are no sample themselves"
    assert np.isnan(measure(results, results.catalogue, Question(("identified",))).iloc[0]["low"])
