"""What can be wrong with taking a review back."""

from shared.errors import Conflict


class NothingToUndo(Conflict):
    message = "This flashcard has no review to take back"
