"""Questions for a number that the source names."""

import re
from collections.abc import Iterator

from shared.model.offline.asked import Asked, Material
from shared.model.offline.candidates import Candidate, Pattern
from shared.model.offline.choices import asked
from shared.model.offline.corpus import Corpus
from shared.model.offline.grammar import clause, tagged
from shared.model.offline.sentences import Sentence
from shared.model.offline.wording import inside, lead

_NUMERALS = {
    word: number
    for number, word in enumerate(
        ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), 2
    )
}
_NUMBER = rf"(?P<number>\d+(?:,\d{{3}})*(?:\.\d+)?|{'|'.join(_NUMERALS)})"
_UNIT = r"(?P<unit>(?:[a-z]+(?:-[a-z]+)* ){0,2}[a-z]+s)"
_THERE = re.compile(rf"^There (?P<be>are|were) {_NUMBER} {_UNIT}(?P<rest>(?: (?:of|in|on|for) [^:;,.]+)?)")
_OBJECT = re.compile(rf"^(?P<prep>(?:of|into|over|for|in) )?{_NUMBER} {_UNIT}(?P<rest>[^:;.]*)")
_YEAR = re.compile(r"^(?:In|On) [^\d]*(?:\d{1,2},? [^\d]*)?(?P<number>\d{4})\.$")
_HELPED = {"VVZ": "does", "VHZ": "does", "VVB": "do", "VHB": "do", "VVD": "did", "VHD": "did"}
_DIGITS_OR_NUMERAL = rf"(?:\d|{'|'.join(_NUMERALS)})"
_VAGUE = re.compile(
    r"\b(?:about|around|approximately|roughly|nearly|almost|over|under|up to|at least|at most|more than"
    rf"|less than|fewer than|one of|or)\s+{_DIGITS_OR_NUMERAL}"
    rf"|{_DIGITS_OR_NUMERAL} (?:or|to) (?:more|{_DIGITS_OR_NUMERAL})"
    r"|\b(?:some|many|several|first|last|next)\b",
    re.IGNORECASE,
)
_CLAUSES = re.compile(r"\b(?:that|which|who|whose|because|while|so|but|and)\b")


def figures(material: Material) -> Iterator[Asked]:
    for sentence in material.sentences:
        if not _VAGUE.search(sentence.text):
            yield from _how_many(sentence, material.corpus)
    for card in material.of(Pattern.DATE):
        if year := _YEAR.match(card.answer):
            question = re.sub(r"^When ", "In which year ", card.question)
            yield asked(card, "numeric", question, year["number"], number=float(year["number"]))


def _how_many(sentence: Sentence, corpus: Corpus) -> Iterator[Asked]:
    field, text = lead(sentence.text)
    if there := _THERE.match(text):
        question = f"how many {there['unit']}{there['rest']} {there['be']} there?"
        yield _asked(sentence, field + question, there["number"], there["unit"])
        return
    cut = sentence.clause if text == sentence.text else clause(text, tagged(text))
    if cut is None or len(cut.subject.split()) > 8:
        return
    found = _OBJECT.match(cut.rest)
    if found is None or _CLAUSES.search(found["rest"]) or "," in found["rest"]:
        return
    subject = inside(cut.subject, corpus)
    helper = _HELPED.get(cut.verb.tag)
    if helper is None:
        return
    front = f"{found['prep'] or ''}how many {found['unit']}"
    yield _asked(
        sentence,
        f"{field}{front} {helper} {subject} {cut.verb.lemma}{found['rest'].rstrip()}?",
        found["number"],
        cut.subject,
    )


def _asked(sentence: Sentence, question: str, number: str, about: str) -> Asked:
    card = Candidate(
        pattern=Pattern.DATE,
        question=question,
        answer=number,
        concept=about,
        quote=sentence.quote,
        chunk_id=sentence.chunk_id,
        passage=sentence.passage,
    )
    value = _NUMERALS.get(number.lower()) or float(number.replace(",", ""))
    return asked(card, "numeric", question[0].upper() + question[1:], number, number=float(value))
