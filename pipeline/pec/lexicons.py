"""Lexicons and features as data: own tables beside this file, more of a company's own in a folder of its choice."""

from __future__ import annotations

import csv
import re
import tomllib
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from pipeline.errors import UsageError

Role = Literal["agent", "customer"]
COLUMNS = ("pattern", "kind", "exceptions", "source", "licence", "example_hit", "example_miss", "say_instead")
PART = re.compile("<(.*?)>")
GAP = "…"
KINDS = ("stem", "word", "phrase", "opening", "off")
"""`opening`: a phrase that opens a sentence that is no question. `off`, in a company's own lexicon: our entry of this pattern is
not looked for."""


@dataclass(frozen=True, eq=False)
class Feature:
    """`weight` in log odds, counted up to `cap` times; `structure`: found by form, not by words; `is_abuse`: of a customer.

    `counts_as`: of a customers' feature, what it is in a letter of an agent, twice; `agents_beside`: there, in a sentence with
    one of these words. `is_strict`: neither quotations nor names count; `is_aimed`: nor what is said of the writer or of others;
    `is_threat`: nor questions; `not_after`, `not_before`: words beside a hit that take it away.
    `is_deniable`: the denials of all features are in its `not_after`. `where_signed`: where it counts in a letter that a person
    signs: "anywhere", "above" the name, "nowhere".
    """

    name: str
    role: Role
    title: dict[str, str]
    weight: float = 0.0
    cap: int = 1
    structure: bool = False
    is_abuse: bool = False
    counts_as: str = ""
    agents_beside: tuple[str, ...] = ()
    is_strict: bool = False
    is_aimed: bool = False
    is_threat: bool = False
    not_after: tuple[str, ...] = ()
    not_before: tuple[str, ...] = ()
    is_deniable: bool = False
    where_signed: str = "anywhere"


@dataclass(frozen=True)
class Entry:
    """One row of a lexicon. A stem may go on; a word or phrase ends where it ends. All begin at the start of a word.

    `<name>` in a pattern stands for any of what parts.toml has under that name, `…` for up to four words of the sentence.
    """

    feature: str
    language: str
    pattern: str
    kind: str
    exceptions: tuple[str, ...]
    source: str
    licence: str
    example_hit: str
    example_miss: str
    say_instead: str

    @cached_property
    def patterns(self) -> list[str]:
        """The pattern up to a gap, with each of what its parts stand for."""
        return expanded(self.pattern.partition(GAP)[0].strip(), read_parts().get(self.language, {}))

    @cached_property
    def rests(self) -> list[str]:
        """Likewise what follows the gap; none where the pattern has no gap."""
        _, gap, rest = self.pattern.partition(GAP)
        return expanded(rest.strip(), read_parts().get(self.language, {})) if gap else []


@cache
def read_parts() -> dict[str, dict[str, list[str]]]:
    """By language and name."""
    return tomllib.loads(resources.files(__package__).joinpath("parts.toml").read_text("utf-8"))


def expanded(pattern: str, parts: dict[str, list[str]]) -> list[str]:
    """One pattern for each choice among its parts, which may hold parts themselves."""
    before, mark, rest = pattern.partition("<")
    if not mark:
        return [pattern]
    name, _, after = rest.partition(">")
    ends = expanded(after, parts)
    return [f"{before}{middle}{end}" for said in parts[name] for middle in expanded(said, parts) for end in ends]


@cache
def read_features() -> tuple[float, dict[str, Feature]]:
    """(bias, features by name)."""
    text = resources.files(__package__).joinpath("features.toml").read_text("utf-8")
    raw: dict[str, Any] = tomllib.loads(text)
    bias, denials = float(raw.pop("bias")), raw.pop("denials")
    features = {
        name: Feature(name, role, **{key: _frozen(value) for key, value in entry.items()})  # type: ignore[arg-type]
        for role, entries in raw.items()
        for name, entry in entries.items()
    }
    denied = {name: (*feature.not_after, *denials) for name, feature in features.items() if feature.is_deniable}
    return bias, features | {name: replace(features[name], not_after=words) for name, words in denied.items()}


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def abuse_features() -> list[str]:
    """What makes a customer's letter abusive."""
    return [feature.name for feature in read_features()[1].values() if feature.is_abuse]


def read_lexicons(own: Path | None = None) -> list[Entry]:
    """Every row, ours and those of `own`/{language}/{feature}.tsv. Raises UsageError naming file and line of a wrong one."""
    ours = Path(str(resources.files(__package__).joinpath("lexicons")))
    files = sorted(ours.glob("*/*.tsv")) + (sorted(own.glob("*/*.tsv")) if own else [])
    if own is not None and not own.is_dir():
        raise UsageError(f"{own}: no such folder of lexicons")
    entries = [entry for file in files for entry in _entries(file)]
    off = {(entry.language, entry.feature, entry.pattern) for entry in entries if entry.kind == "off"}
    return [entry for entry in entries if (entry.language, entry.feature, entry.pattern) not in off]


def _entries(file: Path) -> list[Entry]:
    feature, language = file.stem, file.parent.name
    if feature not in read_features()[1]:
        raise UsageError(f"{file}: no feature '{feature}'; there are {', '.join(read_features()[1])}")
    with file.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
    found = []
    for line, row in enumerate(rows, 2):
        if set(row) != set(COLUMNS) or row["kind"] not in KINDS or not (row["pattern"] or "").strip():
            raise UsageError(
                f"{file}: line {line}: columns are {', '.join(COLUMNS)}; kind is one of {', '.join(KINDS)}"
            )
        if unknown := set(PART.findall(row["pattern"])) - set(read_parts().get(language, {})):
            raise UsageError(f"{file}: line {line}: no part '{min(unknown)}' in {language}")
        exceptions = tuple(word.strip() for word in row["exceptions"].split(",") if word.strip())
        rest = {name: row[name] for name in COLUMNS if name not in ("exceptions",)}
        found.append(Entry(feature, language, exceptions=exceptions, **rest))
    return found
