"""A letter's own words: alike in Python and in SQL, without quotes and footers, each at its place in the text."""

import re

import duckdb
import pytest

from pipeline.loading import letters
from pipeline.own_words import FILLER, begins, own_words, read_own_words

KINDS = [(kind, entry) for kind, entry in read_own_words().items()]


@pytest.mark.parametrize(("kind", "entry"), KINDS, ids=[kind for kind, _ in KINDS])
def test_lines_that_end_what_was_written(kind: str, entry: dict[str, list[str]]) -> None:
    for line in entry["says"] + entry["not"]:
        text = f"Done.\n{line}\nmore\n"
        assert bool(re.search(f"(?m){begins(kind)}", text)) == (line in entry["says"]), line
        assert line in entry["not"] or any(mark in text for mark in entry["marks"]), line


def in_sql(text: str) -> str:
    return str(
        duckdb.execute(
            f"with stage as (select 0 as rowid, ? as t) select {letters.OWN} from {letters.told_apart('t')}", [text]
        ).fetchall()[0][0]
    )


LETTERS = [
    ("Thanks!\n\nFrom: Bank\nSent: Monday\nTo: me\n\nyou fool", "Thanks!"),
    ("Thanks!\r\n\r\nFrom: Bank\r\nSent: Monday\r\n\r\nyou fool", "Thanks!"),
    ("Danke!\n________________________________\nVon: Bank\nGesendet: Montag\n\nyou fool", "Danke!"),
    ("Исправила. Анна\n\nОт: Эмма\nОтправлено: 3 августа\nКому: Банк\n\nвы серьёзно", "Исправила. Анна"),
    ("Исправила. Анна\n\nпн, 12 нояб. 2026 г. в 10:03, Эмма <[e-mail]>:\n\nвы серьёзно", "Исправила. Анна"),
    ("Исправила. Анна\n\n12.11.2026, 10:03, \"Эмма\" <emma@home.example>:\n> вы серьёзно", "Исправила. Анна"),
    ("On Mon, 12 Nov 2026 at 10:03, Emma <emma@home.example> wrote:\n> how?\n\n> when?\nBy card. Anna", "By card. Anna"),
    ("> how do I pay?\nBy card.\n> when?\nToday.", "By card.\nToday."),
    ("Hello, done. Anna\n-- \nACME Bank. Please do not reply.", "Hello, done. Anna"),
    ("Hello, done. Anna\n\nThis message is confidential. You must delete it.", "Hello, done. Anna"),
    ("Hello, done.\n---\nЗдравствуйте, готово. Анна", "Hello, done.\n---\nЗдравствуйте, готово. Анна"),
    ("From: Emma\nSubject: card\n\nMessage: lost", "From: Emma\nSubject: card\n\nMessage: lost"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "own"), LETTERS)
def test_what_was_written(text: str, own: str) -> None:
    assert own_words([text])[0].replace(FILLER, "").split() == in_sql(text).split() == own.split()


@pytest.mark.parametrize("text", [text for text, _ in LETTERS])
def test_every_sign_stays_in_its_place_or_is_filled(text: str) -> None:
    own = own_words([text])[0]
    assert all(mine in (FILLER, its) for mine, its in zip(own, text, strict=False))
