"""The profile over HTTP."""

from typing import Any

import httpx
import pytest

from functions.auth.users.store import user_ref
from shared.identity import SESSIONS, Role
from shared.published.accounts import CURRENT, PREFERENCES
from tests.stack import PASSWORD, Stack, User

PROFILE = "/api/v1/accounts/profile/"
PATHS = [PROFILE, "/api/v1/users/profile/", "/api/users/profile/"]
NEW_PROFILE: dict[str, Any] = {
    "username": "user1",
    "email": "user1@example.com",
    "first_name": "",
    "last_name": "",
    "role": "student",
    "status": "active",
    "is_staff": False,
    "bio": "",
    "profile_image": None,
    "timezone": "UTC",
    "language_preference": "en",
    "learning_style": "visual",
    "study_goals": [],
    "preferred_difficulty": "medium",
    "learning_pace": "moderate",
    "total_modules_completed": 0,
    "total_time_spent": "0 minutes",
    "current_streak": 0,
    "longest_streak": 0,
    "total_points": 0,
    "level": 1,
    "experience_level": 0,
    "next_level_points": 100,
    "current_goal": None,
    "goal_deadline": None,
    "agent_interaction_level": "moderate",
    "preferred_feedback_style": "detailed",
    "created_at": "2026-03-02T12:00:00.000Z",
    "updated_at": "2026-03-02T12:00:00.000Z",
}
CHANGES: dict[str, Any] = {
    "first_name": "John",
    "last_name": "Doe",
    "bio": "Computer Science student interested in AI",
    "timezone": "America/New_York",
    "language_preference": "en-GB",
    "learning_style": "reading",
    "study_goals": ["master_calculus", "prepare_for_exams"],
    "preferred_difficulty": "advanced",
    "learning_pace": "fast",
    "profile_image": "https://images.example.com/me.png",
    "current_goal": "Pass the exam",
    "goal_deadline": "2026-04-01",
}


async def test_a_new_profile_is_complete(user: User) -> None:
    for path in PATHS:
        answer = await user.http.get(path)
        assert (answer.status_code, answer.json()) == (200, {"id": user.id, **NEW_PROFILE})


@pytest.mark.parametrize("path", PATHS)
async def test_a_patch_changes_what_is_sent(stack: Stack, user: User, path: str) -> None:
    await stack.advance(minutes=1)
    answer = await user.http.patch(path, json=CHANGES)
    expected = {"id": user.id, **NEW_PROFILE, **CHANGES, "updated_at": "2026-03-02T12:01:00.000Z"}
    assert (answer.status_code, answer.json()) == (200, expected)
    assert (await user.http.get(path)).json() == expected


async def test_the_whole_profile_comes_back_changed(user: User) -> None:
    for path in PATHS:
        whole = (await user.http.get(path)).json()
        answer = await user.http.put(path, json={**whole, "bio": "New", "total_points": 999, "role": "admin"})
        assert answer.status_code == 200
        assert answer.json() == {**whole, "bio": "New"}


async def test_what_changes_nothing_writes_nothing(user: User) -> None:
    whole = (await user.http.get(PROFILE)).json()
    answer = await user.http.put(PROFILE, json=whole)
    assert answer.json() == whole
    assert "writes=0 deletes=0" in answer.headers["X-Store-Cost"]


WRONG: list[Any] = [
    ("timezone", "Mars/Olympus"),
    ("timezone", "../etc/passwd"),
    ("timezone", None),
    ("learning_style", "osmosis"),
    ("preferred_difficulty", "insane"),
    ("learning_pace", "warp"),
    ("first_name", None),
    ("first_name", "x" * 101),
    ("language_preference", "English"),
    ("study_goals", ["x"] * 21),
    ("study_goals", "calculus"),
    ("profile_image", "javascript:alert(1)"),
    ("goal_deadline", "tomorrow"),
    ("goal_deadline", "9999-12-31"),
    ("agent_interaction_level", "extreme"),
    ("is_admin", True),
]


async def test_what_is_wrong_is_named(user: User) -> None:
    for field, value in WRONG:
        answer = await user.http.patch(PROFILE, json={field: value, "bio": "unchanged"})
        assert answer.status_code == 422
        assert [name.split(".")[0] for name in answer.json()["details"]] == [field]
        assert (await user.http.get(PROFILE)).json()["bio"] == ""


