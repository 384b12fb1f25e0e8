"""Stored concepts."""

from shared.store import Collection, Document

MAX_CONCEPTS = 300  # of one course, whose names are stored in one document


class CourseConcepts(Document):
    """Names of the concepts of a course's cards and questions, in order of appearance."""

    names: tuple[str, ...] = ()


CONCEPTS = Collection("users/{user}/concepts", CourseConcepts)  # a document's id is its course's
