import pytest

from shared.model.offline import OfflineModel
from shared.model.protocol import Model
from tests.shared.model.offline.builders import BIOLOGY, ECONOMICS, HISTORY, propose_answers, propose_cards


def test_is_a_model() -> None:
    model: Model = OfflineModel()
    assert model.name == "offline"


@pytest.mark.parametrize(
    ("source", "question", "answer"),
    [
        (
            BIOLOGY,
            "What is cellular respiration?",
            "The process by which cells break down glucose to release energy.",
        ),
        (
            BIOLOGY,
            "What is adenosine triphosphate (ATP)?",
            "A molecule that stores energy for use in the cell.",
        ),
        (BIOLOGY, "What is fermentation?", "The breakdown of glucose without oxygen."),
        (BIOLOGY, "What are stomata?", "Small pores in the leaf that allow carbon dioxide to enter."),
        (
            BIOLOGY,
            "What are the three stages of cellular respiration?",
            "Glycolysis, the Krebs cycle, and oxidative phosphorylation.",
        ),
        (
            BIOLOGY,
            "Why does oxidative phosphorylation produce most of the ATP?",
            "Because the flow of electrons drives a proton pump.",
        ),
        (BIOLOGY, "What do guard cells control?", "The opening of the stomata."),
        (
            BIOLOGY,
            'What does the term "osmosis" mean?',
            "The movement of water through a partially permeable membrane.",
        ),
        (
            BIOLOGY,
            "What are the benefits of exercise?",
            "- Stronger heart muscle\n- Better circulation of blood",
        ),
        (
            BIOLOGY,
            "Chloroplasts contain stacks of thylakoids, known as {{c1::grana}}, which hold the chlorophyll.",
            "grana",
        ),
        (
            HISTORY,
            "Who was Maximilien Robespierre?",
            "A lawyer and politician who led the Committee of Public Safety.",
        ),
        (
            HISTORY,
            "What was the Estates-General?",
            "An assembly that represented the three estates of French society.",
        ),
        (HISTORY, "When did the Third Estate form the National Assembly?", "In 1789."),
        (HISTORY, "When did the Great Fear begin?", "In 1789."),
        (HISTORY, "When was the Bastille stormed?", "On 14 July 1789."),
        (HISTORY, "Why did bread prices rise sharply?", "Because the harvest of 1788 had failed."),
        (
            HISTORY,
            "What does the Reign of Terror refer to?",
            "The period when the revolutionary government executed thousands of suspected enemies.",
        ),
        (
            HISTORY,
            "What are the causes of the French Revolution?",
            (
                "- Heavy taxation of the Third Estate\n- The debts of the French "
                "crown\n- The ideas of the Enlightenment"
            ),
        ),
        (ECONOMICS, "What is a tariff?", "A tax on imports."),
        (ECONOMICS, "What does GDP stand for?", "Gross domestic product."),
        (ECONOMICS, "What do monopolies lead to?", "Higher prices and lower output."),
        (ECONOMICS, "What does a central bank use to control inflation?", "Interest rates."),
        (ECONOMICS, "What do tariffs protect?", "Domestic producers from foreign competition."),
        (ECONOMICS, "In economics, what is a good?", "An object that satisfies a want."),
        (ECONOMICS, "What can the round() function be used for?", "To reduce rounding errors."),
        (ECONOMICS, "Who was Adam Smith?", "A Scottish economist who wrote about the division of labour."),
        (ECONOMICS, "What does range(end) do?", "Generates a sequence of numbers beginning at zero."),
        (ECONOMICS, "What is math.ceil(x)?", "The smallest integer greater than or equal to x."),
        (
            ECONOMICS,
            'What does the term "fiscal policy" mean?',
            "The use of government spending and taxation to influence the economy.",
        ),
    ],
)
async def test_a_statement_becomes_the_card_a_teacher_would_write(
    source: str, question: str, answer: str
) -> None:
    found = await propose_answers(source)
    assert found.get(question) == answer, "\n".join(found)


