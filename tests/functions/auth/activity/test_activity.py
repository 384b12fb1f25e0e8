"""Days, streaks and activities from events."""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.auth.activity.calendar import list_active_days
from functions.auth.activity.days import (
    Change,
    add_reviews,
    sum_reviews,
    update_active_days,
    update_progress,
)
from functions.auth.activity.models import Day, Progress, Streak
from functions.auth.activity.rules import count_streak
from functions.auth.activity.store import ACHIEVEMENTS, DAYS, build_empty_progress, progress_ref
from shared.published.courses import (
    COURSE_SUMMARIES,
    DOCUMENT_SUMMARIES,
    CourseCreated,
    CourseSummary,
    DocumentSummary,
    DocumentUploaded,
)
from shared.published.flashcards import GenerationEnded
from shared.published.quizzes import QuestionFact, QuizAttemptCompleted
from tests.functions.auth.activity.facts import build_fact, build_reviewed, build_undone, publish
from tests.stack import START, Stack, User

TODAY = START.date()
ACTIVITY = "/api/v1/accounts/activity/"
STREAK = "/api/v1/accounts/streak/"


def go_back(days: int) -> date:
    return TODAY - timedelta(days=days)


async def get_streak(user: User) -> dict[str, Any]:
    answer = await user.http.get(STREAK)
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


async def list_entries(user: User, **query: str) -> list[dict[str, Any]]:
    answer = await user.http.get(ACTIVITY, params=query)
    assert answer.status_code == 200, answer.text
    listed: list[dict[str, Any]] = answer.json()["results"]
    return listed


async def test_nothing_done_shows_thirty_empty_days(user: User) -> None:
    shown = await get_streak(user)
    assert shown | {"days": []} == {
        "current": 0, "longest": 0, "last_active_date": None, "freezes_left": 2, "days": []
    }  # fmt: skip
    assert [day["date"] for day in shown["days"]] == [go_back(n).isoformat() for n in range(29, -1, -1)]
    assert all((day["minutes"], day["reviews"]) == (0, 0) for day in shown["days"])


async def test_reviews_make_days_and_days_make_a_streak(stack: Stack, user: User) -> None:
    await publish(stack, build_reviewed(user, build_fact(go_back(1))))
    await publish(
        stack,
        build_reviewed(
            user, build_fact(TODAY, seconds=600), build_fact(TODAY, successful=False, seconds=300)
        ),
    )
    shown = await get_streak(user)
    assert (shown["current"], shown["longest"], shown["last_active_date"]) == (2, 2, "2026-03-02")
    assert shown["days"][-1] == {"date": "2026-03-02", "minutes": 15, "reviews": 2}
    profile = (await user.http.get("/api/v1/accounts/profile/")).json()
    assert (profile["total_points"], profile["total_time_spent"]) == (2, "16 minutes")
    assert (profile["current_streak"], profile["longest_streak"]) == (2, 2)
    assert (profile["experience_level"], profile["level"]) == (2, 1)


async def test_a_quiz_makes_a_day_active_and_an_activity_once_it_was_answered(
    stack: Stack, user: User
) -> None:
    await publish(stack, build_reviewed(user, build_fact(go_back(1))))
    await publish(stack, build_quiz(user, answered=False))
    assert (await get_streak(user))["last_active_date"] == "2026-03-01"
    await publish(stack, build_quiz(user, answered=True))
    shown = await get_streak(user)
    assert (shown["current"], shown["days"][-1]) == (2, {"date": "2026-03-02", "minutes": 3, "reviews": 0})
    listed = await list_entries(user)
    assert [(entry["type"], entry["title"]) for entry in listed] == [
        ("quiz_completed", "Completed a quiz with 80 %"),
        ("flashcard_review", "Reviewed 1 flashcard"),
    ]
    await publish(stack, build_reviewed(user, build_fact(TODAY)))
    await publish(stack, build_undone(user, build_fact(TODAY)))
    assert (await get_streak(user))["current"] == 2, "the quiz holds the day"
    assert len(await list_entries(user)) == 2


def build_quiz(user: User, *, answered: bool) -> QuizAttemptCompleted:
    question = QuestionFact(
        question="q", answered=answered, correct=answered, points=1, points_possible=1, seconds=180
    )
    return QuizAttemptCompleted(
        user=user.id, quiz="z", course="c", attempt="a", percentage=80, passed=True, completed_at=START,
        day=TODAY, questions=(question,),
    )  # fmt: skip


async def test_a_repeated_delivery_counts_once(stack: Stack, user: User) -> None:
    async def one(tx: Any) -> None:
        tx.publish(build_reviewed(user, build_fact(TODAY)))
        tx.publish(build_quiz(user, answered=True))

    await stack.services.store.transact(one)
    waiting = await stack.services.queue.list_waiting()
    await stack.drain()
    await stack.services.queue.push(waiting)
    await stack.drain()
    (day,) = await stack.services.store.find(DAYS.query(user=user.id))
    assert (day.reviews, day.quizzes) == (1, 1)
    assert len(await list_entries(user)) == 2


