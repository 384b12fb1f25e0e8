"""Definition cards: `X is a …`, `X is defined as …`, `… is called X`, `…, known as X, …`."""

import re
from collections.abc import Iterator

from shared.model.offline.candidates import Candidate, Pattern, build_candidate
from shared.model.offline.corpus import Corpus
from shared.model.offline.grammar import Clause, Token, is_noun, parse_clause, tag_words
from shared.model.offline.sentences import Sentence
from shared.model.offline.vocabulary import parse_words
from shared.model.offline.wording import (
    cut_second_clause,
    decapitalise,
    format_answer,
    split_lead,
    strip_apposition,
    strip_article,
    strip_leading_adverb,
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
_VAGUE_TERMS = parse_words(
    """
    goal reason result purpose aim idea problem answer way thing part rest one example examples
    advantage disadvantage difference point fact case matter line making learning writing running
    name choice there
    """
)
_MAX_TERM_WORDS = 7


def propose_definitions(sentence: Sentence, corpus: Corpus) -> Iterator[Candidate]:
    """Propose cards for the term that the sentence defines, and for one it names in passing."""
    field, text = split_lead(strip_apposition(sentence.text))
    clause = sentence.clause if text == sentence.text else parse_clause(text, tag_words(text))
    if clause is not None and clause.verb.lemma == "be":
        yield from _propose_from_clause(sentence, clause, corpus, field)
    yield from _propose_embedded(sentence)


def _propose_from_clause(
    sentence: Sentence, clause: Clause, corpus: Corpus, field: str
) -> Iterator[Candidate]:
    rest = strip_leading_adverb(clause.rest)
    if naming := _NAMED.match(rest):
        yield from _propose_naming(sentence, clause, naming["term"], corpus)
    elif definition := _DEFINED.match(rest):
        yield from _propose_meaning(sentence, clause, definition["meaning"], corpus, field)
    elif _defines(rest, clause):
        yield from _propose_meaning(sentence, clause, rest, corpus, field)


def _defines(rest: str, clause: Clause) -> bool:
    if _PRAISE.match(rest) or len(rest.split()) < 4 or not _DIFFERENTIA.search(rest):
        return False
    if _GENUS.match(rest):
        return True
    if _begins_with_mass_noun(clause.rest_tokens):
        return True
    if clause.plural and re.match(r"\w+s (?:that|which|who)\b", rest):
        return True
    plural = [token.tag for token in clause.rest_tokens[:4]]
    return (
        clause.plural and "NN2" in plural and all(tag[:2] in {"AJ", "NN", "AV", "VV"} for tag in plural[:2])
    )


def _begins_with_mass_noun(tokens: tuple[Token, ...]) -> bool:
    """Recognise `documentation written for …` and `previously written code that …`."""
    tags = [token.tag for token in tokens[:4]]
    start = 2 if tags[:2] == ["AV0", "VVN"] else 1 if tags[:1] == ["AJ0"] else 0
    return (
        len(tags) > start + 1
        and tags[start] == "NN1"
        and (tags[start + 1] in {"VVN", "CJT"} or tokens[start + 1].text in {"that", "which"})
    )


def _propose_meaning(
    sentence: Sentence, clause: Clause, meaning: str, corpus: Corpus, field: str
) -> Iterator[Candidate]:
    term = clause.subject
    if not is_term(term):
        return
    definition = cut_second_clause(meaning)
    pronoun = "Who" if _is_person(clause, definition) else "What"
    question = f"{pronoun} {clause.verb.text} {decapitalise(term, corpus)}?"
    yield build_candidate(
        sentence,
        Pattern.DEFINITION,
        question=f"{field}{question[0].lower()}{question[1:]}" if field else question,
        answer=format_answer(definition),
        concept=strip_article(term),
    )


def _propose_naming(sentence: Sentence, clause: Clause, term: str, corpus: Corpus) -> Iterator[Candidate]:
    if not is_term(term) or " and " in term or " or " in term or len(clause.subject.split()) < 3:
        return
    verb = "are" if _is_plural_term(term) else "is"
    yield build_candidate(
        sentence,
        Pattern.NAMING,
        question=f"What {verb} {decapitalise(term, corpus)}?",
        answer=format_answer(clause.subject),
        concept=strip_article(term),
    )


def _propose_embedded(sentence: Sentence) -> Iterator[Candidate]:
    """Propose a cloze card whose gap is a term named in passing."""
    match = _EMBEDDED.search(sentence.text)
    if match is None or match.start() == 0:
        return
    term = match["term"]
    before, after = sentence.text[: match.start("term")], sentence.text[match.end("term") :]
    nominal = all(is_noun(token) or token.tag[:2] == "AJ" for token in tag_words(term))
    if not nominal or term.split()[-1].lower() in (before + after).lower() or term in _VAGUE_TERMS:
        return
    yield build_candidate(
        sentence,
        Pattern.NAMING,
        question=f"{before}{{{{c1::{term}}}}}{after}",
        answer=term,
        concept=term,
        card_type="cloze",
    )


def is_term(text: str) -> bool:
    """Return whether the words name one thing that can be asked for."""
    words = strip_article(text).lower().split()
    if not 0 < len(words) <= _MAX_TERM_WORDS or len(text) > 70:
        return False
    head = words[: words.index("of")] if "of" in words else words
    if any(len(word) == 1 and word.islower() and word != "a" for word in text.split()):
        return False
    return bool(head) and words[0] not in _VAGUE_TERMS and head[-1] not in _VAGUE_TERMS and "," not in text


def _is_person(clause: Clause, meaning: str) -> bool:
    names = [token for token in clause.subject_tokens if token.text[0].isupper()]
    genus = re.split(r"\b(?:that|which|of|in|for|from|to)\b", meaning)[0]
    return len(names) == len(clause.subject_tokens) >= 2 and bool(_PERSON.search(genus))


def _is_plural_term(term: str) -> bool:
    nouns = [token for token in tag_words(term) if is_noun(token)]
    return bool(nouns) and nouns[-1].tag == "NN2" and not re.search(r"^an? |(?:is|us|ss)$", term)
