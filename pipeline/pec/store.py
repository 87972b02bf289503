"""Scores of letters in the warehouse: each text is scored once for each state of the lexicons, with every hit and its place."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.pec.lexicons import read_features

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.engines.warehouse import Warehouse
    from pipeline.pec.score import Scorer

BATCH = 20_000
TABLES = """
create table if not exists letter_scores (
    source varchar, message_id varchar, digest varchar, role varchar, score double);
create table if not exists letter_hits (
    source varchar, message_id varchar, feature varchar, begins integer, ends integer, said varchar);
"""


def score_new(warehouse: Warehouse, own: Path | None, progress: Callable[[str], None]) -> int:
    """Score the letters whose text or lexicons are new; returns how many. Needs no lexicon where there is no letter."""
    sql = warehouse.sql
    with warehouse.transaction():
        sql.execute(TABLES)
        for feature in read_features()[1]:
            sql.execute(f"alter table letter_scores add column if not exists {feature} smallint")
    digest = lexicon_digest(own)
    sql.execute(
        "create or replace temp table unscored as select m.source, m.message_id, coalesce(m.body, '') as body, "
        "case when coalesce(m.author_role, 'agent') = 'customer' then 'customer' else 'agent' end as role, "
        f"md5(coalesce(m.body, '') || coalesce(m.author_role, '') || '{digest}') as digest from raw_messages m "
        "left join letter_scores s on s.source = m.source and s.message_id = m.message_id "
        "and s.digest = md5(coalesce(m.body, '') || coalesce(m.author_role, '') || "
        f"'{digest}') where s.message_id is null and m.body is not null"
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


def lexicon_digest(own: Path | None) -> str:
    """Of everything a score depends on besides the text."""
    digest = hashlib.sha256()
    ours = Path(str(resources.files("pipeline.pec")))
    files = sorted(ours.glob("*.py")) + sorted(ours.rglob("*.t*ml")) + sorted(ours.rglob("*.tsv"))
    for file in [*files, *(sorted(own.rglob("*.tsv")) if own else [])]:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _store(warehouse: Warehouse, scorer: Scorer, letters: pd.DataFrame, role: str) -> None:
    import pandas as pd

    found = scorer.read(letters["body"].tolist(), role)
    scores = letters[["source", "message_id", "digest", "role"]].copy()
    scores["score"] = found.score
    for name, counts in found.counts.items():
        scores[name] = counts
    evidence = found.evidence()
    place = [n for n, _ in evidence]
    hits = pd.DataFrame(
        {"source": letters["source"].to_numpy()[place], "message_id": letters["message_id"].to_numpy()[place],
         "feature": [e.feature for _, e in evidence], "begins": [e.start for _, e in evidence],
         "ends": [e.end for _, e in evidence], "said": [e.text for _, e in evidence]}
    )  # fmt: skip
    for table in ("letter_scores", "letter_hits"):
        warehouse.sql.register("scored", letters[["source", "message_id"]])
        warehouse.sql.execute(
            f"delete from {table} t using scored s where t.source = s.source and t.message_id = s.message_id"
        )
        warehouse.sql.unregister("scored")
    for table, frame in (("letter_scores", scores), ("letter_hits", hits)):
        warehouse.sql.register("frame", frame)
        warehouse.sql.execute(f"insert into {table} by name select * from frame")
        warehouse.sql.unregister("frame")
