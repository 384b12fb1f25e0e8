"""What can be wrong with a request about cards."""

from shared.errors import NotFound


class CardNotFound(NotFound):
    message = "There is no such flashcard"


class CourseNotFound(NotFound):
    message = "There is no such course"
