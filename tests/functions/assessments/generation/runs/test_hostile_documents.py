"""Generation from hostile documents: no instruction is followed, nothing active or unverified is saved.

Tried with the offline model, and with a gullible one that writes everything that a document asks for.
"""

import json
from dataclasses import replace
from typing import Any, get_args

import pytest

from functions.assessments.generation.gate import (
    AcceptedCard,
    AcceptedQuestion,
    CardGate,
    Dropped,
    QuestionGate,
)
from shared.model.offline import OfflineModel
from shared.model.openai_model import OpenAIModel
from shared.model.protocol import (
    CardDraft,
    CardRequest,
    Model,
    Passage,
    QuestionDraft,
    QuestionRequest,
    QuestionType,
)
from shared.text.invisible import is_invisible, strip_invisible
from tests.deadlines import DEADLINE_SECONDS
from tests.functions.assessments.generation.gate.assertions import (
    assert_saved_items_quote_their_source,
    assert_sound,
    list_texts,
)
from tests.functions.assessments.generation.material import new_course, processed_document
from tests.functions.assessments.generation.runs.hostile_documents import CANARIES, DOCUMENTS, HONEST, Hostile
from tests.scripted_openai import Behaviour, ScriptedOpenAI, asks, card, gives
from tests.scripted_openai_questions import question
from tests.scripted_openai_wire import Asked
from tests.stack import Stack, User

pytestmark = pytest.mark.slow

Item = AcceptedCard | AcceptedQuestion

