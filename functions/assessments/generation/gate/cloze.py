"""Cloze cards mark what is to be recalled as {{c1::gap}} or {{c1::gap::hint}}."""

import re

from functions.assessments.generation.gate.wording import content_words, words

_GAP = re.compile(r"\{\{c[1-9]\d?::((?:(?!::|\}\}|\{\{).)+)(?:::((?:(?!::|\}\}|\{\{).)*))?\}\}", re.DOTALL)
_MARK = re.compile(r"\{\{\s*c\d*\s*:", re.IGNORECASE)
_SHARE_OF_GAPS = 0.6  # a sentence that is mostly gap cannot be recalled from the rest


def gaps(question: str) -> list[str]:
    return [match[1].strip() for match in _GAP.finditer(question)]


def filled(question: str) -> str:
    """The sentence with its gaps filled in."""
    return _GAP.sub(lambda match: match[1], question)


def blanked(question: str) -> str:
    """The sentence as the learner sees it, hints included."""
    return _GAP.sub(lambda match: f" [{match[2] or '…'}] ", question)


def has_marks(text: str) -> bool:
    """Whether anything in the text looks like a gap, well formed or not."""
    return bool(_MARK.search(text))


def well_formed(question: str) -> bool:
    """At least one gap, none of them empty or torn, and enough around them to recall from."""
    inside, around = gaps(question), blanked(question)
    if not inside or not all(words(gap) for gap in inside) or "{{" in around or "}}" in around:
        return False
    hidden = sum(len(words(gap)) for gap in inside)
    return len(content_words(around)) >= 2 and hidden <= _SHARE_OF_GAPS * len(words(filled(question)))
