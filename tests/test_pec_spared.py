"""Who is called abusive or rude: no victim of thieves, nobody's name, nobody who quotes, denies it or means himself."""

from pathlib import Path

import pytest

from pipeline.pec.lexicons import COLUMNS, abuse_features
from pipeline.pec.score import Message, Scorer
from pipeline.pec.sentences import sentence

SCORER = Scorer()
THREATS = {"leave_threat", "complaint_threat"}


def flags(text: str) -> set[str]:
    return set(SCORER.explain([Message("1", text, "customer")])[0].flags)


@pytest.mark.parametrize(
    "text",
    [
        "Мошенники украли деньги с карты, помогите!",
        "Thieves stole my card and a scammer called me",
        "С уважением, Анна Баранова",
        "С уважением,\nКозел",
        "Меня зовут Пётр Дураков, улица Баранова 5",
        "Дураков Пётр, договор 5",
        "We had a baby last week",
        "Please blow up the picture of the bath bomb",
        "Could you blow up your logo on the form?",
        "I am no idiot",
        "Would it kill you to answer? I will find you the receipt.",
        "Простите дурака, сам забыл пароль",
        "I am not an idiot, maybe I am an idiot after all",
        "Ваш сотрудник сказал мне «вы дура», прошу разобраться",
        'Your agent called me "an idiot". I want an apology.',
        'Он написал ""пох*й"" и закрыл заявку',
        "Пришлите файл с битой ссылкой, этот вырву",
        "Я, дурак, потерял карту",
        "Чувствую себя полным идиотом",
        "Стоял там как полный идиот, а вы меня держите за дурака",
        "Ну и ситуация идиотская, правда?",
        "Кабель порвал мой сосед, идиот редкий",
        "Какие-то уроды сняли деньги с карты",
        "Ваш кабель перерубил какой-то дебил на тракторе",
        "Кассир обозвала нас идиотами",
        "What a complete idiot I was, it felt like I was such a moron",
        "Some moron hit the pole, and my neighbour is an idiot, too",
        "I need to wash the dishes and this stupid form is pathetic",
        "My room-mate is an idiot, so is my ex-wife",
        "Я-то идиот, а мой сосед-идиот спит",
        f"I feel {',-' * 1000} like an idiot{'.' * 2000}x",
        "Google makes you stupid",
        "Can you kill the app? It will kill your battery",
        "Сломаю ноги на вашей лестнице, посыпьте её песком",
        "I'll find you on the map and make them pay for this subscription",
        "Your branch has icy steps, somebody is going to get hurt. I'll find you and make you an offer",
        "Watch your back account. Your fees will hurt you in the long run",
        "I will come to your branch and break my routine",
        "Сверну шею этому вашему роботу",
        "Достану чек из-под земли, голову сломаю с вашими тарифами",
        "Мне рассказали, что вы идиоты, но вы помогли, спасибо!",
        "I was told you are useless, but you helped me",
        "My plans go to hell in this rain, and the screw you sent is missing",
        "Роутер сдох, я отупел от бумаг. Идите лесом до остановки, сказал охранник",
        "Я знаю, где вы работаете, ждите меня с документами завтра",
    ],
)
def test_not_abusive(text: str) -> None:
    assert not flags(text) & set(abuse_features())


@pytest.mark.parametrize(
    "text",
    [
        "Вы мошенники!",
        "You are all thieves",
        "You scammers",
        "ТЫ КОЗЕЛ",
        "Дураки! Верните деньги",
        "Ваша служба: Идиоты, и это мягко сказано",
        "Добрый день.\nКозлы вы все",
        "Вы же не помогаете, уроды",
        "Hey baby",
        "I will blow up your office",
        "Убью вас всех",
        "Ответьте мне, идиоты!",
        "Answer me, idiots!",
        "No, idiot!",
        "Верните мне деньги, идиоты",
        "Я вам, идиотам, уже писал",
        "Ваш курьер какой-то идиот",
        "Ваш курьер как-то совсем идиот",
        f"Называл {'-' * 2000} а б в идиот",
        "Идиоты из вашей поддержки звонят ночью, муж проснулся",
        "Your driver is some kind of idiot",
        "They are idiots, the morons in your office",
        "I told you idiots twice",
        "You lot are useless",
        "Хамьё вы!",
        "Вы там совсем тупые?",
        "Приду и разнесу там всё",
        "I'm going to burn it down",
        "Вы там совсем отупели?",
        "Идите вы все лесом",
        "Катитесь вы ко всем чертям!",
        "You people are a complete joke",
        "Go to hell with your fees",
        "I will find you and make you sorry",
        "I know where you live, Emma. Watch your back",
        "You had better watch your back when you go home",
        "I'm going to come over and break his nose",
        "Оператору этому шею сверну.",
        "Башку ему проломлю, передайте",
        "Я тебя из-под земли достану",
        'Ваше "Спасибо" никому не нужно, идиоты, и "Извините" тоже',
    ],
)
def test_abusive(text: str) -> None:
    assert flags(text) & set(abuse_features())


def is_rude(text: str) -> bool:
    return bool({"rude", "mockery"} & set(SCORER.explain([Message("1", text)])[0].flags))


