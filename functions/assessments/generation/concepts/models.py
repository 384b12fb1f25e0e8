"""Concepts as they are stored."""

from shared.store import Collection, Document

MOST_CONCEPTS = 300  # of one course: their names stand in one document


class CourseConcepts(Document):
    """The names by which a course's cards and questions call their concepts, in the order they came."""

    names: tuple[str, ...] = ()


CONCEPTS = Collection("users/{user}/concepts", CourseConcepts)  # a document's id is its course's