@pytest.mark.parametrize(
    ("text", "question", "answer"),
    [
        (
            "Two ways to improve code quality include:\n- Blank lines between parts\n- Comments before parts",
            "What are two ways to improve code quality?",
            "- Blank lines between parts\n- Comments before parts",
        ),
        (
            (
                "Many schools teach Python.\n\nPython provides two ways to divide "
                "numbers:\n• True division\n• Floor division"
            ),
            "Which two ways to divide numbers does Python provide?",
            "- True division\n- Floor division",
        ),
        (
            "There are two kinds of cell division:\n- mitosis in body cells\n- meiosis in germ cells",
            "What are the two kinds of cell division?",
            "- mitosis in body cells\n- meiosis in germ cells",
        ),
        (
            "The eye has three coats: the sclera, the choroid, and the retina.",
            "What are the three coats of the eye?",
            "The sclera, the choroid, and the retina.",
        ),
        (
            "Examples of renewable energy are wind, solar power, and tides.",
            "What are examples of renewable energy?",
            "Wind, solar power, and tides.",
        ),
        (
            "Common elements of a docstring include a summary line, and a blank line.",
            "What are common elements of a docstring?",
            "A summary line, and a blank line.",
        ),
        (
            "One reason why Python is popular is because many libraries exist for real work.",
            "What is one reason why Python is popular?",
            "Many libraries exist for real work.",
        ),
        (
            "Ice is less dense than water because its molecules form an open lattice.",
            "Why is ice less dense than water?",
            "Because its molecules form an open lattice.",
        ),
        (
            "House prices fell because the demand shrank.",
            "Why did house prices fall?",
            "Because the demand shrank.",
        ),
        (
            "An overflow error occurs when a value is too large to be stored.",
            "When does an overflow error occur?",
            "When a value is too large to be stored.",
        ),
        (
            (
                "A shell, also called a console, is a program that allows direct "
                "interaction with an interpreter."
            ),
            "What is a shell?",
            "A program that allows direct interaction with an interpreter.",
        ),
        (
            "In Python, a variable is a name that refers to an object, so Python uses references.",
            "In Python, what is a variable?",
            "A name that refers to an object.",
        ),
        (
            "A module is previously written code that can be imported in a program.",
            "What is a module?",
            "Previously written code that can be imported in a program.",
        ),
        (
            "A return statement finishes the function execution and gives back a value.",
            "What does a return statement do?",
            "It finishes the function execution and gives back a value.",
        ),
        (
            "A counting variable has local scope and only exists within its function.",
            "What does a counting variable have?",
            "Local scope.",
        ),
        (
            "Overview of loops A for loop iterates over all elements in a container.",
            "What does a for loop iterate over?",
            "All elements in a container.",
        ),
        (
            "Definition: Complementary goods are goods that are used together.",
            "What are complementary goods?",
            "Goods that are used together.",
        ),
        (
            "Technically, a program is a sequence of instructions that a computer can run.",
            "What is a program?",
            "A sequence of instructions that a computer can run.",
        ),
    ],
)
async def test_a_sentence_is_asked_for_in_good_english(text: str, question: str, answer: str) -> None:
    found = await propose_answers(text)
    assert found.get(question) == answer, found


@pytest.mark.parametrize(
    "text",
    [
        "Write a function that prints the area of a triangle to the screen.",
        "By the end of this section you should be able to\n- Explain the loop construct in Python.",
        "Consider the code above and describe what a loop does.",
        "This is a process that converts light into sugar inside the leaf.",
        "It is the organelle that releases most of the energy of a cell.",
        "They were people who lived on the banks of the river Nile.",
        "The output is a list of numbers between one and ten.",
        "The following figure shows a cell that divides into two halves.",
        "A cell as shown below is a unit of life that divides into two.",
        "What is a cell that divides into two smaller cells called?",
        "a cell is a unit of life that divides into two smaller cells.",
        "A cell is a unit of life that divides into two smaller",
        "Ex: A cell is a unit of life that divides into two smaller cells.",
        "Copyright 2021 Biology Press, a publisher that sells books on cells.",
        "See https://cells.example for a page that explains the unit of life.",
        "```python\nfor cell in cells:\n    print(cell)\n```",
        "def f(x):\n    return x\n\nx = f(3)\n>>> print(x)",
        "cells.sort()\nimport cells\nreturn cells",
        "Cell | Size | Colour\nnerve cell | large | grey\nblood cell | small | red",
        "Figure 3. A cell is a unit of life that divides into two.",
        "# A cell is a unit of life that divides into two.",
        (
            "Laundry\n\nWrite a program that prints prices.\n\nA laundry is a shop "
            "that washes the clothes of its customers."
        ),
        "Prints the name of the shop and the hours of opening.",
        "He was a scientist who discovered the unit of all life.",
        "A scientist believed that he had found the unit of life.",
        "Here, however, cells divide.",
        "The second argument is a number that decides the precision.",
        "Note: see the table that lists every unit of life.",
        'cell = Cell("a") is a statement that makes a cell.',
    ],
)
async def test_no_card_is_made_from_what_is_no_statement(text: str) -> None:
    assert await propose_cards(text) == []


