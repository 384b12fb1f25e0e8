"""Purging deleted courses, a bounded number of documents at a time."""

from collections.abc import Awaitable, Callable

from functions.assessments.flashcards.cards.store import get_study_state
from functions.assessments.flashcards.reviews.purge import purge_cards
from functions.assessments.generation.assessments.purge import purge_course_assessments
from functions.assessments.purging.tasks import PurgeCourse
from functions.assessments.quizzes.attempts.purge import purge_course_attempts
from functions.assessments.quizzes.authoring.purge import purge_course_quizzes
from shared.published.flashcards import STATE, STUDY_STATES
from shared.store import Store, Transaction

# Delete some documents of a user (first) in a course (second). Return whether there was none.
Step = Callable[[Transaction, str, str], Awaitable[bool]]

STEPS: tuple[Step, ...] = (purge_cards, purge_course_attempts, purge_course_quizzes, purge_course_assessments)


async def purge_course(store: Store, task: PurgeCourse) -> None:
    """Take the first step that has documents to delete, and enqueue the task again for the rest.

    Once nothing is left, the course is removed from the forgotten ones.
    """

    async def work(tx: Transaction) -> None:
        state = await get_study_state(tx, task.user)
        if task.course not in state.forgotten_courses:
            return
        for step in STEPS:
            if not await step(tx, task.user, task.course):
                tx.enqueue(task)
                return
        remaining = tuple(course for course in state.forgotten_courses if course != task.course)
        tx.merge(STUDY_STATES.doc(STATE, user=task.user), {"forgotten_courses": remaining})

    await store.transact(work)
