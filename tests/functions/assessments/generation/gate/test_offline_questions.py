"""Questions of the offline model through the gate, over sample documents where they are present."""

from collections import Counter
from typing import get_args

import pytest

from functions.assessments.generation.gate import AcceptedQuestion, QuestionGate
from shared.model.offline import OfflineModel
from shared.model.protocol import Passage, QuestionDraft, QuestionRequest, QuestionType
from tests.functions.assessments.generation.gate.assertions import assert_sound
from tests.functions.assessments.generation.gate.test_offline_cards import needs_samples, sample
from tests.shared.model.offline.builders import BIOLOGY, ECONOMICS, HISTORY, passages

pytestmark = pytest.mark.slow

ALL_TYPES: tuple[QuestionType, ...] = get_args(QuestionType)


async def questions(
    source: tuple[Passage, ...], *kinds: QuestionType, count: int = 40
) -> tuple[list[AcceptedQuestion], int]:
    """Return the accepted questions, each sound, and the number of proposed ones."""
    gate = QuestionGate(passages=source)
    request = QuestionRequest(passages=source, count=count, question_types=kinds)
    drafts = [draft async for draft in OfflineModel().questions(request) if isinstance(draft, QuestionDraft)]
    found = [verdict for draft in drafts if isinstance(verdict := gate.judge(draft), AcceptedQuestion)]
    for question in found:
        assert_sound(question, source)
        assert question.question.endswith("?") or question.question_type in {"true_false", "essay"}
    return found, len(drafts)


@pytest.mark.parametrize(
    ("kind", "least"),
    [
        ("multiple_choice", 9),
        ("multiple_select", 3),
        ("true_false", 15),
        ("short_answer", 15),
        ("numeric", 6),
        ("essay", 3),
    ],
)
async def test_expository_texts_give_questions_of_every_type(kind: QuestionType, least: int) -> None:
    found, proposed = await questions(passages(BIOLOGY, HISTORY, ECONOMICS), kind)
    assert len(found) >= max(least, 0.9 * proposed)
    assert {question.question_type for question in found} == {kind}


@needs_samples
@pytest.mark.parametrize(
    ("name", "least"),
    [("python-functions.md", 12), ("python-loops.docx", 6), ("python-chapters-1-3.pdf", 35)],
)
async def test_a_sample_document_gives_sound_questions(name: str, least: int) -> None:
    found, proposed = await questions(sample(name), *ALL_TYPES)
    assert len(found) >= max(least, 0.9 * proposed)
    kinds = Counter(question.question_type for question in found)
    assert len(kinds) >= 4
    choices = [question for question in found if question.question_type == "multiple_choice"]
    assert all(len(question.options) >= 3 for question in choices)
