"""What letters say, by sentences with known answers in both languages: the rule finds the ones and leaves the others."""

import duckdb
import pytest

from pipeline.models import read_phrases

SAYS = {
    "promised_day": """
        I will write to you by the 20th
        I will check it by the 20th of November
        We'll send the card tomorrow.
        A technician will visit on the 22nd.
        By 12 May you get your money back
        We will solve it by Friday
        The refund will be credited before May 12
        You will hear from us on 12.05., at the latest
        We are going to call you on Tuesday
        By the 5th you get a new one
        We will come on the 1st of June
        This will take a few days, until the 7th
        We expect to answer no later than 28.11
        Мастер приедет к 12-му.
        Завтра до 15:00 перезвоню вам
        Я отвечу до пятницы
        Мастер придёт 12 мая с 10 до 12
        12 мая мастер приедет к вам
        Решим вопрос, скорее всего, до 12.05
        Деньги поступят не позднее 28.11.2026.
        До конца недели не успеем, но исправим до 12.05
        Всё проверю и напишу вам во вторник
        Деньги вернутся 3 июня, будет зачислено до 5 июня
        К 15 числу подготовим справку
    """,
}
LEAVES = {
    "promised_day": """
        Our branch is closed on 20.11. Shall I order by post?
        Our branch will be closed on 20.11.
        You wrote to us on 12.05
        I will look for your letter of 12.05 on the 1st floor
        The files are with us on the 1st floor
        I will have it checked by the 3rd party
        Please pay by the 12th and we will connect you
        If you send it by 12.05, we will connect you
        We will not be able to solve it before the 12th
        Your card expires on 30.11.
        Your next bill is due by the 28th of November
        We charge the fee on the 5th of May
        Your letter on 12.05 was lost
        Ваша задолженность на 28.11 составит 100 руб.
        Отделение закрыто до 12.05, я напишу вам
        Увеличим лимит на 10.05 процента
        Вы писали нам 12 мая
        Не решим до 12.05
        Если вы пришлёте паспорт до 12.05, подключим
        Оплатите до пятницы
        Вы вернулись 12 мая
        Ваше письмо от 12.05 получили
        Просим ответить до 28.11
        Мы работаем до 18:00 и в субботу
        Тариф подорожал на 12 месяцев
    """,
}


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines() if line.strip()]


def saying(sign: str, letters: list[str]) -> list[str]:
    """Those of the letters that say it."""
    asked = f"select letter from (select letter, lower(letter) as body from letters) where {read_phrases()[sign].said}"
    with duckdb.connect() as sql:
        sql.execute("create table letters as select unnest(?) as letter", [letters])
        return [row[0] for row in sql.execute(asked).fetchall()]


@pytest.mark.parametrize("sign", SAYS)
def test_a_rule_finds_what_says_it_and_leaves_what_does_not(sign: str) -> None:
    says, leaves = lines(SAYS[sign]), lines(LEAVES[sign])
    assert saying(sign, says) == says
    assert saying(sign, leaves) == []
