"""Points for a written answer, by the words it shares with each point of the rubric.

A point is given, in full, where one sentence of the answer has at least COVERED of the point's significant
words, and every number. A sentence that denies what the point says, or says what the point denies, does not.
"""

import re

from shared.model.offline.wording import content
from shared.model.protocol import Grade, GradeRequest, PointGrade, RubricPoint, Usage
from shared.text.stems import stem

COVERED = 0.6
_SENTENCE = re.compile(r"[^.!?\n;]+(?:[.!?](?!\s|$)[^.!?\n;]*)*[.!?]?")
_DENIAL = re.compile(r"\b(?:not|no|never|neither|nor|without|cannot|\w+n['’]t)\b", re.IGNORECASE)
_MAX_ANSWER = 20_000


def grade(request: GradeRequest) -> Grade:
    sentences = [match[0].strip() for match in _SENTENCE.finditer(request.answer[:_MAX_ANSWER])]
    points = tuple(
        _point(index, point, [sentence for sentence in sentences if sentence])
        for index, point in enumerate(request.rubric)
    )
    earned = sum(given.points > 0 for given in points)
    return Grade(
        points=points,
        feedback=f"The answer covers {earned} of {len(points)} points, judged by its words alone.",
        usage=Usage(model="offline"),
    )


def _point(index: int, point: RubricPoint, sentences: list[str]) -> PointGrade:
    wanted = _stems(point.text)
    best = max(sentences, key=lambda sentence: _covered(wanted, sentence, point.text), default="")
    if _covered(wanted, best, point.text) < COVERED:
        return PointGrade(index=index, points=0, comment="No sentence of the answer says this.")
    return PointGrade(index=index, points=point.points, quote=best, comment="This sentence says it.")


def _covered(wanted: frozenset[str], sentence: str, text: str) -> float:
    said = _stems(sentence)
    numbers = {word for word in wanted if word[0].isdigit()}
    if not wanted or numbers - said or bool(_DENIAL.search(sentence)) != bool(_DENIAL.search(text)):
        return 0.0
    return len(wanted & said) / len(wanted)


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in content(text))
