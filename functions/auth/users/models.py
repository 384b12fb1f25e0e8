"""Users as they are stored."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from shared.identity import Role
from shared.published.accounts import Ease, Weekday
from shared.store import Document

UserStatus = Literal["active", "pending", "suspended", "erasing"]
LearningStyle = Literal["visual", "auditory", "reading", "kinesthetic"]
Difficulty = Literal["easy", "medium", "hard", "beginner", "intermediate", "advanced"]
Pace = Literal["slow", "moderate", "fast"]
Interaction = Literal["minimal", "moderate", "high"]
Scheduler = Literal["sm2", "fsrs"]
KgClass = Literal["KG1", "KG2", "KG3"]


class User(Document):
    """A user: account, profile and settings in one document.

    `pending` is a teacher whom no administrator has approved yet; `erasure_job` is set during erasure. A user
    who came through Firebase has no password, and an empty `email` if Firebase has none.
    """

    username: str
    email: str
    password_hash: str = ""
    password_version: int = 1
    role: Role
    status: UserStatus = "active"
    erasure_job: str | None = None

    first_name: str = ""
    last_name: str = ""
    bio: str = ""
    profile_image: str | None = None
    timezone: str = "UTC"
    language_preference: str = "en"
    study_goals: tuple[str, ...] = ()

    learning_style: LearningStyle = "visual"
    preferred_difficulty: Difficulty = "medium"
    learning_pace: Pace = "moderate"
    current_goal: str | None = None
    goal_deadline: date | None = None
    agent_interaction_level: Interaction = "moderate"
    preferred_feedback_style: str = "detailed"

    dark_mode: bool = False
    notifications_enabled: bool = True
    email_notifications: bool = True
    push_notifications: bool = False
    review_scheduler: Scheduler = "sm2"
    desired_retention: float = 0.9
    daily_review_limit: int = 200
    new_cards_per_day: int = 20
    relearn_today: bool = True
    easy_days: dict[Weekday, Ease] = Field(default_factory=dict)
    reminder_time: str = "18:00"

    date_of_birth: date | None = None
    age_at_registration: int | None = None
    kg_class: KgClass | None = None
    guardian_email: str | None = None
    classes: tuple[str, ...] = ()

    created_at: datetime
    updated_at: datetime

    @property
    def is_staff(self) -> bool:
        return self.role == "admin"


class Claim(Document):
    """The claim of a user on a unique name; its id is the hash of the folded name."""

    user: str
