"""Collection of feedback, and the keys of screenshots."""

from functions.auth.feedback.models import Feedback
from shared.store import Collection

FEEDBACK = Collection("users/{user}/feedback", Feedback)


def screenshot_key(user_id: str, feedback_id: str, suffix: str) -> str:
    """Return the object's key, under the user's prefix so that erasure reaches it."""
    return f"users/{user_id}/feedback/{feedback_id}/screenshot.{suffix}"
