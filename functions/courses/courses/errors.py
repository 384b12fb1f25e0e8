"""A course's errors."""

from shared.errors import NotFound


class CourseMissing(NotFound):
    message = "There is no such course"
