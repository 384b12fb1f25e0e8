"""Printed lines of a page's words: powers and fractions written in one line, margin numbers left out.

A line ends where a gap is wide: the parts are columns or cells, which `reading_order` tells apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise, takewhile

from infra.local.retrieval.glyphs import Word
from infra.local.retrieval.lines import Line
from shared.text.notation import lower_text, raise_text, render_math

_WIDE_GAP = 1.5  # these gaps are shares of the size of the letters
_SEAM_GAP = 0.6
_WORD_GAP = 0.14
_MIN_NUMBERED_LINES = 8
_MONO_WIDTH = 0.6
_MAX_FRACTION = 20.0
_MAX_FRACTION_WORDS = 24
_ARROWS = frozenset("→⟶⃗")  # over a letter: a vector


def build_lines(words: list[Word], page: int) -> list[Line]:
    """Build the page's lines, in the order in which the file draws them."""
    words = _drop_line_numbers(words)
    lines: list[_Open] = []
    position = 0
    while position < len(words):
        current = lines[-1] if lines else None
        if current and (length := _count_fraction(current, words[position : position + _MAX_FRACTION_WORDS])):
            current.add_fraction(words[position : position + length])
        else:
            length = 1
            word = words[position]
            if not current or not current.add(word):
                length = _count_first_fraction(words[position : position + _MAX_FRACTION_WORDS]) or 1
                lines.append(_Open.begin(word))
                if length > 1:
                    lines[-1].begin_with_fraction(
                        words[position : position + length], words[position + length]
                    )
        position += length
    return [line.close(page) for line in lines]


@dataclass(slots=True)
class _Open:
    """A line to which words are still added."""

    words: list[Word]
    parts: list[str]
    x: float
    right: float
    y: float
    size: float
    script: list[Word] = field(default_factory=list)  # raised or lowered, not yet written
    fraction: str = ""  # the last part, if it is one
    seams: list[tuple[int, float]] = field(default_factory=list)  # number of parts before, and `x` after

    @classmethod
    def begin(cls, word: Word) -> "_Open":
        return cls([word], [word.text], word.x, word.right, word.y, word.size)

    def add(self, word: Word) -> bool:
        """Add the word if it goes on with the line; return whether it does."""
        gap, drop = word.x - self.right, word.y - self.y
        size = max(self.size, word.size)
        if abs(drop) <= 0.12 * size:
            mono = word.mono and self.words[-1].mono
            if gap < -size or (gap > _WIDE_GAP * size and not mono):
                return False
            self._write(word, gap, mono=mono)
            return True
        if not -0.5 * size <= gap <= 0.5 * size:
            return False
        highest = 1.2 if self.parts[-1][-1:] in {")", "]", "}"} else 0.75  # brackets may be tall
        if word.size < 0.92 * self.size and abs(drop) < highest * self.size:
            self._add_script(word, gap)
            return True
        return len(self.words) == 1 and self._begin_anew(word, drop)

    def add_fraction(self, words: Sequence[Word]) -> None:
        """Add a numerator and the denominator that stands below it."""
        self._end_script()
        upper = [word for word in words if word.y > self.y]
        lower = [word for word in words if word.y < self.y]
        texts = [("mrow", _join_words(part)) for part in (upper, lower)]
        self.fraction = render_math("mfrac", texts, {})
        self.parts.append(self._choose_space(min(word.x for word in words) - self.right, spaced=False))
        self.parts.append(self.fraction)
        self.words += words
        self.right = max(word.right for word in words)

    def begin_with_fraction(self, words: Sequence[Word], following: Word) -> None:
        """Begin the line with a fraction, on the baseline of the word that follows it."""
        self.words, self.parts = [], []
        self.y, self.size = following.y, following.size
        self.x = self.right = min(word.x for word in words)
        self.add_fraction(words)

    def close(self, page: int) -> Line:
        """Return the finished line, which has the font of its longest word."""
        self._end_script()
        longest = max(self.words, key=lambda word: len(word.text))
        bold = all(word.bold for word in self.words)
        lead = "" if bold else " ".join(word.text for word in takewhile(lambda word: word.bold, self.words))
        return Line(
            "".join(self.parts),
            page,
            x=self.x,
            y=self.y,
            size=self.size if len(self.words) > 1 else longest.size,
            bold=bold,
            mono=longest.mono,
            right=self.right,
            lead=len(lead),
            seams=tuple((len("".join(self.parts[:count])), x) for count, x in self.seams),
        )

    def _write(self, word: Word, gap: float, *, mono: bool) -> None:
        moved = bool(self.script) or abs(self.words[-1].y - word.y) > 0.05 * self.size
        self._end_script()
        if mono:
            space = " " * max(round(gap / (_MONO_WIDTH * (word.size or 1.0))), int(word.spaced))
        else:
            space = self._choose_space(gap, spaced=word.spaced and not moved)
        if self.fraction and not space and (word.text[0].isalnum() or word.text[0] == "("):
            self.parts[-1] = f"({self.fraction})"  # so that the factor is not read as part of the denominator
        self.fraction = ""
        if gap > _SEAM_GAP * self.size and not mono:
            self.seams.append((len(self.parts), word.x))
        self.parts += [space, word.text]
        self.words.append(word)
        self.right = word.right

    def _choose_space(self, gap: float, *, spaced: bool) -> str:
        return " " if spaced or gap > _WORD_GAP * self.size else ""

    def _add_script(self, word: Word, gap: float) -> None:
        if word.text in _ARROWS and word.y > self.y and gap < 0 and not self.script:
            self.parts.append("\u20d7")
            return
        if self.script and (self.script[-1].y > self.y) != (word.y > self.y):
            self._end_script()
        if not self.script:
            self.parts.append(self._choose_space(gap, spaced=False))
        self.script.append(word)
        self.words.append(word)
        self.right = max(self.right, word.right)

    def _end_script(self) -> None:
        if self.script:
            text = "".join(word.text for word in self.script)
            self.parts.append(raise_text(text) if self.script[0].y > self.y else lower_text(text))
            self.script = []

    def _begin_anew(self, word: Word, drop: float) -> bool:
        """Take the first word as a mark raised before the line, or as its initial over several lines."""
        first = self.words[0]
        if first.size < 0.92 * word.size and -0.75 * word.size < drop < 0:
            self.parts = [raise_text(first.text)]
        elif (
            not (first.size > 1.8 * word.size and len(first.text) == 1 and first.text.isupper() and drop > 0)
            or not word.text[0].isalpha()
        ):
            return False
        self.y, self.size = word.y, word.size
        self.parts += [self._choose_space(word.x - self.right, spaced=len(first.text) > 1), word.text]
        self.words.append(word)
        self.right = word.right
        return True


