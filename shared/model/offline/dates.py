"""Cards that ask when something happened."""

import re
from collections.abc import Iterator

from shared.model.offline.candidates import Candidate, Pattern, from_sentence
from shared.model.offline.corpus import Corpus
from shared.model.offline.grammar import Clause, clause, tagged
from shared.model.offline.sentences import Sentence
from shared.model.offline.wording import answer, concept, first_thought, inside

_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DATE = (
    rf"(?:(?:in|since|around|by) (?:(?:early |mid-|late )?{_MONTH} )?(?:the )?(?:AD )?\d{{3,4}}s?(?: (?:BCE?"
    rf"|CE|AD))?|on (?:\d{{1,2}} {_MONTH}|{_MONTH} \d{{1,2}},?) \d{{3,4}}|from \d{{3,4}} to \d{{3,4}}"
    rf"|between \d{{3,4}} and \d{{3,4}})"
)
_BEFORE = re.compile(rf"^(?P<date>{_DATE}), (?P<event>[^.]+)\.$", re.IGNORECASE)
_AFTER = re.compile(rf"^(?P<event>[^,;:]+?),? (?P<date>{_DATE})\.$", re.IGNORECASE)
_YEAR = re.compile(r"\b\d{3,4}\b")
_WHAT_IT_WAS = re.compile(r"(?:an?|the) ")
_MAX_EVENT_WORDS = 22


def dates(sentence: Sentence, corpus: Corpus) -> Iterator[Candidate]:
    match = _BEFORE.match(sentence.text) or _AFTER.match(sentence.text)
    if match is None or _YEAR.search(match["event"]) or len(match["event"].split()) > _MAX_EVENT_WORDS:
        return
    event = match["event"]
    cut = clause(event, tagged(event))
    if cut is not None and _named(cut):
        yield from_sentence(
            sentence,
            Pattern.DATE,
            question=_when(cut, inside(cut.subject, corpus)),
            answer=answer(match["date"]),
            concept=concept(cut.subject),
        )


def _when(cut: Clause, subject: str) -> str:
    rest = first_thought(cut.rest)
    if cut.verb.tag == "VVD":
        return f"When did {subject} {cut.verb.lemma} {rest}".strip() + "?"
    return f"When {cut.verb.text} {subject} {rest}".strip() + "?"


def _named(cut: Clause) -> bool:
    """A past event about something the question can name."""
    return (
        cut.past
        and cut.verb.tag != "VHD"
        and not (cut.verb.tag == "VBD" and _WHAT_IT_WAS.match(cut.rest))
        and (len(cut.subject.split()) >= 2 or any(token.tag == "NP0" for token in cut.subject_tokens))
    )
