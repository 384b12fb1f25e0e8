"""Views of the profile and the settings, and the statistics in them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from functions.auth.activity.calendar import list_active_days
from functions.auth.activity.days import round_to_minutes
from functions.auth.activity.models import Progress
from functions.auth.activity.rules import evaluate_streak
from functions.auth.profile.schemas import (
    AnyProfile,
    ChildProfileView,
    ProfileView,
    SettingsView,
    TeacherProfileView,
)
from functions.auth.users.models import User
from functions.auth.users.rules import compute_age

_POINTS_PER_LEVEL = 100


@dataclass(frozen=True)
class Level:
    """A level and the points towards the next: 100 points each, one for each successful review."""

    number: int
    points_within: int
    next_at: int


def compute_level(points: int) -> Level:
    """Compute the level that the points have reached."""
    reached, within = divmod(max(0, points), _POINTS_PER_LEVEL)
    return Level(reached + 1, within, (reached + 1) * _POINTS_PER_LEVEL)


def profile_view(user: User, progress: Progress, today: date) -> AnyProfile:
    """Build the view with the fields of the user's role."""
    fields = {**user.model_dump(), "is_staff": user.is_staff, **_compute_statistics(progress, today)}
    if user.role == "child":
        return ChildProfileView(**fields, age=_compute_age(user, today))
    if user.role == "teacher":
        return TeacherProfileView(**fields)
    return ProfileView(**fields)


def settings_view(user: User) -> SettingsView:
    """Build the public view of a user's settings."""
    return SettingsView(**user.model_dump())


def _compute_statistics(progress: Progress, today: date) -> dict[str, Any]:
    level = compute_level(progress.points)
    return {
        "total_modules_completed": 0,
        "total_time_spent": f"{round_to_minutes(progress.seconds)} minutes",
        "current_streak": evaluate_streak(list_active_days(progress), today)[0],
        "longest_streak": progress.streak.longest,
        "total_points": max(0, progress.points),
        "level": level.number,
        "experience_level": level.points_within,
        "next_level_points": level.next_at,
    }


def _compute_age(user: User, today: date) -> int | None:
    """Compute the age from the date of birth, else from the age at registration and the years since."""
    if user.date_of_birth:
        return compute_age(today, user.date_of_birth)
    if user.age_at_registration is None:
        return None
    return user.age_at_registration + compute_age(today, user.created_at.date())
