"""Questions from lists: which belong to it, and what an essay on it has to name."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.model.offline.asked import Asked, Material, shuffled
from shared.model.offline.candidates import Candidate, Pattern
from shared.model.offline.choices import asked
from shared.model.offline.terms import Term
from shared.model.offline.wording import content
from shared.model.protocol import RubricPoint

_WHAT_ARE = re.compile(r"\bwhat are (?P<what>.+)\?$", re.IGNORECASE)
_SEPARATOR = re.compile(r",\s+(?:and |or )?|\s+(?:and|or)\s+")
_COUNT = re.compile(r"^(?:the )?(?:two|three|four|five|six|seven|eight|nine|ten) ", re.IGNORECASE)
_ARTICLE = re.compile(r"^an? ", re.IGNORECASE)
_NAME_WORDS, _NEAR = 3, 2
_MOST_RIGHT, _MOST, _MIN_WRONG = 4, 6, 2
_LENGTHS = 2.5


@dataclass(frozen=True)
class Members:
    """`what` is what they are: `the three stages of cellular respiration`."""

    what: str
    items: tuple[str, ...]
    card: Candidate


def members(material: Material) -> list[Members]:
    """The lists of the source whose members can be told apart."""
    found = []
    for card in material.of(Pattern.LIST):
        match = _WHAT_ARE.search(card.question)
        items = _items(card.answer)
        if match and 2 <= len(items) <= 8 and all(1 <= len(item.split()) <= 10 for item in items):
            found.append(Members(match["what"], items, card))
    return found


def selections(lists: Sequence[Members], known: Sequence[Term]) -> Iterator[Asked]:
    for one in lists:
        right = one.items[:_MOST_RIGHT]
        others = [item for other in lists if other is not one for item in other.items]
        if all(len(item.split()) <= _NAME_WORDS and not _ARTICLE.match(item) for item in one.items):
            others += [term.name for term in known if _near(term, one)]
        wrong = [item for item in dict.fromkeys(others) if _foreign(item, one)]
        wrong = sorted(wrong, key=lambda item: abs(len(item.split()) - len(right[0].split())))
        wrong = wrong[: min(_MOST - len(right), max(_MIN_WRONG, len(right)))]
        if len(right) >= 2 and len(wrong) >= _MIN_WRONG:
            question = f"Which of these are {_COUNT.sub('', one.what)}?"
            yield _selection(one.card, question, [_capital(item) for item in right], map(_capital, wrong))


def _near(term: Term, one: Members) -> bool:
    """Whether a term is of the same part of the source, so that it could be thought one of them."""
    return not term.plural and term.shape == "words" and abs(term.card.passage - one.card.passage) <= _NEAR


def _selection(card: Candidate, question: str, right: list[str], wrong: Iterator[str]) -> Asked:
    options = shuffled([*right, *wrong], by=question)
    correct = tuple(place for place, option in enumerate(options) if option in right)
    return asked(card, "multiple_select", question, ", ".join(right), options=options, correct=correct)


def essays(lists: Sequence[Members], known: Sequence[Term], material: Material) -> Iterator[Asked]:
    for one in lists:
        if len(one.items) >= 3:
            rubric = tuple(RubricPoint(text=_capital(item)) for item in one.items)
            question = f"{one.card.question} Name each of them in full sentences."
            yield asked(one.card, "essay", question, one.card.answer, rubric=rubric)
    for term in known:
        more = _said_of(term, material)
        definition = material.sentence_of.get(term.card.quote)
        if definition and len(more) >= 2 and term.card.question.startswith(("What is ", "What are ")):
            question = f"{term.card.question[:-1]}, and what is important to know about it?"
            rubric = tuple(RubricPoint(text=text) for text in (definition.text, *more[:3]))
            yield asked(term.card, "essay", question, definition.text, rubric=rubric)


def _said_of(term: Term, material: Material) -> list[str]:
    """Further sentences of the same passage on the term."""
    return [
        sentence.text
        for sentence in material.sentences
        if sentence.passage == term.card.passage
        and sentence.quote != term.card.quote
        and term.words <= content(sentence.text)
    ]


def _items(answer: str) -> tuple[str, ...]:
    if answer.startswith("- "):
        return tuple(line[2:].strip().rstrip(".;,") for line in answer.splitlines())
    return tuple(part.strip() for part in _SEPARATOR.split(answer.rstrip(".")) if part.strip())


def _foreign(item: str, one: Members) -> bool:
    """Whether the item has no word in common with the list's own, so that it can't be one of them."""
    own = content(" ".join(one.items)) | content(one.what)
    lengths = [len(member) for member in one.items]
    fits = min(lengths) / _LENGTHS <= len(item) <= max(lengths) * _LENGTHS
    return fits and not content(item) & own and item.lower() not in one.card.quote.lower()


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
