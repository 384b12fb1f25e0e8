"""Anki's cloze deletions: `{{c1::Lima}}`, with a hint `{{c1::Lima::city}}`, several numbers or inner ones."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

# An opening, or a row of braces; of an odd number the first belongs to the text, as in `{{c1::\frac{1}{2}}}`.
_MARK = re.compile(r"\{\{c(\d{1,3}(?:,\d{1,3}){0,30})::|\}{2,}+")
_HINT = "::"
_MAX_DEPTH = 8


@dataclass(frozen=True)
class Gap:
    """A cloze deletion: the numbers of the cards that hide it, the hidden text, and the hint in its place.

    `inner` has the deletions within it.
    """

    numbers: tuple[int, ...]
    text: str
    hint: str
    inner: "tuple[Gap, ...]" = ()


@dataclass
class _OpenGap:
    """A deletion whose end is still to come; pieces that are an inner deletion hold no mark of the hint."""

    opening: str
    numbers: tuple[int, ...]
    pieces: list[tuple[str, bool]] = field(default_factory=list)
    inner: list[Gap] = field(default_factory=list)


def list_gaps(text: str) -> list[Gap]:
    """Return every deletion of the text, inner ones before those around them."""
    gaps: list[Gap] = []

    def replace(gap: Gap) -> str:
        gaps.append(gap)
        return gap.text

    _replace_gaps(text, replace)
    return gaps


def list_hidden(text: str, number: int) -> list[str]:
    """Return what the card of the number hides, in the order of the text; nothing within another of them."""
    hidden: list[Gap] = []
    for gap in list_gaps(text):
        if number in gap.numbers:
            while hidden and any(hidden[-1] is each for each in gap.inner):
                hidden.pop()
            hidden.append(gap)
    return [gap.text for gap in hidden]


def keep_gap(text: str, number: int) -> str:
    """Return the text with only the deletions of this number marked, by it alone; others are plain words."""
    opening = f"{{{{c{number}::"

    def replace(gap: Gap) -> str:
        if number not in gap.numbers:
            return gap.text
        words = reveal_gaps(gap.text) if opening in gap.text else gap.text
        return f"{opening}{words}{f'::{gap.hint}' if gap.hint else ''}}}}}"

    return _replace_gaps(text, replace)


def reveal_gaps(text: str) -> str:
    """Return the text with every deletion as plain words."""
    return _replace_gaps(text, lambda gap: gap.text)


def mask_gaps(text: str) -> str:
    """Return the text with `[…]`, or the hint, in place of every deletion."""
    return _replace_gaps(text, lambda gap: f"[{gap.hint or '…'}]")


def _replace_gaps(text: str, replace: Callable[[Gap], str]) -> str:
    """Return the text with each deletion, the innermost first, replaced. One pass."""
    stack = [_OpenGap("", ())]
    position = 0
    for mark in _MARK.finditer(text):
        stack[-1].pieces.append((text[position : mark.start()], False))
        position = mark.end()
        if mark[1] and len(stack) <= _MAX_DEPTH:
            stack.append(_OpenGap(mark[0], tuple(map(int, mark[1].split(",")))))
        elif mark[1]:
            stack[-1].pieces.append((mark[0], False))
        else:
            _close_gaps(stack, len(mark[0]), replace)
    stack[-1].pieces.append((text[position:], False))
    while len(stack) > 1:  # never closed: keep the words as they are
        unclosed = stack.pop()
        stack[-1].pieces += [(unclosed.opening, False), *unclosed.pieces]
        stack[-1].inner += unclosed.inner
    return "".join(piece for piece, _ in stack[0].pieces)


def _close_gaps(stack: list[_OpenGap], braces: int, replace: Callable[[Gap], str]) -> None:
    if len(stack) > 1 and braces % 2:
        stack[-1].pieces.append(("}", False))
        braces -= 1
    while braces >= 2 and len(stack) > 1:
        gap = _build_gap(stack.pop())
        stack[-1].pieces.append((replace(gap), True))
        stack[-1].inner += [*gap.inner, gap]
        braces -= 2
    stack[-1].pieces.append(("}" * braces, False))


def _build_gap(closed: _OpenGap) -> Gap:
    """Split at the mark of the hint."""
    text: list[str] = []
    hint = ""
    for position, (piece, is_inner) in enumerate(closed.pieces):
        before, mark, after = (piece, "", "") if is_inner else piece.partition(_HINT)
        text.append(before)
        if mark:
            hint = after + "".join(each for each, _ in closed.pieces[position + 1 :])
            break
    return Gap(closed.numbers, "".join(text), hint, tuple(closed.inner))
