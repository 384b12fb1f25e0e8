"""Lists of attempts."""

from functions.assessments.flashcards.cards.store import get_study_state
from functions.assessments.quizzes.attempts.completion import complete_if_overdue
from functions.assessments.quizzes.attempts.models import Attempt
from functions.assessments.quizzes.attempts.schemas import QuizAttemptView
from functions.assessments.quizzes.attempts.store import query_attempts
from shared.services import Services
from shared.store.meter import note_items
from shared.web.pages import Page, PageRequest, get_page

MAX_COUNTED = 10_000  # a list counts no further: ten reads


async def list_attempts(
    services: Services, page_request: PageRequest, *, user_id: str, quiz_id: str | None
) -> Page[QuizAttemptView]:
    """Return a page of attempts, the latest first. Completes those whose expiry task is late."""
    state = await get_study_state(services.store, user_id)
    query = query_attempts(user_id, quiz_id)
    attempts: list[Attempt] = []

    def view(attempt: Attempt) -> QuizAttemptView:
        attempts.append(attempt)
        return QuizAttemptView.of(attempt)

    forgotten = state.forgotten_courses
    keep = (lambda attempt: attempt.course not in forgotten) if forgotten else None
    count = await services.store.count(query.limit(MAX_COUNTED))
    shown = await get_page(services.store, query, page_request, view, count=count, keep=keep)
    current = [await complete_if_overdue(services, user_id=user_id, attempt=attempt) for attempt in attempts]
    note_items(2 * sum(after is not before for after, before in zip(current, attempts, strict=True)))
    return shown.model_copy(update={"results": [QuizAttemptView.of(attempt) for attempt in current]})
