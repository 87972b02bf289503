"""A column for each criterion or question: `unpivot` of a mapping makes a record of each."""

import json
from pathlib import Path

from tests.mapped import load

SCORECARD = """
table = "evaluations"
timezone = "UTC"
unpivot = { tone = "Tone (0-5)", solution = "Solution", pec = "Human contact" }
[reader]
null = ["N/A"]
[columns]
evaluation_id = { from = "Call", nth = true }
conversation_id = "Call"
evaluator = "By"
evaluated_at = "Day"
criterion = "[field]"
score = "[value]"
score_max = { from = "[field]", values = { pec = "1", "*" = "5" } }
"""
MARKS = """Call,By,Day,Tone (0-5),Solution,Human contact
c1,Ann,2026-05-04,4,N/A,1
c1,Bob,2026-05-04,9,2,0
"""


def test_each_criterion_is_a_record_of_its_evaluation(tmp_path: Path) -> None:
    account, rows, bad = load(tmp_path, SCORECARD, MARKS)
    assert [(r["line"], r["evaluation_id"], r["criterion"], r["score"], r["score_max"]) for r in rows] == [
        (2, "c1", "tone", 4, 5),
        (2, "c1", "solution", None, 5),
        (2, "c1", "pec", 1, 1),
        (3, "c1 #2", "solution", 2, 5),
        (3, "c1 #2", "pec", 0, 1),
    ]
    assert bad == [(3, "score", "mark_outside_scale")]
    assert account.rows_read == 6 and "takes for the first time" not in (account.remark or "")


def test_the_records_of_a_row_are_of_one_evaluation_though_some_are_left_out(tmp_path: Path) -> None:
    """Of two rows alike but for what stands in them: Ann's tone is not told, and Bob's is none of hers."""
    marks = "Call,By,Day,Tone (0-5),Solution,Human contact\nc1,Ann,2026-05-04,,2,1\nc1,Bob,2026-05-04,4,2,\n"
    _, rows, _ = load(tmp_path, SCORECARD.replace("[reader]", 'filled = ["[value]"]\n[reader]'), marks)
    assert [(r["evaluator"], r["evaluation_id"], r["criterion"]) for r in rows] == [
        ("Ann", "c1", "solution"),
        ("Ann", "c1", "pec"),
        ("Bob", "c1 #2", "tone"),
        ("Bob", "c1 #2", "solution"),
    ]


def test_a_question_that_no_object_holds_is_not_answered(tmp_path: Path) -> None:
    mapping = """
table = "surveys"
timezone = "UTC"
unpivot = { csat = "answers.satisfied", nps = "answers.recommend" }
filled = ["[value]"]
[columns]
survey_id = "id"
conversation_id = "ticket"
answered_at = "at"
question = "[field]"
score = "[value]"
"""
    sheets = [{"id": 1, "ticket": "t1", "at": "2026-05-04T10:00:00Z", "answers": {"satisfied": 4}}]
    account, rows, _ = load(tmp_path, mapping, json.dumps(sheets), "rows.json")
    assert [(r["question"], r["score"]) for r in rows] == [("csat", 4)]
    assert "no object has answers.recommend" in (account.passed_over or "")
