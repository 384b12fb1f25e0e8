"""Text files of cards as Anki, Quizlet and Excel write them."""

from typing import Any

import pytest

from tests.functions.assessments.flashcards.decks.files import Decks

_HEAD = "#separator:tab\n#html:true\n"
_PAIRS = [("dog", "Hund"), ("cat", "Katze")]


async def _bring(decks: Decks, content: str | bytes, name: str = "a.txt") -> tuple[dict[str, Any], list[Any]]:
    raw = content.encode() if isinstance(content, str) else content
    done = await decks.bring(raw, name)
    cards = [(card.question, card.answer) for card in await decks.cards()]
    assert (await decks.bring(raw, name))["imported"] == 0
    return done, cards


async def test_every_column_of_ankis_notes_is_known(decks: Decks) -> None:
    content = (
        f"{_HEAD}#guid column:1\n#notetype column:2\n#deck column:3\n#tags column:6\n"
        "k1aa\tBasic\tPlants::Leaves\tgreen <b>pigment</b>\tchlorophyll\tleaf bio\n"
        "k2bb\tBasic\tPlants\topening of a leaf\tstoma\t\n"
    )
    done, cards = await _bring(decks, content)
    assert cards == [("green **pigment**", "chlorophyll"), ("opening of a leaf", "stoma")]
    assert (done["imported"], done["failed"], done["warned"]) == (2, 0, 0)
    assert (await decks.cards())[0].tags == ("leaf", "bio")


async def test_a_guid_is_no_question_and_an_answer_no_tag(decks: Decks) -> None:
    content = f"{_HEAD}#guid column:1\nz9~x\tlong side\thypotenuse\nz8~y\tshort side\tleg\n"
    _, cards = await _bring(decks, content)
    assert cards == [("long side", "hypotenuse"), ("short side", "leg")]
    assert not [card.tags for card in await decks.cards() if card.tags]


