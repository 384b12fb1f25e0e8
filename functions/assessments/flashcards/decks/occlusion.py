"""Anki's image occlusion: pictures with covered parts, of the built-in note type or the older add-on."""

import hashlib
import html
import math
import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from functions.assessments.flashcards.decks.gaps import list_gaps
from functions.assessments.flashcards.decks.media_names import is_elsewhere, resolve_name

_OCCLUSION = "image-occlusion:"
_SOURCE = re.compile(
    r"""<img\b[^<>]{0,1000}?\bsrc\s{0,9}=\s{0,9}(?:"([^"<>]{1,1000})"|'([^'<>]{1,1000})'|([^\s"'<>]{1,1000}))"""
)
_NUMBER = re.compile(r"-?[0-9]*\.?[0-9]+(?:e-?[0-9]{1,3})?")
_ELLIPSE_POINTS = 48
_MAX_SHAPES, _MAX_POINTS = 500, 1000
_MASK_PREFIX = "occlusion-"
_QUESTION_MASK, _ADD_ON_MASKS, _PICTURE = (
    "question mask",
    ("question mask", "answer mask", "original mask"),
    "image",
)

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """A covered part as a polygon, in fractions of the picture's width and height.

    The active ones are asked for. Anki turns a shape by `degrees`, clockwise, about its corner, `pivot`.
    """

    points: tuple[Point, ...]
    is_active: bool = True
    degrees: float = 0.0
    pivot: Point = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Mask:
    """A picture to be made: `picture` with its shapes covered, or those of the SVG file `drawing`."""

    name: str
    picture: str
    shapes: tuple[Shape, ...] = ()
    drawing: str = ""


@dataclass(frozen=True, slots=True)
class OccludedFields:
    """The fields of a note whose picture is covered, as each side of its card shows them."""

    front: dict[str, str]
    back: dict[str, str]
    mask: Mask


def is_mask(name: str) -> bool:
    """Return whether a file of this name is a covered picture that an import made."""
    return name.startswith(_MASK_PREFIX)


def cover_fields(fields: Mapping[str, str], number: int, files: Container[str] = ()) -> OccludedFields | None:
    """Return the fields with the picture covered for the card of the number; None without one."""
    occluding = {name for name, text in fields.items() if _OCCLUSION in text}
    if occluding:
        shapes = _read_shapes((fields[name] for name in occluding), number)
        return _cover(fields, occluding, files, shapes=shapes)
    named = {name.casefold(): name for name in fields}
    if _QUESTION_MASK not in named or _PICTURE not in named:
        return None
    drawing = find_picture(fields[named[_QUESTION_MASK]], files)
    masks = {named[name] for name in _ADD_ON_MASKS if name in named}
    return _cover(fields, masks, files, drawing=drawing) if drawing.casefold().endswith(".svg") else None


def find_picture(text: str, files: Container[str]) -> str:
    """Return the name of the first file that the HTML shows as a picture, or an empty string."""
    for found in _SOURCE.finditer(text):
        source = html.unescape(found[1] or found[2] or found[3]).strip()
        if not is_elsewhere(source):
            return resolve_name(source, files)
    return ""


def _cover(
    fields: Mapping[str, str],
    hidden: set[str],
    files: Container[str],
    *,
    shapes: tuple[Shape, ...] = (),
    drawing: str = "",
) -> OccludedFields | None:
    shown = {name: "" if name in hidden else text for name, text in fields.items()}
    in_order = sorted(shown, key=lambda name: name.casefold() != _PICTURE)
    field = next((name for name in in_order if find_picture(shown[name], files)), None)
    if field is None or not (shapes or drawing):
        return None
    picture = find_picture(shown[field], files)
    mask = Mask(_name_mask(picture, shapes, drawing), picture, shapes, drawing)
    return OccludedFields({**shown, field: f'<img src="{mask.name}">'}, shown, mask)


def _name_mask(picture: str, shapes: tuple[Shape, ...], drawing: str) -> str:
    digest = hashlib.sha256(repr((picture, shapes, drawing)).encode("utf-8", "replace"))
    ending = "jpg" if picture.casefold().endswith((".jpg", ".jpeg")) else "png"
    return f"{_MASK_PREFIX}{digest.hexdigest()[:20]}.{ending}"


def _read_shapes(texts: Iterable[str], number: int) -> tuple[Shape, ...]:
    """Return the shapes that the card's front covers: its own, and the others if they hide as well."""
    shapes: list[Shape] = []
    for gap in (gap for text in texts for gap in list_gaps(text)):
        own = number in gap.numbers
        kind, values = _parse_shape(html.unescape(gap.text if not gap.hint else f"{gap.text}::{gap.hint}"))
        points = _build_points(kind, values)
        if len(points) > 2 and (own or values.get("oi") == "1"):
            pivot = (_parse_number(values.get("left", "0")), _parse_number(values.get("top", "0")))
            degrees = _parse_number(values.get("angle", "0"))
            shapes.append(Shape(points, is_active=own, degrees=degrees, pivot=pivot))
    return tuple(shapes[:_MAX_SHAPES]) if any(each.is_active for each in shapes) else ()


def _parse_shape(text: str) -> tuple[str, dict[str, str]]:
    kind, _, rest = text.partition(_OCCLUSION)[2].partition(":")
    return kind, dict(part.partition("=")[::2] for part in rest.split(":") if "=" in part)


def _build_points(kind: str, values: Mapping[str, str]) -> tuple[Point, ...]:
    left, top, width, height, rx, ry = (
        _parse_number(values.get(name, "0")) for name in ("left", "top", "width", "height", "rx", "ry")
    )
    if kind == "rect" and width > 0 and height > 0:
        return build_rectangle(left, top, width, height)
    if kind == "ellipse" and rx > 0 and ry > 0:
        return build_ellipse(left + rx, top + ry, rx, ry)
    return read_points(values.get("points", "")) if kind == "polygon" else ()  # a label covers nothing


def build_rectangle(left: float, top: float, width: float, height: float) -> tuple[Point, ...]:
    """Return the corners of a rectangle."""
    right, bottom = left + width, top + height
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def build_ellipse(x: float, y: float, rx: float, ry: float) -> tuple[Point, ...]:
    """Return points on an ellipse about a centre."""
    turns = (2 * math.pi * step / _ELLIPSE_POINTS for step in range(_ELLIPSE_POINTS))
    return tuple((x + rx * math.cos(turn), y + ry * math.sin(turn)) for turn in turns)


def read_points(text: str) -> tuple[Point, ...]:
    """Return the points of a list of numbers, two to a point."""
    numbers = read_numbers(text)
    return tuple(zip(numbers[::2], numbers[1::2], strict=False))


def read_numbers(text: str) -> list[float]:
    """Return the numbers of a list, whatever stands between them."""
    return [_parse_number(found) for found in _NUMBER.findall(text)[: 2 * _MAX_POINTS]]


def rotate(points: Sequence[Point], pivot: Point, degrees: float) -> tuple[Point, ...]:
    """Return the points turned clockwise about the pivot."""
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    offsets = [(x - pivot[0], y - pivot[1]) for x, y in points]
    return tuple((pivot[0] + x * cosine - y * sine, pivot[1] + x * sine + y * cosine) for x, y in offsets)


def _parse_number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return 0.0
    return min(max(number, -1e6), 1e6) if math.isfinite(number) else 0.0
