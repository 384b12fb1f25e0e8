"""Questions with one right option, and the short answers to the same: from terms, meanings and dates."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields
from zlib import crc32

from shared.model.offline.asked import Asked, Material, shuffled
from shared.model.offline.candidates import Candidate, Pattern
from shared.model.offline.terms import Term, siblings
from shared.model.offline.wording import content
from shared.model.protocol import QuestionType

_OPTIONS = 4
_FEWEST = 3
_LENGTHS = 1.8  # options of one question differ in length at most by so much
_TERM_WEIGHT = 0.5
GAP = "_____"
_WORD = re.compile(r"[^\W\d_]+(?=[\s,'’-]|$)")
_ARTICLE = re.compile(r"\b([Aa])n? $")
_LOOSE = re.compile(
    r"^\S{0,8} ?\{\{.*\b(?:can|could|may|might|also|often|sometimes|usually)\b"  # true of others too
    r"|\b(?:or|and)(?: an?| the)? \{\{c1|\}\} (?:or|and)\b"  # one of several
    r"|\b(?:when|while|by|before|after|without) \{\{c1::\w+ing\b"  # a verb, not a term
)
_INDEFINITE = re.compile(r"^an? ")
_NO_KIND = frozenset({"python", "it", "they"})
_DIGITS, _MONTH = re.compile(r"\d"), re.compile(r"\b[A-Z][a-z]+\b")


def choices(known: Sequence[Term], material: Material) -> Iterator[Asked]:
    """Which meaning a term has, which term a meaning has, what a thing does, when something was."""
    for term in known:
        others = siblings(term, known)
        names = [other.name for other in others]
        pairs = [(term.card.question, term.card.answer, [other.card.answer for other in others])]
        if asks := naming(term):
            pairs.append((asks, term.name, names))
        if crc32(term.name.encode()) % 2:  # a quiz does not ask all its terms from the same side
            pairs.reverse()
        for question, key, wrong in pairs:
            yield from _choice(term.card, question, key, wrong)
    for card in material.of(Pattern.ACTION, Pattern.PURPOSE):
        yield from _choice(card, card.question, card.answer, _of_its_kind(card, material))
    for card, question in gaps(material, Pattern.NAMING):
        yield from _choice(card, question, card.answer, _names_for(card, known, material))
    dates = material.of(Pattern.DATE)
    for card in dates:
        others_dates = [other.answer for other in dates if _shape(other.answer) == _shape(card.answer)]
        yield from _choice(card, card.question, card.answer, others_dates)


def short_answers(known: Sequence[Term], material: Material) -> Iterator[Asked]:
    for term in known:
        vague = term.shape == "sign" or (term.is_name and _INDEFINITE.match(term.meaning))
        if (question := naming(term)) and not (vague and not term.is_person):
            yield asked(term.card, "short_answer", question, term.name, accepted=spellings(term.name))
    for card, question in gaps(material, Pattern.NAMING, Pattern.CLOZE):
        if card.pattern is Pattern.NAMING or _only_this_fits(card, material):
            yield asked(card, "short_answer", question, card.answer, accepted=spellings(card.answer))
    for card in material.of(Pattern.DATE):
        dated = card.answer.rstrip(".")
        bare = re.sub(r"^(?:In|On|By) (?:the )?", "", dated)
        if bare != dated:
            yield asked(card, "short_answer", card.question, bare, accepted=(bare, dated))


def gaps(material: Material, *patterns: Pattern) -> Iterator[tuple[Candidate, str]]:
    """Sentences that lack a term, asked for in full."""
    for card in material.of(*patterns, cloze=True):
        before, _, rest = card.question.partition("{{c1::")
        after = rest.partition("}}")[2]
        before = _ARTICLE.sub(r"\1(n) ", before)  # `an` would tell how the term begins
        yield card, f"Which term completes the sentence: “{before}{GAP}{after}”?"


def naming(term: Term) -> str | None:
    """Asks for the term by its meaning, unless the meaning holds it."""
    if term.words & content(term.meaning) or len(term.meaning.split()) < 4:
        return None
    if term.is_person:
        return (
            f"Who was {term.meaning}?" if " was " in f" {term.card.question} " else f"Who is {term.meaning}?"
        )
    if term.is_name:
        return f"Which name fits the description “{term.meaning}”?"
    return f"Which {'function' if term.shape == 'call' else 'term'} means “{term.meaning}”?"


def spellings(name: str) -> tuple[str, ...]:
    """The name and the simple variants that are as right: its head, its abbreviation, one of them."""
    head = re.sub(r"^.+['’]s (?=\w)|(?<=\(\)) (?:function|method)$", "", name)
    variants = [name, head, head.removesuffix("()"), re.sub(r"\s*\([^)]*\)$", "", name)]
    variants += re.findall(r"\(([A-Z][\w-]+)\)$", name)
    variants += [variant.replace("-", " ") for variant in variants if "-" in variant]
    variants += [name[:-1]] if _plural(name) and not name.endswith("ies") else []
    return tuple(dict.fromkeys(variant for variant in variants if variant))


def _of_its_kind(card: Candidate, material: Material) -> list[str]:
    """What other things of the same kind do (other functions, other statements), asked the same way."""
    kind, way = _kind(card), _way(card)
    return [
        other.answer
        for other in material.of(card.pattern)
        if kind
        and _kind(other) == kind
        and _way(other) == way
        and not content(other.concept) <= content(card.concept)
        and not content(card.concept) <= content(other.concept)
    ]


def _kind(card: Candidate) -> str:
    last = card.concept.split()[-1].lower() if card.concept else ""
    return "" if last in _NO_KIND else last


def _way(card: Candidate) -> str:
    return re.sub(re.escape(card.concept), "", card.question, flags=re.IGNORECASE)


def _names_for(card: Candidate, known: Sequence[Term], material: Material) -> list[str]:
    """Other terms that could stand in the gap by their form, those of the same part of the source first."""
    pool = [
        (term.name, term.card.passage)
        for term in known
        if term.shape == "words" and not (term.is_name or term.is_person)
    ]
    pool += [
        (other.answer, other.passage)
        for other in material.of(Pattern.NAMING, cloze=True)
        if other.answer.islower()
    ]
    fitting = [
        (abs(len(name.split()) - len(card.answer.split())), abs(passage - card.passage), name)
        for name, passage in pool
        if _plural(name) == _plural(card.answer) and not content(name) <= content(card.quote)
    ]
    return [name for *_, name in sorted(fitting)]


def _plural(name: str) -> bool:
    return name.endswith("s") and not name.endswith(("ss", "us", "is"))


def _only_this_fits(card: Candidate, material: Material) -> bool:
    """Whether the gap is a compound that the passages come back to, in a sentence that is not loose."""
    return (
        len(card.answer.split()) > 1
        and not _LOOSE.search(card.question)
        and material.corpus.weight(card.answer) >= _TERM_WEIGHT
        and sum(card.answer.lower() in sentence.text.lower() for sentence in material.sentences) > 1
    )


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
    """As options begin, but code is left as it is."""
    return option[:1].upper() + option[1:] if _WORD.match(option) else option


def _shape(date: str) -> str:
    return _DIGITS.sub("0", _MONTH.sub("M", date))
