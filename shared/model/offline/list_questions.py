"""Questions from lists: selections of their members, and essays that name them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.model.offline.candidates import Candidate, Pattern
from shared.model.offline.question_candidates import Material, QuestionCandidate, shuffle
from shared.model.offline.term_questions import build_question
from shared.model.offline.terms import Term
from shared.model.offline.wording import list_content_stems
from shared.model.protocol import RubricPoint

_WHAT_ARE = re.compile(r"\bwhat are (?P<what>.+)\?$", re.IGNORECASE)
_SEPARATOR = re.compile(r",\s++(?:and |or )?|(?<!\s)\s++(?:and|or)\s++")
_COUNT = re.compile(r"^(?:the )?(?:two|three|four|five|six|seven|eight|nine|ten) ", re.IGNORECASE)
_ARTICLE = re.compile(r"^an? ", re.IGNORECASE)
_MAX_NAME_WORDS, _MAX_PASSAGE_DISTANCE = 3, 2
_MAX_RIGHT_OPTIONS, _MAX_OPTIONS, _MIN_WRONG_OPTIONS = 4, 6, 2
_MAX_LENGTH_RATIO = 2.5


@dataclass(frozen=True)
class MemberList:
    """A list of the source; `what` is what its items are: `the three stages of cellular respiration`."""

    what: str
    items: tuple[str, ...]
    card: Candidate


def list_members(material: Material) -> list[MemberList]:
    """Collect the lists of the source whose members can be told apart."""
    lists = []
    for card in material.select(Pattern.LIST):
        match = _WHAT_ARE.search(card.question) if card.question.endswith("?") else None
        items = _split_items(card.answer)
        if match and 2 <= len(items) <= 8 and all(1 <= len(item.split()) <= 10 for item in items):
            lists.append(MemberList(match["what"], items, card))
    return lists


def propose_selections(lists: Sequence[MemberList], terms: Sequence[Term]) -> Iterator[QuestionCandidate]:
    """Propose questions that ask which options are members of a list."""
    for members in lists:
        right = members.items[:_MAX_RIGHT_OPTIONS]
        others = [item for other in lists if other is not members for item in other.items]
        if all(len(item.split()) <= _MAX_NAME_WORDS and not _ARTICLE.match(item) for item in members.items):
            others += [term.name for term in terms if _is_near(term, members)]
        wrong = [item for item in dict.fromkeys(others) if _is_foreign(item, members)]
        wrong = sorted(wrong, key=lambda item: abs(len(item.split()) - len(right[0].split())))
        wrong = wrong[: min(_MAX_OPTIONS - len(right), max(_MIN_WRONG_OPTIONS, len(right)))]
        if len(right) >= 2 and len(wrong) >= _MIN_WRONG_OPTIONS:
            question = f"Which of these are {_COUNT.sub('', members.what)}?"
            yield _build_selection(
                members.card, question, [_capitalise(item) for item in right], map(_capitalise, wrong)
            )


def _is_near(term: Term, members: MemberList) -> bool:
    """Return whether the term is of the same part of the source, so that it could be thought a member."""
    return (
        not term.plural
        and term.shape == "words"
        and abs(term.card.passage - members.card.passage) <= _MAX_PASSAGE_DISTANCE
    )


def _build_selection(
    card: Candidate, question: str, right: list[str], wrong: Iterator[str]
) -> QuestionCandidate:
    options = shuffle([*right, *wrong], by=question)
    correct = tuple(place for place, option in enumerate(options) if option in right)
    return build_question(
        card, "multiple_select", question, ", ".join(right), options=options, correct=correct
    )


def propose_essays(
    lists: Sequence[MemberList], terms: Sequence[Term], material: Material
) -> Iterator[QuestionCandidate]:
    """Propose essays on the members of a list, and on terms of which the source says more."""
    for members in lists:
        if len(members.items) >= 3:
            rubric = tuple(RubricPoint(text=_capitalise(item)) for item in members.items)
            question = f"{members.card.question} Name each of them in full sentences."
            yield build_question(members.card, "essay", question, members.card.answer, rubric=rubric)
    for term in terms:
        statements = _find_statements_on(term, material)
        definition = material.sentence_of.get(term.card.quote)
        if definition and len(statements) >= 2 and term.card.question.startswith(("What is ", "What are ")):
            question = f"{term.card.question[:-1]}, and what is important to know about it?"
            rubric = tuple(RubricPoint(text=text) for text in (definition.text, *statements[:3]))
            yield build_question(term.card, "essay", question, definition.text, rubric=rubric)


def _find_statements_on(term: Term, material: Material) -> list[str]:
    """Find further sentences of the same passage on the term."""
    return [
        sentence.text
        for sentence in material.sentences
        if sentence.passage == term.card.passage
        and sentence.quote != term.card.quote
        and term.stems <= list_content_stems(sentence.text)
    ]


def _split_items(answer: str) -> tuple[str, ...]:
    if answer.startswith("- "):
        return tuple(line[2:].strip().rstrip(".;,") for line in answer.splitlines())
    return tuple(part.strip() for part in _SEPARATOR.split(answer.rstrip(".")) if part.strip())


def _is_foreign(item: str, members: MemberList) -> bool:
    """Return whether the item has no word in common with the list, so that it can't be a member."""
    own_words = list_content_stems(" ".join(members.items)) | list_content_stems(members.what)
    lengths = [len(member) for member in members.items]
    fits = min(lengths) / _MAX_LENGTH_RATIO <= len(item) <= max(lengths) * _MAX_LENGTH_RATIO
    return (
        fits and not list_content_stems(item) & own_words and item.lower() not in members.card.quote.lower()
    )


def _capitalise(text: str) -> str:
    return text[:1].upper() + text[1:]
