"""Gaps of cloze cards, which mark the words to recall: {{c1::gap}} or {{c1::gap::hint}}."""

import re

from functions.assessments.generation.gate.wording import extract_stems, split_words

_GAP = re.compile(r"\{\{c[1-9]\d?::((?:(?!::|\}\}|\{\{).)+)(?:::((?:(?!::|\}\}|\{\{).)*))?\}\}", re.DOTALL)
_MARK = re.compile(r"\{\{\s*c\d*\s*:", re.IGNORECASE)
_MAX_HIDDEN_SHARE = 0.6  # of the words: beyond it, too few are left to recall the gap from


def find_gaps(question: str) -> list[str]:
    """Return the texts hidden in a cloze question, in order."""
    return [match[1].strip() for match in _GAP.finditer(question)]


def fill_gaps(question: str) -> str:
    """Return the sentence with its gaps filled in."""
    return _GAP.sub(lambda match: match[1], question)


def hide_gaps(question: str) -> str:
    """Return the sentence as the learner sees it, hints included."""
    return _GAP.sub(lambda match: f" [{match[2] or '…'}] ", question)


def has_gap_marks(text: str) -> bool:
    """Return whether the text has anything that looks like a gap, well formed or not."""
    return bool(_MARK.search(text))


def is_well_formed(question: str) -> bool:
    """Return whether it has gaps, none of them empty or broken, and enough words around to recall from."""
    gaps, visible = find_gaps(question), hide_gaps(question)
    if not gaps or not all(split_words(gap) for gap in gaps) or "{{" in visible or "}}" in visible:
        return False
    hidden, total = sum(len(split_words(gap)) for gap in gaps), len(split_words(fill_gaps(question)))
    return len(extract_stems(visible)) >= 2 and hidden <= _MAX_HIDDEN_SHARE * total
