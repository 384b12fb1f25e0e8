"""Notes of Anki's whose templates say more than question and answer."""

import csv
import io
import json
import zipfile
from urllib.parse import quote

import pytest

from functions.assessments.flashcards.decks.models import CardTemplate, FieldType, NoteType
from tests.functions.assessments.flashcards.decks.files import (
    PNG,
    Decks,
    card,
    collection,
    note,
    one_note,
    package,
)
from tests.functions.assessments.learners import CARDS

_BACK = "{{FrontSide}}<hr id=answer>{{A}}"


@pytest.mark.parametrize(
    ("fields", "question", "answer", "expected"),
    [
        ({"E": "山[やま]", "A": "mountain"}, "{{kanji:E}}", "{{FrontSide}}<hr id=answer>{{kana:E}} = {{A}}",
         ("山", "やま = mountain")),
        ({"E": "山[やま]", "A": "mountain"}, "{{furigana:E}}", _BACK, ("山(やま)", "mountain")),
        ({"W": "犬", "R": "いぬ", "A": "dog"}, "{{W}}", "{{FrontSide}}<br>{{R}}<hr id=answer>{{A}}",
         ("犬", "いぬ\ndog")),
        ({"W": "犬", "R": "いぬ", "A": "dog"}, "{{W}}", "{{W}} ({{R}})<hr id='answer'>{{A}}",
         ("犬", "犬 (いぬ)\ndog")),
        ({"W": "犬", "R": "", "A": "dog"}, "{{W}}", "{{W}}<hr id=answer />{{A}}", ("犬", "dog")),
        ({"W": "犬", "A": "dog"}, "{{W}}", "{{#A}}{{FrontSide}}<hr id=\"answer\">{{A}}{{/A}}", ("犬", "dog")),
        ({"W": "犬", "A": "dog"}, "{{W}}", "{{W}}<br>{{A}}", ("犬", "dog")),
        ({"W": "犬", "A": "dog"}, "{{W}}", "{{A}}", ("犬", "dog")),
        ({"W": "犬", "A": "犬"}, "{{W}}", "{{A}}", ("犬", "犬")),
        ({"W": "hello", "A": "hallo"}, "{{tts en_US:W}}", "{{W}}<hr id=answer>{{A}}", ("hello", "hallo")),
        ({"W": "hello", "A": "hallo"}, "[anki:tts lang=en_US]{{W}}![/anki:tts]", _BACK, ("hello!", "hallo")),
        ({"W": "hello", "A": "hallo"}, "{{W}}{{tts en_US voices=X:W}}", _BACK, ("hello", "hallo")),
        ({"W": "look", "V": "hello", "A": "hallo"}, "{{W}}{{tts en_US:V}}", _BACK, ("look\nhello", "hallo")),
        ({"W": "[sound:a.mp3]", "A": "hallo"}, "{{W}}", _BACK, ("[sound:a.mp3]", "hallo")),
        ({"W": "2+3", "A": "5"}, "{{=<% %>=}}<%W%>", "{{=<% %>=}}<%FrontSide%><hr id=answer><%A%>",
         ("2+3", "5")),
        ({"W": "largest?", "A": "whale"}, "{{Subdeck}}: {{W}}", _BACK + "{{#Tags}} ({{Tags}}){{/Tags}}",
         ("Dogs: largest?", "whale (sea deep)")),
        ({"W": "q", "A": "a"}, "{{Deck}}/{{Type}}/{{Card}}: {{W}}", _BACK,
         ("Animals::Dogs/Own/Only: q", "a")),
        ({"W": "q", "A": "Hund"}, "{{W}} {{type:A}}", "{{FrontSide}}<hr id=answer>{{type:A}}", ("q", "Hund")),
        ({"W": "mole?", "A": "6.022 · 10<sup>23</sup>"}, "{{W}}", _BACK, ("mole?", "6.022 · 10²³")),
        ({"W": "What?<pre><code>for i in x:\n    if i:\n        go(i)</code></pre>", "A": "1"}, "{{W}}",
         _BACK, ("What?\nfor i in x:\n    if i:\n        go(i)", "1")),
    ],
)  # fmt: skip
async def test_a_card_says_what_its_templates_say(
    decks: Decks, fields: dict[str, str], question: str, answer: str, expected: tuple[str, str]
) -> None:
    done = await decks.bring(one_note(fields, question, answer, tags=" sea deep "))
    assert (done["imported"], done["failed"]) == (1, 0)
    (found,) = await decks.cards()
    assert (found.question, found.answer) == expected


