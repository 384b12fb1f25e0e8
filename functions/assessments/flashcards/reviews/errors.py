"""Errors of reviews."""

from shared.errors import Conflict


class NothingToUndo(Conflict):
    """A card without a review, or whose last one was undone already."""

    message = "This flashcard has no review to undo"
