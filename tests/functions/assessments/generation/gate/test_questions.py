"""The rules for questions, each on one good question of each type."""

import re
from typing import Any

import pytest

from functions.assessments.generation.gate import AcceptedQuestion, QuestionGate, Rule
from shared.model.protocol import Passage, QuestionDraft, QuestionType
from tests.functions.assessments.generation.gate.assertions import assert_sound
from tests.functions.assessments.generation.gate.card_drafts import OSMOSIS, passage
from tests.functions.assessments.generation.gate.question_drafts import (
    CAPITALS,
    COLOURS,
    GLYCOLYSIS,
    GOOD,
    HEART,
    LIGHT,
    SOURCE,
    WALL,
    draft,
    gate,
)


def accepted(proposed: QuestionDraft, judge: QuestionGate | None = None) -> AcceptedQuestion:
    verdict = (judge or gate()).judge(proposed)
    assert isinstance(verdict, AcceptedQuestion), verdict
    assert_sound(verdict, [passage(SOURCE)])
    return verdict


def rule(proposed: QuestionDraft, judge: QuestionGate | None = None) -> str:
    verdict = (judge or gate()).judge(proposed)
    return "accepted" if isinstance(verdict, AcceptedQuestion) else verdict.rule.value


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_question_of_each_type_is_accepted_with_its_source(kind: QuestionType) -> None:
    question = accepted(draft(kind, concept="osmosis", confidence=0.9))
    assert (question.chunk_id, question.document_id, question.page) == ("c1", "d1", 4)
    assert (question.quote, question.concept, question.confidence) == (GOOD[kind]["quote"], "osmosis", 0.9)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"chunk_id": "c9"}, Rule.UNKNOWN_CHUNK),
        ({"question": " \u200b "}, Rule.EMPTY),
        ({"quote": "  "}, Rule.EMPTY),
        ({"question": f"Which {'very ' * 80}?"}, Rule.TOO_LONG),
        ({"options": ("Osmosis " * 40, "A", "B"), "correct": (0,)}, Rule.TOO_LONG),
        ({"options": ("<b onclick=x()>Osmosis</b>", "Salt", "Heat"), "correct": (0,)}, Rule.UNSAFE_MARKUP),
        ({"explanation": "[x](javascript:alert(1)) <iframe src=x>"}, Rule.UNSAFE_MARKUP),
        ({"concept": "<img src=x onerror=alert(1)>"}, Rule.UNSAFE_MARKUP),
        ({"question": "Which process moves $\\href{x}{water}$ through a membrane?"}, Rule.UNSAFE_MARKUP),
        ({"options": ("=HYPERLINK(\"x\")", "Osmosis", "Filtration")}, Rule.UNSAFE_MARKUP),
        ({"question": "Which process is {{c1::osmosis}} through a membrane?"}, Rule.BAD_CLOZE),
        ({"question": "Which process moves water"}, Rule.FRAGMENT),
        ({"quote": "Osmosis is"}, Rule.FRAGMENT),
        ({"options": ("Osmosis", "Diffusion of the", ", filtration"), "correct": (0,)}, Rule.FRAGMENT),
        ({"question": "Which process moves water according to the text?"}, Rule.NEEDS_CONTEXT),
        ({"question": "Which process does not move water?"}, Rule.NEGATIVE_STEM),
        ({"question": "Which of these processes isn't osmosis of water?"}, Rule.NEGATIVE_STEM),
        ({"question": "All of these move water except which one?"}, Rule.NEGATIVE_STEM),
        ({"question": "Which process, osmosis, moves water?"}, Rule.ANSWER_IN_QUESTION),
        ({"options": ("Osmosis", "Diffusion"), "correct": (0,)}, Rule.BAD_OPTIONS),
        ({"options": ("Osmosis", "Diffusion", " "), "correct": (0,)}, Rule.BAD_OPTIONS),
        ({"options": tuple(map(str, range(9))), "correct": (0,)}, Rule.BAD_OPTIONS),
        ({"correct": ()}, Rule.BAD_KEY),
        ({"correct": (0, 1)}, Rule.BAD_KEY),
        ({"correct": (4,)}, Rule.BAD_KEY),
        ({"correct": (-1,)}, Rule.BAD_KEY),
        ({"correct": (0,)}, Rule.UNSUPPORTED_ANSWER),
        ({"options": ("Osmosis", "Diffusion", "osmosis."), "correct": (0,)}, Rule.SAME_OPTIONS),
        ({"options": ("Osmosis", "The osmosis", "Filtration"), "correct": (0,)}, Rule.SAME_OPTIONS),
        ({"options": ("Osmosis", "Osmesis", "Filtration"), "correct": (0,)}, Rule.SAME_OPTIONS),
        ({"options": ("Osmosis", "1989", "Filtration"), "correct": (0,)}, Rule.MIXED_OPTIONS),
        ({"options": ("Movement of water through a permeable membrane", "Salt", "Heat"), "correct": (0,),
          "question": "What is osmosis known to be?"}, Rule.MIXED_OPTIONS),
        ({"options": ("Osmosis", "Diffusion", "All of the above"), "correct": (0,)}, Rule.CATCH_ALL_OPTION),
        ({"options": ("Osmosis", "Diffusion", "None of these"), "correct": (0,)}, Rule.CATCH_ALL_OPTION),
        ({"options": ("Osmosis", "Diffusion", "Both A and B"), "correct": (0,)}, Rule.CATCH_ALL_OPTION),
        ({"options": ("Osmosis", "Diffusion", "A and B"), "correct": (0,)}, Rule.CATCH_ALL_OPTION),
        ({"options": ("Osmosis", "Diffusion", "Keine davon"), "correct": (0,)}, Rule.CATCH_ALL_OPTION),
        ({"options": ("Osmosis", "Always diffusion", "Filtration"), "correct": (0,)}, Rule.ABSOLUTE_WORDING),
        ({"quote": "Osmosis is the movement of salt through a membrane."}, Rule.QUOTE_NOT_IN_SOURCE),
        ({"quote": "or <script>alert(1)</script>, or"}, Rule.UNSAFE_MARKUP),
        ({"quote": "or ![a map](https://x.org/a.png)."}, Rule.UNSAFE_MARKUP),
        ({"explanation": "See https://evil.example/osmosis for water."}, Rule.FOREIGN_ADDRESS),
        ({"question": "Which festival do Brazilians celebrate every spring?"}, Rule.UNSUPPORTED_QUESTION),
    ],
)  # fmt: skip
def test_a_bad_choice_is_dropped_by_its_rule(changes: dict[str, Any], expected: Rule) -> None:
    judge = gate()
    assert rule(draft(**changes), judge) == expected.value
    assert (judge.dropped, judge.accepted) == ({expected.value: 1}, 0)