async def test_a_missed_day_takes_a_freeze_and_too_many_end_the_streak(stack: Stack, user: User) -> None:
    await publish(stack, build_reviewed(user, build_fact(TODAY)))
    await stack.advance(minutes=20)
    expected = [(1, 2), (1, 2), (1, 1), (1, 0), (0, 2)]
    for current, freezes_left in expected:
        bearer = await _signed_in(stack, user)
        shown = (await stack.http.get(STREAK, headers=bearer)).json()
        assert (shown["current"], shown["freezes_left"]) == (current, freezes_left)
        await stack.advance(days=1)
    assert (await stack.http.get(STREAK, headers=await _signed_in(stack, user))).json()["longest"] == 1


async def _signed_in(stack: Stack, user: User) -> dict[str, str]:
    login = {"username": user.username, "password": "correct horse 7"}
    answer = await stack.http.post("/api/v1/accounts/login/", json=login)
    return {"Authorization": f"Bearer {answer.json()['access']}"}


async def test_the_users_own_day_decides(stack: Stack, user: User) -> None:
    await user.http.patch("/api/v1/accounts/profile/", json={"timezone": "Pacific/Auckland"})
    assert (await get_streak(user))["days"][-1]["date"] == "2026-03-03"
    await publish(stack, build_reviewed(user, build_fact(TODAY + timedelta(days=1))))
    assert (await get_streak(user))["current"] == 1


async def test_late_reviews_repair_a_streak(stack: Stack, user: User) -> None:
    await publish(stack, *(build_reviewed(user, build_fact(go_back(n))) for n in (7, 6, 1, 0)))
    assert (await get_streak(user))["current"] == 2
    await publish(
        stack, build_reviewed(user, build_fact(go_back(5)), build_fact(go_back(4)), build_fact(go_back(3)))
    )
    shown = await get_streak(user)
    assert (shown["current"], shown["longest"], shown["freezes_left"]) == (7, 7, 2)


@pytest.mark.parametrize("review_first", [True, False])
async def test_an_undone_review_leaves_nothing_whichever_comes_first(
    stack: Stack, user: User, review_first: bool
) -> None:
    await publish(stack, build_reviewed(user, build_fact(go_back(1))))
    pair = [build_reviewed(user, build_fact(TODAY)), build_undone(user, build_fact(TODAY))]
    for event in pair if review_first else pair[::-1]:
        await publish(stack, event)
    shown = await get_streak(user)
    assert (shown["current"], shown["longest"], shown["last_active_date"]) == (1, 1, "2026-03-01")
    assert shown["days"][-1]["reviews"] == 0
    assert len(await list_entries(user)) == 1


async def test_one_undone_of_several_reviews_keeps_the_day(stack: Stack, user: User) -> None:
    await publish(
        stack,
        build_reviewed(user, build_fact(TODAY), build_fact(TODAY)),
        build_undone(user, build_fact(TODAY)),
    )
    assert (await get_streak(user))["current"] == 1
    assert [entry["title"] for entry in await list_entries(user)] == ["Reviewed 1 flashcard"]


async def test_the_list_tells_everything_newest_first(stack: Stack, user: User) -> None:
    store = stack.services.store
    await store.put(COURSE_SUMMARIES.doc("c", user=user.id), CourseSummary(id="c", name="Calculus"))
    document = DocumentSummary(
        id="d", course="c", name="notes.pdf", document_type="notes", processing_status="completed",
        created_at=START,
    )  # fmt: skip
    await store.put(DOCUMENT_SUMMARIES.doc("d", user=user.id), document)
    await publish(stack, build_reviewed(user, build_fact(go_back(1)), build_fact(go_back(1))))
    await publish(stack, CourseCreated(user=user.id, course="c"))
    await stack.advance(minutes=1)
    await publish(stack, DocumentUploaded(user=user.id, course="c", document="d"))
    await stack.advance(minutes=1)
    done = GenerationEnded(user=user.id, course="c", status="completed", flashcards=12)
    await publish(stack, done, done.model_copy(update={"status": "failed", "flashcards": 0}))
    listed = await list_entries(user)
    assert [(entry["type"], entry["title"]) for entry in listed] == [
        ("flashcard_generation", "Generated 12 flashcards"),
        ("document_upload", "Uploaded notes.pdf"),
        ("course_created", "Created the course Calculus"),
        ("flashcard_review", "Reviewed 2 flashcards"),
    ]
    assert listed[-1]["metadata"]["reviews"] == 2
    assert [entry["id"] for entry in await list_entries(user, type="document_upload")] == [listed[1]["id"]]
    assert await list_entries(user, type="quiz_attempt") == []


async def test_what_is_gone_already_is_told_without_its_name(stack: Stack, user: User) -> None:
    await publish(
        stack,
        CourseCreated(user=user.id, course="gone"),
        DocumentUploaded(user=user.id, course="gone", document="gone"),
    )
    assert {entry["title"] for entry in await list_entries(user)} == {
        "Created a course",
        "Uploaded a document",
    }


