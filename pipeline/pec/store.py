"""Scores of letters in the warehouse: each text is scored once for each state of the lexicons, with every hit and its place."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.models import read_model
from pipeline.pec.lexicons import abuse_features, read_features

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.engines.warehouse import Warehouse
    from pipeline.pec.score import Scorer

BATCH = 20_000
TABLES = """
create table if not exists letter_scores (
    source varchar, message_id varchar, digest varchar, role varchar, score double{counted});
create table if not exists letter_hits (
    source varchar, message_id varchar, feature varchar, begins integer, ends integer, said varchar);
"""


def score_new(warehouse: Warehouse, own: Path | None, progress: Callable[[str], None]) -> int:
    """Score the letters whose text, writer or lexicons are new; returns how many. Needs no lexicon where there is no letter."""
    sql = warehouse.sql
    sql.execute(f"create or replace temp view read_letters as {_letters_read(lexicon_digest(own))}")
    with warehouse.transaction():
        _make_tables(warehouse)
        _forget_outdated(warehouse)
    sql.execute(
        "create or replace temp table unscored as select * from read_letters anti join letter_scores using (source, message_id)"
    )
    total = int(warehouse.value("select count(*) from unscored"))
    if not total:
        return 0
    from pipeline.pec.score import Scorer

    scorer = Scorer(own)
    for begin in range(0, total, BATCH):
        progress(f"reading letters {begin:,} of {total:,}")
        frame = sql.execute(f"select * from unscored order by source, message_id limit {BATCH} offset {begin}").df()
        with warehouse.transaction():
            for role, letters in frame.groupby("role"):
                _store(warehouse, scorer, letters.reset_index(drop=True), str(role))
    return total


def _letters_read(lexicons: str) -> str:
    """SQL: letters of people, each with a digest of all that its score depends on."""
    return (
        f"select source, message_id, body, author_role as role, md5(body || author_role || '{lexicons}') as digest "
        f"from ({read_model('core_letter_authors')}) where body is not null and author_role in ('agent', 'customer')"
    )


def _make_tables(warehouse: Warehouse) -> None:
    counted = {"abuse": "smallint", "wording": "varchar"} | dict.fromkeys(read_features()[1], "smallint")
    listed = "".join(f", {name} {sql_type}" for name, sql_type in counted.items())
    warehouse.sql.execute(TABLES.format(counted=listed))
    there = {name for name, *_ in warehouse.sql.execute("describe letter_scores").fetchall()}
    for name in (name for name in counted if name not in there):
        warehouse.sql.execute(f"alter table letter_scores add column {name} {counted[name]}")


def _forget_outdated(warehouse: Warehouse) -> None:
    """Scores and hits of letters that are gone, empty now, of another text or writer, or were read by other lexicons."""
    warehouse.sql.execute(
        "create or replace temp table outdated as select source, message_id from letter_scores "
        "anti join read_letters using (source, message_id, digest)"
    )
    for table in ("letter_scores", "letter_hits"):
        warehouse.sql.execute(
            f"delete from {table} t using outdated o where t.source = o.source and t.message_id = o.message_id"
        )


def lexicon_digest(own: Path | None) -> str:
    """Of everything a score depends on besides the text."""
    digest = hashlib.sha256()
    ours = Path(str(resources.files("pipeline.pec")))
    files = sorted(ours.glob("*.py")) + sorted(ours.rglob("*.t*ml")) + sorted(ours.rglob("*.tsv"))
    files += sorted(ours.parent.glob("own_words.*"))
    for file in [*files, *(sorted(own.rglob("*.tsv")) if own else [])]:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _store(warehouse: Warehouse, scorer: Scorer, letters: pd.DataFrame, role: str) -> None:
    import pandas as pd

    from pipeline.pec.wording import wordings

    found = scorer.read(letters["body"].tolist(), role)
    scores = letters[["source", "message_id", "digest", "role"]].copy()
    scores["score"], scores["wording"] = found.score, wordings(found)
    for name, counts in found.counts.items():
        scores[name] = counts
    if role == "customer":
        scores["abuse"] = sum(found.counts[name] for name in abuse_features())
    evidence = found.evidence()
    place = [n for n, _ in evidence]
    hits = pd.DataFrame(
        {"source": letters["source"].to_numpy()[place], "message_id": letters["message_id"].to_numpy()[place],
         "feature": [e.feature for _, e in evidence], "begins": [e.start for _, e in evidence],
         "ends": [e.end for _, e in evidence], "said": [e.text for _, e in evidence]}
    )  # fmt: skip
    for table, frame in (("letter_scores", scores), ("letter_hits", hits)):
        with warehouse.named(frame=frame):
            warehouse.sql.execute(f"insert into {table} by name select * from frame")
