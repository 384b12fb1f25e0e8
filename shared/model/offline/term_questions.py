"""Questions on terms, meanings and dates: with one right option, or with a short answer."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields
from zlib import crc32

from shared.model.offline.candidates import Candidate, Pattern
from shared.model.offline.question_candidates import Material, QuestionCandidate, shuffle
from shared.model.offline.terms import Term, find_siblings
from shared.model.offline.wording import list_content_stems
from shared.model.protocol import QuestionType

_MAX_OPTIONS = 4
_MIN_OPTIONS = 3
_MAX_LENGTH_RATIO = 1.8  # of two options of one question
_MIN_TERM_WEIGHT = 0.5
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


def propose_choices(terms: Sequence[Term], material: Material) -> Iterator[QuestionCandidate]:
    """Propose choices of meaning, of term, of what a thing does, and of date."""
    for term in terms:
        others = find_siblings(term, terms)
        names = [other.name for other in others]
        pairs = [(term.card.question, term.card.answer, [other.card.answer for other in others])]
        if request := ask_for_name(term):
            pairs.append((request, term.name, names))
        if crc32(term.name.encode()) % 2:  # a quiz does not ask all its terms from the same side
            pairs.reverse()
        for question, key, distractors in pairs:
            yield from _build_choice(term.card, question, key, distractors)
    for card in material.select(Pattern.ACTION, Pattern.PURPOSE):
        yield from _build_choice(card, card.question, card.answer, _list_alternatives(card, material))
    for card, question in propose_gaps(material, Pattern.NAMING):
        yield from _build_choice(card, question, card.answer, _list_fitting_names(card, terms, material))
    dates = material.select(Pattern.DATE)
    for card in dates:
        other_dates = [other.answer for other in dates if _mask_date(other.answer) == _mask_date(card.answer)]
        yield from _build_choice(card, card.question, card.answer, other_dates)


def propose_short_answers(terms: Sequence[Term], material: Material) -> Iterator[QuestionCandidate]:
    """Propose questions whose answer is a term or a date."""
    for term in terms:
        is_vague = term.shape == "sign" or (term.is_name and _INDEFINITE.match(term.meaning))
        if (question := ask_for_name(term)) and not (is_vague and not term.is_person):
            yield build_question(
                term.card, "short_answer", question, term.name, accepted=list_spellings(term.name)
            )
    for card, question in propose_gaps(material, Pattern.NAMING, Pattern.CLOZE):
        if card.pattern is Pattern.NAMING or _is_only_fit(card, material):
            yield build_question(
                card, "short_answer", question, card.answer, accepted=list_spellings(card.answer)
            )
    for card in material.select(Pattern.DATE):
        date = card.answer.rstrip(".")
        bare_date = re.sub(r"^(?:In|On|By) (?:the )?", "", date)
        if bare_date != date:
            yield build_question(card, "short_answer", card.question, bare_date, accepted=(bare_date, date))


def propose_gaps(material: Material, *patterns: Pattern) -> Iterator[tuple[Candidate, str]]:
    """Ask for the term that a sentence lacks."""
    for card in material.select(*patterns, cloze=True):
        before, _, rest = card.question.partition("{{c1::")
        after = rest.partition("}}")[2]
        before = _ARTICLE.sub(r"\1(n) ", before)  # `an` would tell how the term begins
        yield card, f"Which term completes the sentence: “{before}{GAP}{after}”?"


def ask_for_name(term: Term) -> str | None:
    """Ask for the term by its meaning, unless the meaning holds it."""
    if term.stems & list_content_stems(term.meaning) or len(term.meaning.split()) < 4:
        return None
    if term.is_person:
        return (
            f"Who was {term.meaning}?" if " was " in f" {term.card.question} " else f"Who is {term.meaning}?"
        )
    if term.is_name:
        return f"Which name fits the description “{term.meaning}”?"
    return f"Which {'function' if term.shape == 'call' else 'term'} means “{term.meaning}”?"


def list_spellings(name: str) -> tuple[str, ...]:
    """List the name and the simple variants that are as right: its head, its abbreviation."""
    head = re.sub(r"^.+['’]s (?=\w)|(?<=\(\)) (?:function|method)$", "", name)
    variants = [name, head, head.removesuffix("()"), re.sub(r"\s*\([^)]*\)$", "", name)]
    variants += re.findall(r"\(([A-Z][\w-]+)\)$", name)
    variants += [variant.replace("-", " ") for variant in variants if "-" in variant]
    variants += [name[:-1]] if _is_plural(name) and not name.endswith("ies") else []
    return tuple(dict.fromkeys(variant for variant in variants if variant))


def _list_alternatives(card: Candidate, material: Material) -> list[str]:
    """List what other things of the same kind do, if asked the same way."""
    kind, pattern = _name_kind(card), _strip_concept(card)
    return [
        other.answer
        for other in material.select(card.pattern)
        if kind
        and _name_kind(other) == kind
        and _strip_concept(other) == pattern
        and not list_content_stems(other.concept) <= list_content_stems(card.concept)
        and not list_content_stems(card.concept) <= list_content_stems(other.concept)
    ]


def _name_kind(card: Candidate) -> str:
    last = card.concept.split()[-1].lower() if card.concept else ""
    return "" if last in _NO_KIND else last


def _strip_concept(card: Candidate) -> str:
    return re.sub(re.escape(card.concept), "", card.question, flags=re.IGNORECASE)


def _list_fitting_names(card: Candidate, terms: Sequence[Term], material: Material) -> list[str]:
    """List other terms that fit the gap by their form, those of the same part of the source first."""
    pool = [
        (term.name, term.card.passage)
        for term in terms
        if term.shape == "words" and not (term.is_name or term.is_person)
    ]
    pool += [
        (other.answer, other.passage)
        for other in material.select(Pattern.NAMING, cloze=True)
        if other.answer.islower()
    ]
    fitting = [
        (abs(len(name.split()) - len(card.answer.split())), abs(passage - card.passage), name)
        for name, passage in pool
        if _is_plural(name) == _is_plural(card.answer)
        and not list_content_stems(name) <= list_content_stems(card.quote)
    ]
    return [name for *_, name in sorted(fitting)]


def _is_plural(name: str) -> bool:
    return name.endswith("s") and not name.endswith(("ss", "us", "is"))


def _is_only_fit(card: Candidate, material: Material) -> bool:
    """Return whether the gap is a compound that the passages repeat, in a sentence that is not loose."""
    return (
        len(card.answer.split()) > 1
        and not _LOOSE.search(card.question)
        and material.corpus.weigh(card.answer) >= _MIN_TERM_WEIGHT
        and sum(card.answer.lower() in sentence.text.lower() for sentence in material.sentences) > 1
    )


def build_question(
    card: Candidate, kind: QuestionType, question: str, answer: str, **details: object
) -> QuestionCandidate:
    """Build a question from a card; `details` are the fields that its type needs."""
    shared_fields = {field.name: getattr(card, field.name) for field in fields(Candidate)}
    return QuestionCandidate(
        **(
            shared_fields
            | {"question": question, "answer": answer, "question_type": kind, "card_type": "basic"}
            | details
        )
    )


def _build_choice(
    card: Candidate, question: str, key: str, distractors: Sequence[str]
) -> Iterator[QuestionCandidate]:
    fitting = [
        option
        for option in dict.fromkeys(distractors)
        if option.lower() != key.lower()
        and _is_as_long(option, key)
        and not list_content_stems(option) <= list_content_stems(question)
    ][: _MAX_OPTIONS - 1]
    if len(fitting) + 1 >= _MIN_OPTIONS:
        options = shuffle([_capitalise(option) for option in (key, *fitting)], by=question)
        place = options.index(_capitalise(key))
        yield build_question(card, "multiple_choice", question, key, options=options, correct=(place,))


def _is_as_long(option: str, key: str) -> bool:
    short, long = sorted((len(option), len(key)))
    return long <= _MAX_LENGTH_RATIO * short or long <= 24


def _capitalise(option: str) -> str:
    """Begin with a capital, as options do, but leave code as it is."""
    return option[:1].upper() + option[1:] if _WORD.match(option) else option


def _mask_date(date: str) -> str:
    return _DIGITS.sub("0", _MONTH.sub("M", date))
