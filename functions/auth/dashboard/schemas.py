"""The public answer of the dashboard."""

from datetime import date
from typing import Literal

from pydantic import Field

from shared.web.schemas import Instant, View

Priority = Literal["high", "medium", "low"]


class StudyStreak(View):
    """Days in a row on which the user studied: the current streak and the longest ever."""

    current: int
    longest: int


class Deadline(View):
    """A coming exam or goal; `priority` follows from the days that are left."""

    type: Literal["exam", "goal"]
    title: str = Field(examples=["Calculus exam"])
    due_date: date
    priority: Priority


class AchievementView(View):
    """An achievement, such as a week of studying every day."""

    type: str = Field(examples=["study_streak"])
    title: str = Field(examples=["7-day study streak!"])
    achieved_at: Instant


class Dashboard(View):
    """The dashboard. `weekly_hours` covers the last seven days, today included."""

    study_streak: StudyStreak
    weekly_hours: float
    goals_completed_this_month: int
    upcoming_deadlines: list[Deadline]
    recent_achievements: list[AchievementView]
