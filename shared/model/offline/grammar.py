"""A little grammar over HanTa's tags: where a sentence's subject ends and its verb begins."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from shared.model.offline.vocabulary import load_tagger, parse_words

_TOKEN = re.compile(r"(?<!\w)\w++\(\)|[^\W_][\w]*(?:[-./&][^\W_]\w*)*(?:['’](?!s\b)\w+)?|['’]s\b|\S")
_FINITE = parse_words("VBZ VBB VBD VHZ VHB VHD VDZ VDB VDD VVZ VVB VVD VM0")
_NOMINAL = parse_words(
    """
    AT0 DT0 DPS AJ0 AJC AJS NN0 NN1 NN2 NP0 CRD ORD PRF POS CJC AV0 VVN VVG PRP UNC ZZ0 PUL PUR PUQ
    PUN NULL ITJ
    """
)
_MAX_WORD_CHARS = 50  # what is longer is no English word, and the tagger takes the square of its length
_NOUNS = parse_words("NN0 NN1 NN2 NP0 UNC VVG ZZ0 CRD")


@dataclass(frozen=True)
class Token:
    """A word with its lemma, its part of speech, and its place in the text."""

    text: str
    lemma: str
    tag: str
    start: int
    end: int


@dataclass(frozen=True)
class Clause:
    """A sentence cut at its main verb; `subject` and `rest` are its own words."""

    subject: str
    subject_tokens: tuple[Token, ...]
    verb: Token
    rest: str
    rest_tokens: tuple[Token, ...]

    @property
    def plural(self) -> bool:
        """True if the verb has the form of a plural subject."""
        return self.verb.tag in {"VBB", "VVB", "VHB", "VDB"} or self.verb.text in {"are", "were"}

    @property
    def past(self) -> bool:
        """True if the verb is in the past tense."""
        return self.verb.tag in {"VBD", "VVD", "VHD", "VDD"}


@lru_cache(maxsize=1024)
def tag_words(text: str) -> tuple[Token, ...]:
    """Split an English sentence into words with lemma and part of speech."""
    spans = [(match[0], match.start(), match.end()) for match in _TOKEN.finditer(text)]
    tags = load_tagger().tag_sent([word[:_MAX_WORD_CHARS] for word, _, _ in spans])
    return _ensure_verb(
        [
            Token(word, lemma if len(word) <= _MAX_WORD_CHARS else word, _correct_tag(word, tag), start, end)
            for (word, start, end), (_, lemma, tag) in zip(spans, tags, strict=True)
        ]
    )


def parse_clause(text: str, tokens: tuple[Token, ...]) -> Clause | None:
    """Cut at the first finite verb, if everything before it is a plain noun phrase."""
    for index, token in enumerate(tokens):
        if token.tag in _FINITE:
            return _cut_clause(text, tokens, index) if index else None
        if token.tag not in _NOMINAL or (token.text in ",;:" and not _is_list_comma(tokens, index)):
            return None
    return None


def is_finite(token: Token) -> bool:
    """Return whether the word is tagged as a finite verb."""
    return token.tag in _FINITE


def is_ambiguous(token: Token) -> bool:
    """Return whether a word tagged as a plural noun is a verb as often: `prints`, `finishes`."""
    return token.tag == "NN2" and "VVZ" in _list_tags(token.text)


def can_be_verb(token: Token) -> bool:
    """Return whether a word tagged as a noun can be a verb: `return`, `troubleshooting`."""
    return not _list_tags(token.text).isdisjoint({"VVB", "VVI", "VVG"})


def is_noun(token: Token) -> bool:
    """Return whether the word is tagged as a noun, a name or a number."""
    return token.tag in _NOUNS


def _list_tags(word: str) -> set[str]:
    return {tag for tag, _ in load_tagger().tag_word(word[:_MAX_WORD_CHARS])}


def _ensure_verb(tokens: list[Token]) -> tuple[Token, ...]:
    """Take the first noun that could be a verb for it if there is none: `A for loop iterates over …`."""
    if not any(is_finite(token) for token in tokens):
        for index, token in enumerate(tokens[1:], 1):
            if tokens[index - 1].tag == "NN1" and is_ambiguous(token):
                tokens[index] = replace(token, tag="VVZ")
                break
    return tuple(tokens)


def _is_list_comma(tokens: tuple[Token, ...], index: int) -> bool:
    """Recognise a comma inside `a, b and c`: the words after it lead on to another comma or an `and`."""
    following = [token.text for token in tokens[index + 1 : index + 6]]
    return tokens[index].text == "," and ("and" in following or "or" in following)


def _cut_clause(text: str, tokens: tuple[Token, ...], index: int) -> Clause | None:
    if not any(is_noun(token) for token in tokens[:index]) or tokens[0].tag in {
        "PRP",
        "PRF",
        "CJS",
        "CJC",
        "AV0",
    }:
        return None
    verb = tokens[index]
    return Clause(
        subject=text[: verb.start].strip(),
        subject_tokens=tokens[:index],
        verb=verb,
        rest=text[verb.end :].strip(),
        rest_tokens=tokens[index + 1 :],
    )


def _correct_tag(word: str, tag: str) -> str:
    if word in {"'s", "’s"}:
        return "POS"
    if word.lower() == "cannot" or word.endswith(("n't", "n’t")):
        return "VM0"
    return "NN1" if word.endswith("()") else tag
