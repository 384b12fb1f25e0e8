"""Tests of reading GIFT as Moodle does."""

from typing import Any

import pytest

from functions.assessments.quizzes.exchange.gift_reader import read_gift
from functions.assessments.quizzes.exchange.losses import ANSWER_FEEDBACK, PARTIAL_MARKS
from functions.assessments.quizzes.exchange.models import FoundQuestion, RejectedQuestion


def read_one(text: str) -> dict[str, Any]:
    (item,) = read_gift(text).items
    assert isinstance(item, FoundQuestion), item
    return {name: value for name, value in item.fields.items() if value not in ("", [])}


def get_options(fields: dict[str, Any]) -> list[tuple[str, bool]]:
    return [(option["text"], option["is_correct"]) for option in fields["options"]]


CHOICE = [("Ottawa", True), ("Montréal", False), ("Toronto", False)]


@pytest.mark.parametrize(
    "text",
    [
        "The capital of Canada?{=Ottawa ~Montréal ~Toronto}",
        "::Capitals:: The capital of Canada? {\n\t=Ottawa\n\t~Montréal\n\t~Toronto\n}",
        "// a comment\nThe capital of Canada? {=Ottawa#well done ~Montréal#no ~%50%Toronto}",
        "[html]<p>The capital of <b>Canada</b>?</p>{=<i>Ottawa</i> ~Montr&eacute;al ~Toronto}",
        "[markdown]The capital of Canada?{=[plain]Ottawa~Montréal\n\n~Toronto}".replace("\n\n", "\n"),
    ],
)
def test_one_right_option(text: str) -> None:
    fields = read_one(text)
    assert (fields["question_type"], fields["question_text"]) == (
        "multiple_choice",
        "The capital of Canada?",
    )
    assert get_options(fields) == CHOICE


def test_several_right_options_share_the_weight() -> None:
    fields = read_one("Prime?{~%50%2 ~%50%3 ~%-100%4 ~6}")
    assert fields["question_type"] == "multiple_select"
    assert get_options(fields) == [("2", True), ("3", True), ("4", False), ("6", False)]


def test_a_missing_word_leaves_a_gap() -> None:
    fields = read_one("Water boils at {~50 =100 ~150} degrees.")
    assert fields["question_text"] == "Water boils at _____ degrees."


@pytest.mark.parametrize(
    ("answers", "truth"), [("T", True), ("TRUE", True), ("F#no##yes", False), (" FALSE ", False)]
)
def test_true_or_false(answers: str, truth: bool) -> None:
    fields = read_one(f"Whales are fish.{{{answers}}}")
    assert (fields["question_type"], fields["correct_answer"]) == ("true_false", truth)


def test_short_answers_accept_fully_right_ones_only() -> None:
    fields = read_one("The capital?{=Paris#yes =%100%Lutetia =%50%Lyon =%0%*#no}")
    assert (fields["question_type"], fields["accepted_answers"]) == ("short_answer", ["Paris", "Lutetia"])
    assert fields["explanation"] == "yes"
    assert read_one("The capital?{Paris}")["accepted_answers"] == ["Paris"]


@pytest.mark.parametrize(
    ("answers", "interval"),
    [
        ("#1822", (1822.0, 0.0)),
        ("#1822:5", (1822.0, 5.0)),
        ("#3.141..3.142", (3.1415, 0.0005)),
        ("# =%100%-1.5e3:0.1#yes =%50%-1500:10 ~#no", (-1500.0, 0.1)),
    ],
)
def test_numbers_with_tolerance_or_range(answers: str, interval: tuple[float, float]) -> None:
    fields = read_one(f"How many?{{{answers}}}")
    assert (fields["correct_answer"], fields.get("tolerance")) == interval


def test_an_essay_and_its_general_feedback() -> None:
    assert read_one("Why?{}") == {"question_type": "essay", "question_text": "Why?"}
    assert read_one("Why?{####Because.}")["explanation"] == "Because."
    assert read_one("Is it?{T#no#yes####Well.}")["explanation"] == "Well."


def test_escapes_stand_for_themselves() -> None:
    fields = read_one(r"::a\:\:b::Set \{x \: x \= 2\}\nand \~ \# \\ \n\d?{=\= 2 \~ 2 ~C\:\\temp\\new}")
    assert fields["question_text"] == "Set {x : x = 2}\nand ~ # \\ \n\\d?"
    assert get_options(fields) == [("= 2 ~ 2", True), ("C:\\temp\\new", False)]


