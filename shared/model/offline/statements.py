"""True and false statements; a false one says of a thing what the source says of another."""

import re
from collections.abc import Iterator, Sequence
from zlib import crc32

from shared.model.offline.candidates import Candidate, Pattern
from shared.model.offline.question_candidates import Material, QuestionCandidate
from shared.model.offline.term_questions import build_question
from shared.model.offline.terms import Term, find_siblings

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
_MAX_EXTRA_TRUE = 3
_MAX_CHARS = 220
_YEAR = re.compile(r"\b1\d{3}\b|\b20\d\d\b")


def propose_statements(terms: Sequence[Term], material: Material) -> Iterator[QuestionCandidate]:
    """Propose one statement from each sentence that can give one, true or false by its checksum.

    True ones are few more than false ones, so that answering True to all of them does not pass.
    """
    by_quote: dict[str, QuestionCandidate] = {}
    for statement in _propose_all(terms, material):
        by_quote.setdefault(statement.quote, statement)
    false = [statement for statement in by_quote.values() if statement.correct == (1,)]
    true = [statement for statement in by_quote.values() if statement.correct == (0,)]
    yield from false
    yield from true[: len(false) + _MAX_EXTRA_TRUE]


def _propose_all(terms: Sequence[Term], material: Material) -> Iterator[QuestionCandidate]:
    defined = {term.card.quote: term for term in terms if term.clause is not None}
    for card in material.cards:
        sentence = material.sentence_of.get(card.quote)
        if sentence is None or len(sentence.text) > _MAX_CHARS or card.pattern is Pattern.DATE:
            continue
        term = defined.get(card.quote)
        reversed_text = (_swap_term(term, terms) if term else None) or reverse_statement(sentence.text)
        if reversed_text and crc32(sentence.text.encode()) % 2:
            yield _build_statement(card, reversed_text, holds=False)
        elif card.pattern is not Pattern.CLOZE:
            yield _build_statement(card, sentence.text, holds=True)
    yield from _propose_dated(material)


def reverse_statement(text: str) -> str | None:
    """Replace the sentence's only word that has an opposite by it."""
    matches = [match for match in _OPPOSITE.finditer(text) if match[0] in _OPPOSITES]
    if len(matches) != 1 or _HEDGED.search(text):
        return None
    opposite = _OPPOSITES[matches[0][0]]
    return None if opposite in text else f"{text[: matches[0].start()]}{opposite}{text[matches[0].end() :]}"


def _swap_term(term: Term, terms: Sequence[Term]) -> str | None:
    """Replace the name in a definition by that of a thing that it surely does not define."""
    clause = term.clause
    if clause is None or term.card.pattern is not Pattern.DEFINITION:
        return None
    for other in find_siblings(term, terms):
        same_form = other.clause is not None and other.clause.verb.text == clause.verb.text
        if other.clause is not None and same_form and _excludes(term, other):
            return f"{other.clause.subject} {clause.verb.text} {clause.rest}"
    return None


def _excludes(term: Term, other: Term) -> bool:
    """Return whether the definition can't fit the other: it defines one thing alone, or another kind."""
    assert term.clause is not None  # noqa: S101 - only such terms are swapped
    if other.card.pattern is not Pattern.DEFINITION:
        return False
    return bool(_DEFINITE.match(term.clause.rest)) or (
        bool(term.genus and other.genus) and term.genus != other.genus
    )


def _propose_dated(material: Material) -> Iterator[QuestionCandidate]:
    """Propose statements on years; a false one names the year of another event."""
    years = sorted({year for card in material.select(Pattern.DATE) for year in _YEAR.findall(card.answer)})
    for card in material.select(Pattern.DATE):
        sentence = material.sentence_of.get(card.quote)
        sentence_years = _YEAR.findall(sentence.text) if sentence else []
        if sentence is None or len(sentence_years) != 1:
            continue
        others = [year for year in years if year != sentence_years[0]]
        holds = not others or crc32(sentence.text.encode()) % 2 == 0
        nearest = min(
            others, key=lambda year: abs(int(year) - int(sentence_years[0])), default=sentence_years[0]
        )
        text = sentence.text if holds else sentence.text.replace(sentence_years[0], nearest)
        yield _build_statement(card, text, holds=holds)


def _build_statement(card: Candidate, text: str, *, holds: bool) -> QuestionCandidate:
    return build_question(
        card,
        "true_false",
        f"True or false: {text}",
        OPTIONS[not holds],
        options=OPTIONS,
        correct=(int(not holds),),
    )