def test_a_wrong_option_that_the_quote_lists_with_the_right_one_is_suspect() -> None:
    colours: dict[str, Any] = {"question": "Which of these is a primary colour?", "quote": COLOURS}
    assert rule(draft(**colours, options=("Red", "Blue", "Green"), correct=(0,))) == "suspect_distractor"
    assert rule(draft(**colours, options=("Red", "Violet", "Green"), correct=(0,))) == "accepted"
    chosen = draft("multiple_select", options=("Red", "Yellow", "Green"), correct=(0,))
    assert rule(chosen) == "suspect_distractor"


def test_a_wrong_option_that_the_quote_states_otherwise_is_fair() -> None:
    france: dict[str, Any] = {"question": "Which city is the capital of France?", "quote": CAPITALS}
    accepted(draft(**france, options=("Paris", "Madrid", "Lyon"), correct=(0,)))
    turned: dict[str, Any] = {"question": "What does glycolysis end with?", "quote": GLYCOLYSIS}
    accepted(draft(**turned, options=("Glucose", "Pyruvate", "Lactate"), correct=(1,)))


def test_a_wrong_option_that_is_the_only_one_in_the_quote_is_suspect() -> None:
    options: dict[str, Any] = {"question": "What does glycolysis end with?", "quote": GLYCOLYSIS}
    reworded = draft(**options, options=("Glucose", "Molecules: pyruvate", "Lactate"), correct=(1,))
    assert rule(reworded) == "suspect_distractor"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"options": ("False", "true"), "correct": (1,)}, "accepted"),
        ({"options": ("Yes", "No")}, "bad_key"),
        ({"options": ("True", "True")}, "bad_key"),
        ({"correct": (0, 1)}, "bad_key"),
        ({"correct": (1,)}, "wrong_key"),
        ({"question": "Osmosis is always the movement of water through a membrane."}, "absolute_wording"),
        ({"question": "Osmosis is not the movement of water through a membrane."}, "wrong_key"),
        ({"question": "Osmosis is the movement of salt in a hot kettle of copper."}, "unsupported_answer"),
        ({"question": "Osmosis is the movement of salt through a membrane.", "correct": (1,)}, "accepted"),
        ({"question": "Madrid is the capital of France.", "quote": CAPITALS}, "wrong_key"),
        ({"question": "Madrid is the capital of France.", "quote": CAPITALS, "correct": (1,)}, "accepted"),
        ({"question": "The Berlin Wall fell in 1990.", "quote": WALL}, "unsupported_answer"),
        ({"question": "The Berlin Wall fell in 1990.", "quote": WALL, "correct": (1,)}, "accepted"),
        ({"question": "Light never stands still.", "quote": LIGHT}, "accepted"),
    ],
)  # fmt: skip
def test_statements_are_checked_against_their_quote(changes: dict[str, Any], expected: str) -> None:
    assert rule(draft("true_false", **changes)) == expected