async def test_a_hint_is_folded_and_not_lost(decks: Decks) -> None:
    fields = {"Q": "capital of Peru", "H": "begins with L", "A": "Lima"}
    await decks.bring(one_note(fields, "{{Q}}{{hint:H}}", _BACK))
    (found,) = await decks.cards()
    assert (found.question, found.answer, found.explanation) == (
        "capital of Peru",
        "Lima",
        "H: begins with L",
    )


async def test_a_front_that_is_folded_alone_is_the_question(decks: Decks) -> None:
    await decks.bring(one_note({"H": "unfold", "A": "a"}, "{{hint:H}}", _BACK))
    (found,) = await decks.cards()
    assert (found.question, found.explanation) == ("unfold", "")


@pytest.mark.parametrize(
    ("text", "side", "expected"),
    [
        ("{{c1,2::Lima}} lies in {{c2::Peru}}", 0, ("{{c1::Lima}} lies in Peru", "Lima\nmore")),
        ("{{c1,2::Lima}} lies in {{c2::Peru}}", 1, ("{{c2::Lima}} lies in {{c2::Peru}}", "Lima, Peru\nmore")),
        ("{{c1::a {{c2::b}} c}}", 1, ("a {{c2::b}} c", "b\nmore")),
        ("{{c1::a {{c1::b}} c}}", 0, ("{{c1::a b c}}", "a b c\nmore")),
        ("{{c1::x<sup>2</sup>::power}} y", 0, ("{{c1::x²::power}} y", "x²\nmore")),
        ("x<sup>{{c1::2}}</sup> y", 0, ("x^({{c1::2}}) y", "2\nmore")),
        (r"\( {{c1::\frac{1}{2}}} \)", 0, (r"\( {{c1::\frac{1}{2}}} \)", "\\frac{1}{2}\nmore")),
        ("{{c1::}} is {{c1::b::which}}", 0, ("[…] is [which]", "b\nmore")),
    ],
)
async def test_a_gap_hides_what_it_should(
    decks: Decks, text: str, side: int, expected: tuple[str, str]
) -> None:
    content = one_note(
        {"T": text, "B": "more"}, "{{cloze:T}}", "{{cloze:T}}<br>{{B}}", cloze=True, sides=(side,)
    )
    await decks.bring(content)
    (found,) = await decks.cards()
    assert (found.question, found.answer) == expected


async def test_a_gap_of_another_field_is_not_given_away(decks: Decks) -> None:
    fields = {"T": "{{c1::a}} b", "Other": "{{c1::secret}}"}
    await decks.bring(one_note(fields, "{{cloze:T}}", "{{cloze:T}}", cloze=True))
    assert (await decks.cards())[0].answer == "a"


