"""The words of the reminder."""

from datetime import date

from shared.mail import Mail
from shared.published.accounts import Preferences


def mail_for(preferences: Preferences, *, user_id: str, day: date, due: int, link: str) -> Mail:
    """One message for each user and day."""
    cards = "1 flashcard is" if due == 1 else f"{due:,} flashcards are"
    greeting = f"Hello {preferences.first_name}," if preferences.first_name else "Hello,"
    return Mail(
        key=f"reminder:{user_id}:{day.isoformat()}",
        to=preferences.email,
        subject=f"{cards} due today",
        text=(
            f"{greeting}\n\n{cards} due for review today. A few minutes now save hours before the exam.\n\n"
            f"{link}\n\nYou can change the time of this reminder, or turn it off, in your preferences.\n"
        ),
    )
