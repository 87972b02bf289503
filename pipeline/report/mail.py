"""The week as a short letter: sentences, the headline figures and one picture, for programs that run no script."""

from __future__ import annotations

import hashlib
from datetime import UTC
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

from pipeline.report import evaluators
from pipeline.report.answers import in_short
from pipeline.report.charts import Chart
from pipeline.report.collect import Collected
from pipeline.report.drawn import drawn
from pipeline.report.pages import render
from pipeline.report.tiles import tiles
from pipeline.report.tradeoff_panels import panels
from pipeline.report.words import Words
from pipeline.settings import Settings

OF_CONTACT = "tradeoff-pec"
PICTURED = (OF_CONTACT, "tradeoff-resolution", "tradeoff-effort")
"""The first that there is becomes the picture; that of human contact only where evaluators do not disagree."""
PICTURE = "picture@contact-quality"
IN_LINKS = ":/?#[]@!$&'()*+,;=%~"
"""What means something in an address: it stays as it is written."""


def letter(data: Collected, words: Words, settings: Settings) -> EmailMessage:
    """A message with a plain and an HTML body; the picture is in it where one can be drawn, its numbers where not."""
    chart, place = _pictured(data, words), _place(data, words, settings)
    picture = _png(chart) if chart else None
    told = _told(data, words, settings, place) | {"chart": chart, "has_picture": picture is not None, "cid": PICTURE}
    text, html = render("mail.txt", told), render("mail.html", told)
    message = EmailMessage()
    message["Subject"] = (
        f"{told['title']} · {words('page.week', number=int(data.week[-2:]), days=words.week(data.week))}"
    )
    message["From"], message["To"] = settings.mail.sender, ", ".join(settings.mail.to)
    message["Date"] = format_datetime(data.until.replace(tzinfo=UTC))
    message["Message-ID"] = f"<{data.week}.{words.language}.{_digest(place, text, html)}@contact-quality>"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    if picture is not None:
        shown = message.get_payload()[1]  # type: ignore[index]
        shown.add_related(picture, "image", "png", cid=f"<{PICTURE}>", filename="picture.png")  # type: ignore[union-attr]
    _fix_boundaries(message)
    return message


def _told(data: Collected, words: Words, settings: Settings, place: str) -> dict[str, Any]:
    """What both bodies say, by the names that templates use."""
    link = quote(f"{settings.mail.link.rstrip('/')}/{place}", safe=IN_LINKS) if settings.mail.link else ""
    return {
        "words": words, "language": words.language, "title": settings.report.title or words("page.title"), "data": data,
        "week": data.week, "answers": in_short(data, words), "link": link,
        "tiles": [tile for group in tiles(data, words).values() for tile in group if tile.value],
    }  # fmt: skip


def _pictured(data: Collected, words: Words) -> Chart | None:
    charts = {panel.chart.id: panel.chart for panel in panels(data, words) if panel.chart}
    if evaluators.are_at_odds(data.warmth):  # who reads a letter sees no banner above its picture
        charts.pop(OF_CONTACT, None)
    return next((charts[name] for name in PICTURED if name in charts), None)


def _png(chart: Chart) -> bytes | None:
    """None where kaleido or a Chromium is missing."""
    try:
        import kaleido
    except ImportError:
        return None
    try:
        image: bytes = kaleido.calc_fig_sync(drawn(chart), opts={"format": "png", "scale": 1.5})
    except (RuntimeError, OSError):
        return None
    return image


def _place(data: Collected, words: Words, settings: Settings) -> str:
    """Of the week's page in the folder of reports."""
    folder = f"{settings.mail.profile}/" if settings.mail.profile else ""
    return f"{folder}{data.week}/{words.language}/index.html"


def _digest(*parts: str) -> str:
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:12]


def _fix_boundaries(message: EmailMessage) -> None:
    """The same letter is the same bytes: boundaries are named by their place instead of by chance."""
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_contact-quality-{number}")
