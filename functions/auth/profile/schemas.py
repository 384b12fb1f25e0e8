"""Public bodies and answers of profile and settings."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import ConfigDict, Field, StrictBool, StringConstraints
from typing_extensions import TypedDict  # pydantic takes typing's own from Python 3.12 on

from functions.auth.users.fields import PersonName, TimeZone
from functions.auth.users.models import (
    Difficulty,
    Interaction,
    KgClass,
    LearningStyle,
    Pace,
    Scheduler,
    UserStatus,
)
from shared.published.accounts import Ease, Weekday
from shared.web.problems import describe_pattern
from shared.web.schemas import Body, InputDate, Instant, View

_LANGUAGE = describe_pattern(
    r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$", "Write a language tag such as en or de-AT"
)
_LINK = describe_pattern(r"^https?://\S+$", "Write an address that begins with https:// or http://")
_WORD = describe_pattern(r"^[a-z][a-z_-]{0,49}$", "Write one word in small letters, such as detailed")
_TIME = describe_pattern(r"^([01][0-9]|2[0-3]):[0-5][0-9]$", "Write a time as HH:MM, such as 18:00")

_Language = Annotated[str, StringConstraints(pattern=_LANGUAGE)]
_Link = Annotated[str, StringConstraints(max_length=2000, pattern=_LINK)]
_Goal = Annotated[str, StringConstraints(min_length=1, max_length=100)]
_Word = Annotated[str, StringConstraints(pattern=_WORD)]
_TimeOfDay = Annotated[str, StringConstraints(pattern=_TIME)]


class _StudyChanges(Body):
    """Fields that both profile and settings have."""

    learning_style: LearningStyle = "visual"
    preferred_difficulty: Difficulty = "medium"
    learning_pace: Pace = "moderate"
    current_goal: Annotated[str, StringConstraints(max_length=500)] | None = None
    goal_deadline: InputDate | None = Field(default=None, examples=["2026-06-30"])
    agent_interaction_level: Interaction = "moderate"
    preferred_feedback_style: _Word = Field(default="detailed", examples=["detailed"])


class ProfileChanges(_StudyChanges):
    """Changes of a profile: only the fields sent. Fields that only the server sets are ignored."""

    read_only: ClassVar[frozenset[str]] = frozenset(
        {
            "id", "username", "email", "role", "status", "is_staff", "created_at", "updated_at",
            "total_modules_completed", "total_time_spent", "total_points",
            "current_streak", "longest_streak", "level", "experience_level", "next_level_points",
            "kg_class", "age", "guardian_email", "classes",
        }
    )  # fmt: skip

    first_name: PersonName = Field(default="", examples=["John"])
    last_name: PersonName = Field(default="", examples=["Doe"])
    bio: Annotated[str, StringConstraints(max_length=2000)] = ""
    profile_image: _Link | None = None
    timezone: TimeZone = "UTC"
    language_preference: _Language = "en"
    study_goals: tuple[_Goal, ...] = Field(default=(), max_length=20, examples=[["master_calculus"]])


class EasyDays(TypedDict, total=False):
    """Weekdays on which fewer cards fall due: `reduced` is half as many, `minimum` as few as possible."""

    __pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[misc]  # as pydantic reads it

    monday: Ease
    tuesday: Ease
    wednesday: Ease
    thursday: Ease
    friday: Ease
    saturday: Ease
    sunday: Ease


class SettingsChanges(_StudyChanges):
    """Changes of settings: only the fields sent."""

    dark_mode: StrictBool = False
    notifications_enabled: StrictBool = True
    email_notifications: StrictBool = True
    push_notifications: StrictBool = False
    review_scheduler: Scheduler = "sm2"
    desired_retention: float = Field(default=0.9, ge=0.7, le=0.99, allow_inf_nan=False, strict=True)
    daily_review_limit: int = Field(default=200, ge=1, le=9999, strict=True)
    new_cards_per_day: int = Field(
        default=20, ge=0, le=9999, strict=True, description="New cards a day, beside the reviews"
    )
    relearn_today: StrictBool = Field(
        default=True, description="Whether a forgotten card comes again on the same day"
    )
    easy_days: EasyDays = Field(
        default_factory=EasyDays, examples=[{"saturday": "reduced", "sunday": "minimum"}]
    )
    reminder_time: _TimeOfDay = Field(default="18:00", examples=["18:00"])


class _StudyView(View):
    learning_style: LearningStyle
    preferred_difficulty: Difficulty
    learning_pace: Pace
    current_goal: str | None
    goal_deadline: date | None
    agent_interaction_level: Interaction
    preferred_feedback_style: str


class SettingsView(_StudyView):
    """All settings of the user; `reminder_time` is `HH:MM` in the user's time zone."""

    dark_mode: bool
    notifications_enabled: bool
    email_notifications: bool
    push_notifications: bool
    review_scheduler: Scheduler
    desired_retention: float
    daily_review_limit: int
    new_cards_per_day: int
    relearn_today: bool
    easy_days: dict[Weekday, Ease]
    reminder_time: str


class _ProfileFields(_StudyView):
    """The fields that profiles of every role have. Statistics are read-only."""

    id: str
    username: str
    email: str
    first_name: str
    last_name: str
    status: UserStatus
    is_staff: bool
    bio: str
    profile_image: str | None
    timezone: str
    language_preference: str
    study_goals: tuple[str, ...]
    total_modules_completed: int
    total_time_spent: str = Field(examples=["45 minutes"])
    current_streak: int
    longest_streak: int
    total_points: int
    level: int
    experience_level: int
    next_level_points: int
    created_at: Instant
    updated_at: Instant


class ProfileView(_ProfileFields):
    """A profile. Statistics are read-only; `experience_level` counts the points of the current level."""

    role: Literal["student", "admin"]


class ChildProfileView(_ProfileFields):
    """Profile of a child, with the kindergarten class and the guardian's address."""

    role: Literal["child"]
    kg_class: KgClass | None
    age: int | None
    guardian_email: str | None


class TeacherProfileView(_ProfileFields):
    """Profile of a teacher, with the classes taught."""

    role: Literal["teacher"]
    classes: tuple[str, ...]


AnyProfile = Annotated[ChildProfileView | TeacherProfileView | ProfileView, Field(discriminator="role")]
