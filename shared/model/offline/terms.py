"""The terms that the passages define, with their meanings, and which of them are of one kind."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz

from shared.model.offline.candidates import Candidate, Pattern
from shared.model.offline.definitions import is_term
from shared.model.offline.grammar import Clause, is_noun, tag_words
from shared.model.offline.question_candidates import Material
from shared.model.offline.wording import decapitalise, list_content_stems

_MAX_TERM_WORDS, _MAX_TERM_CHARS = 4, 40
_SAME_MEANING = 70.0
_GENUS_ENDS = frozenset(
    {"that", "which", "who", "whose", "where", "when", "of", "for", "in", "by", "with", "to"}
)
_SENTENCES = re.compile(r"[.!?] [A-Z]")
_ACTS = re.compile(r"^(?:\w+s) (?!of\b)")


@dataclass(frozen=True)
class Term:
    """A defined term; `name` as an option shows it, `meaning` as it reads inside a sentence."""

    name: str
    meaning: str
    plural: bool
    card: Candidate
    clause: Clause | None

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of the name's words."""
        return list_content_stems(self.name)

    @cached_property
    def shape(self) -> str:
        """The form of the name: `words`, `call` for code that is called, `dotted`, or `sign`."""
        if re.fullmatch(r"[\w'’ /-]+(?: \(\w+\))?", self.name):
            return "words"
        return "call" if "(" in self.name else "dotted" if "." in self.name else "sign"

    @cached_property
    def is_name(self) -> bool:
        """True if it is called by a name, as people and products are."""
        return self.name[:1].isupper() and self.shape == "words"

    @cached_property
    def is_person(self) -> bool:
        """True if its card asks who it is."""
        return self.card.question.startswith(("Who ", "who "))

    @cached_property
    def genus(self) -> str:
        """The noun that says what kind of thing it is: `process` in `the process by which …`."""
        last = ""
        for token in tag_words(self.meaning):
            if token.text.lower() in _GENUS_ENDS or (last and token.tag.startswith("VV")):
                break
            if is_noun(token):
                last = token.lemma
        return last


def list_terms(material: Material) -> list[Term]:
    """List each defined term once."""
    terms: dict[str, Term] = {}
    for term in _find_terms(material):
        terms.setdefault(term.name.lower(), term)
    return list(terms.values())


def _find_terms(material: Material) -> Iterator[Term]:
    for card in material.select(Pattern.DEFINITION, Pattern.NAMING, Pattern.GLOSSARY):
        name = decapitalise(card.concept, material.corpus)
        if len(name.split()) > _MAX_TERM_WORDS or len(name) > _MAX_TERM_CHARS or not is_term(name):
            continue
        sentence = material.sentence_of.get(card.quote)
        meaning = decapitalise(card.answer.rstrip(". "), material.corpus)
        if _SENTENCES.search(meaning) or (_ACTS.match(meaning) and tag_words(meaning)[0].tag == "VVZ"):
            continue
        yield Term(
            name=name,
            meaning=meaning,
            plural=" are " in f" {card.question.lower()}" or card.question.lower().startswith("what were"),
            card=card,
            clause=sentence.clause if sentence else None,
        )


def find_siblings(term: Term, terms: Sequence[Term]) -> list[Term]:
    """Find other terms of the same kind, the most alike first, none of which could be meant as well."""
    fitting = [other for other in terms if _are_alike(term, other) and not are_related(term, other)]
    return sorted(fitting, key=lambda other: _measure_distance(term, other))


def are_related(term: Term, other: Term) -> bool:
    """Return whether one may be a kind or another name of the other, so that both share what is true."""
    meanings = list_content_stems(term.meaning), list_content_stems(other.meaning)
    return (
        term.stems <= other.stems
        or other.stems <= term.stems
        or other.stems <= meanings[0]
        or term.stems <= meanings[1]
        or fuzz.token_set_ratio(" ".join(sorted(meanings[0])), " ".join(sorted(meanings[1]))) >= _SAME_MEANING
        or other.stems <= list_content_stems(term.card.quote)
    )


def _are_alike(term: Term, other: Term) -> bool:
    return (
        term.plural == other.plural
        and term.shape == other.shape
        and term.is_person == other.is_person
        and term.is_name == other.is_name
        and max(len(term.name), len(other.name)) <= 3 * min(len(term.name), len(other.name)) + 6
    )


def _measure_distance(term: Term, other: Term) -> tuple[int, int, int, str]:
    return (
        int(term.genus != other.genus),
        abs(len(term.name.split()) - len(other.name.split())),
        abs(term.card.passage - other.card.passage),
        other.name,
    )
