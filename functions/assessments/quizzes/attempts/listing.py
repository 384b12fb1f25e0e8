"""Lists of attempts."""

from functions.assessments.flashcards.cards.store import get_study_state
from functions.assessments.quizzes.attempts.finishing import settled
from functions.assessments.quizzes.attempts.models import Attempt
from functions.assessments.quizzes.attempts.schemas import QuizAttemptView
from functions.assessments.quizzes.attempts.store import attempts_at
from shared.services import Services
from shared.store.meter import note_items
from shared.web.pages import Page, PageRequest, page

MOST_COUNTED = 10_000  # a list counts no further: ten reads


async def list_attempts_of(
    services: Services, asked: PageRequest, *, user_id: str, quiz_id: str | None
) -> Page[QuizAttemptView]:
    """The latest first; an attempt whose time is up is completed on the way."""
    state = await get_study_state(services.store, user_id)
    query = attempts_at(user_id, quiz_id)
    found: list[Attempt] = []

    def view(attempt: Attempt) -> QuizAttemptView:
        found.append(attempt)
        return QuizAttemptView.of(attempt)

    forgotten = state.forgotten_courses
    keep = (lambda attempt: attempt.course not in forgotten) if forgotten else None
    count = await services.store.count(query.limit(MOST_COUNTED))
    shown = await page(services.store, query, asked, view, count=count, keep=keep)
    true = [await settled(services, user_id=user_id, attempt=attempt) for attempt in found]
    note_items(2 * sum(now is not before for now, before in zip(true, found, strict=True)))
    return shown.model_copy(update={"results": [QuizAttemptView.of(attempt) for attempt in true]})
