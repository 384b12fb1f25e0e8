"""A document's errors."""

from shared.errors import Conflict, NotFound


class DocumentNotFound(NotFound):
    message = "There is no such document in this course"


class FileNotStored(Conflict):
    message = "This document has no file"
