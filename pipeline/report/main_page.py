"""The first page of a week: the questions of the week answered in sentences, tiles, speed beside quality, trends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.report import answers, data_quality, monday, service, tradeoff_panels, trends
from pipeline.report import tiles as headline
from pipeline.report.collect import RETURNS, Collected
from pipeline.report.figures import why_unripe
from pipeline.report.glance import glance
from pipeline.report.subjects import Places
from pipeline.report.tickets import written_panels
from pipeline.report.tradeoff_panels import Panel
from pipeline.report.words import Words


def main_page(data: Collected, words: Words, places: Places) -> dict[str, Any]:
    shown = headline.tiles(data, words)
    marks = trends.events(data, words)
    judged = len(headline.judged(shown))
    panels = tradeoff_panels.panels(data, words)
    return {
        "tiles": shown,
        "glance": glance(shown),
        "banner": data_quality.banner(data_quality.warnings(data, words)),
        "answers": answers.answers(data, words, places.link),
        "others": answers.others(data, words, places.link),
        "costs": answers.costs(data, words, places.link)[answers.TOLD :],
        "judged": judged,
        "alarms": headline.chances_of_an_alarm(words, judged),
        "notes": {"speed": service.channels_note(data, words), "quality": _ripe_note(data, words, shown)},
        "panels": panels if any(panel.chart for panel in panels) else [],
        "no_panels": _no_panels(data, words, panels),
        **tradeoff_panels.around(data, words, "tradeoff", panels),
        "trends": trends.trends(data, words, marks),
        "trend_lead": trends.lead(data, words, trends.headlines(data)),
        **monday.monday(data, words),
        "events": marks,
    }


def _no_panels(data: Collected, words: Words, panels: Sequence[Panel]) -> str:
    """Why there is no chart of speed against quality, and where that of letters stands; nothing where there is one."""
    if any(panel.chart for panel in panels):
        return ""
    of_letters = any(panel.chart for panel in written_panels(data, words))
    said = words("tradeoff.no_chart", panel=panels[0].title, reason=panels[0].why)
    return said + (" " + words("tradeoff.of_letters") if of_letters else "")


def _ripe_note(data: Collected, words: Words, shown: dict[str, list[headline.Tile]]) -> str:
    """The longest that a headline figure waits for its outcome; every figure names its own week."""
    days = max(tile.kpi.ripe_days for tiles in shown.values() for tile in tiles)
    if data.ripe[RETURNS]:
        return words("tile.ripe_note", days=days)
    return words("tile.no_ripe_note", days=days, why=why_unripe(data, words, RETURNS))
