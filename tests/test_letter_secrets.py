"""Passwords and logins in letters, by the examples of secrets.toml: what is hidden, and what is an ordinary sentence."""

from functools import cache

import duckdb
import pytest

from pipeline.loading import letters
from pipeline.settings import Privacy

PRIVACY = Privacy(key="test")


LINES = "Login: anna77\nPassword: x1, PIN is 1234. It is not accepted"


@cache
def told() -> dict[str, tuple[str, bool, bool]]:
    """Each text as it is kept, and whether it gave a password and a login: one query, for it is long in being planned."""
    said = (
        f"{letters.masked('t', PRIVACY)}, {letters.has('password', 't', PRIVACY)}, {letters.has('login', 't', PRIVACY)}"
    )
    secrets = letters.read_secrets()
    texts = [*secrets["hides"], *secrets["keeps"], LINES]
    rows = duckdb.execute(f"select t, {said} from (select unnest(?) as t)", [texts]).fetchall()
    return {text: (kept, has_password, has_login) for text, kept, has_password, has_login in rows}


@pytest.mark.parametrize("text", letters.read_secrets()["hides"])
def test_a_password_is_hidden(text: str) -> None:
    kept, has_password, _ = told()[text]
    assert has_password and kept.endswith(" [password]") and text.startswith(kept.removesuffix(" [password]"))


@pytest.mark.parametrize("text", letters.read_secrets()["keeps"])
def test_a_sentence_about_passwords_stays(text: str) -> None:
    assert told()[text][:2] == (text, False)


def test_text_goes_on_behind_a_password() -> None:
    assert told()[LINES] == (
        "Login: anna77\nPassword [password] PIN [password] It is not accepted", True, True,
    )  # fmt: skip


GIVES_LOGIN = [
    "my login is: anna77", "Мой логин ivanov77", "login ivanov77", "my user ID is ivanov77", "username: anna.keller", "Login: anna@bank.example",
    "My login is 4711234", "user name = anna_k", "Benutzername: keller7", "login for the portal: k.anna", "userid ak4711", "The login is ak47.",
    "Логин - это anna77", "логин: ivanov", "Логин: petrova_m", "логин 40817", "Имя пользователя: ivan.petrov", "Логин от кабинета: anna77",
    "мой логин - sidorov", "ID пользователя: 77123", "Логин: anna@bank.example", "логином ivanov77 войти не могу", "логин «anna77»", "Логин сейчас такой: ivanov8",
]  # fmt: skip
NO_LOGIN = [
    "a login issue", "the login is wrong", "The login is terribly slow", "My login: I forgot it", "login - fails", "The login: three attempts",
    "login is 2x slower", "I cannot login since 3 May", "the login page", "Login problem", "username is forgotten", "login for the portal",
    "My user ID is unknown", "Мой логин: забыла его", "логин не подходит", "Логин: неверный", "забыл логин", "Логин и пароль не подходят",
    "логин - это что?", "логин на 3 дня заблокирован", "Имя пользователя потеряла", "Какой у меня логин?", "Логин: из-за вас", "сбросьте логин",
]  # fmt: skip


CONTRACT = [
    "My contract is 998877", "contract no. ZH-50012", "Contract: 4711-22", "my account number is 10002000", "agreement #77123", "policy A12345",
    "contract 998877, 100 EUR are missing", "contract 99887766 100 EUR", "договор № ZH-50012", "Номер договора 4711234", "лицевой счёт 40817810", "л/с 5551234", "мой договор 7712345 г. Москва", "договор № 12345 годовой",
    "contract no 12345 rubbish", "account 12345 euro card", "договор 45678 рублёвый вклад",
    "договор 998877 от 2024 года", "контракт 100200", "по договору 77123 списали 100 руб.", "Договор: АБ-1234",
]  # fmt: skip
NO_CONTRACT = [
    "According to your policy 10000 CHF is the limit", "the account 2500 EUR is missing", "contract 5000.50 USD", "On my account 1'200'000 CHF",
    "agreement 1500 €", "the policy: CHF 10000", "I have no contract", "a contract of 12 months", "on the account 2000%", "policy number is lost",
    "contract $5000", "account 10,000 EUR", "По договору 10000 руб. в месяц", "договор 2024 года", "контракт 2024 г.", "лицевой счёт 15000 рублей",
    "договор на 12 месяцев", "в договоре 1500 процентов", "по договору 10 000 руб.", "номер договора забыла",
]  # fmt: skip


@pytest.mark.parametrize(
    ("sign", "texts", "is_given"),
    [
        ("login", GIVES_LOGIN, True),
        ("login", NO_LOGIN, False),
        ("contract_number", CONTRACT, True),
        ("contract_number", NO_CONTRACT, False),
    ],
)
def test_a_login_looks_like_one_and_a_contracts_number_is_no_money_and_no_year(
    sign: str, texts: list[str], is_given: bool
) -> None:
    asked = f"select t, {letters.has(sign, 't', PRIVACY)} from (select unnest(?) as t)"
    found = dict(duckdb.execute(asked, [texts]).fetchall())
    assert found == dict.fromkeys(texts, is_given)
