"""Letters: an mbox file, or .eml files, one letter each. Threads are told by References and In-Reply-To.

A letter from an address of the house ([tickets] own_addresses) is an agent's, one that says of itself that it was sent by a
program (RFC 3834, and the older habits) is automatic, any other is the customer's. A form on the web writes in the name of the
house, to it or to whom to reply to: that is its author. `letter_text` says what counts as its text.
"""

from __future__ import annotations

import csv
import hashlib
import mailbox
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import RefusedFile, UsageError
from pipeline.sources.dialect import Dialect
from pipeline.sources.feed import Feed, Source
from pipeline.sources.letter_text import written
from pipeline.sources.mapping import feed_of
from pipeline.sources.mapping_file import Mapping
from pipeline.sources.reading import Staged, stage_delimited

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LINE_BREAK = "\v"
"""Stands for a line break between reading and staging, so that a letter is one record."""
COLUMNS = ("message_id", "conversation_id", "author_role", "agent", "customer_key", "sent_at", "subject", "body")


@dataclass(frozen=True)
class House:
    """The addresses of the house: whole ones, and domains that begin with @."""

    addresses: tuple[str, ...]

    def has(self, address: str) -> bool:
        known = [own.lower() for own in self.addresses]
        return any(address.endswith(own) if own.startswith("@") else address == own for own in known)


def source(own_addresses: tuple[str, ...]) -> Source:
    """Raises UsageError where the settings name no address of the house: nobody could be told from anybody."""
    if not own_addresses:
        raise UsageError('letters need your own addresses: [tickets] own_addresses = ["@bank.test"] in pipeline.toml')
    house = House(own_addresses)
    return Source(
        "letters",
        "Letters: mbox files, or folders of .eml",
        (".mbox", ".mbx", ".eml"),
        lambda sql, path, scratch: _read(sql, path, scratch, house),
        hashlib.sha256(repr(sorted(own_addresses)).encode()).hexdigest()[:16],
        single=(".eml",),
        read_many=lambda sql, paths, scratch: _read_many(sql, paths, scratch, house),
    )


def _read(sql: DuckDBPyConnection, path: Path, scratch: Path, house: House) -> Iterator[tuple[Staged, Feed]]:
    letters = (_fields(letter, house, number) for number, letter in enumerate(_letters(path), 1))
    first = next(letters, None)
    if first is None:
        raise RefusedFile(f"{path}: line 1: no letter in it")
    yield _staged(sql, chain([first], letters), scratch / f"{path.name}.csv")


def _read_many(sql: DuckDBPyConnection, paths: list[Path], scratch: Path, house: House) -> tuple[Staged, Feed]:
    """Of files of one letter each: a row each, the first line of its file."""
    letters = (_fields(_parsed(path.read_bytes()), house, 1) for path in paths)
    staged, feed = _staged(sql, letters, scratch / "letters.csv")
    return replace(staged, line="1"), feed


def _staged(sql: DuckDBPyConnection, letters: Iterable[tuple[str, ...]], copy: Path) -> tuple[Staged, Feed]:
    """The fields of letters, a row each, by way of the copy."""
    with copy.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writerow(COLUMNS)
        writer.writerows([_one_line(text) for text in fields] for fields in letters)
    staged = stage_delimited(sql, copy, Dialect(","), set(COLUMNS), multiline=True)
    mapping = Mapping(table="messages", timezone="UTC", columns={name: name for name in COLUMNS})  # type: ignore[arg-type]
    feed = feed_of(staged, mapping.model_copy(update={"constants": {"channel": "email", "is_public": "true"}}))
    body = feed.fields["body"]
    broken = replace(
        body, value=f"replace({body.value}, chr(11), chr(10))", text=f"replace({body.text}, chr(11), chr(10))"
    )
    return replace(staged, line="stage.rowid + 1"), replace(feed, system="", fields=feed.fields | {"body": broken})


def _letters(path: Path) -> Iterator[EmailMessage]:
    if path.suffix.lower() == ".eml":
        yield _parsed(path.read_bytes())
        return
    with path.open("rb") as raw:
        if raw.read(5) != b"From ":
            raise RefusedFile(f"{path}: line 1: is no mbox: one begins with 'From '")
    box = mailbox.mbox(path, create=False)
    for key in box.iterkeys():
        yield _parsed(box.get_bytes(key))


def _parsed(letter: bytes) -> EmailMessage:
    """Of one whose parts are nested deeper than can be read, the head."""
    try:
        return message_from_bytes(letter, policy=policy.default)
    except RecursionError:
        return BytesHeaderParser(policy=policy.default).parsebytes(letter)


def _fields(letter: EmailMessage, house: House, number: int) -> tuple[str, ...]:
    author = _author(letter, house)
    is_own = house.has(author)
    others = _outside(letter, house, "to", "cc")
    own = _ids(letter, "message-id")
    name = own[0] if own else hashlib.sha256(f"{number} {_header(letter, 'date')} {author}".encode()).hexdigest()[:24]
    thread = [*_ids(letter, "references"), *_ids(letter, "in-reply-to"), name][0]
    role = "automatic" if _is_automatic(letter, author) else "agent" if is_own else "customer"
    customer = (others[0] if others else "") if is_own else author
    agent = author if role == "agent" else ""
    return name, thread, role, agent, customer, _sent_at(letter), _header(letter, "subject"), written(letter)


def _author(letter: EmailMessage, house: House) -> str:
    sender = _addresses(letter, "from")[:1]
    asker = _outside(letter, house, "reply-to")[:1]
    is_form = asker and sender and house.has(sender[0]) and set(_outside(letter, house, "to", "cc")) <= set(asker)
    return (asker if is_form else sender or [""])[0]


def _outside(letter: EmailMessage, house: House, *names: str) -> list[str]:
    return [address for name in names for address in _addresses(letter, name) if not house.has(address)]


def _header(letter: EmailMessage, name: str) -> str:
    try:
        return str(letter.get(name, "") or "").strip()
    except (MessageError, ValueError, LookupError, AttributeError, OverflowError, RecursionError):
        return ""


def _addresses(letter: EmailMessage, name: str) -> list[str]:
    return [address.lower() for _, address in getaddresses([_header(letter, name)]) if "@" in address]


def _ids(letter: EmailMessage, name: str) -> list[str]:
    """Message ids without their brackets; the part behind the @ only tells hosts apart and may look like an address."""
    return [found.replace("@", "/") for found in re.findall(r"<([^<>\s]+)>", _header(letter, name))]


def _is_automatic(letter: EmailMessage, author: str) -> bool:
    said = _header(letter, "auto-submitted").lower()
    precedence = _header(letter, "precedence").lower()
    return (
        (bool(said) and not said.startswith("no"))
        or precedence in ("bulk", "junk", "auto_reply")
        or any(_header(letter, mark) for mark in ("x-autoreply", "x-autorespond"))
        or author.startswith(("mailer-daemon@", "noreply@", "no-reply@"))
    )


def _sent_at(letter: EmailMessage) -> str:
    text = _header(letter, "date")
    try:
        at = parsedate_to_datetime(text)
        utc = at if at.tzinfo is None else at.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, TypeError, IndexError, OverflowError):
        return text
    return utc.isoformat(" ")


def _one_line(text: str) -> str:
    return LINE_BREAK.join(text.replace("\0", "").splitlines())
