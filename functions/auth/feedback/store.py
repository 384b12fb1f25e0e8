"""Collection of feedback, and the keys of screenshots."""

from functions.auth.feedback.errors import FeedbackNotFound
from functions.auth.feedback.models import Feedback
from shared.store import Collection, Query, Store

FEEDBACK = Collection("users/{user}/feedback", Feedback)


async def get_feedback(store: Store, *, user_id: str, feedback_id: str) -> Feedback:
    """Load feedback. Raises FeedbackNotFound."""
    feedback = await store.get(FEEDBACK.doc(feedback_id, user=user_id))
    if feedback is None:
        raise FeedbackNotFound
    return feedback


def query_feedback(user_id: str) -> Query[Feedback]:
    """Select the feedback of a user, newest first."""
    return FEEDBACK.query(user=user_id).order_by("created_at", descending=True)


def screenshot_key(user_id: str, feedback_id: str, suffix: str) -> str:
    """Return the object's key, under the user's prefix so that erasure reaches it."""
    return f"users/{user_id}/feedback/{feedback_id}/screenshot.{suffix}"
