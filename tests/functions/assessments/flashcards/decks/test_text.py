"""HTML and templates of Anki's as the plain text of cards."""

from datetime import UTC, datetime
from io import BytesIO, StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.assessments.flashcards.decks import json_deck, tables
from functions.assessments.flashcards.decks.items import CardItem, Target
from functions.assessments.flashcards.decks.markup import MAX_HTML_CHARS, list_media_names, to_html, to_plain
from functions.assessments.flashcards.decks.records import dump_json
from functions.assessments.flashcards.decks.rendering import keep_gap, render

_PLACE = Target("u", "c", ZoneInfo("UTC"), datetime(2026, 3, 2, tzinfo=UTC))
_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40).filter(str.strip)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a<br>b<div>c</div><div>d</div>", "a\nb\nc\n\nd"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("<b>bold</b> and <i>slanted</i><b></b>", "**bold** and *slanted*"),
        ("<b>x</b><b>y</b>", "**xy**"),
        ("1 &lt; 2 &amp; a < b > c", "1 < 2 & a < b > c"),
        ("<img src='a.png' alt='A &amp; B'>[sound:b.mp3]", "![A & B](a.png)[sound:b.mp3]"),
        ("<img src=https://evil.example/x.png alt=words>", "words (https://evil.example/x.png)"),
        ('<img src="data:image/png;base64,AAAA" alt="dot">', "dot"),
        ("<script>x</script>a<!-- b -->c<style>d</style>", "ac"),
        ("<a href='javascript:x'>link</a>", "link"),
        ("<td>1</td><td>2</td>", "1 2"),
        ("a &nbsp;b\u200bc", "a  b\u200bc"),
        ("<b", "<b"),
        ("<!-- never closed", ""),
    ],
)
def test_words_are_kept_and_markup_is_not(html: str, text: str) -> None:
    assert to_plain(html) == text


@given(
    st.text(
        st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")) | st.sampled_from(" \n<>&*"),
        max_size=200,
    )
)
def test_plain_text_comes_back_from_markup(text: str) -> None:
    lines = [line.rstrip() for line in text.split("\n")]
    expected = "\n".join(line for i, line in enumerate(lines) if line or (i and lines[i - 1])).strip()
    assert to_plain(to_html(text)) == expected


def test_media_are_found_in_text() -> None:
    assert list_media_names("![x](a b.png) [sound:c.mp3] ![](a b.png)") == ["a b.png", "c.mp3"]


@pytest.mark.parametrize(
    ("question", "answer", "sides"),
    [
        ("{{A}}", "{{FrontSide}}<hr id=answer>{{B}}", ("1", "2")),
        ("{{A}}{{type:B}}", "{{A}}<hr id=answer>{{type:B}}", ("1", "2")),
        ("{{#A}}yes{{/A}}{{^A}}no{{/A}}{{#C}}c{{/C}}{{^C}}none{{/C}}", "{{B}}", ("yesnone", "2")),
        ("{{hint:A}}{{tts en_US:A}}{{furigana:B}}", "{{Missing}}", ("<br>12", "")),
        ("{{#A}}open", "{{/A}}{{B}}", ("open", "2")),
    ],
)
def test_templates_are_filled(question: str, answer: str, sides: tuple[str, str]) -> None:
    made = render(question, answer, {"A": "1", "B": "2", "C": " <br>"})
    assert (made.question, made.answer) == sides


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("{{c1::a}} {{c2::b::hint}}", "a {{c2::b::hint}}"),
        ("{{c2::a {{c1::b}}}}", "{{c2::a b}}"),
        ("{{c1::a {{c2::b}} c}}", "a {{c2::b}} c"),
        (r"{{c2::\frac{1}{2}}}", r"{{c2::\frac{1}{2}}}"),
        ("{{c1::never closed", "{{c1::never closed"),
        ("}} {{c2::}}", "}} {{c2::}}"),
    ],
)
def test_other_gaps_become_words(text: str, kept: str) -> None:
    assert keep_gap(text, 2) == kept


@given(st.text("{}c12:a<>/b\"'= -!", max_size=300))
def test_whatever_is_written_comes_out_bounded(text: str) -> None:
    assert len(to_plain(text)) <= 3 * len(text) + 10
    assert len(keep_gap(text, 1)) <= len(text)
    assert len(render(text, text, {"a": text}).question) <= MAX_HTML_CHARS + len(text)


_LINES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
_REQUIRED: dict[str, st.SearchStrategy[Any]] = {"question": _TEXT, "answer": _TEXT}
_OPTIONAL: dict[str, st.SearchStrategy[Any]] = {
    "explanation": _LINES,
    "tags": st.lists(_TEXT.map(str.strip), max_size=4, unique=True),
    "concept": _TEXT,
    "difficulty_level": st.sampled_from(["easy", "hard"]),
}


@given(st.fixed_dictionaries(_REQUIRED, optional=_OPTIONAL))
def test_a_record_is_the_same_out_of_a_table_and_out_of_json(record: dict[str, Any]) -> None:
    out = StringIO(newline="")
    tables.create_writer(out).writerow(tables.build_row(record))
    read = [
        *tables.read(BytesIO(out.getvalue().encode("utf-8-sig")), _PLACE),
        *json_deck.read(BytesIO(f"[{dump_json(record)}]".encode()), _PLACE),
    ]
    assert len(read) == 2
    for item in read:
        assert isinstance(item, CardItem), item
        for name, value in record.items():
            said = getattr(item.card, name)
            assert said == (tuple(value) if isinstance(value, list) else value) or said == str(value).strip()
