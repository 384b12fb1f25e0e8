"""What the passages define: terms with their meanings, and which terms are of one kind."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz

from shared.model.offline.asked import Material
from shared.model.offline.candidates import Candidate, Pattern
from shared.model.offline.definitions import is_term
from shared.model.offline.grammar import Clause, noun, tagged
from shared.model.offline.wording import content, inside

_MAX_TERM_WORDS, _MAX_TERM_CHARS = 4, 40
_SAME_MEANING = 70.0
_GENUS_ENDS = frozenset(
    {"that", "which", "who", "whose", "where", "when", "of", "for", "in", "by", "with", "to"}
)
_SENTENCES = re.compile(r"[.!?] [A-Z]")
_ACTS = re.compile(r"^(?:\w+s) (?!of\b)")


@dataclass(frozen=True)
class Term:
    """`name` as an option shows it, `meaning` as it reads inside a sentence."""

    name: str
    meaning: str
    plural: bool
    card: Candidate
    clause: Clause | None

    @cached_property
    def words(self) -> frozenset[str]:
        return content(self.name)

    @cached_property
    def shape(self) -> str:
        """Words, or code that is called, named with a dot, or neither."""
        if re.fullmatch(r"[\w'’ /-]+(?: \(\w+\))?", self.name):
            return "words"
        return "call" if "(" in self.name else "dotted" if "." in self.name else "sign"

    @cached_property
    def is_name(self) -> bool:
        """Whether it is called by a name, as people and products are."""
        return self.name[:1].isupper() and self.shape == "words"

    @cached_property
    def is_person(self) -> bool:
        return self.card.question.startswith(("Who ", "who "))

    @cached_property
    def genus(self) -> str:
        """The noun that says what kind of thing it is: `process` in `the process by which …`."""
        last = ""
        for token in tagged(self.meaning):
            if token.text.lower() in _GENUS_ENDS or (last and token.tag.startswith("VV")):
                break
            if noun(token):
                last = token.lemma
        return last


def terms(material: Material) -> list[Term]:
    """Each defined term once."""
    found: dict[str, Term] = {}
    for term in _found(material):
        found.setdefault(term.name.lower(), term)
    return list(found.values())


def _found(material: Material) -> Iterator[Term]:
    for card in material.of(Pattern.DEFINITION, Pattern.NAMING, Pattern.GLOSSARY):
        name = inside(card.concept, material.corpus)
        if len(name.split()) > _MAX_TERM_WORDS or len(name) > _MAX_TERM_CHARS or not is_term(name):
            continue
        sentence = material.sentence_of.get(card.quote)
        meaning = inside(card.answer.rstrip(". "), material.corpus)
        if _SENTENCES.search(meaning) or (_ACTS.match(meaning) and tagged(meaning)[0].tag == "VVZ"):
            continue
        yield Term(
            name=name,
            meaning=meaning,
            plural=" are " in f" {card.question.lower()}" or card.question.lower().startswith("what were"),
            card=card,
            clause=sentence.clause if sentence else None,
        )


def siblings(term: Term, among: Sequence[Term]) -> list[Term]:
    """Other terms of the same kind, the most alike first, none of which could be meant as well."""
    fitting = [other for other in among if _alike(term, other) and not related(term, other)]
    return sorted(fitting, key=lambda other: _distance(term, other))


def related(term: Term, other: Term) -> bool:
    """Whether one may be a kind or another name of the other, so that what is true of one may be of both."""
    said = content(term.meaning), content(other.meaning)
    return (
        term.words <= other.words
        or other.words <= term.words
        or other.words <= said[0]
        or term.words <= said[1]
        or fuzz.token_set_ratio(" ".join(sorted(said[0])), " ".join(sorted(said[1]))) >= _SAME_MEANING
        or other.words <= content(term.card.quote)
    )


def _alike(term: Term, other: Term) -> bool:
    return (
        term.plural == other.plural
        and term.shape == other.shape
        and term.is_person == other.is_person
        and term.is_name == other.is_name
        and max(len(term.name), len(other.name)) <= 3 * min(len(term.name), len(other.name)) + 6
    )


def _distance(term: Term, other: Term) -> tuple[int, int, int, str]:
    return (
        int(term.genus != other.genus),
        abs(len(term.name.split()) - len(other.name.split())),
        abs(term.card.passage - other.card.passage),
        other.name,
    )
