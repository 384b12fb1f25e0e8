"""Published by `functions/auth`: preferences and devices of users, and their changes."""

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import Field

from shared.messages import Event, Task
from shared.store import Collection, Document

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Ease = Literal["reduced", "minimum"]  # the share of other days' reviews


class Preferences(Document):
    """The preferences of a user; `reminder_time` is HH:MM in `timezone` (IANA).

    On `easy_days` fewer reviews fall due; with `relearn_today` a forgotten card comes again on its day.
    """

    email: str
    first_name: str = ""
    timezone: str = "UTC"
    language: str = "en"
    notifications_enabled: bool = True
    email_notifications: bool = True
    push_notifications: bool = False
    reminder_time: str = "18:00"
    review_scheduler: Literal["sm2", "fsrs"] = "sm2"
    desired_retention: float = 0.9
    daily_review_limit: int = 200
    new_cards_per_day: int = 20
    relearn_today: bool = True
    easy_days: dict[Weekday, Ease] = Field(default_factory=dict)


PREFERENCES = Collection("users/{user}/preferences", Preferences)
CURRENT = "current"  # the id of the one document


class PreferencesChanged(Event):
    """The user's preferences changed; their document has the new ones."""

    type: ClassVar[str] = "preferences.changed"

    user: str


class RollUpActivity(Task):
    """Count the user's pending reviews in days, progress and activities."""

    name: ClassVar[str] = "activity.roll_up"
    group: ClassVar[str] = "auth"

    user: str


Platform = Literal["web", "android", "ios"]


class Device(Document):
    """A device for push; `token` is of Firebase Cloud Messaging, `seen_at` when the device last sent it."""

    token: str
    platform: Platform
    created_at: datetime
    seen_at: datetime


DEVICES = Collection("users/{user}/devices", Device)
MAX_DEVICES = 20  # of one user


class DevicesGone(Event):
    """The tokens of these devices have become invalid."""

    type: ClassVar[str] = "devices.gone"

    user: str
    devices: tuple[str, ...]
