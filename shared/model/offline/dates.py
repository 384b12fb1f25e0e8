"""Cards that ask when something happened."""

import re
from collections.abc import Iterator

from shared.model.offline.candidates import Candidate, Pattern, build_candidate
from shared.model.offline.corpus import Corpus
from shared.model.offline.grammar import Clause, parse_clause, tag_words
from shared.model.offline.sentences import Sentence
from shared.model.offline.wording import cut_second_clause, decapitalise, format_answer, strip_article

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


def propose_dates(sentence: Sentence, corpus: Corpus) -> Iterator[Candidate]:
    """Propose a card that asks when the sentence's event happened."""
    match = _BEFORE.match(sentence.text) or _AFTER.match(sentence.text)
    if match is None or _YEAR.search(match["event"]) or len(match["event"].split()) > _MAX_EVENT_WORDS:
        return
    event = match["event"]
    clause = parse_clause(event, tag_words(event))
    if clause is not None and _names_event(clause):
        yield build_candidate(
            sentence,
            Pattern.DATE,
            question=_ask_when(clause, decapitalise(clause.subject, corpus)),
            answer=format_answer(match["date"]),
            concept=strip_article(clause.subject),
        )


def _ask_when(clause: Clause, subject: str) -> str:
    rest = cut_second_clause(clause.rest)
    if clause.verb.tag == "VVD":
        return f"When did {subject} {clause.verb.lemma} {rest}".strip() + "?"
    return f"When {clause.verb.text} {subject} {rest}".strip() + "?"


def _names_event(clause: Clause) -> bool:
    """Return whether the clause tells a past event about something the question can name."""
    return (
        clause.past
        and clause.verb.tag != "VHD"
        and not (clause.verb.tag == "VBD" and _WHAT_IT_WAS.match(clause.rest))
        and (len(clause.subject.split()) >= 2 or any(token.tag == "NP0" for token in clause.subject_tokens))
    )
