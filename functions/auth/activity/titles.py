"""Titles of activities and achievements, which are stored in English."""

from shared.language import recognise, template, translate

_TITLES = (
    template("{days}-day study streak!"),
    template("Reviewed {number} flashcard"),
    template("Reviewed {number} flashcards"),
    template("Generated {number} flashcard"),
    template("Generated {number} flashcards"),
    template("Completed a quiz with {percentage} %"),
    template("Created a course"),
    template("Created the course {name}"),
    template("Uploaded a document"),
    template("Uploaded {name}"),
)


def translate_title(title: str) -> str:
    """Return a stored title in the language of the request."""
    return translate(recognise(title, *_TITLES))
