"""The KPI dictionary in Markdown, from the catalogue: `python -m pipeline.kpis.dictionary > KPIS.md`."""

from __future__ import annotations

from pipeline.kpis import DIMENSIONS, GRAINS, WHY_NOT_BY, Catalogue, Kpi, catalogue_of
from pipeline.settings import Settings

INTRODUCTION = """# KPI dictionary

Generated from the catalogue in `pipeline/kpis/*.toml` with the default parameters by `make dictionary`; a test keeps it true.

- Shares are 0 to 1, durations are seconds (unit s) or hours (unit h).
- A row for which a condition cannot be decided (NULL) is unknown. A figure is given if at least 95 % of its rows are known,
  otherwise it is "not available".
- "known after" so many days: rows count that began at least that long before the data end. If most are younger, it is "not yet".
- "asks for" the days before: rows count whose source has data that reach back so far, because what looks like the first contact
  may not be. For a case that is the source it began in or, by who closed it, ended in. If hardly any rows do, it is
  "not available".
"""


def dictionary(catalogue: Catalogue) -> str:
    """The whole dictionary; variants follow the KPI that they vary."""
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
