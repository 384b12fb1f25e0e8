"""Cloze cards: an informative sentence with its key phrase left out."""

import re
from collections.abc import Iterator

from shared.model.offline.candidates import Candidate, Pattern, from_sentence
from shared.model.offline.corpus import Corpus
from shared.model.offline.grammar import Token, ambiguous, finite, verbal
from shared.model.offline.sentences import Sentence
from shared.model.offline.vocabulary import vocabulary

_COMPOUND = vocabulary("AJ0 NN0 NN1 NN2 NP0 UNC")
_DULL = vocabulary(
    """
    example way number value thing part case time kind type form place person people user name use
    same different more most other certain many several common important good new large small high
    low result reason problem task order line work set end point following single whole entire main
    general real specific various able day year term statement body execution content purpose
    """
)
_COUNTING = vocabulary(
    """
    multiple several various different same other certain many such own any full given new versatile
    resulting large small
    """
)
_MAX_GAP_WORDS = 3
_MIN_GAP_CHARS = 3
_MIN_WEIGHT = 0.25


def clozes(sentence: Sentence, corpus: Corpus) -> Iterator[Candidate]:
    """At most one card: the gap is the weightiest compound, rather after the verb than before it."""
    best = max(_gaps(sentence, corpus), default=None)
    if best is not None:
        yield _card(sentence, best[1], best[2])


def clozes_by_keyphrase(sentence: Sentence, corpus: Corpus) -> Iterator[Candidate]:
    """For languages without a grammar here: the gap is the weightiest key phrase."""
    for phrase in corpus.keyphrases:
        if " " in phrase:  # without a grammar, longer phrases often cross the bounds of a clause
            continue
        found = list(re.finditer(rf"(?<!\w){re.escape(phrase)}(?!\w)", sentence.text, re.IGNORECASE))
        if len(found) == 1 and len(phrase) >= _MIN_GAP_CHARS and _leaves_enough(sentence.text, phrase):
            yield _card(sentence, found[0].start(), found[0].end())
            return


def _gaps(sentence: Sentence, corpus: Corpus) -> Iterator[tuple[float, int, int]]:
    verb = next((token.start for token in sentence.tokens if finite(token)), 0)
    for compound in _compounds(sentence.tokens):
        start, end = compound[0].start, compound[-1].end
        text = sentence.text[start:end]
        weight = corpus.weight(text)
        if corpus.worn(compound[0].text) and (len(compound) == 1 or compound[0].text[0].isupper()):
            continue
        if (
            weight >= _MIN_WEIGHT
            and not _verb_in_disguise(compound, sentence)
            and _recallable(compound, text, sentence.text, start)
        ):
            yield weight + (0.3 if start > verb else 0.0), start, end


def _compounds(tokens: tuple[Token, ...]) -> Iterator[tuple[Token, ...]]:
    """Runs of adjectives and nouns, whole: half a compound is no answer."""
    run: list[Token] = []
    for token in [*tokens, None]:
        if token is not None and _in_compound(token):
            run.append(token)
            continue
        if run and len(run) <= _MAX_GAP_WORDS and run[-1].tag != "AJ0" and not (token and token.tag == "POS"):
            yield tuple(run)
        run = []


def _in_compound(token: Token) -> bool:
    return token.tag in _COMPOUND and token.text[0].isalnum() and token.lemma not in _COUNTING


def _recallable(compound: tuple[Token, ...], text: str, sentence: str, start: int) -> bool:
    head = compound[-1].text.lower()
    around = (sentence[:start] + sentence[start + len(text) :]).lower()
    stem = head.rstrip("s")
    return (
        len(text) >= _MIN_GAP_CHARS
        and start > 0
        and head not in _DULL
        and compound[-1].lemma not in _DULL
        and not re.search(rf"(?<!\w){re.escape(stem)}", around)
    )


def _verb_in_disguise(compound: tuple[Token, ...], sentence: Sentence) -> bool:
    """`When a function finishes, …`: the part between commas has no other verb, so this is it.

    The same for `and return control` and `the code prints "…`: a verb that HanTa takes for a noun.
    """
    before = [token for token in sentence.tokens if token.end <= compound[0].start][-1:]
    after = [token for token in sentence.tokens if token.start >= compound[-1].end][:1]
    if before and before[0].tag == "CJC" and len(compound) > 1 and verbal(compound[0]):
        return True
    if not ambiguous(compound[-1]):
        return False
    if len(compound) > 1 and after and after[0].tag in {"AT0", "DPS", "DT0", "PUQ", "PUL"}:
        return True
    commas = [token.start for token in sentence.tokens if token.text == ","]
    left = max((at for at in commas if at < compound[0].start), default=0)
    right = min((at for at in commas if at > compound[0].start), default=len(sentence.text))
    return not any(finite(token) for token in sentence.tokens if left <= token.start < right)


def _leaves_enough(sentence: str, gap: str) -> bool:
    return len(gap) * 2 < len(sentence)


def _card(sentence: Sentence, start: int, end: int) -> Candidate:
    text = sentence.text
    gap = text[start:end]
    return from_sentence(
        sentence,
        Pattern.CLOZE,
        question=f"{text[:start]}{{{{c1::{gap}}}}}{text[end:]}",
        answer=gap,
        concept=gap,
        card_type="cloze",
    )
