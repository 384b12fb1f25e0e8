"""Rendering of both sides of a card by Anki's templates."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from functions.assessments.flashcards.decks.gaps import keep_gap
from functions.assessments.flashcards.decks.templates import FRONT, fill_template

__all__ = ["Sides", "keep_gap", "render"]

_ANSWER = re.compile(r"<hr\b[^<>]{0,200}?\bid\s{0,9}=\s{0,9}[\"']?answer\b[^<>]{0,200}>", re.IGNORECASE)


@dataclass(frozen=True)
class Sides:
    """HTML of the two sides of a card.

    The question has the hints unfolded, `folded_question` is what Anki shows at first. The back is in two
    parts: `above` the line that Anki's templates draw before the answer, without the front that they repeat
    there, and `answer`, what stands below it, or all where there is no line.
    """

    question: str
    answer: str
    folded_question: str = ""
    above: str = ""
    hints: tuple[tuple[str, str], ...] = ()
    spoken_question: tuple[str, ...] = ()
    spoken_answer: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()


def render(
    question: str,
    answer: str,
    fields: Mapping[str, str],
    *,
    gap: int | None = None,
    front_fields: Mapping[str, str] | None = None,
) -> Sides:
    """Render both templates with the fields; `gap` is the number of the card's cloze deletion.

    `front_fields` are those of the front where it shows others. Raises Unreadable for sides that grow too
    large.
    """
    front = fill_template(question, front_fields or fields, gap=gap, is_answer=False)
    back = fill_template(answer, {**fields, "FrontSide": FRONT}, gap=gap, is_answer=True)
    above, below = "", back.html
    if line := _ANSWER.search(back.html):
        above, below = back.html[: line.start()], back.html[line.end() :]
    return Sides(
        front.unfolded,
        below.replace(FRONT, ""),
        folded_question=front.html,
        above=above.replace(FRONT, "\n"),
        hints=tuple(front.hints),
        spoken_question=tuple(front.spoken),
        spoken_answer=tuple(back.spoken),
        hidden=tuple(front.hidden),
    )