async def test_an_example_that_goes_on_is_left_out() -> None:
    text = (
        "A nested loop has an inner loop. Ex: Iterating over rosters. The outer loop iterates over "
        "different courses. "
        "The change of a counter in each iteration is called the step size."
    )
    found = await propose_answers(text)
    assert "What is the step size?" in found
    assert not any("courses" in answer for answer in found.values())


@pytest.mark.parametrize(
    ("text", "card_type"),
    [
        ("Many professionals use Python to support the daily work of a team.", "cloze"),
        ("The nervous system includes the brain because signals must be processed.", "basic"),
        ("A nested loop has one or more loops within its outer body.", "cloze"),
    ],
)
async def test_a_question_too_vague_to_answer_becomes_a_cloze(text: str, card_type: str) -> None:
    assert {draft.card_type for draft in await propose_cards(text)} <= {card_type}


async def test_what_is_supposed_is_no_fact() -> None:
    assert (
        await propose_cards(
            "Suppose a shop opens late. A shop opening is an event that happens at ten every day."
        )
        == []
    )


async def test_broken_lines_and_words_are_mended_and_quoted_as_they_stand() -> None:
    text = "Osmosis is the move-\nment of water through a partially permeable mem-\nbrane."
    (draft,) = await propose_cards(text)
    assert draft.answer == "The movement of water through a partially permeable membrane."
    assert draft.quote == text


async def test_a_hyphen_the_source_uses_elsewhere_is_kept() -> None:
    text = (
        "A well-known fact is no secret.\n\nA celebrity is a well-\nknown "
        "person who is often seen on the television."
    )
    found = await propose_answers(text)
    assert "A well-known person who is often seen on the television." in found.values()


async def test_quotes_stand_in_their_passage_word_for_word() -> None:
    sources = (BIOLOGY, HISTORY, ECONOMICS)
    for draft in await propose_cards(*sources, count=100):
        assert draft.quote in sources[int(draft.chunk_id[1:])]


async def test_the_same_request_gives_the_same_cards() -> None:
    assert await propose_cards(BIOLOGY, HISTORY) == await propose_cards(BIOLOGY, HISTORY)


async def test_at_most_twice_the_count_is_proposed_the_best_first() -> None:
    drafts = await propose_cards(BIOLOGY, HISTORY, ECONOMICS, count=3)
    assert len(drafts) == 6
    assert all(draft.confidence >= 0.85 for draft in drafts[:3])


async def test_cards_are_spread_over_the_passages() -> None:
    drafts = await propose_cards(BIOLOGY, HISTORY, ECONOMICS, count=5)
    assert {draft.chunk_id for draft in drafts} == {"c0", "c1", "c2"}


async def test_the_topic_comes_first() -> None:
    drafts = await propose_cards(BIOLOGY, HISTORY, ECONOMICS, topic="Inflation and central banks", count=3)
    assert any("inflation" in draft.question.lower() for draft in drafts[:2])


async def test_a_question_to_avoid_is_not_asked_again() -> None:
    assert "What is fermentation?" in await propose_answers(BIOLOGY)
    assert "What is fermentation?" not in await propose_answers(BIOLOGY, avoid=("What is fermentation ?",))


async def test_difficulty_shifts_the_kinds_and_marks_the_cards() -> None:
    hard = await propose_cards(BIOLOGY, HISTORY, ECONOMICS, difficulty="hard", count=5)
    easy = await propose_cards(BIOLOGY, HISTORY, ECONOMICS, difficulty="easy", count=5)
    assert {draft.difficulty for draft in hard} == {"hard"}
    assert sum(draft.question.startswith("Why") for draft in hard) > sum(
        draft.question.startswith("Why") for draft in easy
    )


async def test_other_languages_get_clozes() -> None:
    text = (
        "Die Photosynthese ist ein Vorgang, bei dem grüne Pflanzen Licht in chemische Energie umwandeln. "
        "Das Chlorophyll absorbiert vor allem rotes und blaues Licht."
    )
    for language in ("de-AT", "xx"):
        drafts = await propose_cards(text, language=language)
        assert drafts
        assert all(draft.card_type == "cloze" and "{{c1::" in draft.question for draft in drafts)


async def test_closing_does_nothing() -> None:
    await OfflineModel().aclose()
