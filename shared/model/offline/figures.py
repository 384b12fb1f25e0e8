"""Questions for a number that the source names."""

import re
from collections.abc import Iterator

from shared.model.offline.asked import Asked, Material
from shared.model.offline.candidates import Candidate, Pattern
from shared.model.offline.choices import GAP, asked
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
_OBJECT = re.compile(
    r"^(?P<verb>[a-z]+ (?=up to ))?(?P<most>up to )?(?:only )?(?P<prep>(?:of|into|over|for|in) )?"
    rf"{_NUMBER} {_UNIT}(?P<rest>(?: [^:;.,]+)?)"
)
_FIRST = re.compile(r"^[A-Z]\w+ly, (?=\w)")
_ONE_NUMBER = re.compile(r"(?<![\w.,×^'’#$/−-])\d+(?:[.,]\d+)*(?![\w×^'’/%]|[.,]\d)")
_MIN_WEIGHT = 0.2
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_MAX_SUBJECT = 8  # words
_YEAR = re.compile(r"^(?:In|On) [^\d]*(?:\d{1,2},? [^\d]*)?(?P<number>\d{4})\.$")
_HELPED = {"VVZ": "does", "VHZ": "does", "VVB": "do", "VHB": "do", "VVD": "did", "VHD": "did"}
_DIGITS_OR_NUMERAL = rf"(?:\d|{'|'.join(_NUMERALS)})"
_VAGUE = re.compile(
    r"\b(?:about|around|approximately|roughly|nearly|almost|over|under|at least|at most|more than"
    rf"|less than|fewer than|one of|or)\s+{_DIGITS_OR_NUMERAL}"
    rf"|{_DIGITS_OR_NUMERAL} (?:or|to) (?:more|{_DIGITS_OR_NUMERAL})"
    r"|\b(?:some|many|several|first|last|next)\b",
    re.IGNORECASE,
)
_CLAUSES = re.compile(r"\b(?:that|which|who|whose|because|while|so|but|and)\b")


def figures(material: Material) -> Iterator[Asked]:
    for sentence in material.sentences:
        asked_for = list(_how_many(sentence, material.corpus)) if not _VAGUE.search(sentence.text) else []
        yield from asked_for or _missing(sentence, material.corpus)
    for card in material.of(Pattern.DATE):
        if year := _YEAR.match(card.answer):
            question = re.sub(r"^When ", "In which year ", card.question)
            yield asked(card, "numeric", question, year["number"], number=float(year["number"]))


def _how_many(sentence: Sentence, corpus: Corpus) -> Iterator[Asked]:
    field, text = _field(sentence.text)
    if there := _THERE.match(text):
        question = f"how many {there['unit']}{there['rest']} {there['be']} there?"
        yield _asked(sentence, field + question, there["number"], there["unit"])
        return
    cut = sentence.clause if text == sentence.text else clause(text, tagged(text))
    found = _OBJECT.match(cut.rest) if cut and len(cut.subject.split()) <= _MAX_SUBJECT else None
    if cut is None or found is None or _CLAUSES.search(found["rest"]):
        return
    if found["verb"] and cut.verb.tag == "VM0":
        helper, verb = cut.verb.text, found["verb"].strip()
    elif found["verb"] or found["most"] or cut.verb.tag not in _HELPED:
        return
    else:
        helper, verb = _HELPED[cut.verb.tag], cut.verb.lemma
    front = f"{found['prep'] or ''}how many {found['unit']} {helper} {inside(cut.subject, corpus)} {verb}"
    most = " at most" if found["most"] else ""
    yield _asked(sentence, f"{field}{front}{found['rest'].rstrip()}{most}?", found["number"], cut.subject)


def _field(text: str) -> tuple[str, str]:
    """What the sentence limits itself to (`In law, `, `Originally, `), and the rest."""
    if first := _FIRST.match(text):
        return first[0], text[first.end() :]
    return lead(text)


def _missing(sentence: Sentence, corpus: Corpus) -> Iterator[Asked]:
    """The sentence without its only number."""
    found = list(_ONE_NUMBER.finditer(sentence.text))
    if (
        len(found) != 1
        or len(_DIGITS.findall(sentence.text)) != 1
        or corpus.weight(sentence.text) < _MIN_WEIGHT
    ):
        return
    gapped = f"{sentence.text[: found[0].start()]}{GAP}{sentence.text[found[0].end() :]}"
    about = sentence.clause.subject if sentence.clause else ""
    yield _asked(sentence, f"Which number is missing: “{gapped}”?", found[0][0], about, pattern=Pattern.CLOZE)


def _asked(
    sentence: Sentence, question: str, number: str, about: str, *, pattern: Pattern = Pattern.DATE
) -> Asked:
    card = Candidate(
        pattern=pattern,
        question=question,
        answer=number,
        concept=about,
        quote=sentence.quote,
        chunk_id=sentence.chunk_id,
        passage=sentence.passage,
    )
    value = _NUMERALS.get(number.lower()) or float(number.replace(",", ""))
    return asked(card, "numeric", question[0].upper() + question[1:], number, number=float(value))
