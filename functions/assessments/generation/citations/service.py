"""Looking up again what quotes a document that was replaced."""

from collections.abc import Sequence
from typing import TypeVar

from functions.assessments.flashcards.cards.counts import update_counts
from functions.assessments.flashcards.cards.models import Citation, Flashcard
from functions.assessments.flashcards.cards.rules import derive_fields
from functions.assessments.flashcards.cards.store import FLASHCARDS
from functions.assessments.generation.citations.rules import Text, looked_up, retired
from functions.assessments.generation.citations.tasks import RefreshQuotes
from functions.assessments.quizzes.questions.models import Question
from functions.assessments.quizzes.questions.store import QUESTIONS
from shared.published.courses import DOCUMENT_SUMMARIES
from shared.services import Services
from shared.store import Cursor, Document, Query, Store, Transaction

_PAGE = 20  # each asks the retrieval service once
_NEAREST = 3

Quoting = Flashcard | Question
M = TypeVar("M", bound=Document)


async def refresh(services: Services, task: RefreshQuotes) -> None:
    """One page, and a task for what is left. Done again it changes nothing; overtaken by a newer version it
    does nothing. Raises ServiceUnavailable."""
    summary = await services.store.get(DOCUMENT_SUMMARIES.doc(task.document, user=task.user))
    if summary is None or summary.version != task.version or summary.processing_status != "completed":
        return
    content = await services.retrieval.content(task.document)
    if content is None:
        return  # it is being processed anew; the end of that begins this afresh
    page = await _page(services.store, task)
    found = {each.id: await _looked_up(services, task, each, content.extracted_text) for each in page}
    following = _following(task, page)

    async def work(tx: Transaction) -> None:
        await _keep(tx, services, task, found)
        if following is not None:
            tx.enqueue(following)

    await services.store.transact(work)


async def _looked_up(services: Services, task: RefreshQuotes, quoting: Quoting, whole: str) -> Citation:
    assert quoting.citation is not None  # noqa: S101 - the query asks for its document
    passages = await services.retrieval.retrieve(
        document_ids=[task.document], query=quoting.citation.quote, max_chunks=_NEAREST
    )
    return looked_up(quoting.citation, Text(whole, passages), version=task.version)


async def _keep(tx: Transaction, services: Services, task: RefreshQuotes, found: dict[str, Citation]) -> None:
    if task.kind == "questions":
        questions = await tx.get_many([QUESTIONS.doc(each, user=task.user) for each in found])
        for question in questions:
            if question is not None:
                ref = QUESTIONS.doc(question.id, user=task.user)
                tx.merge(ref, {"citation": found[question.id].model_dump()})
        return
    cards = await tx.get_many([FLASHCARDS.doc(each, user=task.user) for each in found])
    now = services.clock.now()
    for card in cards:
        if card is None:
            continue
        after = derive_fields(retired(card, found[card.id])).model_copy(update={"updated_at": now})
        tx.put(FLASHCARDS.doc(card.id, user=task.user), after)
        update_counts(tx, user_id=task.user, changes=[(card, after)])


async def _page(store: Store, task: RefreshQuotes) -> Sequence[Quoting]:
    if task.kind == "flashcards":
        return await store.find(_quoting(FLASHCARDS.query(user=task.user), task))
    return await store.find(_quoting(QUESTIONS.query(user=task.user), task))


def _quoting(query: Query[M], task: RefreshQuotes) -> Query[M]:
    start = Cursor((), task.after) if task.after else None
    return query.where("citation.document_id", "==", task.document).after(start).limit(_PAGE)


def _following(task: RefreshQuotes, page: Sequence[Quoting]) -> RefreshQuotes | None:
    if len(page) == _PAGE:
        return task.model_copy(update={"after": page[-1].id})
    if task.kind == "flashcards":
        return task.model_copy(update={"kind": "questions", "after": None})
    return None
