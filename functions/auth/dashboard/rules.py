"""Deadlines and their priority."""

from collections.abc import Iterable
from datetime import date

from functions.auth.dashboard.schemas import Deadline, Priority
from functions.auth.users.models import User
from shared.language import say, translate
from shared.published.courses import CourseSummary

MAX_DEADLINES = 10


def rate_priority(due: date, today: date) -> Priority:
    """Rate a deadline: high within three days, medium within two weeks, else low."""
    days = (due - today).days
    return "high" if days <= 3 else "medium" if days <= 14 else "low"


def list_deadlines(user: User | None, courses: Iterable[CourseSummary], today: date) -> list[Deadline]:
    """List the exams and the goal's deadline, nearest first."""
    listed = [
        Deadline(
            type="exam",
            title=translate(say("{course} exam", course=course.name)),
            due_date=course.exam_date,
            priority=rate_priority(course.exam_date, today),
        )
        for course in courses
        if course.exam_date
    ]
    if user and user.goal_deadline and user.goal_deadline >= today:
        due = user.goal_deadline
        title = user.current_goal or translate(say("Learning goal"))
        listed.append(Deadline(type="goal", title=title, due_date=due, priority=rate_priority(due, today)))
    return sorted(listed, key=lambda deadline: deadline.due_date)[:MAX_DEADLINES]
