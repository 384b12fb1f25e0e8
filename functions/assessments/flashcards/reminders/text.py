"""Texts of reminders by mail and by push."""

from datetime import date

from shared.mail import Mail
from shared.published.accounts import Preferences
from shared.push import Notification


def compose_mail(preferences: Preferences, *, user_id: str, day: date, due: int, link: str) -> Mail:
    """Return the mail of the user and day; its key is the same each time."""
    cards = _describe_cards(due)
    greeting = f"Hello {preferences.first_name}," if preferences.first_name else "Hello,"
    return Mail(
        key=_message_key(user_id, day),
        to=preferences.email,
        subject=f"{cards} due today",
        text=(
            f"{greeting}\n\n{cards} due for review today. A few minutes now save hours before the exam.\n\n"
            f"{link}\n\nYou can change the time of this reminder, or turn it off, in your preferences.\n"
        ),
    )


def compose_notification(*, user_id: str, day: date, due: int, link: str) -> Notification:
    """Return the notification of the user and day; its key is the same each time."""
    return Notification(
        key=_message_key(user_id, day),
        title=f"{_describe_cards(due)} due today",
        body="A few minutes now save hours before the exam.",
        data={"type": "reminder", "due": str(due), "link": link},
    )


def _describe_cards(due: int) -> str:
    return "1 flashcard is" if due == 1 else f"{due:,} flashcards are"


def _message_key(user_id: str, day: date) -> str:
    return f"reminder:{user_id}:{day.isoformat()}"
