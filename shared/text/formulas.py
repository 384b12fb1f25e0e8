"""Formulas of MathML, read element by element by whichever parser meets them."""

from dataclasses import dataclass, field

from shared.text.notation import MATH_TOKENS, render_math, render_math_token

MAX_DEPTH = 40  # of elements in each other; deeper ones are words alone


@dataclass
class _Element:
    """An element that is open, with the names and texts of its children so far."""

    name: str
    attributes: dict[str, str]
    children: list[tuple[str, str]] = field(default_factory=list)


class FormulaReader:
    """The state of reading a formula: its open elements, outermost first."""

    def __init__(self) -> None:
        self._open: list[_Element] = []

    @property
    def is_open(self) -> bool:
        return bool(self._open)

    def add_words(self, words: str) -> None:
        """Add words whose white space is collapsed; blanks between elements are none of the formula."""
        element = self._open[-1]
        token = element.name if element.name in MATH_TOKENS else "mtext"
        if token == element.name or words.strip():
            element.children.append(("", render_math_token(token, words)))

    def open(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element, unless too many are open."""
        if len(self._open) < MAX_DEPTH:
            self._open.append(_Element(name, attributes))

    def close(self, name: str) -> str:
        """End the element of this name with all within it. Returns the text of a formula that ends so."""
        if not any(element.name == name for element in self._open):
            return ""
        while self._open[-1].name != name:
            self._close_innermost()
        return self._close_innermost()

    def finish(self) -> str:
        """End whatever is open, and return its text."""
        text = ""
        while self._open:
            text = self._close_innermost()
        return text

    def _close_innermost(self) -> str:
        element = self._open.pop()
        if element.name in MATH_TOKENS:
            text = "".join(each for _, each in element.children)
        else:
            text = render_math(element.name, element.children, element.attributes)
        if not self._open:
            return text
        self._open[-1].children.append((element.name, text))
        return ""
