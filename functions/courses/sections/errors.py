"""Errors of sections."""

from shared.errors import Conflict, NotFound


class SectionNotFound(NotFound):
    """The course has no section of this id."""

    message = "There is no such section in this course"


class TooManySections(Conflict):
    """The course already has `MAX_SECTIONS` sections."""

    message = "A course can have at most 200 sections; delete one first"