async def test_what_could_not_be_taken_is_told_and_the_note_kept(decks: Decks) -> None:
    fields = {"Q": 'q <img src="data:image/png;base64,AA">', "H": "h" * 6000, "A": "a"}
    done = await decks.bring(
        one_note(fields, "{{Q}}{{hint:H}}", _BACK, tags=" ".join("abcdefghijklmnopqrstuvwxyz"))
    )
    assert (done["imported"], done["warned"]) == (1, 3)
    assert [each["row"] for each in done["warnings"]] == [1, 1, 1]
    again = await decks.bring(one_note(fields, "{{Q}}{{hint:H}}", _BACK))
    assert (again["skipped"], again["warned"]) == (1, 0)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("leaf (1).png", "leaf (1).png"),
        ("my leaf#1.png", "my%20leaf%231.png"),
        ("my leaf#1.png", "my leaf#1.png"),
        ("100%.png", "100%25.png"),
        ("100%.png", "100%.png"),
        ("a%20b.png", "a%20b.png"),
        ("山 (絵).png", quote("山 (絵).png")),
        ("caf\u00e9.png", "cafe\u0301.png"),
    ],
)
async def test_a_picture_is_listed_and_exported_whatever_its_name(
    decks: Decks, name: str, source: str
) -> None:
    content = one_note({"Q": f'what? <img src="{source}">', "A": "a"}, "{{Q}}", _BACK, media={name: PNG})
    await decks.bring(content)
    (found,) = await decks.cards()
    assert [each["name"] for each in await decks.learner.get(f"{found.id}/media/")] == [name]
    answer = await decks.learner.http.patch(f"{CARDS}{found.id}/", json={"answer": "changed"})
    assert answer.status_code == 200
    assert [each["name"] for each in await decks.learner.get(f"{found.id}/media/")] == [name]
    with zipfile.ZipFile(io.BytesIO(await decks.take())) as archive:
        assert list(json.loads(archive.read("media")).values()) == [name]


async def test_new_cards_keep_the_order_of_their_positions(decks: Decks) -> None:
    notes = [note(number, f"chapter {number:02}", "a") for number in range(1, 13)]
    cards = [card(100 + number, number, due=13 - number) for number in range(1, 13)]
    await decks.bring(package(collection(notes, cards)))
    expected = [f"chapter {number:02}" for number in range(12, 0, -1)]
    assert [each["question"] for each in await decks.learner.get("due/")] == expected
    table = (await decks.take("csv")).decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in table[1:]] == expected
    assert [
        json.loads(line.rstrip(","))["question"] for line in _list_lines(await decks.take("json"))
    ] == expected
    course = await decks.learner.new_course()
    await decks.bring(await decks.take(), course=course)
    table = (await decks.take("csv", course=course)).decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in table[1:]] == expected


async def test_siblings_at_different_positions_keep_them(decks: Decks) -> None:
    notes = [note(1, "a1", "b1"), note(2, "a2", "b2")]
    cards = [card(11, 1, due=1), card(12, 1, side=1, due=3), card(21, 2, due=2), card(22, 2, side=1, due=4)]
    await decks.bring(package(collection(notes, cards)))
    table = (await decks.take("csv")).decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in table[1:]] == ["a1", "a2", "b1", "b2"]


async def test_a_table_keeps_the_notes_of_anki(decks: Decks) -> None:
    kind = NoteType(
        id="3", anki_id=3, name="Words", fields=tuple(FieldType(name=name) for name in "WRM"),
        templates=(CardTemplate(name="Only", question="{{W}}", answer="{{R}}<hr id=answer>{{M}}"),),
    )  # fmt: skip
    notes = [note(1, "<b>W</b>", "r", "m", kind=3), note(2, "W2", "r2", "m2", kind=3)]
    await decks.bring(package(collection(notes, [card(1, 1), card(2, 2)], kinds=(kind,))))
    table = await decks.take("csv")
    course = await decks.learner.new_course()
    header, first, second = csv.reader(io.StringIO(table.decode("utf-8-sig"), newline=""))
    moved = io.StringIO(newline="")
    csv.writer(moved).writerows([header, second, first])  # as a spreadsheet sorts it
    done = await decks.bring(moved.getvalue().encode(), "a.csv", course=course)
    assert (done["imported"], done["failed"], done["warned"]) == (2, 0, 0)
    again = await decks.take("json", course=course)
    records = [json.loads(line.rstrip(",")) for line in again.decode().splitlines()[1:-1]]
    assert records[0]["note_type"]["name"] == "Words"
    assert [each["note"]["fields"] for each in records[1:]] == [["W2", "r2", "m2"], ["<b>W</b>", "r", "m"]]


def _list_lines(content: bytes) -> list[str]:
    return [line for line in content.decode().splitlines()[1:-1] if '"note_type":{' not in line]