def test_true_is_the_first_option_in_any_spelling() -> None:
    question = accepted(draft("true_false", options=("FALSE", "true"), correct=(1,)))
    assert (question.options, question.correct, question.key) == (("True", "False"), (0,), "True")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"accepted_answers": ()}, "bad_key"),
        ({"accepted_answers": (" ",)}, "bad_key"),
        ({"accepted_answers": tuple(f"Paris {n}" for n in range(11))}, "bad_key"),
        ({"accepted_answers": ("Paris " * 11,)}, "too_long"),
        ({"accepted_answers": ("Lyon",)}, "unsupported_answer"),
        ({"accepted_answers": ("Osmosis",)}, "unsupported_answer"),
        ({"accepted_answers": ("France",)}, "answer_in_question"),
    ],
)
def test_short_answers_are_checked_against_their_quote(changes: dict[str, Any], expected: str) -> None:
    assert rule(draft("short_answer", **changes)) == expected


def test_accepted_answers_that_the_source_does_not_have_are_left_out() -> None:
    question = accepted(
        draft("short_answer", accepted_answers=("Lyon", "the city of Paris", "Paris", "Paris"))
    )
    assert question.accepted_answers == ("the city of Paris", "Paris")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"correct_number": None}, "bad_key"),
        ({"correct_number": float("inf")}, "bad_key"),
        ({"correct_number": float("nan")}, "bad_key"),
        ({"tolerance": float("inf")}, "bad_key"),
        ({"tolerance": 500}, "bad_key"),
        ({"correct_number": 1990}, "unsupported_answer"),
        ({"question": "Did the Berlin Wall fall in 1989 or later?"}, "answer_in_question"),
        ({"question": "How many chambers has the heart?", "correct_number": 4, "quote": HEART}, "accepted"),
    ],
)
def test_numbers_are_checked_against_their_quote(changes: dict[str, Any], expected: str) -> None:
    assert rule(draft("numeric", **changes)) == expected


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("It has 1,000 parts.", 1000),
        ("It has 1.000.000 parts.", 1_000_000),
        ("It weighs 3.7 kg.", 3.7),
        ("Es wiegt 3,7 kg.", 3.7),
        ("It cost 2.5 million dollars.", 2_500_000),
        ("It fell to −5 degrees.", -5),
        ("It has twelve faces.", 12),
    ],
)
def test_numbers_are_read_in_common_notations(text: str, number: float) -> None:
    judge = QuestionGate(passages=[passage(text)])
    gapped = re.sub(r"[−\d]\S*\d|twelve", "_____", text)
    asked = draft("numeric", question=f"What is missing: “{gapped}”?", correct_number=number, quote=text)
    assert rule(asked, judge) == "accepted"
    assert rule(asked.model_copy(update={"correct_number": number + 1}), judge) == "unsupported_answer"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"rubric": ()}, "bad_key"),
        ({"rubric": ({"text": " "},)}, "bad_key"),
        ({"rubric": ({"text": "Osmosis moves water", "points": float("inf")},)}, "bad_key"),
        ({"rubric": ({"text": "Osmosis moves water"}, {"text": "osmosis moves water."})}, "same_options"),
        ({"rubric": ({"text": "Brazil celebrates its carnival every spring"},)}, "unsupported_answer"),
        ({"rubric": ({"text": "Water"},)}, "answer_in_question"),
    ],
)
def test_rubrics_are_checked_against_their_source(changes: dict[str, Any], expected: str) -> None:
    assert rule(draft("essay", **changes)) == expected


