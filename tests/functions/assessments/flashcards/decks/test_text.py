"""HTML and templates of Anki's as the plain text of cards."""

from csv import writer
from datetime import UTC, datetime
from html import escape
from io import BytesIO, StringIO
from typing import Any
from unicodedata import normalize
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.assessments.flashcards.decks import json_deck, tables
from functions.assessments.flashcards.decks.content import render_content
from functions.assessments.flashcards.decks.errors import Unreadable
from functions.assessments.flashcards.decks.gaps import list_hidden, mask_gaps
from functions.assessments.flashcards.decks.html_text import read_html
from functions.assessments.flashcards.decks.items import CardItem, Target
from functions.assessments.flashcards.decks.markup import MAX_HTML_CHARS, list_media_names, to_html, to_plain
from functions.assessments.flashcards.decks.records import dump_json
from functions.assessments.flashcards.decks.rendering import keep_gap, render
from tests.functions.assessments.flashcards.decks.files import BASIC, CLOZE

_UNSTORABLE = {chr(number) for number in range(32)} - {"\n", "\t"}
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
        ("6.022 · 10<sup>23</sup>", "6.022 · 10²³"),
        ("10<sup>-3</sup>, H<sub>2</sub>O, Ca<sup>2+</sup>", "10⁻³, H₂O, Ca²⁺"),
        ("10<SUP>3</SUP>", "10³"),
        ("x<sup>n+1</sup> e<sup>x<sup>2</sup></sup> x<sup>a b</sup>", "xⁿ⁺¹ e^(x²) x^(a b)"),
        ("1<sup>st</sup>, log<sub>2</sub>8, V<sub>max</sub>", "1st, log₂8, V_max"),
        ("<sup><b>2</b></sup>3", "²3"),
        ("<math><mfrac><mn>1</mn><mn>2</mn></mfrac><mo>of</mo><mn>10</mn></math>", "(1/2) of 10"),
        ("<math><mn>1</mn><mfrac><mn>1</mn><mn>2</mn></mfrac></math>", "1 1/2"),
        ("<math><msup><mn>10</mn><mn>2</mn></msup></math>", "10²"),
        ("<math><msqrt><mi>x</mi><mo>+</mo><mn>1</mn></msqrt></math>", "√(x+1)"),
        ("<math><msub><mi>x</mi><mi>i</mi></msub><mtext> or </mtext><mi>y</mi></math>", "x_i or y"),
        ("<math>1 and <b>no</b> end<div>words</div>", "1 and no end\nwords"),
        (
            "<pre><code>for i in x:\n    if i:\n\n\n        go()</code></pre>",
            "for i in x:\n    if i:\n\n\n        go()",
        ),
        ("<pre>  a\n\tb</pre>", "  a\n\tb"),
        ('<div style="white-space: pre">a\n  b</div>', "a\n  b"),
        ("<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>", "1. a\n  - b\n2. c"),
        ('<ol start="3" type="A"><li>x<li>y</ol>', "C. x\nD. y"),
        ("<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td></td></tr></table>", "A | B\n1 |"),
        ("<s>old</s> new, <q>said</q>", "~~old~~ new, “said”"),
        ("<ruby><rb>山</rb><rp>(</rp><rt>やま</rt><rp>)</rp></ruby>", "山(やま)"),
        (
            "<a href='https://e.org/x'>here</a> <a href='https://e.org'>e.org</a>",
            "here (https://e.org/x) e.org",
        ),
        ("<img src='leaf (1).png'>", "![](<leaf (1).png>)"),
        ("<img src='my leaf#1.png'>", "![](my leaf#1.png)"),
        ("<img src='50%.png'> <img src='a%20b.png'>", "![](50%.png) ![](a%20b.png)"),
        ("<img src='e\u0301.png'>", "![](\xe9.png)"),
        (
            "<audio controls src='a.mp3'></audio><video><source src='b.mp4'></video>",
            "[sound:a.mp3][sound:b.mp4]",
        ),
        (r"\( \frac{1}{2} \) and [$]x^2[/$]", r"\( \frac{1}{2} \) and [$]x^2[/$]"),
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
    "name",
    [
        "leaf (1).png",
        "a) (b.png",
        "my leaf#1.png",
        "100%.png",
        "a%20b.png",
        "what?.png",
        "山の絵.png",
        "a&b's.png",
    ],
)
def test_a_picture_comes_back_whatever_its_name(name: str) -> None:
    for written in {name, quote(name)}:
        plain = read_html(f'<img src="{escape(written)}">', {name}).text
        assert list_media_names(plain) == [name]
        assert to_html(plain) == f'<img src="{escape(name)}">'


def test_pictures_of_earlier_versions_are_still_pictures() -> None:
    assert list_media_names("![](leaf (1).png)") == ["leaf (1).png"]


