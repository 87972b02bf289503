"""The text of a letter: its plain part, or the HTML one without tags. Quotes in a plain text are cut away as it is loaded."""

from __future__ import annotations

import re
from email.errors import MessageError
from email.message import EmailMessage
from html.parser import HTMLParser

LONGEST_LETTER = 100_000


def written(letter: EmailMessage) -> str:
    """What was written: the plain part, else the HTML one without its tags, nothing of quoted blocks."""
    try:
        part = letter.get_body(("plain", "html"))
        content = str(part.get_content()) if part is not None else ""
        is_html = part is not None and part.get_content_subtype() == "html"
    except (MessageError, LookupError, ValueError, AttributeError, KeyError, RecursionError):
        return ""
    return (text_of_html(content) if is_html else content).strip()[:LONGEST_LETTER]


def text_of_html(html: str) -> str:
    """HTML as text; in place of each quoted block a mark of a quoted line, so that what stands above it is told for its head."""
    parser = _Plain()
    parser.feed(html)
    parser.close()
    return re.sub(r"\n{3,}", "\n\n", "".join(parser.parts))


BLOCKS = frozenset("dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre section table tr ul".split())
CELLS = ("td", "th")
QUOTE = "blockquote"
HIDDEN = ("script", "style", "title", QUOTE)


class _Plain(HTMLParser):
    """HTML as text: tags gone, blocks on lines of their own, cells apart, nothing of scripts, styles and titles."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == QUOTE and not self.hidden:
            self.parts.append("\n>\n")
        self.hidden += tag in HIDDEN
        if tag == "br":
            self.parts.append("\n")
        self._end_line(tag)

    def handle_endtag(self, tag: str) -> None:
        self.hidden = max(0, self.hidden - (tag in HIDDEN))
        self._end_line(tag)

    def _end_line(self, tag: str) -> None:
        if tag in BLOCKS and self.parts and not self.parts[-1].endswith("\n"):
            self.parts.append("\n")
        elif tag in CELLS and self.parts and not self.parts[-1].endswith(("\n", "\t")):
            self.parts.append("\t")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)
