"""The published results as analysts ask them: figures, rows, SQL, findings, and the report's own charts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pipeline.asking.doubts import in_doubt, marked
from pipeline.asking.periods import Day, asked_period, named_period
from pipeline.asking.values import Beside, refuse_unknown, values_of
from pipeline.drill import EXAMPLE, Where, among
from pipeline.errors import UsageError
from pipeline.results import Results, open_results
from pipeline.settings import Settings

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

    from pipeline.kpis import Catalogue
    from pipeline.report.collect import Collected

FIGURES = ("n", "numerator", "denominator", "value", "low", "high", "unit", "definition", "why")


class Exploration:
    """Frames of what was published last, until `refresh`. Weeks are ISO weeks such as "2026-W47"; days are ISO days, or dates."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.results: Results = open_results(settings.results)
        self._reports: dict[str | None, Collected] = {}

    def __repr__(self) -> str:
        weeks = f"{self.weeks[0]} to {self.weeks[-1]}" if self.weeks else "none yet"
        return f"published results of {self.settings.warehouse}: weeks {weeks}, {len(self.catalogue.kpis)} KPIs"

    @property
    def weeks(self) -> list[str]:
        """The weeks that have figures, oldest first."""
        return self.results.weeks

    @property
    def last_complete_week(self) -> str:
        """The newest week that has all its days; raises NoData when there is none."""
        return self.results.last_complete_week

    @property
    def catalogue(self) -> Catalogue:
        """Every definition; `definitions` gives them as a frame."""
        return self.results.catalogue

    @property
    def names(self) -> dict[str, str]:
        """Agents' names by their ids."""
        return self.results.names

    def definitions(self, lang: str = "en") -> pd.DataFrame:
        """One row a KPI: kpi, title, meaning, unit, formula, dimensions, grains, ripe_days, seen_days, source, definition."""
        import pandas as pd

        from pipeline.report.words import known_language

        known_language(lang)
        return pd.DataFrame([_entry(self.catalogue, name, lang) for name in self.catalogue.kpis])

    def kpis(
        self,
        *names: str,
        by: str | tuple[str, ...] = (),
        where: Where | None = None,
        week: str | None = None,
        first: Day = None,
        last: Day = None,
        grain: str = "total",
    ) -> pd.DataFrame:
        """Figures, one row per KPI, period and combination of `by` (team, agent, queue, topic, channel).

        `where` asks of some values alone, `{"team": "Rigi", "queue": ["service", "sales"]}`: each has the rows it has by `by`,
        "" are those of which none is known. All KPIs that can be split so and exist at the grain when none is named; all data
        without a week or days. Columns: kpi, period, one per dimension, n, numerator, denominator, value, low, high (95 %), unit,
        definition, why (a value is absent): no_rows, not_recorded (also where the data begin less than the KPI's `seen_days`
        before nearly all rows), or not_yet where most rows are younger than its `ripe_days`; beside a value evaluators_disagree,
        where a person's human contact is no ground for a judgement. At the grain total, period says what
        was asked: a week, days such as 2026-11-16/2026-11-22, or total for all data.
        Raises UsageError for what does not exist, NoData for days without data.
        """
        from pipeline.kpis.measure import Question, measure

        where = {} if where is None else where
        chosen, dimensions = among(where), _dimensions(by, where)
        asked = names or self._possible(dimensions, grain) or tuple(self.catalogue.kpis)
        facts = sorted({fact for name in asked for fact in self.catalogue.facts_of(name)})
        period = asked_period(self.results, week, first, last, facts)
        refuse_unknown(self.results, asked, where)
        question = Question(asked, grain, dimensions, period, chosen.sql)
        frame = measure(Beside(self.results, chosen.tables), self.catalogue, question)
        if grain == "total":
            frame["period"] = named_period(week, first, last)
        frame["unit"] = frame["kpi"].map(lambda name: self.catalogue[name].unit)
        if "agent" in dimensions:
            frame["why"] = marked(frame, in_doubt(self.results, self.settings, asked, week))
        return frame[["kpi", "period", *dimensions, *FIGURES]]

    def rows(
        self,
        kpi: str,
        week: str | None = None,
        met: bool | None = None,
        first: Day = None,
        last: Day = None,
        where: Where | None = None,
        **others: object,
    ) -> pd.DataFrame:
        """The records that a KPI counts, of a week or of days; `met` keeps those that met it or those that did not, `where` those
        of some values of dimensions, as in `kpis`. Raises UsageError for what does not exist."""
        from pipeline.drill import rows_behind

        if others:
            raise UsageError(f"rows has no {', '.join(others)}; dimensions stand in where, such as {EXAMPLE}")
        where, period = {} if where is None else where, self.period(week, first, last)
        refuse_unknown(self.results, [kpi], where)
        return rows_behind(self.results, kpi, period, where, met)

    def values(self, kpi: str, dimension: str) -> dict[str, str]:
        """Every value of a dimension among the records that a KPI is counted from, of all time, in order; agents by name."""
        self.catalogue.require_dimensions(kpi, [dimension])
        return values_of(self.results, [kpi], dimension)

    def records(self, finding: str, week: str | None = None) -> pd.DataFrame:
        """The records that a finding counts, by its id in the week as published now: the telling ones first, then the newest.

        Raises UsageError for an id that the week does not have, and for means of teams, behind which stand no single records.
        """
        from pipeline.drill import records_of
        from pipeline.findings import find_all

        found = {one.id: one for one in find_all(self.results, self.settings, week)}
        if finding not in found:
            raise UsageError(
                f"no finding '{finding}' in {week or 'the last complete week'}; `findings` lists their ids"
            )
        if (behind := found[finding].evidence.records) is None:
            raise UsageError(f"{finding}: no single records stand behind it")
        return records_of(self.results, behind)

    def sql(self, query: str, **frames: pd.DataFrame) -> pd.DataFrame:
        """The answer to a SQL query over the published tables, and over frames of yours by the names given."""
        return self.results.frame(query, **frames)

    def tables(self) -> pd.DataFrame:
        """The published tables and their columns: table_name, column_name, data_type."""
        return self.sql("select table_name, column_name, data_type from information_schema.columns order by all")

    def findings(self, week: str | None = None, lang: str = "en") -> pd.DataFrame:
        """What there is to say of a week, the weightiest first: verdict, text, kind, weight, figures (JSON), id."""
        import pandas as pd

        from pipeline.report.said import sentence
        from pipeline.report.words import Words, known_language

        words, names = Words(known_language(lang)), self.names
        said = [
            (
                f.verdict,
                sentence(words, f, self.catalogue, names),
                f.kind,
                f.weight,
                json.dumps(f.document()["figures"]),
                f.id,
            )
            for f in self.report(week).findings
        ]
        return pd.DataFrame(said, columns=["verdict", "text", "kind", "weight", "figures", "id"])

    def report(self, week: str | None = None) -> Collected:
        """Everything that the report of a week stands on, as frames; collected once until `refresh`."""
        from pipeline.report.collect import collect

        if week not in self._reports:
            self._reports[week] = collect(self.results, self.settings, week)
        return self._reports[week]

    def charts(self, week: str | None = None, lang: str = "en") -> dict[str, go.Figure]:
        """The charts of the report of a week by their ids, as plotly figures in the report's light colours."""
        from pipeline.report.drawn import figures
        from pipeline.report.words import Words, known_language

        words = Words(known_language(lang))
        return figures(self.report(week), words)

    def refresh(self) -> bool:
        """Look again; True when something newer has been published since."""
        before, self.results = self.results.manifest, open_results(self.settings.results)
        self._reports.clear()
        return self.results.manifest != before

    def period(self, week: str | None = None, first: Day = None, last: Day = None) -> str:
        """SQL for one week, for days inclusive, or for everything. Raises UsageError or NoData."""
        return asked_period(self.results, week, first, last)

    def _possible(self, by: tuple[str, ...], grain: str) -> tuple[str, ...]:
        known = self.catalogue
        return tuple(n for n in known.kpis if set(by) <= set(known.dimensions(n)) and grain in known.grains(n))


def _dimensions(by: str | tuple[str, ...], where: Where) -> tuple[str, ...]:
    """Those asked for, and those of which some values are: each once."""
    parts = by.split(",") if isinstance(by, str) else by
    return tuple(dict.fromkeys([*(part.strip() for part in parts if part.strip()), *where]))


def _entry(catalogue: Catalogue, name: str, lang: str) -> dict[str, object]:
    """One definition in one language."""
    kpi = catalogue[name]
    return {
        "kpi": name,
        "title": kpi.title[lang],
        "meaning": kpi.meaning[lang],
        "unit": kpi.unit,
        "better": kpi.better,
        "formula": kpi.formula(),
        "dimensions": ", ".join(catalogue.dimensions(name)),
        "grains": ", ".join(catalogue.grains(name)),
        "ripe_days": kpi.ripe_days,
        "seen_days": kpi.seen_days,
        "source": kpi.source[lang],
        "definition": catalogue.definition(name),
    }
