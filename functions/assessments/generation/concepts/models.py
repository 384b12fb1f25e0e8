"""Stored concepts."""

from shared.store import Collection, Document

MAX_CONCEPTS = 300  # of a course, which has one document for all of them


class CourseConcepts(Document):
    """The names of the concepts of a course's cards and questions, in order of appearance."""

    names: tuple[str, ...] = ()


CONCEPTS = Collection("users/{user}/concepts", CourseConcepts)  # a document's id is its course's
