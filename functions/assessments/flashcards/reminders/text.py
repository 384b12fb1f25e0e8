"""Texts of reminders by mail and by push."""

from datetime import date

from shared.language import Sentence, choose_language, say, say_number, translate
from shared.mail import Mail
from shared.mail.message import write_paragraphs
from shared.published.accounts import Preferences
from shared.push import Notification


def compose_mail(preferences: Preferences, *, user_id: str, day: date, due: int, link: str) -> Mail:
    """Return the mail of the user and day; its key is the same each time."""
    language = choose_language("", preferences.language)
    name = preferences.first_name
    paragraphs = [
        say("Hello {name},", name=name) if name else say("Hello,"),
        say_number(
            due,
            one="1 flashcard is due for review today. A few minutes now save hours before the exam.",
            many="{number} flashcards are due for review today."
            " A few minutes now save hours before the exam.",
        ),
        link,
        say("You can change the time of this reminder, or turn it off, in your preferences."),
    ]
    return Mail(
        key=_message_key(user_id, day),
        to=preferences.email,
        subject=translate(_say_due(due), language),
        text=write_paragraphs(paragraphs, language),
    )


def compose_notification(
    preferences: Preferences, *, user_id: str, day: date, due: int, link: str
) -> Notification:
    """Return the notification of the user and day; its key is the same each time."""
    language = choose_language("", preferences.language)
    return Notification(
        key=_message_key(user_id, day),
        title=translate(_say_due(due), language),
        body=translate(say("A few minutes now save hours before the exam."), language),
        data={"type": "reminder", "due": str(due), "link": link},
    )


def _say_due(due: int) -> Sentence:
    return say_number(due, one="1 flashcard is due today", many="{number} flashcards are due today")


def _message_key(user_id: str, day: date) -> str:
    return f"reminder:{user_id}:{day.isoformat()}"
