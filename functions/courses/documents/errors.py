"""Errors of documents."""

from shared.errors import Conflict, NotFound


class DocumentNotFound(NotFound):
    """The course has no document of this id."""

    message = "There is no such document in this course"


class FileNotStored(Conflict):
    """The file has not been fetched yet, or could not be."""

    message = "This document has no file yet; check its processing status and try again"
