"""The KPI dictionary in Markdown, from the catalogue: `python -m pipeline.kpis.dictionary > KPIS.md`."""

from __future__ import annotations

from pipeline.kpis import DIMENSIONS, GRAINS, WHY_NOT_BY, Catalogue, Kpi, catalogue_of
from pipeline.settings import Settings

INTRODUCTION = """# KPI dictionary

Generated from the catalogue in `pipeline/kpis/*.toml` with the default parameters by `make dictionary`; a test keeps it
true. Shares are 0 to 1, durations are seconds (unit s) or hours (unit h). A condition that cannot be told for a row
(NULL) makes the row unknown; a figure is given when at least 95 % of its rows are known, otherwise it is "not available".
What is "known after" days counts rows that began so long before the data end; where most are younger it is "not yet".
What "asks for" days before counts rows before which the data of their source (a case's: of the one it began in, or, by who
closed it, ended in) reach back so far: what would be the first contact may be none; where hardly any do it is "not available".
"""


def dictionary(catalogue: Catalogue) -> str:
    """The whole dictionary; variants stand behind the KPI they vary."""
    order = sorted(catalogue.kpis.values(), key=lambda kpi: (kpi.variant_of or kpi.id, kpi.id))
    return INTRODUCTION + "".join(_entry(catalogue, kpi) for kpi in order)


def _entry(catalogue: Catalogue, kpi: Kpi) -> str:
    facts = [
        ("formula", f"`{kpi.formula()}`"),
        ("unit", kpi.unit),
        ("better", kpi.better or "neither: it depends"),
        ("by", ", ".join(catalogue.dimensions(kpi.id))),
        ("not by", _not_by(catalogue, kpi)),
        ("only by", _only_at(catalogue, kpi)),
        ("known after", f"{kpi.ripe_days} days" if kpi.ripe_days else "at once"),
        ("asks for", f"data of the {kpi.seen_days} days before" if kpi.seen_days else ""),
        ("variant of", kpi.variant_of or ""),
        ("source", kpi.source["en"]),
        ("definition", f"`{catalogue.definition(kpi.id)}`"),
    ]
    lines = "".join(f"- {name}: {value}\n" for name, value in facts if value)
    return f"\n## {kpi.id}\n**{kpi.title['en']}** · {kpi.title['ru']}\n\n{kpi.meaning['en']}\n\n{kpi.meaning['ru']}\n\n{lines}"


def _not_by(catalogue: Catalogue, kpi: Kpi) -> str:
    taken = [d for d in DIMENSIONS if d in catalogue.not_by(kpi.id)]
    return f"{', '.join(taken)}: {WHY_NOT_BY}" if taken else ""


def _only_at(catalogue: Catalogue, kpi: Kpi) -> str:
    grains = catalogue.grains(kpi.id)
    return "" if grains == GRAINS else ", ".join(grains)


if __name__ == "__main__":
    print(dictionary(catalogue_of(Settings())), end="")
