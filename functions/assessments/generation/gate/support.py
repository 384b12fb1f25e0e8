"""Support of a statement by its source, and what a question says about its answer and its context."""

import re

from functions.assessments.generation.gate.wording import extract_stems, select_numbers, split_words
from shared.text.folding import fold_text
from shared.text.stems import stem

# A paraphrase keeps half of the content words of its source, an invention does not. Numbers are never
# paraphrased, so the source must have each of them.
MIN_SUPPORTED_SHARE = 0.5

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
    """The content words of a chunk or a quote."""

    def __init__(self, text: str) -> None:
        self._stems = frozenset(extract_stems(text))
        self._short_stems = frozenset(_shorten_stem(word) for word in self._stems)

    def support(
        self, stated: str, *, asked: str = "", share: float = MIN_SUPPORTED_SHARE, numbers: bool = True
    ) -> bool:
        """Return whether the source has this share of the content words of `stated`.

        With `numbers`, the source must also have each number, except those that the question `asked` has.
        """
        stems = extract_stems(stated)
        if numbers and select_numbers(stems) - self._stems - select_numbers(extract_stems(asked)):
            return False
        found = sum(word in self._stems or _shorten_stem(word) in self._short_stems for word in stems)
        return found >= share * len(stems)


def find_verbatim(text: str, source: str) -> re.Match[str] | None:
    """Find the text in the source word for word, in any letter case."""
    bare = fold_text(text).casefold().strip(" .!?\"'")
    return re.search(rf"(?<!\w){re.escape(bare)}(?!\w)", fold_text(source).casefold()) if bare else None


def is_context_dependent(question: str) -> bool:
    """Return whether the question can be understood only beside its source."""
    return bool(_CONTEXT.search(question))


def has_answer(visible: str, answer: str) -> bool:
    """Return whether the visible part of a question has its answer; a choice between alternatives may."""
    if _CHOICE.search(visible):
        return False
    bare = _ARTICLE.sub("", fold_text(answer).casefold().strip(" .!\"'"))
    if bare and re.search(rf"(?<!\w){re.escape(bare)}(?!\w)", fold_text(visible).casefold()):
        return True
    stems = set(extract_stems(answer)) or set(split_words(answer))
    return bool(stems) and stems <= set(extract_stems(visible))


def _shorten_stem(word: str) -> str:
    """Return seven tenths of a long word's stem, enough to recognise `convert` in `conversion`."""
    root = stem(word)
    return root if len(root) < 6 else root[: max(5, round(len(root) * 0.7))]
