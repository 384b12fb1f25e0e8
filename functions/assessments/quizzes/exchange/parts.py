"""Questions with several parts, such as matching: a question for each part, with a share of the points.

Learners see one part at a time, so its gap is a line and the gaps of the others are an ellipsis.
"""

from collections.abc import Sequence

from functions.assessments.quizzes.exchange.errors import UnusableContent
from functions.assessments.quizzes.exchange.models import Fields

GAP = "_____"
OTHER_GAP = "[…]"
MARK = "\ufdd8"  # stands for a gap in a text that is read; a noncharacter, which no file may have
MAX_PARTS = 100


def build_choice(text: str, options: Sequence[str], right: str) -> Fields:
    """Build a question that asks for one of the options. Raises UnusableContent where there is no choice."""
    distinct = list(dict.fromkeys(options))
    if len(distinct) < 2:
        raise UnusableContent("There are fewer than two different answers to choose from")
    if right not in distinct:
        raise UnusableContent("The right answer is not among those to choose from")
    return {
        "question_type": "multiple_choice",
        "question_text": text,
        "options": [{"text": option, "is_correct": option == right} for option in distinct],
    }


def build_matching(
    stem: str, pairs: Sequence[tuple[str, str]], distractors: Sequence[str] = ()
) -> list[Fields]:
    """Build a question for each pair: its right side is chosen among all of them. Raises UnusableContent."""
    if not pairs:
        raise UnusableContent("There are no pairs to match")
    answers = [right for _, right in pairs] + list(distractors)
    return [
        build_choice("\n".join(part for part in (stem, left) if part), answers, right)
        for left, right in pairs
    ]


def build_ordering(stem: str, items: Sequence[str]) -> list[Fields]:
    """Build a question for each place of the order. Raises UnusableContent."""
    places = [(f"{place}. {GAP}", item) for place, item in enumerate(items, 1)]
    return build_matching(stem, places)


def fill_gaps(text: str, place: int) -> str:
    """Return the text with marks where the one at `place` is the gap that is asked for."""
    first, *others = text.split(MARK)
    gaps = [GAP if number == place else OTHER_GAP for number in range(len(others))]
    return first + "".join(gap + other for gap, other in zip(gaps, others, strict=True))


def share_points(parts: Sequence[Fields], points: float | None) -> list[Fields]:
    """Return the parts with equal shares of the points, if there are several. Raises UnusableContent."""
    if len(parts) > MAX_PARTS:
        raise UnusableContent(f"The question has more than {MAX_PARTS} parts")
    if len(parts) == 1:
        return [{**parts[0], "points": points}] if points else list(parts)
    share = (points or 1.0) / len(parts)
    return [{"points": share, **part} for part in parts]
