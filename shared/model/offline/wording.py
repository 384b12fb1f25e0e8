"""Turning pieces of a sentence into questions and answers that read well."""

import re

from shared.model.offline.corpus import Corpus
from shared.model.offline.grammar import Token, finite, noun, tagged
from shared.model.offline.vocabulary import vocabulary

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
_CLAUSE_WORDS = vocabulary("and but so yet while whereas although though however because since where which")
_ADVERBS = re.compile(
    r"^(?:also|simply|essentially|basically|generally|usually|typically|often|commonly|thus)\s+"
)
_WORDS = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_EMPTY = vocabulary(
    """
    a an the this that these those it its they their he she his her we our you your is are was were be been
    being am do does did has have had will would can could may might must of to in on at by for from with into
    about as and or but so if than then there which who whom whose when where what how also such any some each
    """
)
_TRAILING_ADVERBS = re.compile(
    r"\s+(?:also|\w+ly|often|always|never|sometimes|only|then|therefore|thus|first)$"
)


def without_apposition(text: str) -> str:
    """`A shell, also called a console, is …` becomes `A shell is …`."""
    match = _APPOSITION.search(text)
    if match is None or any(finite(token) for token in tagged(text[: match.start()])):
        return text
    return text[: match.start()] + text[match.end() :]


def lead(text: str) -> tuple[str, str]:
    """The field a sentence speaks of (`In economics, `) and the rest; empty adverbs are dropped."""
    text = _LEAD.sub("", text)
    match = _FIELD.match(text)
    if match and not any(finite(token) for token in tagged(match[0])):
        return match[0], text[match.end() :]
    return "", text


def concept(term: str) -> str:
    return _ARTICLE.sub("", term).strip()


def inside(text: str, corpus: Corpus) -> str:
    """The text as it reads inside a sentence: its first letter small unless it is a name."""
    first, *rest = text.split(" ", 1)
    bare = re.sub(r"['’]s$", "", first)
    if len(bare) > 1 and (bare.isupper() or not bare[1:].islower()) and "-" not in bare:
        return text
    titled = rest and rest[0][:1].isupper() and not _ARTICLE.match(text)
    if corpus.common(bare) or _ARTICLE.match(text):
        return text if titled else text[0].lower() + text[1:]
    if titled or corpus.name(bare) or tagged(bare)[0].tag == "NP0":
        return text
    return text[0].lower() + text[1:]


def answer(text: str) -> str:
    """A clean phrase: first letter capital, one full stop."""
    text = text.strip().rstrip(".,;:").strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith(("!", "?")) else ".")


def without_leading_adverb(text: str) -> str:
    return _ADVERBS.sub("", text)


def without_trailing_adverb(text: str) -> str:
    return _TRAILING_ADVERBS.sub("", text)


def first_thought(text: str) -> str:
    """The text up to where a second main clause begins: `…, so Python uses it`."""
    tokens = tagged(text)
    for index, token in enumerate(tokens[:-2]):
        following = tokens[index + 1]
        if token.text == ";" or (
            token.text == "," and following.text in _CLAUSE_WORDS and _new_clause(tokens[index + 2 :])
        ):
            return text[: token.start]
    return text


def first_object(text: str) -> str:
    """The text up to a second verb of the same subject: `local scope and only exists within it`."""
    tokens = tagged(text)
    for index, token in enumerate(tokens[:-1]):
        following = [word for word in tokens[index + 1 : index + 4] if word.tag != "AV0"]
        if token.text in {"and", "or", "but"} and following and finite(following[0]):
            return text[: token.start].rstrip(" ,")
        if token.text in {"that", "which", "who", "where", "when"}:
            return text
    return text


def _new_clause(tokens: tuple[Token, ...]) -> bool:
    """Whether a subject and its verb follow, not just one more verb of the same subject."""
    if not tokens or finite(tokens[0]):
        return False
    for index, token in enumerate(tokens[:7]):
        if finite(token):
            return any(noun(word) or word.tag.startswith("PN") for word in tokens[:index])
        if token.text in {",", "that", "which", "who"}:
            return False
    return False


def content(text: str) -> frozenset[str]:
    """The words that carry meaning, in lower case and without a plural's s."""
    found = (re.sub(r"['’]s$", "", word.lower()) for word in _WORDS.findall(text))
    return frozenset(re.sub(r"(?<=[^\Ws])s$", "", word) for word in found if word not in _EMPTY)