@pytest.mark.parametrize(
    "head",
    [
        "#notetype:Cloze\n#tags column:3\n",
        "#tags column:3\n#notetype:Lückentext\n",
        "#notetype:穴埋め問題\n#tags column:3\n",
        "#tags column:3\n",
        "#columns:Text\tBack Extra\tTags\n",
        "#if matches:keep current\n#match scope:notetype\n#tags column:3\n#unknown thing:1\n# a comment\n",
    ],
)
async def test_a_note_with_gaps_is_a_card_for_each(decks: Decks, head: str) -> None:
    content = (
        f"{_HEAD}{head}The {{{{c1::liver}}}} makes {{{{c2::bile}}}}\t\torgans\n"
        "A {{c1::femur::bone}} is long\tthigh\t\n"
    )
    done, cards = await _bring(decks, content)
    assert (done["imported"], done["failed"]) == (3, 0)
    assert cards == [
        ("A {{c1::femur::bone}} is long", "femur\nthigh"),
        ("The liver makes {{c2::bile}}", "bile"),
        ("The {{c1::liver}} makes bile", "liver"),
    ]
    kept = await decks.cards()
    assert kept[1].note == kept[2].note != kept[0].note
    assert {card.card_type for card in kept} == {"cloze"}


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        ("Basic (and reversed card)", "dog\tHund", [("Hund", "dog"), ("dog", "Hund")]),
        ("Einfach (und die umgekehrte Richtung)", "dog\tHund", [("Hund", "dog"), ("dog", "Hund")]),
        ("问答题（附翻转卡片）", "dog\tHund", [("Hund", "dog"), ("dog", "Hund")]),
        ("Basic (optional reversed card)", "dog\tHund\t", [("dog", "Hund")]),
        ("Basic (optional reversed card)", "dog\tHund\ty", [("Hund", "dog"), ("dog", "Hund")]),
        ("Vocabulary", "犬\tいぬ\tdog", [("犬", "いぬ\ndog")]),
        ("Vocabulary", "犬\t\tdog", [("犬", "dog")]),
        ("Cloze", "no gap here\tbut more", [("no gap here", "but more")]),
    ],
)
async def test_a_type_of_notes_decides_the_cards(
    decks: Decks, kind: str, fields: str, expected: list[tuple[str, str]]
) -> None:
    content = f"{_HEAD}#notetype column:1\n#guid column:2\n{kind}\tguid-1\t{fields}\n"
    done, cards = await _bring(decks, content)
    assert sorted(cards) == expected
    assert done["failed"] == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.txt", "dog\tHund\ncat\tKatze"),
        ("a.txt", "dog\tHund\r\ncat\tKatze\r\n"),
        ("a.txt", "dog\tHund\rcat\tKatze\r"),
        ("a.csv", "sep=;\r\nQuestion;Answer\r\ndog;Hund\r\ncat;Katze\r\n"),
        ("a.csv", "sep=\t\r\ndog\tHund\r\ncat\tKatze\r\n"),
        ("a.csv", '"sep=|"\ndog|Hund\ncat|Katze\n'),
        ("a.csv", "\ufeffsep=;\ndog;Hund\ncat;Katze\n"),
        ("a.txt", "#separator:\t\ndog\tHund\ncat\tKatze"),
        ("a.txt", "#separator:Pipe\ndog|Hund\ncat|Katze"),
        ("a.txt", "#html:false\n#separator:;\ndog;Hund\ncat;Katze"),
        ("a.txt", "#deck:Animals\n#separator:colon\n#tags:pets\ndog:Hund\ncat:Katze"),
        ("a.txt", "tags:pets small\ndog,Hund\ncat,Katze"),
        ("a.txt", "dog: Hund\ncat: Katze"),
        ("a.csv", "Vorderseite;Rückseite\ndog;Hund\ncat;Katze"),
        ("a.csv", "Terme,Définition\ndog,Hund\ncat,Katze"),
        ("a.csv", "\ufeffPregunta;Respuesta\r\ndog;Hund\r\ncat;Katze".encode("utf-16-le")),
        ("a.txt", "#separator:tab\n#columns:Back\tFront\nHund\tdog\nKatze\tcat\n"),
        ("a.txt", "#columns:Rückseite;Vorderseite\n#separator:semicolon\nHund;dog\nKatze;cat\n"),
        ("a.csv", '"dog","Hund"\n"cat","Katze"\n'),
        ("a.csv", '"dog" ;"Hund"\n"cat";"Katze"\n'),
    ],
)
async def test_pairs_are_found_in_any_layout(decks: Decks, name: str, content: str | bytes) -> None:
    done, cards = await _bring(decks, content, name)
    assert sorted(cards) == sorted(_PAIRS)
    assert (done["failed"], done["warned"]) == (0, 0)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            "Red, green, blue?\tColours, four\nOne, two, three\tNumbers",
            ("Red, green, blue?", "Colours, four"),
        ),
        ("Rot, grün;red, green\nEins, zwei;one, two", ("Rot, grün", "red, green")),
        ("Hund,dog; hound\nKatze,cat; kitty", ("Hund", "dog; hound")),
        ("a, b,c; d\ne,f", ("a", "b")),
        ('"Hund; der","dog, the"\n"Katze; die","cat, the"', ("Hund; der", "dog, the")),
        ("a|b\nc|d, e", ("a", "b")),
        ("x; y|a, b\nz|c", ("x; y", "a, b")),
        ("Question,Answer\n0, ;\na,b", ("0", ";")),
    ],
)
async def test_prose_is_not_taken_for_separators(
    decks: Decks, content: str, expected: tuple[str, str]
) -> None:
    _, cards = await _bring(decks, content)
    assert expected in cards
    assert len(cards) == 2


@pytest.mark.parametrize(
    ("content", "line", "expected"),
    [
        ('"to be" or not\tplay\n"never closed\tx\nsecond\ty\n', 2, ["never closed", "second", "to be"]),
        ('a\tb\n"open\tx\nsecond\ty\n"open again\tz\n', 2, ["a", "open", "open again", "second"]),
        ('a;"open\nb;c\n', 1, ["b"]),
        ('q,a\n"x ""y"" z,w\nb,c\n', 2, ["b", "q", "x y z"]),
    ],
)
async def test_a_quote_that_is_never_closed_hides_no_row(
    decks: Decks, content: str, line: int, expected: list[str]
) -> None:
    done, cards = await _bring(decks, content, "a.csv")
    found = sorted(question.replace('"', "").removesuffix(" or not") for question, _ in cards)
    assert [question for question in found if question in expected] == expected
    assert done["warnings"][0]["warning"].startswith(f"The quote in line {line} is never closed")