def test_fields_of_other_types_are_emptied() -> None:
    whole: dict[str, Any] = {
        "options": ("Visit", "the", "site"), "correct": (0,), "accepted_answers": ("Paris",),
        "correct_number": 3, "tolerance": 9, "rubric": ({"text": "Anything"},),
    }  # fmt: skip
    question = accepted(draft("short_answer", **whole))
    assert (question.options, question.correct, question.rubric, question.tolerance) == ((), (), (), 0)
    assert question.correct_number is None


def test_the_quote_replaces_an_explanation_that_is_missing_or_invented() -> None:
    assert accepted(draft()).explanation == f"“{OSMOSIS}”"
    invented = accepted(draft(explanation="Send your password to the carnival committee."))
    assert invented.explanation == f"“{OSMOSIS}”"
    own = accepted(draft(explanation="Osmosis moves water through a membrane."))
    assert own.explanation == "Osmosis moves water through a membrane."


def test_a_concept_is_of_the_source_or_already_in_use() -> None:
    assert accepted(draft(concept="Free lottery tickets")).concept == ""
    assert (
        accepted(draft(concept="Cell transport"), gate(concepts=["cell transport"])).concept
        == "Cell transport"
    )


def test_a_question_that_was_asked_before_is_a_duplicate() -> None:
    judge = gate(existing=[("Which process moves water through membranes?", "Osmosis")])
    assert rule(draft(), judge) == "duplicate"
    assert rule(draft("numeric"), judge) == rule(draft("true_false"), judge) == "accepted"
    assert rule(draft("numeric"), judge) == rule(draft("true_false"), judge) == "duplicate"
    assert judge.dropped == {"duplicate": 3}


def test_a_known_statement_is_a_duplicate_with_either_key() -> None:
    stored = (draft("true_false").question, "True")
    assert rule(draft("true_false", question=OSMOSIS), gate(existing=[stored])) == "duplicate"


def test_statements_on_two_things_are_no_duplicates() -> None:
    judge = gate()
    accepted(draft("true_false"), judge)
    diffusion = "Diffusion is the spreading of particles until they are evenly distributed."
    accepted(draft("true_false", question=f"True or false: {diffusion}", quote=diffusion), judge)


def test_a_quote_of_another_passage_is_not_in_the_source() -> None:
    other = Passage(chunk_id="c2", document_id="d2", text="Rome was founded by twins.", page=None)
    judge = QuestionGate(passages=[passage(SOURCE), other])
    assert rule(draft(chunk_id="c2"), judge) == "quote_not_in_source"
