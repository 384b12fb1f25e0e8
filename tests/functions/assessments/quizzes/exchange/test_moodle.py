"""Tests of reading Moodle's XML, and the embedded answers in it."""

from typing import Any

import pytest

from functions.assessments.quizzes.exchange.formats import read_file
from functions.assessments.quizzes.exchange.losses import ANSWER_FEEDBACK, MEDIA, PARTIAL_MARKS
from functions.assessments.quizzes.exchange.models import FoundQuestion, RejectedQuestion


def build(kind: str, inner: str, text: str = "Which?", grade: str = "1.0000000") -> bytes:
    return (
        f'<quiz><question type="{kind}"><name><text>A name</text></name>'
        f'<questiontext format="html"><text><![CDATA[<p>{text}</p>]]></text></questiontext>'
        f"<generalfeedback><text>Because.</text></generalfeedback><defaultgrade>{grade}</defaultgrade>"
        f"{inner}</question></quiz>"
    ).encode()


def answer(text: str, fraction: str = "0", inner: str = "") -> str:
    return f'<answer fraction="{fraction}" format="html"><text>{text}</text>{inner}</answer>'


def read_all(content: bytes) -> list[dict[str, Any]]:
    items = read_file(content).items
    assert all(isinstance(item, FoundQuestion) for item in items), items
    return [dict(item.fields) for item in items if isinstance(item, FoundQuestion)]


def read_one(content: bytes) -> dict[str, Any]:
    (fields,) = read_all(content)
    return fields


def get_losses(content: bytes) -> tuple[str, ...]:
    item = read_file(content).items[0]
    assert isinstance(item, FoundQuestion)
    return item.left_out


def right_options(fields: dict[str, Any]) -> list[str]:
    return [option["text"] for option in fields["options"] if option["is_correct"]]


def test_one_choice_with_its_points_and_explanation() -> None:
    inner = "<single>true</single>" + answer("&lt;b&gt;Ottawa&lt;/b&gt;", "100") + answer("Toronto")
    fields = read_one(build("multichoice", inner, grade="2.5"))
    assert (fields["question_type"], fields["question_text"]) == ("multiple_choice", "Which?")
    assert (right_options(fields), fields["points"], fields["explanation"]) == (["Ottawa"], 2.5, "Because.")


def test_several_choices_share_the_fraction() -> None:
    inner = "<single>false</single>" + answer("2", "50") + answer("3", "50") + answer("4", "-100")
    fields = read_one(build("multichoice", inner))
    assert (fields["question_type"], right_options(fields)) == ("multiple_select", ["2", "3"])
    assert get_losses(build("multichoice", inner)) == ()


def test_what_is_left_out_is_told() -> None:
    feedback = "<feedback><text>Nearly.</text></feedback>"
    inner = answer("a", "100") + answer("b", "50", feedback)
    content = build("multichoice", inner, text='<img src="@@PLUGINFILE@@/x.png" alt="A map"> Which?')
    assert read_one(content)["question_text"] == "A map Which?"
    assert get_losses(content) == (MEDIA, PARTIAL_MARKS, ANSWER_FEEDBACK)


@pytest.mark.parametrize(("right", "truth"), [("true", True), ("false", False)])
def test_true_or_false(right: str, truth: bool) -> None:
    inner = "".join(answer(text, "100" if text == right else "0") for text in ("true", "false"))
    fields = read_one(build("truefalse", inner))
    assert (fields["question_type"], fields["correct_answer"]) == ("true_false", truth)


def test_short_answers_are_plain_text_and_have_no_wildcards() -> None:
    inner = answer("&lt;p&gt;", "100") + answer("2\\*3", "100") + answer("*")
    assert read_one(build("shortanswer", inner))["accepted_answers"] == ["<p>", "2*3"]
    (rejected,) = read_file(build("shortanswer", answer("colo*r", "100"))).items
    assert isinstance(rejected, RejectedQuestion)
    assert "wildcard" in rejected.error


def test_a_number_has_its_tolerance_and_unit() -> None:
    unit = "<units><unit><multiplier>1</multiplier><unit_name>kg</unit_name></unit></units>"
    fields = read_one(build("numerical", answer("72.5", "100", "<tolerance>0.5</tolerance>") + unit))
    assert (fields["correct_answer"], fields["tolerance"], fields["unit"]) == (72.5, 0.5, "kg")