def _join_words(words: Sequence[Word]) -> str:
    """Return the words as one line, with their powers and indices."""
    lines = [_Open.begin(words[0])]
    for word in words[1:]:
        if not lines[-1].add(word):
            lines.append(_Open.begin(word))
    return " ".join(line.close(0).text for line in lines)


def _count_fraction(line: _Open, words: list[Word]) -> int:
    """Count the words of the fraction that `words` begin with: some above the baseline, then some below."""
    size = line.size
    upper = list(takewhile(lambda word: 0.2 * size < word.y - line.y < 1.2 * size, words))
    lower = list(takewhile(lambda word: 0.2 * size < line.y - word.y < 1.1 * size, words[len(upper) :]))
    if not upper or not lower or not lower[-1].right < line.right + _MAX_FRACTION * size:
        return 0
    gap = min(upper[0].x, lower[0].x) - line.right
    if not -0.3 * size < gap < size:
        return 0
    small = max(upper[0].size, lower[0].size) < 0.92 * size
    if small and gap < 0.07 * size and abs(upper[0].x - lower[0].x) < 0.6 and line.parts[-1][-1:].isalnum():
        return 0  # a power and an index
    return len(upper) + len(lower) if _stand_over_each_other(upper, lower) else 0


def _count_first_fraction(words: list[Word]) -> int:
    """Count the words of a fraction before the first word on the baseline."""
    upper = list(takewhile(lambda word: abs(word.y - words[0].y) < 0.5, words))
    rest = words[len(upper) :]
    lower = list(takewhile(lambda word: abs(word.y - rest[0].y) < 0.5, rest))
    rest = rest[len(lower) :]
    if not rest or not _stand_over_each_other(upper, lower):
        return 0
    size = rest[0].size
    gap = rest[0].x - max(upper[-1].right, lower[-1].right)
    between = 0.2 * size < upper[0].y - rest[0].y < size and 0.2 * size < rest[0].y - lower[0].y < size
    return len(upper) + len(lower) if between and -0.3 * size < gap < size else 0


def _stand_over_each_other(upper: Sequence[Word], lower: Sequence[Word]) -> bool:
    common = min(upper[-1].right, lower[-1].right) - max(upper[0].x, lower[0].x)
    narrow = min(upper[-1].right - upper[0].x, lower[-1].right - lower[0].x)
    return common >= 0.8 * narrow > 0


def _drop_line_numbers(words: list[Word]) -> list[Word]:
    """Drop the numbers of lines in a margin: outside the text, and counting steadily down the page."""
    numbers = [word for word in words if word.text.isdecimal() and len(word.text) <= 4]
    if len(numbers) < _MIN_NUMBERED_LINES:
        return words
    others = [word for word in words if not word.text.isdecimal()]
    if len(others) < _MIN_NUMBERED_LINES:
        return words
    left = sorted(word.x for word in others)[len(others) // 50]
    right = sorted(word.right for word in others)[-1 - len(others) // 50]
    for margin in (
        [word for word in numbers if word.right <= left],
        [word for word in numbers if word.x >= right],
    ):
        if len(margin) >= _MIN_NUMBERED_LINES and _counts_steadily(margin):
            dropped = {id(word) for word in margin}
            words = [word for word in words if id(word) not in dropped]
    return words


def _counts_steadily(margin: list[Word]) -> bool:
    values = [int(word.text) for word in sorted(margin, key=lambda word: -word.y)]
    steps = [after - before for before, after in pairwise(values)]
    step = max(set(steps), key=steps.count)
    return step in {1, 2, 5, 10} and steps.count(step) >= 0.8 * len(steps)