async def test_dates_of_the_user_bound_the_list(stack: Stack, user: User) -> None:
    await publish(stack, *(build_reviewed(user, build_fact(go_back(n), hour=3)) for n in range(4)))
    shown = await list_entries(user, start_date=go_back(2).isoformat(), end_date=go_back(1).isoformat())
    assert [entry["metadata"]["date"] for entry in shown] == [go_back(1).isoformat(), go_back(2).isoformat()]
    await user.http.patch("/api/v1/accounts/profile/", json={"timezone": "America/New_York"})
    shown = await list_entries(user, start_date=go_back(2).isoformat(), end_date=go_back(2).isoformat())
    assert [entry["metadata"]["date"] for entry in shown] == [go_back(1).isoformat()]
    assert (await user.http.get(ACTIVITY, params={"end_date": "9999-12-31"})).status_code == 422


async def test_the_list_has_pages(stack: Stack, user: User) -> None:
    await publish(stack, *(build_reviewed(user, build_fact(go_back(n))) for n in range(5)))
    first = (await user.http.get(ACTIVITY, params={"page_size": "2", "type": "flashcard_review"})).json()
    assert (first["count"], len(first["results"]), first["previous"]) == (5, 2, None)
    second = (await user.http.get(first["next"])).json()
    assert [entry["metadata"]["date"] for entry in second["results"]] == ["2026-02-28", "2026-02-27"]
    assert (await user.http.get(second["previous"])).json()["results"] == first["results"]


async def test_events_of_somebody_who_is_gone_do_nothing(stack: Stack, user: User) -> None:
    nobody = user.__class__(user.http, "nobody-at-all", "", "", "")
    await publish(stack, build_reviewed(nobody, build_fact(TODAY)), CourseCreated(user=nobody.id, course="c"))
    assert [row async for row in stack.services.store.stream_subtree(f"users/{nobody.id}")] == []


async def test_one_review_costs_the_same_whatever_the_user_has(stack: Stack, user: User) -> None:
    await publish(stack, *(build_reviewed(user, build_fact(go_back(n))) for n in range(40, 0, -1)))
    assert await stack.services.store.count(DAYS.query(user=user.id)) == 40
    streak_answer = await user.http.get(STREAK)
    assert "reads=32" in streak_answer.headers["X-Store-Cost"]


async def test_an_earlier_versions_progress_is_counted_from_its_days(stack: Stack, user: User) -> None:
    await publish(stack, *(build_reviewed(user, build_fact(go_back(n))) for n in (5, 4, 3, 1)))
    store = stack.services.store
    earlier = Streak(current=1, longest=3, last_active=go_back(1), freezes_used=2)
    fields = {"active_days": None, "streak": earlier.model_dump(mode="json")}
    await store.merge(progress_ref(user.id), fields)
    assert (await get_streak(user))["current"] == 4
    await publish(stack, build_reviewed(user, build_fact(TODAY)))
    progress = await store.get(progress_ref(user.id))
    assert progress is not None
    assert list_active_days(progress) == {go_back(n) for n in (5, 4, 3, 1, 0)}
    assert (progress.streak.current, progress.streak.longest) == (5, 5)


async def test_achievements_are_dated_by_the_days_that_reached_them(stack: Stack, user: User) -> None:
    days = [5, 4, 3, 1, 0]
    for order in (days, days[::-1], [0, 4, 5, 1, 3]):
        other = await stack.sign_up()
        for day in order:
            await publish(stack, build_reviewed(other, build_fact(go_back(day))))
        (third,) = await stack.services.store.find(ACHIEVEMENTS.query(user=other.id))
        assert (third.id, third.achieved_at.date()) == ("study_streak:3", go_back(3))


offsets = st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=40)


def study(steps: list[tuple[int, bool]]) -> tuple[Progress, dict[date, Day]]:
    """Take the steps one by one: reviews and undoings on days that lie so far back."""
    days: dict[date, Day] = {}
    progress = build_empty_progress()
    for offset, is_review in steps:
        day = go_back(offset)
        before = days.get(day) or Day(id=day.isoformat(), day=day)
        sums = sum_reviews([build_fact(day)], 1 if is_review else -1)
        change: Change = add_reviews(before, sums[day])
        progress = update_progress(
            progress, [change], update_active_days(list_active_days(progress), [change])
        )
        days[day] = change.after
    return progress, days


@given(offsets)
@settings(max_examples=100)
def test_any_order_of_reviews_and_undoings_sums_up(steps: list[tuple[int, bool]]) -> None:
    progress, days = study(steps)
    active = {day for day, stored in days.items() if stored.is_active}
    assert progress.reviews == sum(day.reviews for day in days.values())
    assert progress.streak == count_streak(active)
    assert list_active_days(progress) == active


@given(offsets, st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_streak_and_record_are_the_same_in_every_order(steps: list[tuple[int, bool]], chance: Random) -> None:
    shuffled = list(steps)
    chance.shuffle(shuffled)
    one, other = study(steps)[0], study(shuffled)[0]
    assert (one.streak, list_active_days(one)) == (other.streak, list_active_days(other))
