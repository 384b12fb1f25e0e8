"""True and false statements. A false one says of a thing what the source says of another."""

import re
from collections.abc import Iterator, Sequence
from zlib import crc32

from shared.model.offline.asked import Asked, Material
from shared.model.offline.candidates import Candidate, Pattern
from shared.model.offline.choices import asked
from shared.model.offline.terms import Term, siblings

OPTIONS = ("True", "False")
_DEFINITE = re.compile(r"^(?:the|(?:defined|known) as the)\b")
_PAIRS = (
    "global local",
    "high-level low-level",
    "largest smallest",
    "highest lowest",
    "maximum minimum",
    "increases decreases",
    "outside inside",
    "internal external",
    "left right",
    "positive negative",
    "shorter longer",
    "faster slower",
    "begins ends",
    "beginning end",
    "first last",
    "mutable immutable",
    "northern southern",
    "eastern western",
    "higher lower",
)
_OPPOSITES = {one: other for pair in _PAIRS for one, other in (pair.split(), pair.split()[::-1])}
_OPPOSITE = re.compile(r"\b[a-z]+(?:-level)?\b")
_HEDGED = re.compile(
    r"\b(?:or|both|either|also|not|no|never|can|may|might|could|sometimes|often|usually|without|rather)\b|n['’]t\b"
)
_SPARE = 3
_MAX_CHARS = 220
_YEAR = re.compile(r"\b1\d{3}\b|\b20\d\d\b")


def statements(known: Sequence[Term], material: Material) -> Iterator[Asked]:
    """One statement from each sentence that can give one, false or true by turns of chance. Of true ones
    there are not many more than of false ones: who answers True to all of them should not pass."""
    by_quote: dict[str, Asked] = {}
    for one in _all(known, material):
        by_quote.setdefault(one.quote, one)
    false = [one for one in by_quote.values() if one.correct == (1,)]
    true = [one for one in by_quote.values() if one.correct == (0,)]
    yield from false
    yield from true[: len(false) + _SPARE]


def _all(known: Sequence[Term], material: Material) -> Iterator[Asked]:
    defined = {term.card.quote: term for term in known if term.clause is not None}
    for card in material.cards:
        sentence = material.sentence_of.get(card.quote)
        if sentence is None or len(sentence.text) > _MAX_CHARS or card.pattern is Pattern.DATE:
            continue
        term = defined.get(card.quote)
        false = (_swapped(term, known) if term else None) or turned_round(sentence.text)
        if false and crc32(sentence.text.encode()) % 2:
            yield _statement(card, false, holds=False)
        elif card.pattern is not Pattern.CLOZE:
            yield _statement(card, sentence.text, holds=True)
    yield from _dated(material)


def turned_round(text: str) -> str | None:
    """The sentence with its one word that has an opposite turned into it."""
    found = [match for match in _OPPOSITE.finditer(text) if match[0] in _OPPOSITES]
    if len(found) != 1 or _HEDGED.search(text):
        return None
    opposite = _OPPOSITES[found[0][0]]
    return None if opposite in text else f"{text[: found[0].start()]}{opposite}{text[found[0].end() :]}"


def _swapped(term: Term, known: Sequence[Term]) -> str | None:
    """The definition with the name of a thing that it surely does not define."""
    cut = term.clause
    if cut is None or term.card.pattern is not Pattern.DEFINITION:
        return None
    for other in siblings(term, known):
        same_form = other.clause is not None and other.clause.verb.text == cut.verb.text
        if other.clause is not None and same_form and _surely_not(term, other):
            return f"{other.clause.subject} {cut.verb.text} {cut.rest}"
    return None


def _surely_not(term: Term, other: Term) -> bool:
    """What defines one thing alone (`the process by which …`), or another kind of thing, is not the other."""
    assert term.clause is not None  # noqa: S101 - only such terms are swapped
    if other.card.pattern is not Pattern.DEFINITION:
        return False
    return bool(_DEFINITE.match(term.clause.rest)) or (
        bool(term.genus and other.genus) and term.genus != other.genus
    )


def _dated(material: Material) -> Iterator[Asked]:
    """What happened in one year did not happen in another."""
    years = sorted({year for card in material.of(Pattern.DATE) for year in _YEAR.findall(card.answer)})
    for card in material.of(Pattern.DATE):
        sentence = material.sentence_of.get(card.quote)
        found = _YEAR.findall(sentence.text) if sentence else []
        if sentence is None or len(found) != 1:
            continue
        others = [year for year in years if year != found[0]]
        holds = not others or crc32(sentence.text.encode()) % 2 == 0
        nearest = min(others, key=lambda year: abs(int(year) - int(found[0])), default=found[0])
        text = sentence.text if holds else sentence.text.replace(found[0], nearest)
        yield _statement(card, text, holds=holds)


def _statement(card: Candidate, text: str, *, holds: bool) -> Asked:
    return asked(
        card,
        "true_false",
        f"True or false: {text}",
        OPTIONS[not holds],
        options=OPTIONS,
        correct=(int(not holds),),
    )