@pytest.mark.parametrize("kind", ["matching", "ddmatch"])
def test_matching_becomes_a_choice_for_each_pair(kind: str) -> None:
    def pair(left: str, right: str) -> str:
        return (
            f'<subquestion format="html"><text>{left}</text><answer><text>{right}</text></answer>'
            "</subquestion>"
        )

    content = build(kind, pair("cat", "Katze") + pair("dog", "Hund") + pair("", "Maus"), grade="3")
    cat, dog = read_all(content)
    assert (cat["question_text"], right_options(cat), cat["points"]) == ("Which?\ncat", ["Katze"], 1.5)
    assert (dog["question_text"], right_options(dog)) == ("Which?\ndog", ["Hund"])
    assert [option["text"] for option in dog["options"]] == ["Katze", "Hund", "Maus"]


@pytest.mark.parametrize(("kind", "element"), [("ddwtos", "dragbox"), ("gapselect", "selectoption")])
def test_words_for_gaps_become_a_choice_for_each_gap(kind: str, element: str) -> None:
    words = "".join(
        f"<{element}><text>{word}</text><group>{group}</group></{element}>"
        for word, group in (("sea", 1), ("land", 1), ("blue", 2), ("green", 2))
    )
    first, second = read_all(build(kind, words, text="The [[1]] is [[3]]."))
    assert (first["question_text"], right_options(first)) == ("The _____ is […].", ["sea"])
    assert [option["text"] for option in first["options"]] == ["sea", "land"]
    assert (second["question_text"], right_options(second)) == ("The […] is _____.", ["blue"])


def test_an_order_becomes_a_choice_for_each_place() -> None:
    first, second = read_all(build("ordering", answer("Egg") + answer("Hen")))
    assert (first["question_text"], right_options(first)) == ("Which?\n1. _____", ["Egg"])
    assert (second["question_text"], right_options(second)) == ("Which?\n2. _____", ["Hen"])


def test_embedded_answers_become_a_question_each() -> None:
    text = (
        "{1:SHORTANSWER:=Paris#Yes~%50%Lutetia} has {2:NUMERICAL:=2.1:0.1} million people, "
        "and it is {:MC:~small~=large}. Which rivers? {:MR:%50%Seine~%50%Marne~%-100%Rhine}"
    )
    city, people, size, rivers = read_all(build("cloze", "", text=text))
    assert city["question_text"].startswith("_____ has […] million people, and it is […].")
    assert (city["question_type"], city["accepted_answers"]) == ("short_answer", ["Paris"])
    assert (people["question_type"], people["correct_answer"], people["tolerance"]) == ("numeric", 2.1, 0.1)
    assert (size["question_type"], right_options(size)) == ("multiple_choice", ["large"])
    assert (rivers["question_type"], right_options(rivers)) == ("multiple_select", ["Seine", "Marne"])
    assert get_losses(build("cloze", "", text=text)) == (ANSWER_FEEDBACK, PARTIAL_MARKS)


def test_an_essay_keeps_the_notes_for_graders() -> None:
    fields = read_one(build("essay", "<graderinfo><text>Names a cause.</text></graderinfo>", grade="4"))
    assert (fields["question_type"], fields["rubric"]) == (
        "essay",
        [{"text": "Names a cause.", "points": 4.0}],
    )


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        ("description", "description"),
        ("calculated", "type calculated"),
        ("ddimageortext", "type ddimageortext"),
        ("coderunner", "type coderunner"),
    ],
)
def test_other_types_are_refused_by_their_names(kind: str, problem: str) -> None:
    (rejected,) = read_file(build(kind, "")).items
    assert isinstance(rejected, RejectedQuestion)
    assert rejected.error.startswith("A name: ")
    assert problem in rejected.error


def test_the_category_is_the_title_and_powers_stay_powers() -> None:
    category = '<question type="category"><category><text>$course$/top/Physics</text></category></question>'
    inner = answer("true", "100") + answer("false")
    content = build("truefalse", inner, text="10<sup>3</sup> m is 1 km of H<sub>2</sub>O")
    contents = read_file(content.replace(b"<quiz>", f"<quiz>{category}".encode()))
    assert contents.settings == {"title": "Physics"}
    (item,) = contents.items
    assert isinstance(item, FoundQuestion)
    assert item.fields["question_text"] == "10³ m is 1 km of H₂O"