@pytest.mark.parametrize(
    "source",
    [
        '<img src="data:image/png;base64,AAAA">',
        "<svg><circle/></svg>",
        '<object data="a.pdf"></object>',
        '<iframe src="page.html"></iframe>',
    ],
)
def test_what_cannot_become_text_is_told(source: str) -> None:
    assert len(read_html(f"a {source} b").left_out) == 1
    assert not read_html("a <b>b</b> <script>c</script>").left_out


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
    ("template", "filled"),
    [
        ("{{kanji:J}}", "山は犬"),
        ("{{kana:J}}", "やまはいぬ"),
        ("{{furigana:J}}", "<ruby><rb>山</rb><rt>やま</rt></ruby>は<ruby><rb>犬</rb><rt>いぬ</rt></ruby>"),
        ("{{kanji:S}}", "x[sound:a.mp3]"),
        ("{{text:H}}", "a &lt; b"),
        ("{{text:unknown:A}}", "1"),
        ("{{ A }}{{{A}}}{{A}}", "111"),
        ("<% A %>", "<% A %>"),
        ("{{=<% %>=}}<%A%>{{B}}<%#B%>!<%/B%>", "1{{B}}!"),
        ("{{=|| ||=}}||A||", "1"),
        ("<!-- {{A}} -->{{B}}", "2"),
        ("{{#A}}{{#B}}{{^C}}x{{/C}}{{/B}}{{/A}}", "x"),
        ("{{#A}}{{^B}}y{{/B}}z{{/A}}", "z"),
        ("{{#c1}}one{{/c1}}{{#c2}}two{{/c2}}", "one"),
        ("{{#C}}c{{/C}}{{^C}}none{{/C}}{{A", "none{{A"),
        ("{{cloze-only:G}}", "{{c1::a::h}} {{c1::b}} c"),
    ],
)
def test_templates_are_read_as_anki_reads_them(template: str, filled: str) -> None:
    fields = {"A": "1", "B": "2", "C": "<div><br></div>", "J": "山[やま]は 犬[いぬ]", "S": "x[sound:a.mp3]",
              "H": "<b>a</b> &lt; b", "G": "{{c1::a::h}} {{c1,2::b}} {{c2::c}}"}  # fmt: skip
    assert render(template, "", fields, gap=1).question.replace("**", "") == filled


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("{{c1::a}} {{c2::b::hint}}", "a {{c2::b::hint}}"),
        ("{{c2::a {{c1::b}}}}", "{{c2::a b}}"),
        ("{{c1::a {{c2::b}} c}}", "a {{c2::b}} c"),
        (r"{{c2::\frac{1}{2}}}", r"{{c2::\frac{1}{2}}}"),
        ("{{c1::never closed", "{{c1::never closed"),
        ("}} {{c2::}}", "}} {{c2::}}"),
        ("{{c1,2::Lima}} in {{c2::Peru}}", "{{c2::Lima}} in {{c2::Peru}}"),
        ("{{c2::a {{c2::b}} c}}", "{{c2::a b c}}"),
        ("{{c1::a {{c2::b::hint}}::other}}", "a {{c2::b::hint}}"),
        ("{{c12::a}} {{c2::b}}", "a {{c2::b}}"),
    ],
)
def test_other_gaps_become_words(text: str, kept: str) -> None:
    assert keep_gap(text, 2) == kept


def test_a_gap_hides_its_own_words_once() -> None:
    assert list_hidden("{{c1::a {{c1::b}} c}} {{c1::a}} {{c2::x}} {{c1,2::banana}}", 1) == [
        "a b c",
        "a",
        "banana",
    ]
    assert mask_gaps("{{c1::}} is {{c1::b::hint}}") == "[…] is [hint]"


@given(st.text("{}c12:a<>/b\"'= -!", max_size=300))
def test_whatever_is_written_comes_out_bounded(text: str) -> None:
    assert len(to_plain(text)) <= 3 * len(text) + 10
    assert len(keep_gap(text, 1)) <= len(text)
    assert len(render(text, text, {"a": text}).question) <= MAX_HTML_CHARS + len(text)


_MARKUP = st.text(st.sampled_from("<>/ab\"'=&;!-{}c1:[]()|#^%\n\t \x01é"), max_size=200)
_TAGS = st.lists(
    st.from_regex(
        r"</?(sup|math|mfrac|msup|mn|pre|td|tr|ol|li|b|rt|q|div|br|svg)>"
        r"|<a href=http://a>|\{\{c1::|\}\}|::|\[a\]|[1x \n]",
        fullmatch=True,
    ),
    max_size=40,
).map("".join)


@given(_MARKUP | _TAGS)
def test_no_markup_is_too_strange(text: str) -> None:
    for kind in (BASIC, CLOZE):
        try:
            content = render_content((text, "answer"), kind, 0)
        except Unreadable:
            continue
        assert content.question.strip()
        assert "\x01" not in content.question
    assert not _UNSTORABLE & set(to_plain(text))


_CELLS = st.text(st.sampled_from('ab ",;\t|#{}c1:<'), max_size=12)


@given(st.lists(st.tuples(_CELLS, _CELLS), min_size=1, max_size=8), st.sampled_from("\t;,|"))
def test_every_row_of_a_table_is_a_card_or_told(rows: list[tuple[str, str]], separator: str) -> None:
    out = StringIO(newline="")
    writer(out, delimiter=separator, lineterminator="\n").writerows([("x1", "y1"), *rows])
    content = f"#separator:{separator}\n{out.getvalue()}"
    items = list(tables.read(BytesIO(content.encode()), _PLACE))
    told = {item.row for item in items}
    filled = [number for number, row in enumerate(rows, 3) if any(cell.strip() for cell in row)]
    assert told == {2, *filled}
    cards = {item.row: item.card for item in items if isinstance(item, CardItem)}
    for number, (question, answer) in enumerate(rows, 3):
        if number in cards and "{{" not in question + answer and "<" not in question + answer:
            assert (cards[number].question, cards[number].answer) == (question.strip(), answer.strip())


@given(st.text(max_size=300))
def test_no_text_is_too_strange_for_a_table(text: str) -> None:
    for item in tables.read(BytesIO(text.encode("utf-8", "replace")), _PLACE):
        assert item.row >= 0


_LINES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
_REQUIRED: dict[str, st.SearchStrategy[Any]] = {"question": _TEXT, "answer": _TEXT}
_OPTIONAL: dict[str, st.SearchStrategy[Any]] = {
    "explanation": _LINES,
    "tags": st.lists(_TEXT.map(lambda text: normalize("NFC", text).strip()), max_size=4, unique=True),
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
