"""Of copies of one log, made while it grew, the longest counts: yesterday's may be packed, today's go on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.sources.plain_text import length

if TYPE_CHECKING:
    from pipeline.load import InputFile
    from pipeline.sources.feed import Source

PACKED = (".gz", ".zst")


def known_as(source: Source, files: list[InputFile]) -> dict[str, InputFile]:
    """The files by the name under which the warehouse knows each, of copies the longest."""
    copies: dict[str, list[InputFile]] = {}
    for file in files:
        copies.setdefault(source.known_as(file.path, file.name), []).append(file)
    longest = {name: _longest(several) for name, several in copies.items()}
    return dict(sorted(longest.items(), key=lambda item: item[1].name))


def _longest(copies: list[InputFile]) -> InputFile:
    """Of equally long ones a packed one: nothing writes to it any more."""
    if len(copies) == 1:
        return copies[0]
    return max(copies, key=lambda file: (length(file.path), file.path.suffix.lower() in PACKED, file.name))
