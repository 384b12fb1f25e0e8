"""Pieces of a sentence turned into questions and answers that read well."""

import re

from shared.model.offline.corpus import Corpus
from shared.model.offline.grammar import Token, is_finite, is_noun, tag_words
from shared.model.offline.vocabulary import parse_words
from shared.text.stems import inflection_stem

_ARTICLE = re.compile(r"^(?:an?|the|any|some|each|every)\s+", re.IGNORECASE)
_APPOSITION = re.compile(
    r",? (?:also|or|sometimes|often|commonly|otherwise)? ?(?:called|known as|referred to as"
    r"|termed) [^,]{2,60},|, (?:or|i\.e\.) [^,]{2,40},|, abbreviated(?: as)? [^,]{2,20},"
)
_LEAD = re.compile(
    r"^(?:technically|generally|generally speaking|basically|essentially|typically|usually|simply put"
    r"|in general|of course|more precisely|specifically|by definition|traditionally|strictly speaking"
    r"|by tradition),\s+",
    re.IGNORECASE,
)
_FIELD = re.compile(r"^(?:In|For|Within|Under) (?!(?:19|20)\d\d)[^\W\d][^,\d]{2,30},\s+(?=\w)")
_CLAUSE_WORDS = parse_words("and but so yet while whereas although though however because since where which")
_ADVERBS = re.compile(
    r"^(?:also|simply|essentially|basically|generally|usually|typically|often|commonly|thus)\s+"
)
_WORDS = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_EMPTY = parse_words(
    """
    a an the this that these those it its they their he she his her we our you your is are was were be been
    being am do does did has have had will would can could may might must of to in on at by for from with into
    about as and or but so if than then there which who whom whose when where what how also such any some each
    """
)
_TRAILING_ADVERBS = re.compile(
    r"(?<!\s)\s++(?:also|\w+ly|often|always|never|sometimes|only|then|therefore|thus|first)$"
)


def strip_apposition(text: str) -> str:
    """Turn `A shell, also called a console, is …` into `A shell is …`."""
    match = _APPOSITION.search(text)
    if match is None or any(is_finite(token) for token in tag_words(text[: match.start()])):
        return text
    return text[: match.start()] + text[match.end() :]


def split_lead(text: str) -> tuple[str, str]:
    """Split off the field a sentence speaks of (`In economics, `); empty adverbs are dropped."""
    text = _LEAD.sub("", text)
    match = _FIELD.match(text)
    if match and not any(is_finite(token) for token in tag_words(match[0])):
        return match[0], text[match.end() :]
    return "", text


def strip_article(term: str) -> str:
    """Remove the article before a term."""
    return _ARTICLE.sub("", term).strip()


def decapitalise(text: str, corpus: Corpus) -> str:
    """Write the text as it reads inside a sentence: its first letter small unless it is a name."""
    first, *rest = text.split(" ", 1)
    bare = re.sub(r"['’]s$", "", first)
    if len(bare) > 1 and (bare.isupper() or not bare[1:].islower()) and "-" not in bare:
        return text
    titled = rest and rest[0][:1].isupper() and not _ARTICLE.match(text)
    if corpus.is_lower_case(bare) or _ARTICLE.match(text):
        return text if titled else text[0].lower() + text[1:]
    if titled or corpus.is_capitalised(bare) or tag_words(bare)[0].tag == "NP0":
        return text
    return text[0].lower() + text[1:]


def format_answer(text: str) -> str:
    """Format a clean phrase: first letter capital, one full stop."""
    text = text.strip().rstrip(".,;:").strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith(("!", "?")) else ".")


def strip_leading_adverb(text: str) -> str:
    """Remove an adverb that says little from the beginning."""
    return _ADVERBS.sub("", text)


def strip_trailing_adverb(text: str) -> str:
    """Remove an adverb from the end."""
    return _TRAILING_ADVERBS.sub("", text)


def cut_second_clause(text: str) -> str:
    """Cut the text where a second main clause begins: `…, so Python uses it`."""
    tokens = tag_words(text)
    for index, token in enumerate(tokens[:-2]):
        following = tokens[index + 1]
        if token.text == ";" or (
            token.text == "," and following.text in _CLAUSE_WORDS and _begins_clause(tokens[index + 2 :])
        ):
            return text[: token.start]
    return text


def cut_second_verb(text: str) -> str:
    """Cut the text before a second verb of the same subject: `local scope and only exists within it`."""
    tokens = tag_words(text)
    for index, token in enumerate(tokens[:-1]):
        next_words = [word for word in tokens[index + 1 : index + 4] if word.tag != "AV0"]
        if token.text in {"and", "or", "but"} and next_words and is_finite(next_words[0]):
            return text[: token.start].rstrip(" ,")
        if token.text in {"that", "which", "who", "where", "when"}:
            return text
    return text


def _begins_clause(tokens: tuple[Token, ...]) -> bool:
    """Return whether a subject and its verb follow, not just one more verb of the same subject."""
    if not tokens or is_finite(tokens[0]):
        return False
    for index, token in enumerate(tokens[:7]):
        if is_finite(token):
            return any(is_noun(word) or word.tag.startswith("PN") for word in tokens[:index])
        if token.text in {",", "that", "which", "who"}:
            return False
    return False


def list_content_stems(text: str) -> frozenset[str]:
    """Return the stems of the words that carry meaning."""
    words = (re.sub(r"['’]s$", "", word.lower()) for word in _WORDS.findall(text))
    return frozenset(inflection_stem(word) for word in words if word not in _EMPTY)
