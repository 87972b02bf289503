"""What to do on Monday: whom to call, what to read, which contacts to listen to, which half-hours went worst."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup

from pipeline.report import backlog
from pipeline.report.cells import column
from pipeline.report.collect import Collected
from pipeline.report.figures import is_anonymous, known, row_of, title
from pipeline.report.half_hours import day_name, half_hours
from pipeline.report.said import Said
from pipeline.report.tables import Cell, Column, Table, text_cell
from pipeline.report.words import Words

WORST = 5
PAGES = {"letters": "pec.html"}
"""The page on which a list stands; of others it is the one of findings."""


@dataclass(frozen=True)
class Call:
    """A list of customers, promises or letters, and where it stands."""

    text: str
    link: str


def waiting(data: Collected, words: Words) -> list[Call]:
    """Lists on which somebody stands."""
    lists = {name: frame for name, frame in data.lists.items() if len(frame)}
    return [
        Call(_counted(words, name, frame), f"{PAGES.get(name, 'findings.html')}#table-list-{name}")
        for name, frame in lists.items()
    ]


def _counted(words: Words, name: str, frame: pd.DataFrame) -> str:
    """How many stand on a list; of promises, how many are still to be kept and how many are late."""
    if name != "promises":
        return words.count(f"monday.{name}", len(frame))
    overdue = int((frame["detail"] == "overdue").sum())
    return words("monday.promises", due=words.number(len(frame) - overdue), overdue=words.number(overdue))


def untold(data: Collected, words: Words, page: str = "") -> list[Said]:
    """Of which lists it is not known who would stand on them."""
    return [*_unlisted(data, words), *_overdue_untold(data, words, page)]


def _overdue_untold(data: Collected, words: Words, page: str) -> list[Said]:
    """That no ticket can be called overdue where no agreement is set, and how many are open, with the way to them."""
    opened, old = backlog.open_now(data)
    if data.written is None or data.written.has_policy or not opened:
        return []
    said = words("answer.overdue_untold", n=words.number(opened), old=words.number(old))
    return [Said("untold", Markup('<a href="{}">{}</a>').format(page, said) if page else said)]


def _unlisted(data: Collected, words: Words) -> list[Said]:
    """That nobody can be listed to be called back, where customers are not told apart, and how many gave up."""
    if not is_anonymous(data):
        return []
    kpi, row = data.catalogue["abandoned"], row_of(data.of_cut(""), "abandoned", period=data.week)
    n = row["n"] if row and known(row["n"]) else 0
    lost = words("answer.lost", kpi=title(words, kpi), n=words.number(n)) if n else ""
    return [Said("untold", f"{words('answer.unlisted')} {lost}".rstrip())]


def monday(data: Collected, words: Words) -> dict[str, Any]:
    """Nothing of what the data do not hold."""
    return {
        "listen": listen_table(data, words),
        "worst": worst_table(data, words),
    }


def listen_table(data: Collected, words: Words) -> Table | None:
    """Contacts of the week with a recording, drawn by lot, at most one an agent."""
    heads = [Column(words(f"findings.{name}"), False) for name in ("agent", "topic", "recording")]
    rows = [
        [
            text_cell(text)
            for text in (data.names.get(row["agent"], row["agent"]), _said(row["topic"]), row["recording_ref"])
        ]
        for row in data.listen
    ]
    return Table("listen", words("monday.listen"), heads, rows) if rows else None


def worst_table(data: Collected, words: Words) -> Table | None:
    """The half-hours with the most calls not answered in time."""
    late = sorted((h for h in half_hours(data) if h.met < h.offered), key=lambda h: (h.met - h.offered, h.day, h.clock))
    rows = [
        [
            text_cell(f"{day_name(words, half.day)}, {half.clock}"),
            Cell(words.number(half.offered - half.met), half.offered - half.met),
            Cell(words.number(half.offered), half.offered),
            Cell(words.percent(half.share), half.share),
        ]
        for half in late[:WORST]
    ]
    heads = [
        Column(words("monday.half_hour"), False), Column(words("monday.late")), Column(words("monday.offered")),
        column(words, data.catalogue["service_level"]),
    ]  # fmt: skip
    return Table("worst-half-hours", words("monday.worst"), heads, rows) if rows else None


def _said(value: Any) -> str:
    return str(value) if known(value) else "–"
