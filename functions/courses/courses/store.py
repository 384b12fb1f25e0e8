"""Collection and queries of courses."""

from collections.abc import Mapping

from functions.courses.courses.errors import CourseNotFound
from functions.courses.courses.models import Course
from shared.store import Collection, Query, Store, Transaction
from shared.web.ordering import order_query

COURSES = Collection("users/{user}/courses", Course)


async def get_course(reader: Store | Transaction, *, user_id: str, course_id: str) -> Course:
    """Load a course. Costs 1 read. Raises CourseNotFound."""
    course = await reader.get(COURSES.doc(course_id, user=user_id))
    if course is None:
        raise CourseNotFound
    return course


def query_courses(
    *, user_id: str, equal: Mapping[str, str | None], term: str | None, ordering: str
) -> Query[Course]:
    """Select courses in an order. Empty values of `equal` do not restrict."""
    query = COURSES.query(user=user_id)
    for field, value in equal.items():
        if value:
            query = query.where(field, "==", value)
    if term is not None:
        query = query.where("search_terms", "array_contains", term)
    return order_query(query, ordering)
