"""Whether the source supports an answer, and whether the question keeps it to itself."""

import re

from functions.assessments.generation.gate.wording import content_words, words
from functions.assessments.generation.gate.wording import numbers as numerals
from shared.text.folding import fold_text
from shared.text.stems import stem

# Half of an answer's content words must stand in its chunk: a paraphrase keeps that many, an invention does
# not. Numbers are never paraphrased, so each of them must be there.
SUPPORTED_SHARE = 0.5

_CONTEXT = re.compile(
    r"\b(?:(?:in|from|according to|by) (?:the|this) (?:passage|text|excerpt|chunk|quote|source|document)"
    r"|(?:in|from|according to|by) the (?:above|given|following|provided) \w+"
    r"|(?:shown|mentioned|described|discussed|listed) (?:above|below)"
    r"|(?:figure|table|code|example|diagram) (?:above|below)"
    r"|(?:above|following) (?:figure|table|code|example|diagram))\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"^(?:an?|the|it is|they are)\s+")
_CHOICE = re.compile(r"\bor\b", re.IGNORECASE)


class SourceWords:
    """The words of a chunk or a quote, ready to be asked for."""

    def __init__(self, text: str) -> None:
        self._stems = frozenset(content_words(text))
        self._heads = frozenset(_head(word) for word in self._stems)

    def support(
        self, stated: str, *, asked: str = "", share: float = SUPPORTED_SHARE, numbers: bool = True
    ) -> bool:
        """Whether a `share` of what is `stated` is there, and its `numbers` but for those `asked` with."""
        stems = content_words(stated)
        if numbers and numerals(stems) - self._stems - numerals(content_words(asked)):
            return False
        found = sum(word in self._stems or _head(word) in self._heads for word in stems)
        return found >= share * len(stems)


def stands_in(text: str, source: str) -> re.Match[str] | None:
    """Where the source has the text word for word, whatever its letter case."""
    bare = fold_text(text).casefold().strip(" .!?\"'")
    return re.search(rf"(?<!\w){re.escape(bare)}(?!\w)", fold_text(source).casefold()) if bare else None


def leans_on_context(question: str) -> bool:
    """Whether the question can be understood only beside its source."""
    return bool(_CONTEXT.search(question))


def gives_away(visible: str, answer: str) -> bool:
    """Whether what the learner sees holds the answer; a choice between alternatives may name it."""
    if _CHOICE.search(visible):
        return False
    told = _ARTICLE.sub("", fold_text(answer).casefold().strip(" .!\"'"))
    if told and re.search(rf"(?<!\w){re.escape(told)}(?!\w)", fold_text(visible).casefold()):
        return True
    stems = set(content_words(answer)) or set(words(answer))
    return bool(stems) and stems <= set(content_words(visible))


def _head(word: str) -> str:
    """Return seven tenths of a long word's stem, enough to tell `convert` in `conversion`."""
    root = stem(word)
    return root if len(root) < 6 else root[: max(5, round(len(root) * 0.7))]
