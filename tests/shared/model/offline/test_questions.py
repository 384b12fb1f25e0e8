"""Questions of the offline model: extractive, deterministic, and right."""

import pytest

from shared.model.offline import OfflineModel
from shared.model.offline.statements import reverse_statement
from shared.model.protocol import Passage, QuestionDraft, QuestionRequest, QuestionType, Usage
from tests.shared.model.offline.builders import BIOLOGY, ECONOMICS, HISTORY, passages


async def propose_questions(
    *texts: str, kinds: tuple[QuestionType, ...], count: int = 30, **more: object
) -> list[QuestionDraft]:
    """Return the drafts; assert that one usage ends them and that each quote stands in its passage."""
    source = passages(*texts)
    request = QuestionRequest.model_validate(
        {"passages": source, "count": count, "question_types": kinds} | more
    )
    answers = [answer async for answer in OfflineModel().questions(request)]
    assert answers[-1] == Usage(model="offline")
    drafts = [answer for answer in answers if isinstance(answer, QuestionDraft)]
    assert len(drafts) == len(answers) - 1
    by_chunk = {passage.chunk_id: passage.text for passage in source}
    assert all(draft.quote in by_chunk[draft.chunk_id] for draft in drafts)
    assert {draft.question_type for draft in drafts} <= set(kinds)
    return drafts


def by_question(drafts: list[QuestionDraft]) -> dict[str, QuestionDraft]:
    return {draft.question: draft for draft in drafts}


def right(draft: QuestionDraft) -> set[str]:
    return {draft.options[place] for place in draft.correct}


async def test_the_same_request_gives_the_same_questions() -> None:
    everything: tuple[QuestionType, ...] = (
        "multiple_choice",
        "true_false",
        "short_answer",
        "numeric",
        "essay",
    )
    first = await propose_questions(BIOLOGY, HISTORY, ECONOMICS, kinds=everything)
    assert first == await propose_questions(BIOLOGY, HISTORY, ECONOMICS, kinds=everything)
    assert len(first) >= 20


async def test_types_take_turns_and_no_sentence_gives_two_questions() -> None:
    drafts = await propose_questions(
        BIOLOGY, HISTORY, ECONOMICS, kinds=("multiple_choice", "true_false", "short_answer"), count=6
    )
    kinds = [draft.question_type for draft in drafts]
    assert len(drafts) == 12
    assert min(kinds.count(kind) for kind in kinds) >= 3
    assert {draft.correct for draft in drafts if draft.question_type == "true_false"} == {(0,), (1,)}
    assert len({draft.quote for draft in drafts}) == 12


async def test_a_choice_has_one_right_meaning_beside_those_of_other_terms() -> None:
    drafts = await propose_questions(BIOLOGY, HISTORY, ECONOMICS, kinds=("multiple_choice",))
    assert len(drafts) >= 9
    assert len({draft.correct for draft in drafts}) > 2  # no place is the place
    for draft in drafts:
        assert 3 <= len(draft.options) == len(set(draft.options)) <= 4
        assert len(draft.correct) == 1
        wrong = set(draft.options) - right(draft)
        assert not [option for option in wrong if option.lower().rstrip(".") in draft.quote.lower()]
    asks_for_a_meaning = by_question(drafts)["What is inflation?"]
    assert right(asks_for_a_meaning) == {"A sustained rise in the general price level."}
    asks_for_a_term = by_question(drafts)["Which term means “a tax on imports”?"]
    assert right(asks_for_a_term) == {"Tariff"}


async def test_functions_are_told_from_other_functions() -> None:
    text = (
        "The ord() function converts a character to a code point. "
        "The id() function returns the identity of an object. "
        "The input() function reads one line of input from the keyboard. "
        "A rock is a solid that consists of minerals."
    )
    questions = by_question(await propose_questions(text, kinds=("multiple_choice",)))
    assert right(questions["What does the id() function do?"]) == {"It returns the identity of an object."}
    assert set(questions["What does the id() function do?"].options) == {
        "It returns the identity of an object.",
        "It converts a character to a code point.",
        "It reads one line of input from the keyboard.",
    }


