"""What letters say, by sentences with known answers in both languages: the rule finds the ones and leaves the others."""

import duckdb
import pytest

from pipeline.models import read_phrases

SAYS = {
    "promised_day": """
        Перезвоню до пятницы
        Выясню и наберу вас в понедельник
        Ждите звонка мастера завтра
        Let me check and come back to you by Thursday
        I'm going to call you tomorrow
        Your parcel should be with you by Wednesday
        We'll get back to you by 5 pm tomorrow
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
        Возврат средств не предусмотрен
        Перерасчёт произведён не будет
        Вернуть комиссию не получится
        Ваша заявка не одобрена
        We won't be able to refund the delivery fee
        No refund will be given
        Your application was unsuccessful
        There is nothing more we can do for you
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
    "says_longer": """
        This will take a few days
        We need more time for this: the line has to be measured first
        It takes a little longer than usual
        The check will take until Friday
        We are still working on it
        I need some time to find the letter
        The repair needs more time
        It will take about two weeks
        The bank takes up to three days
        I'm afraid this will take longer
        We will need five working days
        Your case takes longer
        Проверка займёт ещё два дня
        Это займёт несколько дней, я напишу
        Нам понадобится ещё время: нужно измерить линию
        Потребуется около недели
        Нам нужно ещё 5 дней
        Для ответа нужно время
        Срок рассмотрения продлён
        Ваша заявка уже в работе
        Понадобятся сутки или два дня
        Нужна неделя
        Ремонт займёт день
        Это потребует времени
        Ожидайте, заявка передана в отдел. Срок рассмотрения 10 рабочих дней.
        Срок рассмотрения повторной заявки составляет 30 календарных дней
        Срок ответа: до 5 (пяти) раб. дней
        Рассмотрение заявки занимает от 3 до 10 рабочих дней
        Проверка обычно длится 1–3 дня
        Мы ответим вам в течение трёх рабочих дней
        Ваше обращение будет рассмотрено в течение 30 дней
        В течение нескольких дней с вами свяжется менеджер
        Специалисты проверят счёт в течение недели
        We will get back to you within 10 working days
        Your request will be processed within two weeks
    """,
    "asks_authorisation": """
        Please confirm your identity
        We need a power of attorney for this
        Please send us the authorisation of the owner
        You will have to provide your authority in writing
        This requires the owner's authorization
        Could you show us your passport?
        A power of attorney is needed
        Please send a signed power of attorney
        An authorisation will be required
        I need you to prove your identity
        Kindly confirm the owner's authority
        We require proof of your identity
        Пришлите, пожалуйста, доверенность
        Подтвердите вашу личность
        Нужна доверенность
        Для этого требуется паспорт
        Доверенность нужна от владельца
        Понадобится доверенность
        Предъявите паспорт в отделении
        Нужно подтверждение полномочий
        Просим прислать копию паспорта
        Вам нужно подтвердить личность
        Паспорт понадобится
        Пришлите скан доверенности
    """,
    "complains": """
        This is a complaint
        I want to make a complaint
        I will complain to the ombudsman
        You did not answer my complaint
        There was no reply to my complaint
        I am complaining about your branch
        No, I insist: my complaint stands
        My complaints are ignored
        Where do I complain?
        I have complained twice
        The ombudsman will hear of it
        I hereby complain
        Это официальная жалоба
        Буду жаловаться
        Прошу рассмотреть мою жалобу
        На мою жалобу ответа нет
        У меня к вам претензия
        Нет ответа на жалобу
        Я жалуюсь на ваше отделение
        Две мои жалобы остались без ответа
        Вынуждена жаловаться
        Напишу жалобу
        Претензии прошу принять
        Вы не ответили на жалобу
    """,
    "hurries": """
        Please hurry
        Any news?
        Still waiting
        I still have no card, still nothing
        When will somebody reply?
        When will this be solved?
        This is urgent!
        Please answer as soon as possible
        How much longer?
        Is there any update on this?
        I need this urgently
        When do I hear from you?
        Срочно ответьте!
        До сих пор нет ответа
        Когда решите?
        Когда же будет готово?
        Сколько ещё ждать?
        Есть ли новости?
        Я всё ещё жду
        Ответьте наконец
        Прошу ускорить рассмотрение
        Поскорее, пожалуйста
        Карта до сих пор не пришла
        Когда мне ответят?
    """,
    "repeats": """
        This is the second time I write about this
        I have still no answer
        Still no reply.
        I am writing again
        This is my second letter
        I have not received any answer
        No response so far
        Nobody has answered
        I never heard back
        It is the third time that we ask
        There is no answer to my letter, no answer yet
        I ask you once more
        Повторно пишу об этом же
        Ещё раз прошу ответить
        Обращаюсь к вам второй раз
        До сих пор нет ответа
        Ответа нет
        Ответа я так и не получила
        Это повторное обращение
        Мне никто не ответил
        Снова пишу вам
        Моё письмо осталось без ответа
        Третий раз спрашиваю
        Никто мне не перезвонил
        Это уже второе письмо! Вы вообще читаете?
        Пишу вам третье письмо
        Моё второе обращение осталось без внимания
        Уже третье сообщение, и тишина
        Жду уже десять дней, никто не отвечает.
        Никто из ваших не отвечает
        На заявку никто не реагирует
        Очень долго не отвечают по заявке
        Почему вы не отвечаете?
    """,
}
LEAVES = {
    "promised_day": """
        Мастер был у вас в среду
        Акция действует до 30 ноября
        You can expect delays on Monday
        The parcel was delivered on Wednesday
        Please call us back by 5 pm tomorrow
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
        Возврат уже произведён, платы за него не будет
        Заявка ещё не одобрена
        Если заявка не одобрена, напишите нам
        Your application has not been reviewed yet
        There is nothing more you need to do
        We will not be charging you
        No refund form is needed
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
    "says_longer": """
        It takes no longer than usual
        No need to wait for days
        It will not take longer than a minute
        Which card do you need?
        This takes a minute
        You need a new password
        I take the blame
        We need your passport
        It doesn't take days
        Done, please check
        Good day and thank you
        It takes less time than you think
        Нужно выбрать одну из карт, сейчас пришлю
        Понадобится только одна минута
        Готово, проверьте, пожалуйста
        Нужно выбрать нужные дату и время
        Это не займёт много времени
        Вам нужно одно приложение
        Потребуется пароль от кабинета
        Нужно внести изменения в код
        Добрый день!
        Нужно подтвердить, что вы не робот
        Больше ждать не нужно
        Понадобится паспорт
        Срок рассмотрения истёк 3 дня назад
        Срок рассмотрения не больше 2 часов
        Срок действия карты 3 года
        Срок ответа 1 день
        Ответим в течение дня
        Ответим в течение 24 часов
        В течение 30 дней вы можете восстановить ваш аккаунт
        Вернуть товар можно в течение 14 дней
        Исправьте нарушения в течение 3-х месяцев
        Если вы не ответите в течение 5 дней, заявка закроется
        Если вопрос не решится в течение 3 дней, напишите мне
        Ответьте, пожалуйста, в течение 3 дней
        Please reply within 5 days
        If it is not solved within two weeks, write to me
    """,
    "asks_authorisation": """
        No need to confirm your identity
        You don't need to send a power of attorney
        A power of attorney is not required, you do not have to send one
        You need not send your passport
        We have received your authorisation
        Thank you for the power of attorney
        It isn't necessary to show your passport
        You confirmed your identity, all is done
        I sent you the form
        No authorisation is needed
        You will never need to prove your identity
        We need your address
        Доверенность не нужна
        Не нужно подтверждать личность
        Подтверждать личность не требуется
        Мы получили вашу доверенность
        Паспорт присылать не надо
        Спасибо за доверенность
        Вашу личность мы подтвердили
        Доверенность больше не требуется
        Мы всё исправили
        Не требуется ни паспорт, ни доверенность
        Нужен адрес
        Пришлите номер договора
    """,
    "complains": """
        No complaints at all, thank you!
        I can't complain
        This is not a complaint
        I don't want to complain, just to ask
        I have no complaint about you
        There is nothing to complain about
        Never had any complaints
        No further complaints
        I have no reason to complain
        I am not here to complain
        All is well, without complaints
        We have not had a complaint
        Жалоб нет, всё отлично, спасибо!
        Претензий не имею
        Нет никаких жалоб
        Претензий к вам нет
        Жаловаться не на что
        Я не жалуюсь, только спрашиваю
        Это не жалоба
        Без претензий
        Жалоб больше не будет
        Не хочу жаловаться, но подскажите
        Никаких претензий
        Жалоб у меня нет
    """,
    "hurries": """
        No hurry
        It is not urgent
        Good news: it works
        When will the branch be open?
        I still use your advice, thank you!
        Thank you for your quick answer
        When can I visit you?
        Don't hurry, please
        My card is lost
        It is still the same address
        How long is the card valid?
        That is not so urgent
        Когда будет открыто отделение?
        Спасибо, до сих пор пользуюсь вашим советом!
        Не торопитесь
        Это не срочно
        Не открывается счёт
        Когда вы работаете?
        Новости банка мне не присылайте
        Сколько стоит карта?
        Спасибо за быстрый ответ
        Ещё один вопрос
        До сих пор всё было хорошо
        Когда истекает моя карта?
    """,
    "repeats": """
        This is the second time the line drops
        No answer is needed
        Thank you for your answer
        I write to you for the first time
        My second card is lost
        I have received an answer
        It does not work again
        Ask me again if you like? No: my card is lost
        Somebody answered the door
        The second letter of the code is A
        When will the branch be open?
        I hear you
        Ещё раз прошу прощения
        Ответа не требуется
        Не открывается счёт
        Спасибо за ответ
        Снова не работает вход
        Второй раз обрывается связь
        Когда будет открыто отделение?
        Пишу вам впервые
        До сих пор не пришла карта
        Прошу ответить
        Повторно списали деньги
        Никто не пришёл
        Получаю уже второе письмо с рекламой
        Это второе письмо от вас за день, а я не подписывался
        Мне пришло второе письмо с кодом
        Измените размер: второе поле подстроится
        За сохранность никто не отвечает
        Никто не отвечает за потерянную посылку
        Вы за это не отвечаете
        Приложение долго не отвечает
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