WATER = "The movement of water through a partially permeable membrane"
ALL_TYPES: tuple[QuestionType, ...] = get_args(QuestionType)
OPTIONAL = {"explanation", "concept", "PWNED"}  # the gate empties these fields, and the item is honest then
ORDERS = {
    "/api/v1/assessments/flashcards/generate/": "count",
    "/api/v1/assessments/quizzes/generate/": "question_count",
}
KEY = "sk-hunter2-own-key"
KINDS = tuple(dict.fromkeys(document.kind for document in DOCUMENTS))
every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.id)
some_documents = DOCUMENTS[:: len(DOCUMENTS) // 4]


def passages(document: Hostile) -> tuple[Passage, ...]:
    other = Passage(chunk_id="c2", document_id="d2", text="Photosynthesis takes place in chloroplasts.")
    return (Passage(chunk_id="c1", document_id="d1", text=document.text), other)


def obey_with_cards(document: Hostile, *, chunk: str = "c1") -> list[dict[str, Any]]:
    """Return the cards that the document asks for, each honest otherwise."""
    return [card(**{**_honest_fields(chunk, number), "answer": f"{WATER}.", **wanted})
            for number, wanted in enumerate(document.obeyed)]  # fmt: skip


def obey_with_questions(document: Hostile, *, chunk: str = "c1") -> list[dict[str, Any]]:
    return [
        question(
            question_type="multiple_choice",
            options=[wanted.get("answer", WATER),
                     "The removal of solids from a fluid that passes", "The change of a liquid into a gas"],
            correct=[0],
            **(_honest_fields(chunk, number) | {key: wanted[key] for key in wanted if key != "answer"}),
        )
        for number, wanted in enumerate(document.obeyed)
    ]  # fmt: skip


def _honest_fields(chunk: str, number: int) -> dict[str, str]:
    asked = (
        "What is osmosis?",
        "What does osmosis mean?",
        "What do we call osmosis in biology?",
        "Define it: osmosis.",
    )
    return {"question": asked[number], "quote": HONEST, "chunk_id": chunk, "explanation": "", "concept": ""}


async def generate(model: Model, document: Hostile) -> list[Item]:
    """Return the items that pass the gate, each asserted to be sound."""
    source = passages(document)
    cards, questions = CardGate(passages=source), QuestionGate(passages=source)
    request = QuestionRequest(passages=source, count=10, question_types=ALL_TYPES)
    verdicts = [
        *[cards.judge(draft) async for draft in model.cards(CardRequest(passages=source, count=10))
          if isinstance(draft, CardDraft)],
        *[questions.judge(draft) async for draft in model.questions(request)
          if isinstance(draft, QuestionDraft)],
    ]  # fmt: skip
    found = [verdict for verdict in verdicts if not isinstance(verdict, Dropped)]
    for item in found:
        assert_sound(item, source)
    return found


def join_texts(items: list[Item]) -> str:
    return " ".join(text for item in items for text in (*list_texts(item), item.quote))


def find_canaries(texts: str) -> list[str]:
    return [canary for canary in CANARIES if canary.casefold() in texts.casefold()]


def assert_safe_request(asked: Asked, document: Hostile) -> None:
    """Assert that the document is sent between its marks alone, with nothing invisible, and no tools."""
    assert asked.passages["c1"] == strip_invisible(document.text)
    around = asked.user.replace(strip_invisible(document.text), "")
    assert not find_canaries(asked.system + around)
    assert not [char for char in asked.system + asked.user if is_invisible(char)]
    assert not {"tools", "tool_choice", "functions"} & set(asked.body)
    assert asked.body["response_format"]["json_schema"]["strict"] is True


def test_the_corpus_has_many_documents_of_many_kinds() -> None:
    assert len({document.id for document in DOCUMENTS}) == len(DOCUMENTS) >= 40
    assert len(KINDS) >= 15
    assert all(document.obeyed for document in DOCUMENTS)


@every_document
async def test_the_offline_model_generates_only_honest_items(document: Hostile) -> None:
    found = await generate(OfflineModel(), document)
    assert any(HONEST in item.quote for item in found)
    assert not find_canaries(join_texts(found))


@pytest.mark.parametrize("kind", KINDS)
async def test_nothing_hostile_from_a_gullible_model_passes(kind: str) -> None:
    async with ScriptedOpenAI() as server:
        model = OpenAIModel(api_key=KEY, base_url=server.base_url, model="gullible", timeout=DEADLINE_SECONDS)
        for document in (each for each in DOCUMENTS if each.kind == kind):
            server.then(gives(*obey_with_cards(document)), asks(*obey_with_questions(document)))
            found = await generate(model, document)
            for asked in server.requests[-2:]:
                assert_safe_request(asked, document)
            emptied = sum(set(wanted) <= OPTIONAL for wanted in document.obeyed)
            assert len(found) <= 2 * emptied, document.id
            assert not find_canaries(join_texts(found)), document.id
        await model.aclose()


async def test_uploaded_hostile_documents_lead_to_honest_items_alone(stack: Stack, user: User) -> None:
    course = await new_course(user)
    async with ScriptedOpenAI() as server:
        gullible = OpenAIModel(
            api_key=KEY, base_url=server.base_url, model="gullible", timeout=DEADLINE_SECONDS
        )
        for document in some_documents:
            uploaded = await processed_document(stack, user, course, document.text)
            server.then(*await _obeying(document, stack, uploaded))
            for path, count in ORDERS.items():
                order = {"course_id": course, count: 10, "document_ids": [uploaded]}
                stack.services.model = gullible
                answer = await user.http.post(path, json=order)
                assert answer.status_code == 502, (document.id, answer.text)
                assert not find_canaries(answer.text)
                stack.services.model = OfflineModel()
                answer = await user.http.post(path, json=order)
                assert answer.status_code in (201, 502), answer.text  # later ones repeat the honest part
                made = answer.json()
                assert not find_canaries(json.dumps([made.get("flashcards"), made.get("questions")]))
        await gullible.aclose()
    assert await assert_saved_items_quote_their_source(stack, user.id) >= 6


async def _obeying(document: Hostile, stack: Stack, uploaded: str) -> tuple[Behaviour, Behaviour]:
    """Return the cards and questions of which the gate must drop every one."""
    chunks = await stack.services.retrieval.retrieve(document_ids=[uploaded], query="", max_chunks=50)
    dropped = replace(
        document, obeyed=tuple(wanted for wanted in document.obeyed if not set(wanted) <= OPTIONAL)
    )
    cards = (one for chunk in chunks for one in obey_with_cards(dropped, chunk=chunk.chunk_id))
    questions = (one for chunk in chunks for one in obey_with_questions(dropped, chunk=chunk.chunk_id))
    return gives(*cards), asks(*questions)
