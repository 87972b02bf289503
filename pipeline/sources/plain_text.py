"""Files of any encoding, compressed or not -> uncompressed UTF-8."""

from __future__ import annotations

import codecs
import contextlib
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from pipeline.errors import RefusedFile
from pipeline.sources import packed
from pipeline.sources.packed import CHUNK

BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
"""Marks at the beginning of a text that tell its encoding, whatever a mapping says."""

ZIP = b"PK\x03\x04"
ALIENS = {
    b"\x1f\x8b": "packed by gzip: its name must end with .gz",
    b"\x28\xb5\x2f\xfd": "packed by zstd: its name must end with .zst",
    ZIP: "a zip archive: let its name end with .zip or, if it is a workbook, with .xlsx",
    b"\xd0\xcf\x11\xe0": "a workbook of an old Excel, or one with a password: save it as .xlsx without one",
}
"""First bytes of what is no text, and what to do about it."""
MARKUP = re.compile(rb"\s*<(!doctype|!--|\?xml|html|head|meta|style|body|table)[\s>-]", re.I)
WEB_PAGE = "a web page or XML, which some systems call a workbook: open it in a spreadsheet program and save it as .xlsx or CSV"
HEAD = 64
"""Bytes at the beginning that tell what a file is."""
NOT_UTF8 = 'it is not UTF-8 text: [reader] encoding = "cp1252", if it is Russian "cp1251"'


def checked_encoding(name: str) -> str:
    """The name of an encoding; raises ValueError for another. Codecs from bytes to bytes (base64, zlib) are none of text."""
    try:
        " ".encode(name)
    except (LookupError, ValueError):
        raise ValueError(f"no encoding of text '{name}'; e.g. cp1252, cp1251, utf-16") from None
    return name


def plain_text(path: Path, encoding: str, scratch: Path) -> Path:
    """The file as uncompressed UTF-8: itself where it is that already, else a copy in `scratch`: the file's name and more."""
    packed.refuse_unlike(path)
    opener = packed.opener_of(path)
    head = _head(path, opener or Path.open)
    if alien := alien_in(head):
        raise RefusedFile(f"{path}: is no table of text but {alien}")
    actual = next((name for bom, name in BOMS.items() if head.startswith(bom)), encoding)
    if opener is None and codecs.lookup(actual).name in ("utf-8", "utf-8-sig", "ascii"):
        return path
    copy = scratch / f"{path.name}.txt"
    with copy.open("wb") as target:
        for piece in _utf8_pieces(path, opener or Path.open, actual):
            target.write(piece)
    return copy


def first_lines(path: Path) -> list[str]:
    """Those that lie within the first bytes of a file in UTF-8, compressed or not."""
    head = _head(path, packed.opener_of(path) or Path.open, 4096) if path.is_file() else b""
    return head.decode("utf-8-sig", errors="replace").splitlines()


def wide_hint(text: str) -> str:
    """What to write for text of two bytes a sign, read as if it were one: every other is nothing."""
    if not text or text.count("\0") * 3 < len(text):
        return ""
    return f'; it looks like UTF-16: [reader] encoding = "utf-16{"be" if text.startswith(chr(0)) else "le"}"'


def length(path: Path) -> int:
    """Bytes of the file, uncompressed; of a damaged one those before the damage."""
    found = 0
    with contextlib.suppress(EOFError, OSError), (packed.opener_of(path) or Path.open)(path, "rb") as source:
        while chunk := packed.read(source):
            found += len(chunk)
    return found


def alien_in(head: bytes) -> str:
    """What a file is that begins so, and what to do about it; nothing where it may be a table of text."""
    known = next((what for mark, what in ALIENS.items() if head.startswith(mark)), "")
    bare = head.removeprefix(next((bom for bom in BOMS if head.startswith(bom)), b"")).replace(b"\0", b"")
    return known or (WEB_PAGE if MARKUP.match(bare) else "")


def first_bytes(path: Path) -> bytes:
    return _head(path, Path.open)


def what_is(path: Path) -> str:
    """What a file is whose name tells of something else, and what to do about it."""
    return alien_in(first_bytes(path)) or "text: let its name end with .csv, or with .tsv where tabs stand in it"


def _head(path: Path, opener: Callable[..., Any], most: int = HEAD) -> bytes:
    """The first bytes of the text, which may tell its encoding; none where it cannot be uncompressed, which is said later."""
    try:
        with opener(path, "rb") as source:
            return packed.read(source, most)
    except (EOFError, OSError):
        return b""


def with_one_line_end(text: Path, scratch: Path) -> Path:
    """A copy of a UTF-8 text in which every line ends the same way."""
    copy = scratch / f"{text.name}.lines"
    with (
        text.open(encoding="utf-8", errors="surrogateescape", newline=None) as source,
        copy.open("w", encoding="utf-8", errors="surrogateescape", newline="\n") as target,
    ):
        shutil.copyfileobj(source, target, CHUNK)
    return copy


def without_first(text: Path, lines: int, scratch: Path) -> Path:
    """A copy without the first lines, of the same name; the text itself where there are none to leave out."""
    if not lines:
        return text
    copy = scratch / "below" / text.name
    copy.parent.mkdir(exist_ok=True)
    with text.open("rb") as source, copy.open("wb") as target:
        for _ in range(lines):
            source.readline()
        shutil.copyfileobj(source, target, CHUNK)
    return copy


def with_header(text: Path, header: str, scratch: Path) -> Path:
    """A copy of a UTF-8 text, of the same name, with one line more in front that ends as its own first line does."""
    copy = scratch / "headed" / text.name
    copy.parent.mkdir(exist_ok=True)
    with text.open("rb") as source, copy.open("wb") as target:
        first = source.readline().removeprefix(codecs.BOM_UTF8)
        target.write(header.encode() + (b"\r\n" if first.endswith(b"\r\n") else b"\n") + first)
        shutil.copyfileobj(source, target, CHUNK)
    return copy


def _utf8_pieces(path: Path, opener: Callable[..., Any], encoding: str) -> Iterator[bytes]:
    """Refuses a file that cannot be read; what goes wrong where the pieces are written to is none of its faults."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with opener(path, "rb") as source:
            while chunk := packed.read(source):
                yield chunk if encoding == "utf-8" else decoder.decode(chunk).encode()
        yield decoder.decode(b"", final=True).encode()
    except (EOFError, OSError) as error:
        raise RefusedFile(f"{path}: cannot be uncompressed, it is damaged or cut short ({error})") from None
    except UnicodeDecodeError as error:
        raise RefusedFile(f"{path}: is not {encoding} text ([reader] encoding of a mapping): {error}") from None


def count_lines(text: Path) -> int:
    """Physical lines of a file, a last one without a line break included."""
    count, last = 0, b"\n"
    with text.open("rb") as raw:
        while chunk := raw.read(CHUNK):
            count, last = count + chunk.count(b"\n"), chunk[-1:]
    return count + (last != b"\n")


def signs_in(text: Path, signs: Iterable[str]) -> set[str]:
    """Those of the signs, three bytes at most, that a file holds. Their first bytes are sought before them: much faster."""
    found, end = set[str](), b""
    with text.open("rb") as raw:
        while chunk := raw.read(CHUNK):
            seen, end = end + chunk, chunk[-2:]
            sought = (sign.encode() for sign in signs if sign not in found)
            found |= {sign.decode() for sign in sought if sign[:1] in seen and sign in seen}
    return found
