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