async def test_a_false_statement_names_what_the_source_calls_something_else() -> None:
    drafts = await propose_questions(BIOLOGY, HISTORY, ECONOMICS, kinds=("true_false",))
    false = [draft for draft in drafts if draft.correct == (1,)]
    true = [draft for draft in drafts if draft.correct == (0,)]
    assert len(false) >= 4
    assert len(true) <= len(false) + 3
    assert all(draft.options == ("True", "False") for draft in drafts)
    for draft in true:
        assert draft.question.removeprefix("True or false: ") == " ".join(draft.quote.split())
    for draft in false:
        assert draft.question.removeprefix("True or false: ") not in " ".join(draft.quote.split())


async def test_terms_that_are_akin_are_not_exchanged() -> None:
    text = (
        "A variable is a name that refers to a value. "
        "A constant is a variable whose value is fixed once. "
        "A loop is a statement that repeats its body. "
        "A for loop is a statement that repeats its body for each element."
    )
    drafts = await propose_questions(text, kinds=("true_false",))
    told = " ".join(draft.question for draft in drafts if draft.correct == (1,))
    assert "A constant is a name" not in told
    assert "A for loop is a statement that repeats its body." not in told


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("A name defined in the module has global scope.", "A name defined in the module has local scope."),
        ("A cell wall lies outside the membrane.", "A cell wall lies inside the membrane."),
        ("The demand curve can increase or decrease with the price.", None),
        ("A global name hides no local name of the module.", None),
    ],
)
def test_a_word_with_an_opposite_makes_a_false_statement(sentence: str, expected: str | None) -> None:
    assert reverse_statement(sentence) == expected


async def test_short_answers_accept_simple_variants() -> None:
    questions = by_question(await propose_questions(BIOLOGY, HISTORY, ECONOMICS, kinds=("short_answer",)))
    atp = questions["Which term means “a molecule that stores energy for use in the cell”?"]
    assert atp.accepted_answers == ("adenosine triphosphate (ATP)", "adenosine triphosphate", "ATP")
    bastille = questions["When was the Bastille stormed?"]
    assert bastille.accepted_answers == ("14 July 1789", "On 14 July 1789")
    smith = questions["Who was a Scottish economist who wrote about the division of labour?"]
    assert smith.accepted_answers == ("Adam Smith",)


@pytest.mark.parametrize(
    ("sentence", "question", "number"),
    [
        ("The human heart has four chambers.", "How many chambers does the human heart have?", 4),
        ("There are 206 bones in the body.", "How many bones in the body are there?", 206),
        ("A parliament consists of two chambers.", "Of how many chambers does a parliament consist?", 2),
        (
            "Originally, ASCII defined only 128 code points, enough for English.",
            "Originally, how many code points did ASCII define?", 128,
        ),
        (
            "The range() function can take up to three input values.",
            "How many input values can the range() function take at most?", 3,
        ),
        ("The Great Fear began in 1789.", "In which year did the Great Fear begin?", 1789),
        (
            "A membrane is about five wide, water boils at 100 degrees.",
            "Which number is missing: “A membrane is about five wide, water boils at _____ degrees.”?",
            100,
        ),
    ],
)  # fmt: skip
async def test_numbers_are_asked_for_with_what_they_count(
    sentence: str, question: str, number: float
) -> None:
    drafts = await propose_questions(
        f"{sentence} A membrane is a layer that surrounds a nerve cell.", kinds=("numeric",)
    )
    assert [(draft.question, draft.correct_number, draft.tolerance) for draft in drafts] == [
        (question, number, 0)
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "The human heart beats about 70 times a minute or 80 times.",
        "A leaf has many or 3 to 5 lobes at its edge.",
        "The value of the constant is 1.8×10308 in all systems.",
    ],
)
async def test_vague_or_torn_numbers_are_not_asked_for(sentence: str) -> None:
    assert await propose_questions(sentence, kinds=("numeric",)) == []