async def test_what_may_be_empty_can_be_emptied(user: User) -> None:
    await user.http.patch(PROFILE, json=CHANGES)
    empty: dict[str, Any] = {
        "profile_image": None,
        "current_goal": None,
        "goal_deadline": None,
        "study_goals": [],
    }
    assert (await user.http.patch(PROFILE, json=empty)).json().items() >= empty.items()


async def test_other_groups_learn_of_every_change(stack: Stack, user: User) -> None:
    before = await stack.services.store.get(PREFERENCES.doc(CURRENT, user=user.id))
    assert before is not None
    assert (before.email, before.timezone, before.language) == ("user1@example.com", "UTC", "en")
    await stack.drain()
    await user.http.patch(PROFILE, json=CHANGES)
    after = await stack.services.store.get(PREFERENCES.doc(CURRENT, user=user.id))
    assert after is not None
    assert (after.first_name, after.timezone, after.language) == ("John", "America/New_York", "en-GB")
    assert [message.name for message in await stack.services.queue.list_waiting()] == ["preferences.changed"]


async def test_a_moved_user_has_moved_in_every_session(stack: Stack, user: User) -> None:
    login = {"username": user.username, "password": "correct horse 7"}
    await stack.http.post("/api/v1/accounts/login/", json=login)
    await user.http.patch(PROFILE, json={"timezone": "Asia/Tokyo"})
    sessions = await stack.services.store.find(SESSIONS.query(user=user.id))
    assert [session.timezone for session in sessions] == ["Asia/Tokyo"] * 2
    await stack.http.post("/api/v1/accounts/login/", json=login)
    sessions = await stack.services.store.find(SESSIONS.query(user=user.id))
    assert [session.timezone for session in sessions] == ["Asia/Tokyo"] * 3


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"age": 4}, {"kg_class": "KG1", "age": 4, "guardian_email": None}),
        (
            {"date_of_birth": "2020-06-01", "guardian_email": "parent@example.com"},
            {"kg_class": "KG2", "age": 5, "guardian_email": "parent@example.com"},
        ),
    ],
)
async def test_a_child_has_a_class(stack: Stack, fields: dict[str, Any], expected: dict[str, Any]) -> None:
    child = await stack.sign_up(role="child", **fields)
    shown = (await child.http.get(PROFILE)).json()
    assert shown.items() >= expected.items()
    assert (await child.http.put(PROFILE, json=shown)).status_code == 200


async def test_a_child_grows_older(stack: Stack) -> None:
    told = await stack.sign_up(role="child", age=5)
    born = await stack.sign_up(role="child", date_of_birth="2020-06-01")
    await stack.advance(days=366)
    for child, age in ((told, 6), (born, 6)):
        answer = await stack.http.post(
            "/api/v1/accounts/login/", json={"username": child.username, "password": "correct horse 7"}
        )
        bearer = {"Authorization": f"Bearer {answer.json()['access']}"}
        shown = await stack.http.get(PROFILE, headers=bearer)
        assert shown.json()["age"] == age


async def test_a_teacher_has_classes_also_before_approval(stack: Stack) -> None:
    teacher = await stack.sign_up(role="teacher")
    shown = (await teacher.http.get(PROFILE)).json()
    assert (shown["classes"], shown["status"]) == ([], "pending")
    assert (await teacher.http.put(PROFILE, json=shown)).status_code == 200


async def test_without_a_token_there_is_nothing(stack: Stack) -> None:
    answers: list[httpx.Response] = [await stack.http.get(path) for path in PATHS]
    assert {answer.status_code for answer in answers} == {401}


@pytest.mark.parametrize(("role", "is_staff"), [("student", False), ("teacher", False), ("admin", True)])
async def test_administrators_are_staff(stack: Stack, role: Role, is_staff: bool) -> None:
    user = await stack.sign_up()
    stored = await stack.services.store.get(user_ref(user.id))
    assert stored is not None
    await stack.services.store.put(user_ref(user.id), stored.model_copy(update={"role": role}))
    body = {"username": user.username, "password": PASSWORD}
    signed_in = (await stack.http.post("/api/v1/accounts/login/", json=body)).json()
    http = stack.client(Authorization=f"Bearer {signed_in['access']}")
    profile = (await http.get("/api/v1/accounts/profile/")).json()
    assert (signed_in["user"]["is_staff"], profile["is_staff"]) == (is_staff, is_staff)
    assert (await http.put("/api/v1/accounts/profile/", json=profile)).status_code == 200
