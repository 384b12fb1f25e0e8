"""Errors of tags."""

from shared.errors import Conflict, NotFound


class TagNotFound(NotFound):
    """The user has no tag of this id."""

    message = "There is no such tag"


class TagNameTaken(Conflict):
    """Another tag of the user has this name, ignoring case."""

    message = "You already have a tag of this name; choose another"


class TooManyTags(Conflict):
    """The user already has `MAX_TAGS` tags."""

    message = "You can have at most 200 tags; delete one first"
