"""The rules for cards, each on one good card."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.assessments.generation.gate import AcceptedCard, CardGate, Rule
from shared.model.protocol import CardDraft
from shared.text.folding import fold_text
from tests.functions.assessments.generation.gate.card_drafts import (
    OSMOSIS,
    SOURCE,
    WALL,
    accepted,
    draft,
    gate,
    passage,
    rule,
)


def test_a_good_card_is_accepted_with_its_source() -> None:
    card = accepted(gate(), draft(explanation=" Water  moves. ", concept="osmosis"))
    assert card.quote == OSMOSIS
    assert (card.chunk_id, card.document_id, card.page) == ("c1", "d1", 4)
    assert card.explanation == "Water moves."
    assert card.confidence == 0.9


def test_the_quote_is_the_exact_text_of_the_source() -> None:
    text = "Intro.\nOsmosis is “the move\u00adment of wa-\nter” through a\u200b membrane."
    card = accepted(
        gate(text),
        draft(
            quote='Osmosis is "the movement of water" through a membrane.', answer="The movement of water."
        ),
    )
    assert card.quote == text.removeprefix("Intro.\n")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"chunk_id": "c9"}, Rule.UNKNOWN_CHUNK),
        ({"question": " \u200b "}, Rule.EMPTY),
        ({"answer": "\n"}, Rule.EMPTY),
        ({"quote": "  "}, Rule.EMPTY),
        ({"question": f"What is {'very ' * 80}long?"}, Rule.TOO_LONG),
        ({"answer": "water " * 120}, Rule.TOO_LONG),
        ({"quote": "water " * 300}, Rule.TOO_LONG),
        ({"explanation": "water " * 300}, Rule.TOO_LONG),
        ({"answer": "Water<script>alert(1)</script> moves."}, Rule.UNSAFE_MARKUP),
        ({"explanation": "<img src=x onerror=alert(1)>"}, Rule.UNSAFE_MARKUP),
        ({"question": "What is {{c1::osmosis}}?"}, Rule.BAD_CLOZE),
        ({"question": "What is osmosis"}, Rule.FRAGMENT),
        ({"question": "Osmosis?"}, Rule.FRAGMENT),
        ({"question": "What is the movement (of water?"}, Rule.FRAGMENT),
        ({"answer": "The movement of water through the"}, Rule.FRAGMENT),
        ({"answer": ", of water"}, Rule.FRAGMENT),
        ({"answer": "The movement of water..."}, Rule.FRAGMENT),
        ({"quote": "Osmosis is"}, Rule.FRAGMENT),
        ({"question": "What is osmosis according to the passage?"}, Rule.NEEDS_CONTEXT),
        ({"question": "What does the figure above show about osmosis?"}, Rule.NEEDS_CONTEXT),
        ({"question": "Which process, osmosis, moves water?", "answer": "Osmosis"}, Rule.ANSWER_IN_QUESTION),
        ({"quote": "Osmosis is the movement of salt through a membrane."}, Rule.QUOTE_NOT_IN_SOURCE),
        ({"quote": "smosis is the movement of water"}, Rule.QUOTE_NOT_IN_SOURCE),
        ({"answer": "A colourful festival held every spring."}, Rule.UNSUPPORTED_ANSWER),
        (
            {"question": "When did the Wall fall?", "answer": "In 1998.", "quote": WALL},
            Rule.UNSUPPORTED_ANSWER,
        ),
        ({"question": "When did the Wall fall?", "answer": "In 1989."}, Rule.UNSUPPORTED_QUESTION),
        ({"quote": WALL}, Rule.UNSUPPORTED_QUESTION),
    ],
)
def test_a_bad_card_is_dropped_by_its_rule(changes: dict[str, str], expected: Rule) -> None:
    judge = gate()
    assert rule(judge, draft(**changes)) == expected.value
    assert judge.dropped == {expected.value: 1}
    assert judge.accepted == 0


def test_rules_are_counted() -> None:
    judge = gate()
    for proposed in (draft(), draft(), draft(chunk_id="?"), draft(chunk_id="!")):
        judge.judge(proposed)
    assert judge.accepted == 1
    assert judge.dropped == {"duplicate": 1, "unknown_chunk": 2}


def test_a_card_that_the_user_has_is_a_duplicate() -> None:
    judge = gate(existing=(("What is osmosis?", "Something else"),))
    assert rule(judge, draft()) == "duplicate"


def test_capitals_of_two_countries_are_no_duplicates() -> None:
    judge = gate()
    quote = "Paris is the capital of France, and Madrid is the capital of Spain."
    french = draft(question="What is the capital of France?", answer="Paris", quote=quote)
    spanish = draft(question="What is the capital of Spain?", answer="Madrid", quote=quote)
    reworded = draft(question="Which city is France's capital?", answer="Paris", quote=quote)
    assert [rule(judge, card) for card in (french, spanish, reworded)] == [
        "accepted",
        "accepted",
        "duplicate",
    ]


def test_an_answer_may_choose_between_alternatives_of_the_question() -> None:
    judge = gate()
    choice = draft(question="Does water or salt move in osmosis?", answer="Water")
    assert rule(judge, choice) == "accepted"


def test_a_yes_or_no_answer_needs_no_words_of_the_source() -> None:
    assert (
        rule(gate(), draft(question="Did the Berlin Wall fall in 1989?", answer="It did.", quote=WALL))
        == "accepted"
    )


class TestCloze:
    def test_the_gap_is_the_missing_answer(self) -> None:
        proposed = draft(
            card_type="cloze", question="{{c1::Osmosis}} is the movement of water.", answer="", quote=OSMOSIS
        )
        assert accepted(gate(), proposed).answer == "Osmosis"

    def test_the_gap_replaces_an_answer_from_elsewhere(self) -> None:
        proposed = draft(
            card_type="cloze", question="{{c1::Osmosis}} is the movement of water.", answer="Salt"
        )
        assert accepted(gate(), proposed).answer == "Osmosis"

    @pytest.mark.parametrize(
        "question",
        [
            "Osmosis is the movement of water.",
            "{{c1::}} is the movement of water.",
            "{{c1::Osmosis} is the movement of water.",
            "{{c1::{{c2::Osmosis}}}} is the movement of water.",
            "{{c1::Osmosis is the movement of}} water membrane.",
            "{{c1::Osmosis}} is.",
        ],
    )
    def test_a_broken_gap_is_dropped(self, question: str) -> None:
        assert rule(gate(), draft(card_type="cloze", question=question, answer="x")) == "bad_cloze"

    def test_an_answer_that_stays_visible_is_dropped(self) -> None:
        question = "{{c1::Water}} moves by osmosis, the movement of water."
        assert (
            rule(gate(), draft(card_type="cloze", question=question, answer="Water")) == "answer_in_question"
        )

    def test_a_hint_is_accepted_and_an_invented_sentence_is_dropped(self) -> None:
        hinted = draft(
            card_type="cloze", question="Osmosis is the movement of {{c1::water::a liquid}}.", answer="water"
        )
        invented = draft(
            card_type="cloze",
            question="Osmosis was discovered by {{c1::Isaac Newton}} while fishing.",
            answer="",
        )
        assert [rule(gate(), card) for card in (hinted, invented)] == ["accepted", "unsupported_answer"]


texts = st.one_of(
    st.text(max_size=60), st.sampled_from([OSMOSIS, "What is osmosis?", "Water", "{{c1::Osmosis}} is"])
)


@given(
    source=st.one_of(st.just(SOURCE), st.text(max_size=120)),
    question=texts,
    answer=texts,
    quote=st.one_of(
        texts, st.tuples(st.integers(0, 120), st.integers(0, 120)).map(lambda cut: SOURCE[cut[0] : cut[1]])
    ),
    card_type=st.sampled_from(["basic", "cloze"]),
)
def test_an_accepted_quote_is_always_part_of_its_chunk(
    source: str, question: str, answer: str, quote: str, card_type: str
) -> None:
    judge = CardGate(passages=[passage(source)])
    verdict = judge.judge(draft(question=question, answer=answer, quote=quote, card_type=card_type))
    if isinstance(verdict, AcceptedCard):
        assert verdict.quote in source
        assert fold_text(verdict.quote) in fold_text(source)
    else:
        assert judge.dropped == {verdict.rule.value: 1}


@pytest.mark.slow
@given(st.lists(st.sampled_from(SOURCE.split()), min_size=3, max_size=8), st.integers(2, 4))
def test_no_card_is_accepted_twice(words: list[str], times: int) -> None:
    judge = gate()
    proposed = CardDraft(
        question=f"What about {' '.join(words)}?", answer="Membrane", quote=OSMOSIS, chunk_id="c1"
    )
    for _ in range(times):
        judge.judge(proposed)
    assert judge.accepted <= 1
