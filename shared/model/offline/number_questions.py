"""Questions for a number that the source names."""

import re
from collections.abc import Iterator

from shared.model.offline.candidates import Candidate, Pattern
from shared.model.offline.corpus import Corpus
from shared.model.offline.grammar import parse_clause, tag_words
from shared.model.offline.question_candidates import Material, QuestionCandidate
from shared.model.offline.sentences import Sentence
from shared.model.offline.term_questions import GAP, build_question
from shared.model.offline.wording import decapitalise, split_lead

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
    r"^(?P<verb>[a-z]+ (?=up to ))?(?P<limit>up to )?(?:only )?(?P<prep>(?:of|into|over|for|in) )?"
    rf"{_NUMBER} {_UNIT}(?P<rest>(?: [^:;.,]+)?)"
)
_FIRST = re.compile(r"^[A-Z]\w+ly, (?=\w)")
_ONE_NUMBER = re.compile(r"(?<![\w.,×^'’#$/−-])\d+(?:[.,]\d+)*(?![\w×^'’/%]|[.,]\d)")
_MIN_WEIGHT = 0.2
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
_MAX_SUBJECT_WORDS = 8
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


def propose_numbers(material: Material) -> Iterator[QuestionCandidate]:
    """Propose a question for the number in each sentence that has a single sure one."""
    for sentence in material.sentences:
        candidates = (
            list(_ask_how_many(sentence, material.corpus)) if not _VAGUE.search(sentence.text) else []
        )
        yield from candidates or _ask_missing_number(sentence, material.corpus)
    for card in material.select(Pattern.DATE):
        if year := _YEAR.match(card.answer):
            question = re.sub(r"^When ", "In which year ", card.question)
            yield build_question(card, "numeric", question, year["number"], number=float(year["number"]))


def _ask_how_many(sentence: Sentence, corpus: Corpus) -> Iterator[QuestionCandidate]:
    field, text = _split_field(sentence.text)
    if match := _THERE.match(text):
        question = f"how many {match['unit']}{match['rest']} {match['be']} there?"
        yield _build_question(sentence, field + question, match["number"], match["unit"])
        return
    clause = sentence.clause if text == sentence.text else parse_clause(text, tag_words(text))
    numbered = (
        _OBJECT.match(clause.rest) if clause and len(clause.subject.split()) <= _MAX_SUBJECT_WORDS else None
    )
    if clause is None or numbered is None or _CLAUSES.search(numbered["rest"]):
        return
    if numbered["verb"] and clause.verb.tag == "VM0":
        helper, verb = clause.verb.text, numbered["verb"].strip()
    elif numbered["verb"] or numbered["limit"] or clause.verb.tag not in _HELPED:
        return
    else:
        helper, verb = _HELPED[clause.verb.tag], clause.verb.lemma
    subject = decapitalise(clause.subject, corpus)
    front = f"{numbered['prep'] or ''}how many {numbered['unit']} {helper} {subject} {verb}"
    limit = " at most" if numbered["limit"] else ""
    yield _build_question(
        sentence, f"{field}{front}{numbered['rest'].rstrip()}{limit}?", numbered["number"], clause.subject
    )


def _split_field(text: str) -> tuple[str, str]:
    """Split off what the sentence limits itself to: `In law, `, `Originally, `."""
    if first := _FIRST.match(text):
        return first[0], text[first.end() :]
    return split_lead(text)


def _ask_missing_number(sentence: Sentence, corpus: Corpus) -> Iterator[QuestionCandidate]:
    """Ask for the only number of the sentence by leaving it out."""
    matches = list(_ONE_NUMBER.finditer(sentence.text))
    if (
        len(matches) != 1
        or len(_DIGITS.findall(sentence.text)) != 1
        or corpus.weigh(sentence.text) < _MIN_WEIGHT
    ):
        return
    gapped = f"{sentence.text[: matches[0].start()]}{GAP}{sentence.text[matches[0].end() :]}"
    about = sentence.clause.subject if sentence.clause else ""
    yield _build_question(
        sentence, f"Which number is missing: “{gapped}”?", matches[0][0], about, pattern=Pattern.CLOZE
    )


def _build_question(
    sentence: Sentence, question: str, number: str, about: str, *, pattern: Pattern = Pattern.DATE
) -> QuestionCandidate:
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
    return build_question(card, "numeric", question[0].upper() + question[1:], number, number=float(value))
