"""The dashboard."""

from datetime import date, timedelta

import pytest

from functions.auth.dashboard.rules import rate_priority
from shared.published.courses import COURSE_SUMMARIES, CourseSummary
from tests.functions.auth.activity.facts import build_fact, build_reviewed, publish
from tests.stack import START, Stack, User

TODAY = START.date()
DASHBOARD = "/api/v1/accounts/dashboard/"


async def create_course(stack: Stack, user: User, name: str, exam_date: date | None) -> None:
    summary = CourseSummary(id=name, name=name, exam_date=exam_date)
    await stack.services.store.put(COURSE_SUMMARIES.doc(name, user=user.id), summary)


async def test_a_new_user_sees_an_empty_page(user: User) -> None:
    answer = await user.http.get(DASHBOARD)
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "study_streak": {"current": 0, "longest": 0},
            "weekly_hours": 0.0,
            "goals_completed_this_month": 0,
            "upcoming_deadlines": [],
            "recent_achievements": [],
        },
    )


async def test_hours_are_of_the_last_seven_days(stack: Stack, user: User) -> None:
    facts = [build_fact(TODAY - timedelta(days=n), seconds=3600) for n in (0, 6, 7)]
    await publish(stack, build_reviewed(user, *facts))
    assert (await user.http.get(DASHBOARD)).json()["weekly_hours"] == 2.0


async def test_achievements_are_noted_by_the_day_that_reached_them(stack: Stack, user: User) -> None:
    for n in range(7, 0, -1):
        await publish(stack, build_reviewed(user, build_fact(TODAY - timedelta(days=n))))
        await stack.advance(seconds=1)
    page = (await user.http.get(DASHBOARD)).json()
    assert page["study_streak"] == {"current": 7, "longest": 7}
    assert page["recent_achievements"] == [
        {"type": "study_streak", "title": "7-day study streak!", "achieved_at": "2026-03-01T12:00:00.000Z"},
        {"type": "study_streak", "title": "3-day study streak!", "achieved_at": "2026-02-25T12:00:00.000Z"},
    ]


async def test_exams_and_the_goal_come_by_date(stack: Stack, user: User) -> None:
    await create_course(stack, user, "History", TODAY - timedelta(days=1))
    await create_course(stack, user, "Art", None)
    await create_course(stack, user, "Physics", TODAY + timedelta(days=20))
    await create_course(stack, user, "Calculus", TODAY)
    goal = {"current_goal": "Practise derivatives", "goal_deadline": "2026-03-09"}
    await user.http.patch("/api/users/settings/", json=goal)
    assert (await user.http.get(DASHBOARD)).json()["upcoming_deadlines"] == [
        {"type": "exam", "title": "Calculus exam", "due_date": "2026-03-02", "priority": "high"},
        {"type": "goal", "title": "Practise derivatives", "due_date": "2026-03-09", "priority": "medium"},
        {"type": "exam", "title": "Physics exam", "due_date": "2026-03-22", "priority": "low"},
    ]


async def test_at_most_ten_deadlines_are_shown(stack: Stack, user: User) -> None:
    for n in range(12):
        await create_course(stack, user, f"Course{n}", TODAY + timedelta(days=n))
    await user.http.patch("/api/users/settings/", json={"goal_deadline": TODAY.isoformat()})
    assert len((await user.http.get(DASHBOARD)).json()["upcoming_deadlines"]) == 10


@pytest.mark.parametrize(
    ("days", "expected"), [(0, "high"), (3, "high"), (4, "medium"), (14, "medium"), (15, "low")]
)
def test_what_is_close_is_urgent(days: int, expected: str) -> None:
    assert rate_priority(TODAY + timedelta(days=days), TODAY) == expected
