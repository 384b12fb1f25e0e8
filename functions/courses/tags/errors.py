"""A tag's errors."""

from shared.errors import Conflict, NotFound


class TagNotFound(NotFound):
    message = "There is no such tag"


class TagNameTaken(Conflict):
    message = "There is a tag of this name already"


class TooManyTags(Conflict):
    message = "A user has at most 200 tags"
