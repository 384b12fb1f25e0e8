"""Points for a written answer, by the words it shares with each point of the rubric.

A point is earned, in full, where one claim of the answer has at least MIN_COVERAGE of the point's significant
words, and every number. A claim that denies what the point says, or says what it denies, earns nothing.
"""

import re

from shared.model.offline.wording import list_content_stems
from shared.model.protocol import Grade, GradeRequest, PointGrade, RubricPoint, Usage
from shared.text.stems import stem

MIN_COVERAGE = 0.6
_CLAIM = re.compile(r"[^.!?\n;]+(?:[.!?](?!\s|$)[^.!?\n;]*)*[.!?]?")
_DENIAL = re.compile(r"\b(?:not|no|never|neither|nor|without|cannot|\w+n['’]t)\b", re.IGNORECASE)
_MAX_ANSWER_CHARS = 20_000


def grade(request: GradeRequest) -> Grade:
    """Grade the answer by each point of the rubric, quoting the claim that earns it."""
    sentences = [match[0].strip() for match in _CLAIM.finditer(request.answer[:_MAX_ANSWER_CHARS])]
    points = tuple(
        _grade_point(index, point, [sentence for sentence in sentences if sentence])
        for index, point in enumerate(request.rubric)
    )
    earned = sum(point.points > 0 for point in points)
    return Grade(
        points=points,
        feedback=f"The answer covers {earned} of {len(points)} points, judged by its words alone.",
        usage=Usage(model="offline"),
    )


def _grade_point(index: int, point: RubricPoint, sentences: list[str]) -> PointGrade:
    stems = _list_stems(point.text)
    best = max(sentences, key=lambda sentence: _measure_coverage(stems, sentence, point.text), default="")
    if _measure_coverage(stems, best, point.text) < MIN_COVERAGE:
        return PointGrade(index=index, points=0, comment="No sentence of the answer says this.")
    return PointGrade(index=index, points=point.points, quote=best, comment="This sentence says it.")


def _measure_coverage(stems: frozenset[str], sentence: str, text: str) -> float:
    sentence_stems = _list_stems(sentence)
    numbers = {word for word in stems if word[0].isdigit()}
    if not stems or numbers - sentence_stems or bool(_DENIAL.search(sentence)) != bool(_DENIAL.search(text)):
        return 0.0
    return len(stems & sentence_stems) / len(stems)


def _list_stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in list_content_stems(text))
