"""The signed-in caller."""

from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

Role = Literal["student", "child", "teacher", "admin"]


@dataclass(frozen=True)
class Principal:
    """The signed-in caller; `timezone` decides which day an instant belongs to, `language` is preferred."""

    user_id: str
    session_id: str
    role: Role
    timezone: str = "UTC"
    language: str = "en"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)