async def test_lists_give_selections_with_members_of_other_lists() -> None:
    questions = by_question(await propose_questions(BIOLOGY, HISTORY, ECONOMICS, kinds=("multiple_select",)))
    causes = questions["Which of these are the causes of the French Revolution?"]
    assert right(causes) == {
        "Heavy taxation of the Third Estate",
        "The debts of the French crown",
        "The ideas of the Enlightenment",
    }
    assert len(causes.options) - len(causes.correct) >= 2


async def test_essays_ask_for_the_points_of_a_list_or_of_a_term() -> None:
    questions = by_question(await propose_questions(BIOLOGY, HISTORY, ECONOMICS, kinds=("essay",)))
    stages = questions[
        "What are the three stages of cellular respiration? Name each of them in full sentences."
    ]
    assert [point.text for point in stages.rubric] == [
        "Glycolysis",
        "The Krebs cycle",
        "Oxidative phosphorylation",
    ]
    inflation = questions["What is inflation, and what is important to know about it?"]
    assert len(inflation.rubric) >= 3


async def test_other_languages_give_gaps_and_true_statements() -> None:
    german = (
        "Die Photosynthese findet in den Chloroplasten der Pflanzenzelle statt. "
        "Die Mitochondrien erzeugen den größten Teil der Energie in der Zelle. "
        "Das Chlorophyll absorbiert vor allem rotes und blaues Licht."
    )
    gaps = await propose_questions(german, kinds=("short_answer",), language="de")
    assert gaps
    for draft in gaps:
        assert draft.question.replace("_____", draft.accepted_answers[0]) == draft.quote
    statements = await propose_questions(german, kinds=("true_false",), language="de-AT")
    assert {draft.correct for draft in statements} == {(0,)}
    assert await propose_questions(german, kinds=("multiple_choice", "essay"), language="de") == []


async def test_concepts_in_focus_come_first_and_known_names_are_kept() -> None:
    plain = await propose_questions(BIOLOGY, HISTORY, ECONOMICS, kinds=("short_answer",), count=2)
    focused = await propose_questions(
        BIOLOGY, HISTORY, ECONOMICS, kinds=("short_answer",), count=2, focus=("Osmosis", "fiscal policies"),
        concepts=("Osmosis!",),
    )  # fmt: skip
    assert "osmosis" not in str([draft.accepted_answers for draft in plain])
    assert focused[0].accepted_answers == ("osmosis",)
    assert focused[0].concept == "Osmosis!"


async def test_questions_to_avoid_are_avoided_and_topics_come_first() -> None:
    first = await propose_questions(BIOLOGY, ECONOMICS, kinds=("multiple_choice",))
    again = await propose_questions(
        BIOLOGY, ECONOMICS, kinds=("multiple_choice",), avoid=tuple(draft.question for draft in first)
    )
    assert not {draft.question for draft in first} & {draft.question for draft in again}
    on_topic = await propose_questions(
        BIOLOGY, ECONOMICS, kinds=("multiple_choice",), topic="osmosis membrane"
    )
    assert "osmosis" in str(on_topic[0]).lower()


async def test_nothing_comes_of_nothing() -> None:
    kinds: tuple[QuestionType, ...] = ("multiple_choice", "multiple_select", "true_false", "numeric", "essay")
    assert await propose_questions("", "word " * 2000, "(" * 3000, "Is it? It is.", kinds=kinds) == []
    empty = QuestionRequest(passages=(Passage(chunk_id="c", document_id="d", text=""),), count=1)
    assert [item async for item in OfflineModel().questions(empty)] == [Usage(model="offline")]
