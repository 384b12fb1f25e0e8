"""Wildcards in the short answers of Moodle, which stand for any text."""

from functions.assessments.quizzes.exchange.errors import UnusableContent


def require_no_wildcard(answer: str) -> str:
    """Return the answer with escaped asterisks restored. Raises UnusableContent for a wildcard."""
    if "*" in answer.replace("\\*", ""):
        raise UnusableContent(f"The answer {answer[:60]!r} has the wildcard *, which is not supported")
    return answer.replace("\\*", "*")
