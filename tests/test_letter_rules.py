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
    "refuses": """
        We have to refuse your request.
        I regret to decline your application
        We must turn down the offer
        Your claim has unfortunately been rejected
        We decline to do this
        Unfortunately we cannot refund the fee
        I can't change the plan
        We are unable to grant you the credit
        It is not possible for us to waive the fee
        Your request was denied.
        We will be unable to open the account
        I am not able to cancel it
        К сожалению, вынуждены отказать вам.
        В кредите вам отказано
        Отказываем: нет паспорта
        Ваша заявка на кредит отклонена
        Изменить тариф не можем
        Не можем вернуть вам комиссию
        К сожалению, не сможем помочь
        Нет возможности снизить ставку
        Отменить перевод невозможно
        Нам пришлось отклонить вашу просьбу
        Отклоняем ваше требование
        Не могу предоставить скидку
    """,
    "helps_anyway": """
        It is not covered by your plan, but I have added it for you
        Your account was blocked by mistake
        Access was suspended, and we have now restored it
        I unblocked your card
        We've refunded the fee
        The card is unblocked
        Your access has been reinstated
        As an exception we do it
        I already changed it
        We lifted the block
        The account was suspended in error
        I waived the fee
        Ваш доступ был заблокирован по ошибке, я его разблокировала
        Услуга не входит в ваш тариф, но я подключила её бесплатно
        Мы вернули вам комиссию
        Снял блокировку со счёта
        Доступ восстановлен
        В виде исключения продлим срок
        Я изменила тариф
        Счёт разблокирован
        Мы сами исправили ошибку
        Карту активировали
        Включил вам услугу
        Деньги зачислили на счёт
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
    "refuses": """
        We never refuse a good request
        We cannot find your letter
        If your request is denied, write to us
        I can't see the picture you sent
        We cannot close the account until it is empty
        We cannot change this without your signature
        Your card was declined by the shop
        Without a signature we cannot change this
        You can decline the offer
        I would not refuse that
        We can offer you another plan
        It is not possible to log in twice
        Мы никому не отказываем
        Не могу найти ваш платёж
        Не можем закрыть счёт, пока на нём есть деньги
        Без номера договора не сможем помочь
        Если вам отказано, напишите нам
        Появляется надпись «в доступе отказано»
        Платёж отклонён банком получателя
        Вы отказались от услуги
        Отказ от подписки оформлен
        Можем изменить тариф хоть сегодня
        Можете вернуть товар за 14 дней
        Мы не могли понять, что случилось
        Заявка может быть отклонена
    """,
    "helps_anyway": """
        We have not changed the plan
        It never worked
        You can be unblocked after the payment
        Your account was blocked
        The service will be restored once it is paid
        You changed the plan yourself
        You activated it in May
        Your plan does not include it
        We cannot have it removed
        Please have it unlocked
        The invoice was suspended
        You have refunded it
        Вы сами подключили услугу
        Доступ будет восстановлен после оплаты
        Счёт заблокирован
        Не разблокировали
        Если вы изменили тариф, напишите
        Вы уже вернули товар
        Услуга приостановлена
        Мы не меняли тариф
        Они не зачислили деньги
        Включите услугу сами
        Они включили её в мае
        Исправить это можно в отделении
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
