"""Errors of courses."""

from shared.errors import NotFound


class CourseNotFound(NotFound):
    """The user has no course of this id."""

    message = "There is no such course"