@pytest.mark.parametrize(
    "text",
    [
        "Ирина, вы идиотка и дура. Анна",
        "Ирина, пошли на хуй. Анна",
        "Ирина, пох*й. Анна",
        "You are stupid and an idiot, Emma. Anna",
        "Emma, shut up. Anna",
        "That is your problem, Emma",
        "Это ваши проблемы",
        "Надо было думать раньше",
        "How many times do I have to say it?",
        "Вы серьёзно???",
        "Ну конечно, конечно",
        "Это не моя проблема",
        "Не отнимайте моё время",
        "Объясняю вам в третий раз",
        "Ну и чего вы от меня хотите?",
        "As I said THREE times",
        "I already told you that",
        "Learn to read",
        "You clearly didn't read it",
        "We don't have time for this",
        "Captain Obvious strikes again",
        "Как я уже ТРИЖДЫ вам объясняла, возврата не будет",
        "Я вам уже три раза объяснила",
        "Congratulations, you have discovered the forgot-password button",
        "Most people find it on their own",
        "If you are so clever, why do you need us?",
        "Раз уж вы такой умный, настройте сами",
    ],
)
def test_rude(text: str) -> None:
    assert is_rude(text)


@pytest.mark.parametrize(
    "text",
    [
        "Hello Emma, I looked into your problem myself and solved it. Anna",
        "Ирина, денег на счёте хватит до зарплаты. Анна",
        "Emma, congratulations on your baby! Anna",
        "Mr Genius, if you would like to learn to use the app, I will show you.",
        "Obviously our mistake, I am sorry. How many times did the charge appear?",
        "Это ваши реквизиты. Посмотрела ваши проблемы с входом.",
        "Нам надо было предупредить вас. Поздравляю вас с рождением дочки!",
        "Приятный сюрприз: кэшбэк уже на счёте. Ну конечно, подключила!",
        "It is not your own fault, and you are not an idiot.",
        "Про бездельников спорить не буду, а отчёт напечатаем.",
        "Emma, you wrote: “are you serious?” I understand, and I am sorry.",
        "Какая проблема, не наша ли? Раньше надо было звонить, теперь хватит приложения. Понимаю ваши трудности.",
        "Напишите, чего вы хотите от тарифа и сколько раз вам нужно звонить в месяц.",
        "You do not need to learn to read the meter, or to go elsewhere. You surely have better things to do.",
        "I have already told the shop. Any child travels free, people like you make my day, feel free to leave a review.",
        "Congratulations, you have discovered a bug, thank you! Most people struggle to figure this out.",
        "Поздравляю, вы нашли самый выгодный тариф! Вам трижды обещали перезвонить, простите.",
        "Вы уже трижды объясняли это коллегам, а я вам три раза звонила. Может, выпустите карту сами в приложении?",
        "Sorry for my stupid mistake. Calm down the noise in the call with the second button.",
    ],
)
def test_not_rude(text: str) -> None:
    assert not is_rude(text)


@pytest.mark.parametrize(
    ("text", "threats"),
    [
        ("Please cancel my card, it was stolen. I have been to the police", set()),
        ("When I press the button nothing happens", set()),
        ("Жалоб нет, всё отлично", set()),
        ("No complaint at all, thank you", set()),
        ("Я юрист компании, нужна справка для суда", set()),
        ("Money to another bank, I want to switch to e-statements", set()),
        ("I will go to the press", {"complaint_threat"}),
        ("Это жалоба, обращусь к юристу", {"complaint_threat"}),
        ("Подам на вас в суд, подам в суд", {"complaint_threat"}),
        ("I will see you in court and cancel my contract", THREATS),
        ("Moving to another bank", {"leave_threat"}),
        ("Я не хочу жаловаться", set()),
        ("Как расторгнуть договор и перейти к вам?", set()),
        ("We are moving to another flat", set()),
        ("Do I have to cancel my contract to move? Why did you close my account", set()),
        ("Переведу зарплату на вашу карту", set()),
        ("Моей ноги у вас не будет", {"leave_threat"}),
        ("Переведу зарплату в другой банк", {"leave_threat"}),
        ("Больше ничего у вас не закажу", {"leave_threat"}),
        ("I'm switching providers", {"leave_threat"}),
        ("You just lost a customer", {"leave_threat"}),
    ],
)
def test_threats(text: str, threats: set[str]) -> None:
    assert flags(text) & THREATS == threats


def test_a_companys_own_list_switches_words_off(tmp_path: Path) -> None:
    (tmp_path / "ru").mkdir()
    row = ["козлы", "off", "", "own", "MIT", "", "", ""]
    (tmp_path / "ru" / "insult.tsv").write_text("\t".join(COLUMNS) + "\n" + "\t".join(row) + "\n", "utf-8")
    said = [Message("1", "вы козлы", "customer"), Message("2", "вы идиоты", "customer")]
    assert [score.flags for score in Scorer(tmp_path).explain(said)] == [[], ["insult"]]
    assert flags("вы козлы") == {"insult"}


@pytest.mark.parametrize(
    ("text", "word", "whole"),
    [
        ("Good day. You are idiots! Call me.", "idiots", "You are idiots!"),
        ("Здравствуйте\nВы идиоты\nЖду", "идиоты", "Вы идиоты"),
        ("idiots", "idiots", "idiots"),
    ],
)
def test_the_sentence_around_a_word(text: str, word: str, whole: str) -> None:
    assert sentence(text, text.index(word)) == whole