def test_less_than_is_not_a_tag_and_scripts_are_removed() -> None:
    assert read_one("If a<b and b>c, is a<script>steal()</script> less?{T}")["question_text"] == (
        "If a<b and b>c, is a less?"
    )
    assert (
        read_one("[html]&lt;b&gt; is bold<br>or <style>x</style>not{T}")["question_text"]
        == "<b> is bold\nor not"
    )
    assert read_one("[plain]What does <script> do?{}")["question_text"] == "What does <script> do?"


def test_tags_and_the_category_are_kept() -> None:
    reading = read_gift(
        "// [id:7] [tag:botany] [tag:a\\]b]\nIs it?{T}\n\n$CATEGORY: $course$/top/Leaves//Roots\n"
    )
    assert reading.settings == {"title": "Leaves/Roots"}
    (item,) = reading.items
    assert isinstance(item, FoundQuestion)
    assert item.fields["tags"] == ["botany", "a]b"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Match.{=a -> b =c -> b}", "fewer than two"),
        ("Just a text.", "description"),
        ("Open {=a", "braces"),
        ("Turned }=a{", "braces"),
        ("Two?{=a =b ~c}", "More than one answer"),
        ("Many?{#=1 =2}", "More than one number"),
        ("Many?{#}", "No number"),
        ("Many?{#some}", "Not a number"),
        ("Many?{#inf}", "out of range"),
        ("Many?{#1e999:1}", "out of range"),
        ("None?{=%50%a}", "fully right"),
    ],
)
def test_unsupported_questions_are_rejected_with_reason_and_line(text: str, problem: str) -> None:
    first, second = read_gift(f"Is it?{{T}}\n\n\n// about it\n{text}\n").items
    assert isinstance(first, FoundQuestion)
    assert isinstance(second, RejectedQuestion)
    assert second.row == 5
    assert problem in second.error


def test_matching_becomes_a_choice_for_each_pair() -> None:
    items = read_gift("Match.{\n=cat -> Katze\n=dog -> Hund\n= -> Maus\n####Animals}").items
    cat, dog = [dict(item.fields) for item in items if isinstance(item, FoundQuestion)]
    assert (cat["question_text"], cat["points"], cat["explanation"]) == ("Match.\ncat", 0.5, "Animals")
    assert get_options(dog) == [("Katze", False), ("Hund", True), ("Maus", False)]


@pytest.mark.parametrize(
    ("text", "stem", "accepted"),
    [
        ("[html]<p>Which tag?</p>{=<p> =%100%<P>}", "Which tag?", ["<p>", "<P>"]),
        ("Which tag breaks?{=<br>}", "Which tag breaks?", ["<br>"]),
        ("Two and three?{=2\\*3}", "Two and three?", ["2*3"]),
        ("H<sub>2</sub>O is{=water =*}", "H₂O is", ["water"]),
    ],
)
def test_short_answers_are_what_learners_write(text: str, stem: str, accepted: list[str]) -> None:
    fields = read_one(text)
    assert (fields["question_text"], fields["accepted_answers"]) == (stem, accepted)


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("A caf&eacute; serves &lt;b&gt;?{T}", "A café serves <b>?"),
        ("One <!-- not shown --> day{T}", "One day"),
        ("[html]<p>10<sup>3</sup> \\= 1000</p>{T}", "10³ = 1000"),
        ("[html]<pre>if x\\:\\n    y</pre>{T}", "if x:\n    y"),
        ("[plain]&lt;b&gt; is written{T}", "&lt;b&gt; is written"),
    ],
)
def test_texts_are_read_as_moodle_shows_them(text: str, stem: str) -> None:
    assert read_one(text)["question_text"] == stem


def test_a_question_right_below_its_category_is_read() -> None:
    contents = read_gift("$CATEGORY: $course$/Rivers\n::q1::The Nile flows north.{T}\n\n::q2::Cold?{F}")
    assert [item.row for item in contents.items] == [2, 4]
    assert contents.settings == {"title": "Rivers"}


def test_what_answers_lose_is_told() -> None:
    (item,) = read_gift("Which?{=a#yes ~%50%b#nearly ~c}").items
    assert isinstance(item, FoundQuestion)
    assert item.fields["explanation"] == "yes"
    assert item.left_out == (ANSWER_FEEDBACK, PARTIAL_MARKS)
    (rejected,) = read_gift("Colour?{=colo*r}").items
    assert isinstance(rejected, RejectedQuestion)
    assert "wildcard" in rejected.error