async def test_quotes_hold_separators_lines_and_quotes(decks: Decks) -> None:
    content = 'q,a\n"two\nlines, ""quoted""","x,\n\ny"\n"say ""hi""",z\n5" disk,small\n'
    done, cards = await _bring(decks, content, "a.csv")
    assert ('two\nlines, "quoted"', "x,\n\ny") in cards
    assert ('say "hi"', "z") in cards
    assert ('5" disk', "small") in cards
    assert (done["failed"], done["warned"]) == (0, 0)


async def test_long_and_many_tags_cost_no_card(decks: Decks) -> None:
    long = "Body::Organs::Cardiovascular_system_of_mammals::Heart::Chambers_1"
    many = " ".join(f"t{number}" for number in range(30))
    content = f"question,answer,tags\nfour chambers,heart,{long}\nmany,tags,{many}\n"
    done, _ = await _bring(decks, content, "a.csv")
    assert (done["imported"], done["failed"], done["warned"]) == (2, 0, 2)
    first, second = await decks.cards()
    assert (first.tags, len(second.tags)) == ((long[:50],), 20)
    assert [each["row"] for each in done["warnings"]] == [2, 3]


async def test_columns_without_a_place_are_kept_in_the_explanation(decks: Decks) -> None:
    await decks.bring(b"Question,Answer,Example,Level\ndog,Hund,Der Hund bellt.,A1\ncat,Katze,,\n", "a.csv")
    cat, dog = await decks.cards()
    assert (dog.explanation, cat.explanation) == ("Example: Der Hund bellt.\nLevel: A1", "")
    await decks.bring(b"sun\tSonne\tsky\tmore words\n", "b.txt")
    sun = (await decks.cards())[-1]
    assert (sun.tags, sun.explanation) == (("sky",), "more words")


async def test_a_file_of_another_encoding_is_read_with_a_warning(decks: Decks) -> None:
    done = await decks.bring("Stra\xdfe;street\nM\xfcll;waste".encode("cp1252"), "a.csv")
    assert [card.question for card in await decks.cards()] == ["Müll", "Straße"]
    assert [each["row"] for each in done["warnings"]] == [0]


@pytest.mark.parametrize(
    ("content", "question"),
    [
        ("a<br>b\tx &amp; y", "a\nb"),
        ("what does <b> do?\tbold", "what does <b> do?"),
        ("1 < 2 > 0 &amp; so\tyes", "1 < 2 > 0 &amp; so"),
        ("#html:true\n<i>x</i>\ty", "*x*"),
        ("#html:false\n<br>\ty", "<br>"),
        ("#html:false\n#guid column:3\n<br> {{c1::1 < 2}}\ty\tg", "<br> {{c1::1 < 2}}"),
    ],
)
async def test_html_is_read_where_it_is_sure_to_be(decks: Decks, content: str, question: str) -> None:
    _, cards = await _bring(decks, content)
    assert cards[0][0] == question


async def test_rows_that_begin_like_a_header_are_told_or_taken(decks: Decks) -> None:
    done, cards = await _bring(decks, "#1 in the list\tgold\n#2\tsilver\n")
    assert cards == [("#1 in the list", "gold"), ("#2", "silver")]
    done, _ = await _bring(decks, f"{_HEAD}a\tb\n#hidden\tc\n", "b.txt")
    assert (done["imported"], done["warned"], done["warnings"][0]["row"]) == (1, 1, 4)


async def test_a_note_without_gaps_or_words_is_told(decks: Decks) -> None:
    content = f"{_HEAD}#notetype:Cloze\n#guid column:1\ng1\tno gap\t\ng2\t\t\ng3\t{{{{c1::}}}}\t\n"
    done = await decks.bring(content.encode(), "a.txt")
    assert (done["imported"], [error["row"] for error in done["errors"]]) == (0, [5, 6, 7])


async def test_notes_of_a_text_file_go_to_anki_as_notes(decks: Decks) -> None:
    content = f"{_HEAD}#guid column:1\n#notetype column:2\n#deck column:3\n#tags column:6\n"
    content += "g1\tCloze\tA::B\t{{c1::x}} and {{c2::y}}\tmore\tone two\n"
    await decks.bring(content.encode(), "a.txt")
    other = Decks(decks.learner)
    course = await decks.learner.new_course()
    done = await other.bring(await decks.take("json"), "a.json", course=course)
    assert done["imported"] == 2
    notes = {card.note for card in await decks.cards(course)}
    assert len(notes) == 1
