"""Folding of text, so that a quote is found however it was typed, and mapped back to its exact source."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from shared.text.invisible import is_invisible

_TYPOGRAPHY = str.maketrans(
    dict.fromkeys("‘’‚‛′‵´`ʹʼ", "'") | dict.fromkeys("“”„‟″‶«»", '"') | dict.fromkeys("‐‑‒–—―−﹘﹣－⁃", "-")
)


@dataclass(frozen=True)
class FoldedText:
    """Folded characters, each with the span of the source that it came from."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @cached_property
    def unhyphenated(self) -> "FoldedText":
        """The text without hyphens and the space after them: a word broken at a line's end becomes whole."""
        places = [
            index
            for index, char in enumerate(self.text)
            if char != "-" and not (char == " " and index and self.text[index - 1] == "-")
        ]
        return FoldedText(
            "".join(self.text[index] for index in places),
            tuple(self.starts[index] for index in places),
            tuple(self.ends[index] for index in places),
        )


def fold_text(text: str) -> str:
    """Return the text in NFKC with one kind of quotation mark, dash and space, and nothing invisible.

    Letter case stays.
    """
    return fold_with_spans(text).text


def fold_with_spans(text: str) -> FoldedText:
    """Fold the text, and tell for each character where it came from."""
    chars: list[str] = []
    spans: list[tuple[int, int]] = []
    for start, end, piece in _fold_clusters(text):
        for char in piece:
            if not char.isspace():
                chars.append(char)
                spans.append((start, end))
            elif chars and chars[-1] != " ":
                chars.append(" ")
                spans.append((start, end))
    if chars and chars[-1] == " ":
        chars.pop()
        spans.pop()
    return FoldedText("".join(chars), tuple(start for start, _ in spans), tuple(end for _, end in spans))


def find_quote(quote: str, source: str, folded_source: FoldedText | None = None) -> str | None:
    """Return the part of `source` that says what `quote` says, as it stands there, or None.

    `folded_source` is the folded source, where the caller has it already.
    """
    haystack = folded_source or fold_with_spans(source)
    needle = fold_with_spans(quote)
    for trimmed in ("", "\"'. "):  # models like to put quotation marks round a quote
        for words, text in ((needle.text, haystack), (needle.unhyphenated.text, haystack.unhyphenated)):
            span = _find_span(words.strip(trimmed) if trimmed else words, text)
            if span is not None:
                return source[span[0] : span[1]]
    return None


def _find_span(needle: str, haystack: FoldedText) -> tuple[int, int] | None:
    start = haystack.text.find(needle) if needle else -1
    while start >= 0:
        end = start + len(needle)
        if not (_is_inside_word(haystack.text, start) or _is_inside_word(haystack.text, end)):
            return haystack.starts[start], haystack.ends[end - 1]
        start = haystack.text.find(needle, start + 1)
    return None


def _is_inside_word(text: str, place: int) -> bool:
    return 0 < place < len(text) and _is_word_character(text[place - 1]) and _is_word_character(text[place])


def _is_word_character(char: str) -> bool:
    """Return whether it is a digit, or a letter of a script that puts spaces between words."""
    return char.isdigit() or char.islower() or char.isupper()


def _fold_clusters(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield base characters with their combining marks, folded one by one.

    So a part of a text folds as it does within the whole.
    """
    start = end = 0
    cluster = ""
    for index, char in enumerate(text):
        if is_invisible(char) and not char.isspace():
            continue
        if cluster and _is_combining(char) and not cluster.isspace():
            cluster += char
        else:
            if cluster:
                yield start, end, _fold_cluster(cluster)
            start, cluster = index, char
        end = index + 1
    if cluster:
        yield start, end, _fold_cluster(cluster)


@lru_cache(maxsize=4096)
def _is_combining(char: str) -> bool:
    first = unicodedata.normalize("NFKC", char)[0]
    return unicodedata.category(first).startswith("M") or "\u1161" <= first <= "\u11ff"


@lru_cache(maxsize=4096)
def _fold_cluster(cluster: str) -> str:
    return unicodedata.normalize("NFKC", cluster).translate(_TYPOGRAPHY)
