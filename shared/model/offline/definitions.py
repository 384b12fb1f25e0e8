"""Definition cards: `X is a …`, `X is defined as …`, `… is called X`, `…, known as X, …`."""

import re
from collections.abc import Iterator

from shared.model.offline.candidates import Candidate, Pattern, from_sentence
from shared.model.offline.corpus import Corpus
from shared.model.offline.grammar import Clause, Token, clause, noun, tagged
from shared.model.offline.sentences import Sentence
from shared.model.offline.vocabulary import vocabulary
from shared.model.offline.wording import (
    answer,
    concept,
    first_thought,
    inside,
    lead,
    without_apposition,
    without_leading_adverb,
)

_GENUS = re.compile(r"^(?:an?|the|any|one of|what|how|when|where|everything|anything)\s", re.IGNORECASE)
_DIFFERENTIA = re.compile(
    r"\b(?:that|which|who|whose|where|when|of|in which|by which|for|used|made|written|caused|produced"
    r"|between|with|from|in|on|to|\w+ing|\w+ed)\b"
)
_PRAISE = re.compile(
    r"^(?:an?|the|one of the)?\s*(?:very |most |more |widely )?(?:good|great|common|commonly|useful"
    r"|essential|important|popular|famous|natural|key|major|convenient|preferable|versatile|creative"
    r"|powerful|helpful|interesting|simple|complex|necessary|vital|crucial|critical|central|integral"
    r"|result of|example of|first|only|best|main|reason|matter|case|same|most|other|way)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"^(?:also |commonly |often |usually |sometimes |generally |then |collectively )*(?:called|known as"
    r"|referred to as|termed)\s+(?P<term>[^,;:]+?)\.?$"
)
_DEFINED = re.compile(r"^(?:\w+ly |often |usually )?defined as (?P<meaning>.+)$")
_EMBEDDED = re.compile(
    r"\b(?:known as|called|termed|referred to as)\s+(?:an? "
    r"|the )?(?P<term>[A-Za-z][\w-]*(?: [a-z][\w-]*){0,2}?)(?=[,;.)]| (?:which|that|and|in|is|are|to|of|for"
    r"|while|by|because|where|when|with|has|have|can)\b)"
)
_PERSON = re.compile(
    r"\b(?:scientist|philosopher|king|queen|emperor|empress|president|minister|general|leader|economist"
    r"|mathematician|physicist|chemist|biologist|writer|author|poet|composer|painter|politician|engineer"
    r"|inventor|explorer|monk|nun|activist|historian|naturalist|woman|man|reformer|priest|merchant|nurse"
    r"|doctor|lawyer|who)\b"
)
_VAGUE_TERMS = vocabulary(
    """
    goal reason result purpose aim idea problem answer way thing part rest one example examples
    advantage disadvantage difference point fact case matter line making learning writing running
    name choice there
    """
)
_MAX_TERM_WORDS = 7


def definitions(sentence: Sentence, corpus: Corpus) -> Iterator[Candidate]:
    field, text = lead(without_apposition(sentence.text))
    cut = sentence.clause if text == sentence.text else clause(text, tagged(text))
    if cut is not None and cut.verb.lemma == "be":
        yield from _of_clause(sentence, cut, corpus, field)
    yield from _embedded(sentence)


def _of_clause(sentence: Sentence, cut: Clause, corpus: Corpus, field: str) -> Iterator[Candidate]:
    rest = without_leading_adverb(cut.rest)
    if named := _NAMED.match(rest):
        yield from _naming(sentence, cut, named["term"], corpus)
    elif defined := _DEFINED.match(rest):
        yield from _meaning(sentence, cut, defined["meaning"], corpus, field)
    elif _defines(rest, cut):
        yield from _meaning(sentence, cut, rest, corpus, field)


def _defines(rest: str, cut: Clause) -> bool:
    if _PRAISE.match(rest) or len(rest.split()) < 4 or not _DIFFERENTIA.search(rest):
        return False
    if _GENUS.match(rest):
        return True
    if _mass_noun(cut.rest_tokens):
        return True
    if cut.plural and re.match(r"\w+s (?:that|which|who)\b", rest):
        return True
    plural = [token.tag for token in cut.rest_tokens[:4]]
    return cut.plural and "NN2" in plural and all(tag[:2] in {"AJ", "NN", "AV", "VV"} for tag in plural[:2])


def _mass_noun(tokens: tuple[Token, ...]) -> bool:
    """`documentation written for …`, `previously written code that …`."""
    tags = [token.tag for token in tokens[:4]]
    start = 2 if tags[:2] == ["AV0", "VVN"] else 1 if tags[:1] == ["AJ0"] else 0
    return (
        len(tags) > start + 1
        and tags[start] == "NN1"
        and (tags[start + 1] in {"VVN", "CJT"} or tokens[start + 1].text in {"that", "which"})
    )


def _meaning(
    sentence: Sentence, cut: Clause, meaning: str, corpus: Corpus, field: str
) -> Iterator[Candidate]:
    term = cut.subject
    if not is_term(term):
        return
    kept = first_thought(meaning)
    who = "Who" if _is_person(cut, kept) else "What"
    asked = f"{who} {cut.verb.text} {inside(term, corpus)}?"
    yield from_sentence(
        sentence,
        Pattern.DEFINITION,
        question=f"{field}{asked[0].lower()}{asked[1:]}" if field else asked,
        answer=answer(kept),
        concept=concept(term),
    )


def _naming(sentence: Sentence, cut: Clause, term: str, corpus: Corpus) -> Iterator[Candidate]:
    if not is_term(term) or " and " in term or " or " in term or len(cut.subject.split()) < 3:
        return
    verb = "are" if _plural_term(term) else "is"
    yield from_sentence(
        sentence,
        Pattern.NAMING,
        question=f"What {verb} {inside(term, corpus)}?",
        answer=answer(cut.subject),
        concept=concept(term),
    )


def _embedded(sentence: Sentence) -> Iterator[Candidate]:
    """A term named in passing becomes the gap of its sentence."""
    match = _EMBEDDED.search(sentence.text)
    if match is None or match.start() == 0:
        return
    term = match["term"]
    before, after = sentence.text[: match.start("term")], sentence.text[match.end("term") :]
    nominal = all(noun(token) or token.tag[:2] == "AJ" for token in tagged(term))
    if not nominal or term.split()[-1].lower() in (before + after).lower() or term in _VAGUE_TERMS:
        return
    yield from_sentence(
        sentence,
        Pattern.NAMING,
        question=f"{before}{{{{c1::{term}}}}}{after}",
        answer=term,
        concept=term,
        card_type="cloze",
    )


def is_term(text: str) -> bool:
    """Whether the words name one thing that can be asked for."""
    words = concept(text).lower().split()
    if not 0 < len(words) <= _MAX_TERM_WORDS or len(text) > 70:
        return False
    head = words[: words.index("of")] if "of" in words else words
    if any(len(word) == 1 and word.islower() and word != "a" for word in text.split()):
        return False
    return bool(head) and words[0] not in _VAGUE_TERMS and head[-1] not in _VAGUE_TERMS and "," not in text


def _is_person(cut: Clause, meaning: str) -> bool:
    names = [token for token in cut.subject_tokens if token.text[0].isupper()]
    genus = re.split(r"\b(?:that|which|of|in|for|from|to)\b", meaning)[0]
    return len(names) == len(cut.subject_tokens) >= 2 and bool(_PERSON.search(genus))


def _plural_term(term: str) -> bool:
    nouns = [token for token in tagged(term) if noun(token)]
    return bool(nouns) and nouns[-1].tag == "NN2" and not re.search(r"^an? |(?:is|us|ss)$", term)
