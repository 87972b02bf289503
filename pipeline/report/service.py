"""Half-hours that met the target, those short of people, contacts nobody answered, other figures, definitions of the level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from pipeline.kpis import Kpi
from pipeline.report.cells import cell, column, count_cell, head_cell
from pipeline.report.collect import Collected
from pipeline.report.figures import digits, known, row_of
from pipeline.report.half_hours import Half, day_name, half_hours, has_met
from pipeline.report.said import figure, half_hour, said_of
from pipeline.report.tables import Cell, Column, Table, text_cell
from pipeline.report.week_tables import alarm_note, figure_cell, has_figure, lines, two_weeks, week_table
from pipeline.report.words import Words
from pipeline.settings.service_levels import ServiceLevel, other_limits

OPENING = ("service_level", "abandonment", "asa")
"""The figures that the page is about."""

VARIANTS = ("service_level", *(f"service_level_f{i}" for i in range(1, 7)), "service_level_queued")
OTHERS = (
    "occupancy", "adherence", "forecast_error", "forecast_bias", "forecast_aht", "wait_p90", "wait_max", "refused", "transfers",
    "talk_mean", "hold_mean", "wrap_mean",
)  # fmt: skip
"""What a head of a centre asks of a week beside the headline figures; the last three make handle time."""

UNANSWERED = ("abandonment", "contacts_unanswered", "unanswered_reached_1d", "unanswered_lost_7d")
"""Who got no answer, from the legs at queues to the customers whom nobody reached."""

SHORT = {"people": "per_hour", "wanted": "count", "gap": "per_hour"}
LEVELS = ("seen", "told")
"""Of a half-hour that is short of people: how many, with their units, and which shares of its calls are answered in time."""

LETTERS = ("email", "messenger")
"""Channels in which nobody waits on a line."""
SEEN_SHARE = 0.01
SECOND_SHARE = 0.05
"""Of what was offered, from which on channels are told by name where a second one has as much, and are worth a word."""


def lead(data: Collected, words: Words) -> str:
    """Within what time calls were to be answered when the figures were made."""
    said = data.documents["settings"]
    general = said["parameters"]["answer_within_s"]
    others = other_limits((ServiceLevel(**one) for one in said["service_levels"]), general, words.language)
    return words("service.lead", seconds=words.number(general), others=others)


def is_called(data: Collected) -> bool:
    """Whether calls were offered in the reported week, with a wait that the source records or without."""
    row = row_of(data.of_cut(""), "offered", period=data.week)
    return row is not None and known(row["value"]) and row["value"] > 0


def channels_note(data: Collected, words: Words) -> str:
    """Of which channels the week's service level and speed of answer are a mixture, with a link to where they stand apart; with
    one channel, what letters make of them."""
    channels = data.of_cut("channel")
    level = channels[(channels["kpi"] == "service_level") & (channels["period"] == data.week)]
    offered = level.set_index("channel")["denominator"].dropna().sort_values(ascending=False)
    if (offered > SECOND_SHARE * offered.sum()).sum() < 2:
        return letters_note(data, words)
    told = [_channel(data, words, str(name), n) for name, n in offered.items() if n >= SEEN_SHARE * offered.sum()]
    link = Markup('<a href="topics.html#table-channels">{}</a>').format(words("service.channels_link"))
    return words.marked("service.channels", channels="; ".join(told), link=link)


def _channel(data: Collected, words: Words, name: str, offered: float) -> str:
    rows = {
        kpi: row_of(data.of_cut("channel"), kpi, period=data.week, channel=name) for kpi in ("service_level", "asa")
    }
    figures = {kpi: cell(words, data.catalogue[kpi], row, 0).text for kpi, row in rows.items()}
    return words("service.channel", channel=words.named("channel", name), offered=words.number(offered), **figures)


def letters_note(data: Collected, words: Words) -> str:
    """What letters make of the week's service level, where a source delivers them as calls: nobody answers one within seconds."""
    channels = data.of_cut("channel")
    level = channels[(channels["kpi"] == "service_level") & (channels["period"] == data.week)]
    sums = level.groupby(level["channel"].isin(LETTERS))[["numerator", "denominator"]].sum()
    if len(sums) < 2 or sums["denominator"].min() == 0:
        return ""
    if sums.loc[True, "denominator"] < SEEN_SHARE * sums["denominator"].sum():
        return ""
    shares = sums["numerator"] / sums["denominator"]
    counts = {"letters": sums.loc[True, "denominator"], "all": sums["denominator"].sum()}
    said = {name: words.number(n) for name, n in counts.items()}
    return words("service.letters", met=words.percent(shares[True]), live=words.percent(shares[False]), **said)


def met_lead(data: Collected, words: Words) -> str:
    """The share of half-hours that met the target, in a sentence; nothing without a target."""
    halves, target = half_hours(data), data.targets.get("service_level")
    if target is None or not halves:
        return ""
    met = sum(has_met(half, target) for half in halves)
    said = {"met": words.number(met), "all": words.number(len(halves)), "share": words.percent(met / len(halves))}
    return words("service.met_lead", target=words.target("share", target), **said)


