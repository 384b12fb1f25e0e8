"""Questions with one right option, and the short answers to the same: from terms, meanings and dates."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields

from shared.model.offline.asked import Asked, Material, shuffled
from shared.model.offline.candidates import Candidate, Pattern
from shared.model.offline.terms import Term, siblings
from shared.model.offline.wording import content
from shared.model.protocol import QuestionType

_OPTIONS = 4
_FEWEST = 3
_LENGTHS = 1.8  # options of one question differ in length at most by so much
_DIGITS, _MONTH = re.compile(r"\d"), re.compile(r"\b[A-Z][a-z]+\b")


def choices(known: Sequence[Term], material: Material) -> Iterator[Asked]:
    """Which meaning a term has, which term a meaning has, when something was."""
    for term in known:
        others = siblings(term, known)
        yield from _choice(term.card, term.card.question, term.card.answer, [o.card.answer for o in others])
        if named := naming(term):
            yield from _choice(term.card, named, term.name, [other.name for other in others])
    dates = material.of(Pattern.DATE)
    for card in dates:
        others_dates = [other.answer for other in dates if _shape(other.answer) == _shape(card.answer)]
        yield from _choice(card, card.question, card.answer, others_dates)


def short_answers(known: Sequence[Term], material: Material) -> Iterator[Asked]:
    for term in known:
        if named := naming(term):
            yield asked(term.card, "short_answer", named, term.name, accepted=spellings(term.name))
    for card in material.of(Pattern.DATE):
        bare = re.sub(r"^(?:In|On|By) (?:the )?", "", card.answer.rstrip("."))
        if bare != card.answer.rstrip("."):
            yield asked(card, "short_answer", card.question, bare, accepted=(bare, card.answer.rstrip(".")))


def naming(term: Term) -> str | None:
    """Asks for the term by its meaning, unless the meaning holds it."""
    if term.words & content(term.meaning) or len(term.meaning.split()) < 4:
        return None
    if term.is_person:
        return (
            f"Who was {term.meaning}?" if " was " in f" {term.card.question} " else f"Who is {term.meaning}?"
        )
    kind = "function" if term.name.endswith("()") else "term"
    return f"Which {kind} means “{term.meaning}”?"


def spellings(name: str) -> tuple[str, ...]:
    """The name and the simple variants that are as right: without brackets, with its abbreviation alone."""
    variants = [name, name.removesuffix("()"), re.sub(r"\s*\([^)]*\)$", "", name)]
    variants += re.findall(r"\(([A-Z][\w-]+)\)$", name)
    variants += [variant.replace("-", " ") for variant in variants if "-" in variant]
    return tuple(dict.fromkeys(variant for variant in variants if variant))


def asked(card: Candidate, kind: QuestionType, question: str, answer: str, **more: object) -> Asked:
    basis = {field.name: getattr(card, field.name) for field in fields(Candidate)}
    return Asked(
        **(
            basis
            | {"question": question, "answer": answer, "question_type": kind, "card_type": "basic"}
            | more
        )
    )


def _choice(card: Candidate, question: str, key: str, wrong: Sequence[str]) -> Iterator[Asked]:
    fitting = [
        option
        for option in dict.fromkeys(wrong)
        if option.lower() != key.lower()
        and _long_as(option, key)
        and not content(option) <= content(question)
    ][: _OPTIONS - 1]
    if len(fitting) + 1 >= _FEWEST:
        options = shuffled([_capital(option) for option in (key, *fitting)], by=question)
        place = options.index(_capital(key))
        yield asked(card, "multiple_choice", question, key, options=options, correct=(place,))


def _long_as(option: str, key: str) -> bool:
    short, long = sorted((len(option), len(key)))
    return long <= _LENGTHS * short or long <= 24


def _capital(option: str) -> str:
    return option if option.endswith("()") else option[:1].upper() + option[1:]


def _shape(date: str) -> str:
    return _DIGITS.sub("0", _MONTH.sub("M", date))
