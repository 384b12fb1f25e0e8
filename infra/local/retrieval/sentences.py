"""Where sentences end: simple rules, linear in the length of the text."""

import re

_END = re.compile(r"[.!?…]+[\"'”’»)\]]*\s+(?=[\"'“‘«(\[]*[^\W_a-z])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|ca|approx|vs|etc|al|ex|dr|mr|mrs|ms|prof|st|fig|figs|eq|no|nr|vol|pp|ch|sec|bzw|z\.b|d\.h|u\.a|usw|abb)"
    r"|(?:^|\s)[^\W\d_])\.$",
    re.IGNORECASE,
)
_LONGEST_ABBREVIATION = 12


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph, with their spaces folded at the seams."""
    found: list[str] = []
    start = 0
    for match in _END.finditer(text):
        end = match.end()
        if not _ABBREVIATION.search(text[max(start, end - _LONGEST_ABBREVIATION) : end].rstrip()):
            found.append(text[start:end].strip())
            start = end
    rest = text[start:].strip()
    return [*found, rest] if rest else found
