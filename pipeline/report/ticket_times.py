"""How long tickets of the newest ripe week took, as bars on fixed edges; shares are of all, also of those that still wait."""

from __future__ import annotations

from pipeline.report import charts
from pipeline.report.cells import count_of, share_of
from pipeline.report.charts import Chart
from pipeline.report.collect import REPLIES, Collected
from pipeline.report.collect_tickets import CLOCKS, HOURS, Written
from pipeline.report.tables import Column, Table, text_cell
from pipeline.report.words import Words

TIMES = (*HOURS, "more")
BANDS = (*TIMES, "waiting")
SAID = {"first_reply": ("to_8h", "to_24h"), "full_resolution": ("to_24h", "to_3d")}
"""The finding of a clock: how many are within the first of these bands, how many beyond the second or not there yet."""


def time_charts(data: Collected, words: Words) -> list[Chart]:
    """A chart for each clock that has a time at all in the week."""
    week = data.ripe[REPLIES]
    if data.written is None or week is None:
        return []
    found = [(clock, counts(data.written, clock)) for clock in CLOCKS]
    return [_chart(words, clock, numbers, week) for clock, numbers in found if any(numbers[band] for band in TIMES)]


def counts(written: Written, clock: str) -> dict[str, int]:
    """Tickets in each band, and those that wait."""
    rows = written.times[written.times["clock"] == clock]
    known = dict(zip(rows["band"], rows["n"], strict=True))
    return {band: int(known.get(band, 0)) for band in BANDS}


def _chart(words: Words, clock: str, numbers: dict[str, int], week: str) -> Chart:
    said = _finding(words, clock, numbers)
    return Chart(
        id=f"tickets-{clock}",
        title=said,
        alt=words("tickets.times_alt", finding=said),
        height=250,
        figure=_figure(words, numbers),
        table=_table(words, clock, numbers),
        note=_note(words, clock, numbers, week),
        axes=(words("tickets.tickets"), ""),
    )


def _note(words: Words, clock: str, numbers: dict[str, int], week: str) -> str:
    known = {"all": sum(numbers.values()), "waiting": numbers["waiting"]}
    said = {name: words.number(n) for name, n in known.items()}
    return words(f"tickets.{clock}_note", days=words.week(week), **said)


def _finding(words: Words, clock: str, numbers: dict[str, int]) -> str:
    fast, slow = (BANDS.index(band) + 1 for band in SAID[clock])
    total = sum(numbers.values())
    quick, late = (sum(numbers[band] for band in bands) / total for bands in (BANDS[:fast], BANDS[slow:]))
    return words(f"tickets.{clock}_title", quick=words.percent(quick), late=words.percent(late))


def _figure(words: Words, numbers: dict[str, int]) -> charts.Figure:
    names, values = [words(f"tickets.{band}") for band in BANDS], [numbers[band] for band in BANDS]
    texts = [f"{name}: {words.count('rows.fact_tickets', value)}" for name, value in zip(names, values, strict=True)]
    bars = charts.bars(
        values, range(len(BANDS)), texts, "--ink", orientation="h",
        text=[words.number(value) for value in values], textposition="outside", cliponaxis=False,
    )  # fmt: skip
    xaxis = charts.axis(words, "count", 0, max(values) * 1.15, wanted=4)
    yaxis = charts.named_axis(range(len(BANDS)), names, autorange="reversed", automargin=True)
    return charts.figure([bars], xaxis, yaxis, bargap=0.15)


def _table(words: Words, clock: str, numbers: dict[str, int]) -> Table:
    total = sum(numbers.values())
    rows = [
        [text_cell(words(f"tickets.{band}")), count_of(words, numbers[band]), share_of(words, numbers[band] / total)]
        for band in BANDS
    ]
    heads = [Column(words("tickets.time"), False), Column(words("tickets.tickets")), Column(words("tickets.share"))]
    return Table(f"tickets-{clock}", words(f"tickets.{clock}_table"), heads, rows)
