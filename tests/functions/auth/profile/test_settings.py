"""The settings over HTTP."""

from typing import Any

import pytest

from shared.published.accounts import CURRENT, PREFERENCES
from tests.stack import Stack, User

SETTINGS = "/api/users/settings/"
PATHS = [SETTINGS, "/api/v1/users/settings/", "/api/v1/accounts/settings/"]
DEFAULTS = {
    "dark_mode": False,
    "notifications_enabled": True,
    "email_notifications": True,
    "push_notifications": False,
    "agent_interaction_level": "moderate",
    "preferred_feedback_style": "detailed",
    "learning_style": "visual",
    "preferred_difficulty": "medium",
    "learning_pace": "moderate",
    "current_goal": None,
    "goal_deadline": None,
    "review_scheduler": "sm2",
    "desired_retention": 0.9,
    "daily_review_limit": 200,
    "new_cards_per_day": 20,
    "relearn_today": True,
    "easy_days": {},
    "reminder_time": "18:00",
}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_every_path_shows_and_changes(user: User, path: str, method: str) -> None:
    assert (await user.http.get(path)).json() == DEFAULTS
    changed = await user.http.request(method, path, json={"dark_mode": True, "reminder_time": "07:30"})
    expected = {**DEFAULTS, "dark_mode": True, "reminder_time": "07:30"}
    assert (changed.status_code, changed.json()) == (200, expected)
    assert (await user.http.put(path, json=expected)).json() == expected


WRONG: list[Any] = [
    ("reminder_time", "24:00"),
    ("reminder_time", "6:00"),
    ("desired_retention", 0.69),
    ("desired_retention", 1.0),
    ("daily_review_limit", 0),
    ("daily_review_limit", 10_000),
    ("daily_review_limit", 1.5),
    ("new_cards_per_day", -1),
    ("new_cards_per_day", 10_000),
    ("new_cards_per_day", True),
    ("relearn_today", 1),
    ("relearn_today", None),
    ("review_scheduler", "leitner"),
    ("easy_days", ["sunday"]),
    ("easy_days", None),
    ("agent_interaction_level", "extreme"),
    ("preferred_feedback_style", "Very Detailed!"),
    ("goal_deadline", "2026-02-30"),
    ("dark_mode", None),
    ("colour", "red"),
]


async def test_what_is_wrong_is_named(user: User) -> None:
    for field, value in WRONG:
        answer = await user.http.patch(SETTINGS, json={field: value})
        assert (answer.status_code, list(answer.json()["details"])) == (422, [field])


async def test_a_wrong_day_is_named(user: User) -> None:
    for days in ({"sunday": "off"}, {"sunday": None}, {"funday": "reduced"}):
        answer = await user.http.patch(SETTINGS, json={"easy_days": days})
        assert (answer.status_code, list(answer.json()["details"])) == (
            422,
            [f"easy_days.{next(iter(days))}"],
        )


AT_THE_LIMIT: list[Any] = [
    ("reminder_time", "00:00"),
    ("reminder_time", "23:59"),
    ("desired_retention", 0.7),
    ("desired_retention", 0.99),
    ("daily_review_limit", 1),
    ("daily_review_limit", 9999),
    ("new_cards_per_day", 0),
    ("new_cards_per_day", 9999),
    ("relearn_today", False),
    ("review_scheduler", "fsrs"),
    ("easy_days", {"saturday": "reduced", "sunday": "minimum"}),
    ("easy_days", {}),
    ("goal_deadline", "2026-05-01"),
    ("current_goal", "Calculus"),
]


async def test_the_limits_are_allowed(user: User) -> None:
    for field, value in AT_THE_LIMIT:
        assert (await user.http.patch(SETTINGS, json={field: value})).json()[field] == value


async def test_what_profile_and_settings_share_is_stored_once(user: User) -> None:
    await user.http.patch(SETTINGS, json={"learning_style": "auditory"})
    profile = (await user.http.get("/api/v1/accounts/profile/")).json()
    assert profile["learning_style"] == "auditory"
    await user.http.patch("/api/v1/accounts/profile/", json={"current_goal": "Algebra"})
    assert (await user.http.get(SETTINGS)).json()["current_goal"] == "Algebra"


async def test_other_groups_see_them(stack: Stack, user: User) -> None:
    await user.http.put(SETTINGS, json={"reminder_time": "07:30", "email_notifications": False})
    seen = await stack.services.store.get(PREFERENCES.doc(CURRENT, user=user.id))
    assert seen is not None
    assert (seen.reminder_time, seen.email_notifications) == ("07:30", False)
