"""What must be delivered for a figure, told from the columns that its definition counts by."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.kpis import Catalogue
from pipeline.report.words import Words


def needs(words: Words, catalogue: Catalogue, name: str) -> str:
    """What [needs] says of the KPI's facts and their columns; nothing where every source has what it takes."""
    told = (words.strings.get(f"needs.{column}") for column in _columns(catalogue, name))
    return "; ".join(dict.fromkeys(str(text) for text in told if text))


def _columns(catalogue: Catalogue, name: str) -> Iterator[str]:
    """The KPI's fact, and each of its columns behind it: fact_calls_wait_s. Of a ratio those of both parts."""
    kpi = catalogue[name]
    for part in kpi.ratio or ():
        yield from _columns(catalogue, part)
    yield from [kpi.of] if kpi.of else []
    for column in re.findall(r"[a-z_]\w*", " ".join(filter(None, (kpi.value, kpi.met, kpi.counts)))):
        yield f"{kpi.of}_{column}"
