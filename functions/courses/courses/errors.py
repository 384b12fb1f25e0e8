"""A course's errors."""

from shared.errors import NotFound


class CourseNotFound(NotFound):
    message = "There is no such course"
