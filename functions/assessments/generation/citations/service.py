"""Updates of the citations of a document that was replaced."""

from collections.abc import Sequence
from typing import TypeVar

from functions.assessments.flashcards.cards.changes import arrange_changes, save_changes
from functions.assessments.flashcards.cards.models import Citation, Flashcard
from functions.assessments.flashcards.cards.queues import Change
from functions.assessments.flashcards.cards.rules import derive_fields
from functions.assessments.flashcards.cards.store import FLASHCARDS
from functions.assessments.generation.citations.rules import NewVersion, apply_citation, update_citation
from functions.assessments.generation.citations.tasks import RefreshQuotes
from functions.assessments.quizzes.questions.models import Question
from functions.assessments.quizzes.questions.store import QUESTIONS
from shared.published.courses import DOCUMENT_SUMMARIES
from shared.services import Services
from shared.store import Cursor, Document, Query, Store, Transaction

_PAGE_SIZE = 20  # items; each costs a request to the retrieval service
_MAX_PASSAGES = 3  # for each quote

Item = Flashcard | Question
M = TypeVar("M", bound=Document)


async def refresh_quotes(services: Services, task: RefreshQuotes) -> None:
    """Update the citations of one page of items, and enqueue a task for the next page.

    Does nothing where a newer version has replaced the task's. Raises ServiceUnavailable.
    """
    summary = await services.store.get(DOCUMENT_SUMMARIES.doc(task.document, user=task.user))
    if summary is None or summary.version != task.version or summary.processing_status != "completed":
        return
    content = await services.retrieval.get_content(task.document)
    if content is None:
        return  # the document is processed again: the event at the end of that starts a new refresh
    page = await _load_page(services.store, task)
    citations = {item.id: await _look_up(services, task, item, content.extracted_text) for item in page}
    next_task = _next_task(task, page)

    async def work(tx: Transaction) -> None:
        if task.kind == "flashcards":
            await _update_cards(tx, services, task.user, citations)
        else:
            await _update_questions(tx, task.user, citations)
        if next_task is not None:
            tx.enqueue(next_task)

    await services.store.transact(work)


async def _load_page(store: Store, task: RefreshQuotes) -> Sequence[Item]:
    if task.kind == "flashcards":
        return await store.find(_select_page(FLASHCARDS.query(user=task.user), task))
    return await store.find(_select_page(QUESTIONS.query(user=task.user), task))


def _select_page(query: Query[M], task: RefreshQuotes) -> Query[M]:
    start = Cursor((), task.after) if task.after else None
    return query.where("citation.document_id", "==", task.document).after(start).limit(_PAGE_SIZE)


async def _look_up(services: Services, task: RefreshQuotes, item: Item, text: str) -> Citation:
    assert item.citation is not None  # noqa: S101 - the query selects by its document
    passages = await services.retrieval.retrieve(
        document_ids=[task.document], query=item.citation.quote, max_chunks=_MAX_PASSAGES
    )
    return update_citation(item.citation, NewVersion(task.version, text, passages))


def _next_task(task: RefreshQuotes, page: Sequence[Item]) -> RefreshQuotes | None:
    if len(page) == _PAGE_SIZE:
        return task.model_copy(update={"after": page[-1].id})
    if task.kind == "flashcards":
        return task.model_copy(update={"kind": "questions", "after": None})
    return None


async def _update_cards(
    tx: Transaction, services: Services, user_id: str, citations: dict[str, Citation]
) -> None:
    cards = await tx.get_many([FLASHCARDS.doc(card_id, user=user_id) for card_id in citations])
    now = services.clock.now()
    changes: list[Change] = []
    for before in cards:
        if before is not None:
            card = apply_citation(before, citations[before.id])
            changes.append((before, derive_fields(card).model_copy(update={"updated_at": now})))
    changes = await arrange_changes(tx, user_id=user_id, changes=changes)
    save_changes(tx, user_id=user_id, changes=changes)


async def _update_questions(tx: Transaction, user_id: str, citations: dict[str, Citation]) -> None:
    questions = await tx.get_many([QUESTIONS.doc(question_id, user=user_id) for question_id in citations])
    for question in questions:
        if question is not None:
            ref = QUESTIONS.doc(question.id, user=user_id)
            tx.merge(ref, {"citation": citations[question.id].model_dump()})
