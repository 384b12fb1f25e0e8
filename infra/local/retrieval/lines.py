"""The printed line, of which pages are made."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A printed line; `size` in points, `y` grows upwards, positions are 0 where unknown."""

    text: str
    page: int
    x: float = 0.0
    y: float = 0.0
    size: float = 0.0
    bold: bool = False
    mono: bool = False
    right: float = 0.0
    note: bool = False  # of a footnote
    row: bool = False  # of a table
    seams: tuple[
        tuple[int, float], ...
    ] = ()  # where gaps could part cells: place in the text, and `x` after it
    lead: int = 0  # characters in bold with which a line begins that is not all bold
