"""Words in, features out: every row of every lexicon, every trap, spans that lead back to what was written."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.own_words import FILLER, own_words
from pipeline.pec.fields import read_fields
from pipeline.pec.lexicons import COLUMNS, Entry, read_features, read_lexicons
from pipeline.pec.masked import Unmasker
from pipeline.pec.normal import normalise
from pipeline.pec.scan import Scanner, literals
from pipeline.pec.score import Message, Scorer
from pipeline.pec.suspects import suspects

ENTRIES = read_lexicons()
SCORER = Scorer()
BY_FILE = sorted({(entry.language, entry.feature) for entry in ENTRIES})


@pytest.mark.parametrize(
    ("language", "feature"), BY_FILE, ids=[f"{language}-{feature}" for language, feature in BY_FILE]
)
def test_every_row_finds_its_example_and_leaves_the_other(language: str, feature: str) -> None:
    for entry in ENTRIES:
        if (entry.language, entry.feature) == (language, feature):
            scanner = Scanner([entry])
            hits = scanner.hits(normalise([entry.example_hit, entry.example_miss]))
            assert hits.text.tolist().count(0) >= 1, entry
            assert 1 not in hits.text.tolist(), entry
            assert entry.source and entry.licence in ("MIT", "CC BY 4.0", "Unlicense")


def test_all_features_are_named_in_both_languages_and_have_words_or_structure() -> None:
    _, features = read_features()
    spoken = {(entry.language, entry.feature) for entry in ENTRIES}
    for name, feature in features.items():
        assert set(feature.title) == {"en", "ru"}
        if not feature.structure and name != "out_of_scope":
            assert ("en", name) in spoken and ("ru", name) in spoken, name


def found(text: str, role: str = "agent", name: str = "") -> dict[str, int]:
    return SCORER.explain([Message("1", text, role, name)])[0].features


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("Вы идиоты", {"insult"}),
        ("пох*й на вас", {"masked_swear"}),
        ("х.у.й вам", {"masked_swear"}),
        ("б л я т ь", {"masked_swear"}),
        ("суууука", {"masked_swear"}),
        ("и д и о т ы, ответьте", {"masked_swear"}),
        ("Кооозлы вы", {"masked_swear"}),
        ("Я, дурааак, забыл пароль", set()),
        ("blyat, pizdec", {"masked_swear"}),
        ("This is sh*t, f**king useless", {"masked_swear"}),
        ("cукa", {"swear"}),
        ("ОТВЕТЬТЕ МНЕ НАКОНЕЦ", {"shout"}),
        ("Когда ответите!!!", {"shout"}),
        ("Я вас убью", {"violence_threat"}),
        ("Уйду к другому банку", {"leave_threat"}),
        ("I will report you to the regulator", {"complaint_threat"}),
        ("немедленно ответьте", {"pressure"}),
        ("What are you wearing", {"harassment"}),
    ],
)
def test_what_customers_write(text: str, flags: set[str]) -> None:
    assert set(found(text, "customer")) == flags


@pytest.mark.parametrize(
    ("text", "is_shouted"),
    [
        ("ОТВЕТЬТЕ МНЕ", False),  # eleven letters
        ("ОТВЕТЬТЕ МНЕ Я", True),
        ("ОТВЕТЬТЕ МНЕ Я жду долго", True),  # twelve capitals of twenty letters
        ("ОТВЕТЬТЕ МНЕ Я жду долго и", False),
    ],
)
def test_twelve_letters_of_which_six_of_ten_are_capitals_are_a_shout(text: str, is_shouted: bool) -> None:
    assert ("shout" in found(text, "customer")) == is_shouted


@pytest.mark.parametrize(("words", "is_long"), [(22, False), (23, True)])
def test_a_sentence_of_more_than_22_words_is_long(words: int, is_long: bool) -> None:
    assert ("long_sentences" in found(" ".join(["слово"] * words) + ".")) == is_long


@pytest.mark.parametrize(
    "text",
    [
        "Дуршлаг и прочего не привезли",
        "Хлеба хватает, хлебница цела",
        "Рублям и кораблям",
        "Застрахуйте страховку",
        "The hue of the application, a huge blank",
        "Scunthorpe and the class will assess the assets",
        "5*5 = 25, цена 100%",
        "а я и ты, в 3 с",
        "Себестоимость потребления",
        "Мандарины и командировка",
        "Подстрахуй, употребляйте",
    ],
)
def test_innocents_are_left_alone(text: str) -> None:
    assert not set(found(text, "customer")) & {"insult", "swear", "masked_swear", "harassment", "violence_threat"}


@pytest.mark.parametrize(
    ("text", "name", "is_named"),
    [
        ("Здравствуйте, Анна! Готово.", "", True),
        ("Hello Emma, done.", "", True),
        ("Emma, it is done.", "", True),
        ("Уважаемый клиент! Готово.", "", False),
        ("Dear customer, done.", "", False),
        ("Thanks, done.", "", False),
        ("Вера, готово.", "", True),
        ("Верю, всё готово.", "Вера", False),
        ("Готово, Вере отправлено.", "Вера", True),
        ("Hello Zebulon, done.", "", True),
        ("Hello! Zebulon, done.", "", False),
        ("Напишите, что случилось.", "", False),
        ("Монетизация, увы, выключена.", "", False),
        ("Нельзя. Ждите, оператор занят.", "", False),
        ("Здравствуйте, Проверьте, пожалуйста, почту.", "", False),
        ("Wait, your request is refused.", "", False),
        ("Здравствуйте! Анна, всё готово.", "", True),
        ("Здравствуйте, Ольга Петровна! Готово.", "", True),
        ("Фирдаус Ильдусович, добрый вечер. Готово.", "", True),
        ("Уважаемая Ирина Владимировна! Готово.", "", True),
        ("Уважаемый(ая) Пётр! Готово.", "", True),
        ("Здравствуйте, г-н Зульфикаров! Готово.", "", True),
        ("Dear Mr. Novak, done.", "", True),
        ("Hello Ms Hart,\ndone.", "", True),
        ("Dear Anna Maria Smith, done.", "", True),
        ("Dear Anna Maria Smith Jones, done.", "", False),
        ("Уважаемый Клиент! Готово.", "", False),
        ("Уважаемые Коллеги! Готово.", "", False),
        ("Здравствуйте! Личный Кабинет, увы, закрыт.", "", False),
        ("Ольга Иванова из отдела доставки, увы, занята.", "", False),
        ("Dear Valued Customer, done.", "", False),
        ("Hello! Mobile App, alas, is closed.", "", False),
        ("Hello Ms. O'Neill!\ndone.", "", True),
        ("Спасибо, Олег, что написали.", "", True),
        ("Извините, Анна Петровна, за задержку.", "", True),
        ("I am sorry, Emma. Done.", "", True),
        ("Our manager, Emma, will ring you.", "", False),
        ("Мой коллега, Олег, позвонит вам.", "", False),
        ("Спасибо, Сбер, готово.", "", False),
        ("Dear J. Smith,\ndone.", "", True),
        ("Hello J.R. Smith! Done.", "", True),
        ("Dear J Smith, done.", "", True),
        ("Уважаемый А. Иванов! Готово.", "", True),
        ("Добрый день, А. И. Иванов! Готово.", "", True),
        ("Dear U.S. Bank customer, done.", "", False),
        ("Hello D-Wave! Done.", "", False),
        ("Здравствуйте! А. Меню, увы, закрыто.", "", False),
        ("Здравствуйте, А. Проверьте, пожалуйста, почту.", "", False),
        ("Господин Иванов, а счёт готов.", "А. Иванов", True),
        ("Готово, а счёт в письме.", "А Иванов", False),
        ("Mr O'Neill, done.", "O'Neill", True),
        ("Здравствуйте, У Вас, видимо, сбой.", "", False),
        ("Hi, I Understand, thanks.", "", False),
        ("Dear Picard, done.", "J.-L. Picard", True),
        ("Done - thanks.", "J.-L. Picard", False),
    ],
)
def test_the_customers_name(text: str, name: str, is_named: bool) -> None:
    assert ("by_name" in found(text, "agent", name)) == is_named


@pytest.mark.parametrize(
    ("text", "is_signed"),
    [
        ("Done.\nAnna", True),
        ("Всё исправила. Анна", True),
        ("Done. Kind regards,\nAnna Keller", True),
        ("Готово.\nС уважением, Зульфикар", True),
        ("Готово.\nЗульфикар", True),
        ("Готово. Зульфикар", False),
        ("Вы тупой? Идиот. Отстаньте.", False),
        ("Ваш вопрос не решён.\nЖдите.", False),
        ("I cannot help you. Never.", False),
        ("I cannot help you.\nRefused.", False),
        ("Готово.\nС уважением,\nКлиентская Служба", False),
        ("Готово.\nС уважением,\nОльга Иванова\nстарший специалист", True),
        ("Готово.\nС уважением, Ольга Петровна Иванова", True),
        ("Готово.\nС уважением,\nИванова О. П.\nотдел по работе с клиентами", True),
        ("Готово.\nИрина Мельник, менеджер\n+7 (900) 000-00-00", True),
        ("Done.\n\nBest regards,\n\nAnn Brown | Customer Care Advisor", True),
        ("Done.\nKind regards,\nPriyanka Raghunathan\nCustomer Service", True),
        ("Done.\nKind regards,\nCustomer Service Team\nBuilding 4", False),
        ("Anna Brown\nyour card is here\nCustomer Service", False),
        ("Hello!\nPlease ask for Anna Brown\nCustomer Service", False),
        ("Готово.\nАнна, спасибо за терпение!\nСлужба поддержки", False),
    ],
)
def test_an_own_name_below(text: str, is_signed: bool) -> None:
    assert ("own_signature" in found(text)) == is_signed
    if "\n" in text:
        assert ("department_signature" in found(text)) == (not is_signed and ("Service" in text or "Служба" in text))


def test_a_post_below_the_name_is_no_office_language() -> None:
    assert "office_language" not in found("Всё вернула.\nОльга Иванова\nстарший специалист")
    assert "office_language" in found("Ответит специалист.\nОльга Иванова\nстарший специалист")


@pytest.mark.parametrize(
    ("text", "is_own"),
    [
        ("Уже проверила ваш счёт и вернула комиссию.", True),
        ("Анна, посмотрела вашу выписку.", True),
        ("Я тут же позвонил курьеру.", True),
        ("Мы всё пересчитали.", True),
        ("Перезвоню вам в 14:30.", True),
        ("Узнаю и напишу.", True),
        ("Клиент проверил счёт.", False),
        ("Курьер приезжал, позвонил, но не застал вас.", False),
        ("Проверили ли вы почту?", False),
        ("Отправили форму?", False),
        ("Вернулись деньги?", False),
        ("Больше не перезвоню.", False),
        ("I've just found it.", True),
        ("We have already refunded the fee.", True),
        ("I'll personally call you.", True),
        ("Checked with the branch.", True),
        ("It was checked with the branch.", False),
        ("Your request has been passed on.", False),
        ("Checked your inbox?", False),
    ],
)
def test_what_the_writer_did_or_will_do(text: str, is_own: bool) -> None:
    assert ("own_action" in found(text)) == is_own


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("I can see why this is annoying, and it is not your fault. It's really quick: I have already sent it.", set()),
        ("One more thing you did not ask. It is not covered, so don't pay. Since when does it blink?", set()),
        ("Что ещё важно, о чём вы не спрашивали. Если вы не получите смс, почему вы видите ноль, расскажу.", set()),
        ("Why didn't you call? You should have read the terms.", {"confronts"}),
        ("Вы не читали договор? Вы должны были прочитать его.", {"confronts"}),
        ("You should have received it. Документы вы должны были получить.", set()),
        ("I'm on your side. Nothing is needed on your end. Please contact me. I'll contact your provider.", set()),
        ("С вашей стороны ничего не нужно. Обращайтесь в любое время, обращайтесь ко мне!", set()),
        ("The fault is on your end. Please contact your provider.", {"blame_shift"}),
        ("You did not submit the form.", {"blame_shift"}),
        ("You did not do anything wrong.", set()),
        ("Проблема на вашей стороне, обратитесь в магазин.", {"blame_shift"}),
    ],
)
def test_who_confronts_and_who_sends_elsewhere(text: str, told: set[str]) -> None:
    assert set(found(text)) & {"confronts", "blame_shift"} == told


@pytest.mark.parametrize(
    ("text", "feels"),
    [
        ("Понимаю, как это обидно.", True),
        ("Мы должны были предупредить вас.", True),
        ("Представляю, как тяжело было ждать.", True),
        ("That must have been frightening.", True),
        ("We should have told you, and that's on us.", True),
        ("You must be worried.", True),
        ("Не понимаю, что вы хотите.", False),
        ("Вы должны были прочитать договор.", False),
        ("Вам тяжело было позвонить?", False),
        ("Вы потратили моё время.", False),
        ("Нам жаль, что у вас сложилось такое впечатление.", False),
        ("You should have read the terms.", False),
        ("The form must be signed. You had to apply earlier, it depends on us.", False),
        ("We left you a letter. I would be surprised if you are right-handed.", False),
        ("We are sorry you feel this way. We understand your frustration.", False),
    ],
)
def test_who_feels_with_the_customer(text: str, feels: bool) -> None:
    assert ("feeling_with" in found(text)) == feels


@pytest.mark.parametrize(
    ("text", "features"),
    [
        ("Спасибо за обращение!", {"hollow"}),
        ("Спасибо за ваше понимание и терпение", {"hollow"}),
        ("Простите за ожидание", {"hollow"}),
        ("Спасибо, что предупредили", {"thanks"}),
        ("Thanks so much for reaching out", {"hollow"}),
        ("We are unable to assist", {"hollow"}),
        ("Have a lovely day! Take care!", {"good_end"}),
        ("Please provide the form", {"orders"}),
        ("Не согласен и не знаю. Это не отлично", set()),
        ("It isn't great", set()),
        ("Не помогу", set()),
    ],
)
def test_words_count_for_one_feature_and_formulas_for_no_warmth(text: str, features: set[str]) -> None:
    assert set(found(text)) == features


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Какая у вас версия браузера?", True),
        ("Вы не читали договор? Позвонить вам завтра?", True),
        ("Вы вообще читали?", False),
        ("Did you even read it??", False),
        ("Ну раз вы так хорошо разбираетесь… может, сами себе карту и выпустите?", False),
        ("Спасибо!", False),
    ],
)
def test_a_reproach_is_no_question_back(text: str, asks: bool) -> None:
    assert ("question_back" in found(text)) == asks


@pytest.mark.parametrize("text", read_fields()["says"] + read_fields()["not"])
def test_fields_of_templates(text: str) -> None:
    assert ("placeholder" in found(text)) == (text in read_fields()["says"])


def test_length_is_no_feature() -> None:
    neutral = "Строка стоит тут. "
    scores = SCORER.scores([neutral * n for n in (1, 3, 9, 27)])
    assert len(set(scores.tolist())) == 1


@pytest.mark.parametrize(
    "quoted",
    [
        "Done.\n> you idiots, your request has been processed",
        "Готово.\n\nАнна пишет:\nВаше обращение рассмотрено",
        "Done.\n--- Original Message\nyour request",
    ],
)
def test_what_is_quoted_does_not_count(quoted: str) -> None:
    assert own_words([quoted])[0].strip(f"{FILLER}\n") in ("Done.", "Готово.")
    assert "office_language" not in found(quoted)


def test_a_cold_letter_dressed_up_stays_below_its_warm_twin() -> None:
    cold = "Ваше обращение рассмотрено. Информация передана в профильное подразделение. Служба поддержки"
    dressed = "Здравствуйте, Анна! Благодарим за обращение. " + cold + ". Хорошего дня!"
    warm = "Анна, я сама посмотрела ваш счёт: это наша ошибка. Деньги вернула, завтра проверю ещё раз. Ольга"
    scores = SCORER.scores([cold, dressed, warm])
    assert scores[0] < scores[1] < scores[2]


def test_an_insult_outweighs_a_greeting_by_name() -> None:
    insults = SCORER.scores(["Hello Emma, you are a moron. Anna", "Здравствуйте, Анна! Вы идиотка. Ольга"])
    assert insults.max() < SCORER.scores(["If you had bothered to read the terms", "Надо было читать"]).min()


def test_abuse_of_the_customer_is_not_held_against_the_agent() -> None:
    assert SCORER.explain([Message("1", "Вы идиоты", "customer")])[0].score is None


@given(st.lists(st.text(alphabet="аёЁбсх cook ЖAz'.,*!?\n\u200bй-0", max_size=60), max_size=8))
@settings(deadline=None, max_examples=150)
def test_a_batch_is_its_texts_one_by_one(texts: list[str]) -> None:
    together = SCORER.read(texts)
    for n, text in enumerate(texts):
        alone = SCORER.read([text])
        assert {name: int(of[n]) for name, of in together.counts.items()} == {
            k: int(v[0]) for k, v in alone.counts.items()
        }
        assert together.score[n] == alone.score[0]


@example("Ꭰ")  # whose small letter lies beyond the tables
@given(st.text(max_size=120))
@settings(deadline=None, max_examples=200)
def test_every_span_is_words_of_the_text(text: str) -> None:
    for role in ("agent", "customer"):
        for one in SCORER.explain([Message("1", text, role)])[0].evidence:
            assert own_words([text])[0][one.start : one.end] == one.text and one.text


def test_evidence_leads_back_through_what_was_folded_away() -> None:
    text = "Ура!  Мне\u200b очень\n жаль, Ёлка"
    evidence = SCORER.explain([Message("1", text)])[0].evidence
    assert [(e.feature, e.text) for e in evidence if e.feature == "feeling_with"] == [
        ("feeling_with", "Мне\u200b очень\n жаль")
    ]


def plain_counts(texts: list[str], feature: str) -> list[int]:
    """The same by one compiled alternation over plainly normalised text: slow, and there to compare with."""
    entries = [e for e in ENTRIES if e.feature == feature and not e.exceptions]
    parts = sorted({key[1:] for _, key in literals(entries)}, key=len, reverse=True)
    pattern = re.compile(
        "(?<= )(?:" + "|".join(re.escape(p[:-1]) + "(?= )" if p.endswith(" ") else re.escape(p) for p in parts) + ")"
    )
    return [len(pattern.findall(" " + normalise([text]).text.strip() + " ")) for text in texts]


def test_counts_equal_those_of_a_plain_alternation() -> None:
    """Texts of two examples: of what a feature finds each, of all else every tenth."""
    pairs = list(zip(ENTRIES, ENTRIES[7:], strict=False))
    for feature in ("office_language", "feeling_with", "own_action", "hollow", "lively"):
        found = [any(e.feature == feature for e in pair) for pair in pairs]
        texts = [f"{e.example_hit}. {f.example_hit}" for n, (e, f) in enumerate(pairs) if found[n] or n % 10 == 0]
        scanner = Scanner([e for e in ENTRIES if e.feature == feature and not e.exceptions])
        batch = normalise(texts)
        assert scanner.counts(scanner.hits(batch), len(texts))[:, 0].tolist() == plain_counts(texts, feature)


@pytest.mark.parametrize(
    ("text", "is_rude"),
    [
        ("I suggest you calm down.", True),
        ("I suggest that, and you, please, do calm down.", False),
        ("I suggest you, my dear Sir, simply calm down.", True),
        ("I suggest you, my very dear Sir, simply calm down.", False),
        ("I suggest you call. Calm down the noise.", False),
        ("Вы хоть и писали, но вы даже сюда не соизволили зайти.", True),
    ],
)
def test_a_gap_is_four_words_of_one_sentence_at_most(text: str, is_rude: bool) -> None:
    assert ("rude" in found(text)) == is_rude


def test_a_companys_own_words(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    row = ["roof repair", "phrase", "", "own", "MIT", "the roof repair", "the door", ""]
    (tmp_path / "en" / "out_of_scope.tsv").write_text("\t".join(COLUMNS) + "\n" + "\t".join(row) + "\n", "utf-8")
    scored = Scorer(tmp_path).explain([Message("1", "When is the roof repair?", "customer")])[0]
    assert scored.flags == ["out_of_scope"]


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("en/nonsense.tsv", "pattern\n", "no feature 'nonsense'"),
        ("en/insult.tsv", "pattern\tkind\nx\tword\n", "line 2"),
        ("en/insult.tsv", "\t".join(COLUMNS) + "\nx\tregex\t\t\t\t\t\t\n", "line 2"),
        ("en/insult.tsv", "\t".join(COLUMNS) + "\n<nobody> x\tphrase\t\t\t\t\t\t\n", "line 2: no part 'nobody'"),
    ],
)
def test_a_wrong_list_names_its_file_and_line(tmp_path: Path, file: str, content: str, said: str) -> None:
    (tmp_path / file).parent.mkdir()
    (tmp_path / file).write_text(content, "utf-8")
    with pytest.raises(UsageError, match=said):
        read_lexicons(tmp_path)


def test_features_of_the_scan_are_those_of_the_catalogue() -> None:
    assert {entry.feature for entry in ENTRIES} <= set(read_features()[1])
    assert json.dumps(SCORER.explain([Message("1", "")])[0].features) == "{}"
    assert isinstance(ENTRIES[0], Entry)


@given(st.lists(st.text(st.sampled_from("хуйsuka бляд*#@%._-,1\n\u00a0\ud800日"), max_size=12), max_size=6))
@example(["", "х у й", "s.u.k.a", "бляяять", "пох*й", "suka", "ничего", "\ud800"])
def test_texts_with_a_disguised_word_are_suspects(texts: list[str]) -> None:
    suspected = suspects(normalise(texts))
    for disguise, places in suspected.items():
        assert places == sorted(set(places)) and set(places) <= set(range(len(texts)))
        assert {n for n, text in enumerate(texts) if any(UNMASKER.found(text, disguise))} <= set(places)


UNMASKER = Unmasker(read_lexicons())
