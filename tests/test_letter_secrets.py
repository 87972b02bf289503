"""Passwords and logins in letters, by the examples of secrets.toml: what is hidden, and what is an ordinary sentence."""

import duckdb
import pytest

from pipeline.loading import letters
from pipeline.settings import Privacy

PRIVACY = Privacy(key="test")


def told(text: str) -> tuple[str, bool, bool]:
    """The text as it is kept, and whether it gave a password and a login."""
    said = (
        f"{letters.masked('t', PRIVACY)}, {letters.has('password', 't', PRIVACY)}, {letters.has('login', 't', PRIVACY)}"
    )
    return duckdb.execute(f"select {said} from (select ? as t)", [text]).fetchall()[0]


@pytest.mark.parametrize("text", letters.read_secrets()["hides"])
def test_a_password_is_hidden(text: str) -> None:
    kept, has_password, _ = told(text)
    assert has_password and kept.endswith(" [password]") and text.startswith(kept.removesuffix(" [password]"))


@pytest.mark.parametrize("text", letters.read_secrets()["keeps"])
def test_a_sentence_about_passwords_stays(text: str) -> None:
    assert told(text)[:2] == (text, False)


def test_text_goes_on_behind_a_password() -> None:
    assert told("Login: anna77\nPassword: x1, PIN is 1234. It is not accepted") == (
        "Login: anna77\nPassword [password] PIN [password] It is not accepted", True, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "has_login"),
    [
        ("my login is: anna77", True),
        ("Логин - это anna77", True),
        ("a login issue", False),
        ("the login is wrong", False),
    ],
)
def test_a_login_is_a_name_and_no_complaint(text: str, has_login: bool) -> None:
    assert told(text)[2] == has_login
