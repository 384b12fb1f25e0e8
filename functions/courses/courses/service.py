"""Use cases of courses."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from functions.courses.courses.models import Course
from functions.courses.courses.rules import (
    CardNumbers,
    build_phrase,
    build_search_term,
    contains_phrase,
    ends_before_start,
    index_course,
)
from functions.courses.courses.store import COURSES, get_course, query_courses
from functions.courses.courses.tasks import PurgeCourse
from shared.errors import ValidationFailed
from shared.published.courses import CourseCreated, CourseDeleted, CourseExamChanged
from shared.published.due_cards import count_due
from shared.published.flashcards import (
    ALL,
    CARD_STATS,
    STATE,
    STUDY_STATES,
    CardCounts,
    CardStats,
    StudyState,
    add_counts,
    forget_course,
)
from shared.services import Services
from shared.store import Store, Transaction
from shared.web.pages import Page, PageRequest, build_whole_page, get_page


async def create_course(services: Services, *, user_id: str, fields: Mapping[str, Any]) -> Course:
    """Create a course. Raises ValidationFailed."""
    now = services.clock.now()
    course = _prepare(Course(id=services.ids.new(), **fields, created_at=now, updated_at=now))

    async def work(tx: Transaction) -> None:
        tx.create(COURSES.doc(course.id, user=user_id), course)
        tx.publish(CourseCreated(user=user_id, course=course.id))
        if course.exam_date is not None:
            tx.publish(CourseExamChanged(user=user_id, course=course.id))

    await services.store.transact(work)
    return course


async def change_course(
    services: Services, *, user_id: str, course_id: str, fields: Mapping[str, Any]
) -> Course:
    """Change a course. Raises CourseNotFound, ValidationFailed."""
    now = services.clock.now()

    async def work(tx: Transaction) -> Course:
        before = await get_course(tx, user_id=user_id, course_id=course_id)
        course = _prepare(before.model_copy(update={**fields, "updated_at": now}))
        tx.put(COURSES.doc(course_id, user=user_id), course)
        if course.exam_date != before.exam_date:
            tx.publish(CourseExamChanged(user=user_id, course=course_id))
        return course

    return await services.store.transact(work)


async def delete_course(services: Services, *, user_id: str, course_id: str) -> None:
    """Delete a course and hide its cards and documents; a task purges them. Raises CourseNotFound."""

    async def work(tx: Transaction) -> None:
        await get_course(tx, user_id=user_id, course_id=course_id)
        await forget_course(tx, user_id=user_id, course_id=course_id)
        tx.delete(COURSES.doc(course_id, user=user_id))
        tx.publish(CourseDeleted(user=user_id, course=course_id))
        tx.enqueue(PurgeCourse(user=user_id, course=course_id))

    await services.store.transact(work)


async def list_courses(
    services: Services,
    page_request: PageRequest,
    *,
    user_id: str,
    equal: Mapping[str, str | None],
    search: str,
    ordering: str,
) -> Page[Course]:
    """List the courses that match, in an order."""
    term = build_search_term(search)
    if search and not term:
        return build_whole_page([])
    query = query_courses(user_id=user_id, equal=equal, term=term or None, ordering=ordering)
    phrase = build_phrase(search)
    keep = None if phrase == term else lambda course: contains_phrase(course, phrase)
    return await get_page(services.store, query, page_request, lambda course: course, keep=keep)


async def count_flashcards(
    store: Store, *, user_id: str, courses: Sequence[Course], today: date
) -> list[CardNumbers]:
    """Return the numbers of flashcards of each course. Costs 1 read for each, and 2 more."""
    names = [course.id for course in courses]
    found = await store.get_many([CARD_STATS.doc(name, user=user_id) for name in (*names, ALL)])
    state = await store.get(STUDY_STATES.doc(STATE, user=user_id)) or StudyState(id=STATE)
    everything = found[-1] or CardStats(id=ALL)
    numbers = []
    for name, stats in zip(names, found, strict=False):  # the last one is of all courses
        own = add_counts(stats or CardStats(id=name), everything.deferred.get(name, CardCounts()))
        numbers.append(CardNumbers(max(0, own.total), count_due(own, everything, state, today).total))
    return numbers


def _prepare(course: Course) -> Course:
    if ends_before_start(course.start_date, course.end_date):
        raise ValidationFailed(
            details={"end_date": ["The end date must not be before the start date (start_date)"]}
        )
    return index_course(course)
