"""What must be delivered for a figure, told from the columns that its definition counts by."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.kpis import Catalogue, Kpi
from pipeline.report.words import Words


def needs(words: Words, catalogue: Catalogue, name: str) -> str:
    """What [needs] says of the columns that a KPI counts by, of a ratio those of both parts; else of its fact. Nothing where
    every source has what it takes."""
    kpi = catalogue[name]
    if kpi.ratio:
        return _listed(needs(words, catalogue, part) for part in kpi.ratio)
    told = [words.strings.get(f"needs.{key}") for key in columns(kpi)]
    return _listed(str(text) for text in told if text) or str(words.strings.get(f"needs.{kpi.of}", ""))


def columns(kpi: Kpi) -> list[str]:
    """Each column that a KPI counts by, behind its fact: fact_calls_wait_s."""
    names = re.findall(r"[a-z_]\w*", " ".join(filter(None, (kpi.value, kpi.met, kpi.counts))))
    return [f"{kpi.of}_{name}" for name in names]


def _listed(texts: Iterable[str]) -> str:
    """Each part once."""
    return "; ".join(dict.fromkeys(part for text in texts for part in text.split("; ") if part))