def met_table(data: Collected, words: Words) -> Table | None:
    """Day by day: half-hours with calls, and the share of them that met the target; None without a target."""
    halves, target = half_hours(data), data.targets.get("service_level")
    if target is None or not halves:
        return None
    days = dict.fromkeys(half.day for half in halves)
    kpi = data.catalogue["service_level"]
    of_day = {day_name(words, day): [half for half in halves if half.day == day] for day in days}
    most = digits(kpi, min(sum(half.offered for half in day) for day in of_day.values()))
    rows = [
        _met_row(words, kpi, *day, target, most) for day in (*of_day.items(), (words("service.whole_week"), halves))
    ]
    heads = [
        Column(words("table.day"), False),
        *(Column(words(f"service.{name}")) for name in ("half_hours", "met", "met_share")),
    ]
    return Table("service-met", words("service.met_table"), [*heads, column(words, kpi)], rows)


def _met_row(
    words: Words, kpi: Kpi, name: str, halves: Sequence[Half], target: float, places: int | None
) -> Sequence[Cell]:
    count, met = len(halves), sum(has_met(half, target) for half in halves)
    offered = sum(half.offered for half in halves)
    level = sum(half.met for half in halves) / offered
    numbers = [Cell(words.number(v), v) for v in (count, met)]
    return [
        text_cell(name),
        *numbers,
        Cell(words.percent(met / count), met / count),
        Cell(words.figure(kpi.unit, level, places), level),
    ]


def staffing(data: Collected, words: Words) -> dict[str, Any]:
    """What was found of staffing, what it takes for granted, and the table of the half-hours that are short of people with what
    stands above it; None of what there is not."""
    found = next((finding for finding in data.findings if finding.kind == "staffing"), None)
    if not found:
        return {"staffing": [], "short": None}
    occupancy = figure(words, found.figures["occupancy"])
    return {
        "staffing": [said_of(words, found, data.catalogue, data.names)],
        "staffing_lead": words("service.staffing_lead", occupancy=occupancy),
        "short": _short_table(words, found.parts) if found.parts else None,
        "short_lead": words("service.short_lead", days=words.weeks(list(found.weeks))),
    }


def _short_table(words: Words, parts: Sequence[Mapping[str, Any]]) -> Table:
    people = [Column(words(f"service.{name}")) for name in SHORT]
    levels = [Column(words(f"service.level_{name}")) for name in LEVELS]
    rows = [_short_row(words, part) for part in parts]
    heads = [Column(words("service.half_hour"), False), *people, *levels]
    return Table("service-short", words("service.short_heading"), heads, rows)


def _short_row(words: Words, part: Mapping[str, Any]) -> list[Cell]:
    people = [Cell(words.figure(unit, part[name]), float(part[name])) for name, unit in SHORT.items()]
    levels = [Cell(words.percent(part[name]), float(part[name])) for name in LEVELS]
    return [text_cell(half_hour(words, part["slot"])), *people, *levels]


def unanswered(data: Collected, words: Words) -> dict[str, Any]:
    """The table of UNANSWERED, of the newest week of which it is known whom nobody reached, and its lead in a sentence or two;
    nothing where no contact is known to have gone unanswered or not."""
    week = data.week_of(UNANSWERED[-1]) or data.week
    rows = {name: two_weeks(data, data.catalogue[name], week)[0] for name in UNANSWERED}
    if not has_figure(rows["contacts_unanswered"]):
        return {"unanswered": None}
    said = {name: figure_cell(words, data.catalogue[name], row).text for name, row in rows.items()}
    lead = words("service.unanswered_lead", days=words.week(week), **said)
    after = words("service.unanswered_after", **said) if has_figure(rows[UNANSWERED[-1]]) else ""
    table = week_table(data, words, "service.unanswered", UNANSWERED, week)
    return {"unanswered": table, "unanswered_lead": f"{lead} {after}".rstrip()}


def other_figures(data: Collected, words: Words) -> dict[str, Any]:
    """The table of OTHERS, and how easily chance makes one of the page's figures stand out, those on its tiles among them."""
    judged = lines(data, OTHERS, data.week)
    table = week_table(data, words, "service.others", OTHERS, data.week, judged)
    return {"others": table, "others_note": alarm_note(words, lines(data, OPENING, data.week) | judged)}


def variants_table(data: Collected, words: Words) -> Table:
    """The definitions in use elsewhere, on the same calls of the reported week."""
    centre = data.of_cut("")
    rows = []
    for kpi in (data.catalogue[name] for name in VARIANTS):
        row = row_of(centre, kpi.id, period=data.week)
        parts = [count_cell(words, row, part) for part in ("numerator", "denominator")]
        rows.append([head_cell(words, kpi), cell(words, kpi, row), *parts, text_cell(kpi.meaning[words.language])])
    numbers = [Column(words(key)) for key in ("service.value", "table.numerator", "table.denominator")]
    columns = [Column(words("service.definition"), False), *numbers, Column(words("service.counts"), False)]
    return Table("service-variants", words("service.variants"), columns, rows, folds=True)
