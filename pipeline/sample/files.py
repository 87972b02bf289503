"""Files that are the same byte for byte whenever their content is, and the spellings people give one phone."""

import csv
import gzip
from collections.abc import Iterable
from pathlib import Path
from random import Random


def remove_old(folder: Path, pattern: str) -> None:
    """Takes away what an earlier sample of another size left."""
    for file in folder.glob(pattern):
        file.unlink()


def write_gzip(path: Path, lines: Iterable[str]) -> None:
    """Lines as UTF-8, compressed without a file name or time in the header."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(f"{line}\n" for line in lines).encode()
    with path.open("wb") as raw, gzip.GzipFile("", "wb", compresslevel=9, fileobj=raw, mtime=0) as packed:
        packed.write(text)


def write_csv(
    path: Path, header: list[str], rows: Iterable[Iterable[object]], delimiter: str = ",", encoding: str = "utf-8"
) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="") as out:
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def dialled(phone: str, rng: Random, plain_share: float) -> str:
    """A phone (41445551234) as a trunk presents it; `plain_share` of the times as +41445551234."""
    if rng.random() < plain_share:
        return f"+{phone}"
    return rng.choice([f"00{phone}", f"0{phone[2:]}"])


def typed(phone: str, rng: Random) -> str:
    """A phone (41445551234) as somebody types it."""
    area, rest = phone[2:4], f"{phone[4:7]} {phone[7:9]} {phone[9:11]}"
    return rng.choice(
        [f"+{phone}", f"00{phone}", f"0{phone[2:]}", f"+41 {area} {rest}", f"0{area} {rest}", f"0{area}/{rest}"]
    )
