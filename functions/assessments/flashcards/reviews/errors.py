"""Errors of reviews."""

from shared.errors import Conflict


class NothingToUndo(Conflict):
    message = "This flashcard has no review to undo"
