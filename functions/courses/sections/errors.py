"""A section's errors."""

from shared.errors import Conflict, NotFound


class SectionNotFound(NotFound):
    message = "There is no such section in this course"


class TooManySections(Conflict):
    message = "A course has at most 200 sections"
