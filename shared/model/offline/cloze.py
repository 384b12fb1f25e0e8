"""Cloze cards: an informative sentence with its key phrase left out."""

import re
from collections.abc import Iterator

from shared.model.offline.candidates import Candidate, Pattern, build_candidate
from shared.model.offline.corpus import Corpus
from shared.model.offline.grammar import Token, can_be_verb, is_ambiguous, is_finite
from shared.model.offline.sentences import Sentence
from shared.model.offline.vocabulary import parse_words

_COMPOUND = parse_words("AJ0 NN0 NN1 NN2 NP0 UNC")
_DULL = parse_words(
    """
    example way number value thing part case time kind type form place person people user name use
    same different more most other certain many several common important good new large small high
    low result reason problem task order line work set end point following single whole entire main
    general real specific various able day year term statement body execution content purpose
    """
)
_COUNTING = parse_words(
    """
    multiple several various different same other certain many such own any full given new versatile
    resulting large small
    """
)
_MAX_GAP_WORDS = 3
_MIN_GAP_CHARS = 3
_MIN_WEIGHT = 0.25


def propose_cloze(sentence: Sentence, corpus: Corpus) -> Iterator[Candidate]:
    """Propose at most one card: its gap is the weightiest compound, rather after the verb than before it."""
    best = max(_find_gaps(sentence, corpus), default=None)
    if best is not None:
        yield _build_card(sentence, best[1], best[2])


def propose_keyphrase_cloze(sentence: Sentence, corpus: Corpus) -> Iterator[Candidate]:
    """Propose one card whose gap is the weightiest key phrase, for languages without a grammar here."""
    for phrase in corpus.keyphrases:
        if " " in phrase:  # without a grammar, longer phrases often cross the bounds of a clause
            continue
        matches = list(re.finditer(rf"(?<!\w){re.escape(phrase)}(?!\w)", sentence.text, re.IGNORECASE))
        if len(matches) == 1 and len(phrase) >= _MIN_GAP_CHARS and _leaves_enough(sentence.text, phrase):
            yield _build_card(sentence, matches[0].start(), matches[0].end())
            return


def _find_gaps(sentence: Sentence, corpus: Corpus) -> Iterator[tuple[float, int, int]]:
    verb = next((token.start for token in sentence.tokens if is_finite(token)), 0)
    for compound in _find_compounds(sentence.tokens):
        start, end = compound[0].start, compound[-1].end
        text = sentence.text[start:end]
        weight = corpus.weigh(text)
        if corpus.is_ubiquitous(compound[0].text) and (len(compound) == 1 or compound[0].text[0].isupper()):
            continue
        if (
            weight >= _MIN_WEIGHT
            and not _is_disguised_verb(compound, sentence)
            and _is_recallable(compound, text, sentence.text, start)
        ):
            yield weight + (0.3 if start > verb else 0.0), start, end


def _find_compounds(tokens: tuple[Token, ...]) -> Iterator[tuple[Token, ...]]:
    """Find runs of adjectives and nouns, whole: half a compound is no answer."""
    run: list[Token] = []
    for token in [*tokens, None]:
        if token is not None and _is_in_compound(token):
            run.append(token)
            continue
        if run and len(run) <= _MAX_GAP_WORDS and run[-1].tag != "AJ0" and not (token and token.tag == "POS"):
            yield tuple(run)
        run = []


def _is_in_compound(token: Token) -> bool:
    return token.tag in _COMPOUND and token.text[0].isalnum() and token.lemma not in _COUNTING


def _is_recallable(compound: tuple[Token, ...], text: str, sentence: str, start: int) -> bool:
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


def _is_disguised_verb(compound: tuple[Token, ...], sentence: Sentence) -> bool:
    """Return whether HanTa took a verb for a noun.

    In `When a function finishes, …` the part between commas has no other verb; `and return control` and
    `the code prints "…` are told by their neighbours.
    """
    before = [token for token in sentence.tokens if token.end <= compound[0].start][-1:]
    after = [token for token in sentence.tokens if token.start >= compound[-1].end][:1]
    if before and before[0].tag == "CJC" and len(compound) > 1 and can_be_verb(compound[0]):
        return True
    if not is_ambiguous(compound[-1]):
        return False
    if len(compound) > 1 and after and after[0].tag in {"AT0", "DPS", "DT0", "PUQ", "PUL"}:
        return True
    commas = [token.start for token in sentence.tokens if token.text == ","]
    left = max((comma for comma in commas if comma < compound[0].start), default=0)
    right = min((comma for comma in commas if comma > compound[0].start), default=len(sentence.text))
    return not any(is_finite(token) for token in sentence.tokens if left <= token.start < right)


def _leaves_enough(sentence: str, gap: str) -> bool:
    return len(gap) * 2 < len(sentence)


def _build_card(sentence: Sentence, start: int, end: int) -> Candidate:
    text = sentence.text
    gap = text[start:end]
    return build_candidate(
        sentence,
        Pattern.CLOZE,
        question=f"{text[:start]}{{{{c1::{gap}}}}}{text[end:]}",
        answer=gap,
        concept=gap,
        card_type="cloze",
    )
