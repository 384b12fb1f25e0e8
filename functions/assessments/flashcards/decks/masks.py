"""Drawing of covered pictures: decoded by Pillow within limits, or refused."""

import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from functions.assessments.flashcards.decks.errors import Unreadable
from functions.assessments.flashcards.decks.occlusion import (
    Mask,
    Point,
    Shape,
    build_ellipse,
    build_rectangle,
    read_numbers,
    read_points,
    rotate,
)

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from PIL.Image import Image

MAX_DRAWING_BYTES = 1024 * 1024
_FORMATS = ("PNG", "JPEG", "GIF", "WEBP")
_MAX_PIXELS = 25_000_000
_MAX_SIDE_PIXELS = 1600  # of a covered picture
_MAX_ELEMENTS = 2000
_ACTIVE, _INACTIVE, _BORDER = "#ff8e8e", "#ffeba2", "#212121"  # as in Anki
_QUALITY = 85
_LENGTH = re.compile(r"\s{0,9}(-?[0-9]{0,9}\.?[0-9]{1,9})")
_PATH_STEP = re.compile(r"([A-Za-z])([^A-Za-z]*+)")
_TRANSFORM = re.compile(r"(translate|rotate|scale|matrix)\s{0,9}\(([^()]{0,200})\)")

_Matrix = tuple[float, float, float, float, float, float]  # as in SVG: a b c d e f
_IDENTITY: _Matrix = (1, 0, 0, 1, 0, 0)


def draw_mask(mask: Mask, picture: bytes, drawing: bytes | None) -> bytes:
    """Return the picture with its shapes covered, as JPEG or PNG by the name. Raises Unreadable."""
    from PIL import Image, ImageDraw, ImageOps

    shapes = read_drawing(drawing) if drawing is not None else mask.shapes
    try:
        with Image.open(BytesIO(picture), formats=_FORMATS) as opened:
            if opened.width * opened.height > _MAX_PIXELS:
                raise Unreadable(f"The picture has more than {_MAX_PIXELS:,} pixels")
            image = ImageOps.exif_transpose(opened).convert("RGBA")
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        raise Unreadable("The picture cannot be opened to cover its parts") from None
    image.thumbnail((_MAX_SIDE_PIXELS, _MAX_SIDE_PIXELS))
    canvas = ImageDraw.Draw(image)
    for shape in sorted(shapes, key=lambda each: each.is_active):
        canvas.polygon(
            _scale(shape, image.width, image.height),
            fill=_ACTIVE if shape.is_active else _INACTIVE,
            outline=_BORDER,
        )
    return _encode(image, as_jpeg=mask.name.endswith(".jpg"))


def read_drawing(content: bytes) -> tuple[Shape, ...]:
    """Return the shapes of the SVG that the add-on drew. Raises Unreadable where there are none."""
    from xml.etree.ElementTree import ParseError

    from defusedxml.ElementTree import fromstring

    if len(content) > MAX_DRAWING_BYTES:
        raise Unreadable(f"The drawing has more than {MAX_DRAWING_BYTES:,} bytes")
    try:
        root = fromstring(content, forbid_dtd=False)
    except (ParseError, ValueError, LookupError, RecursionError):
        raise Unreadable("The drawing that covers the picture is damaged") from None
    width, height, origin = _read_size(root)
    shapes = [
        Shape(
            tuple(((x - origin[0]) / width, (y - origin[1]) / height) for x, y in points),
            is_active="qshape" in str(element.get("class")),
        )
        for element, points in _iterate_shapes(root)
    ]
    if not shapes:
        raise Unreadable("The drawing that covers the picture has no shapes")
    return tuple(
        shapes if any(each.is_active for each in shapes) else (Shape(each.points) for each in shapes)
    )


def _scale(shape: Shape, width: int, height: int) -> list[Point]:
    points = [(x * width, y * height) for x, y in shape.points]
    pivot = (shape.pivot[0] * width, shape.pivot[1] * height)
    return list(rotate(points, pivot, shape.degrees) if shape.degrees else points)


def _encode(image: "Image", *, as_jpeg: bool) -> bytes:
    out = BytesIO()
    if as_jpeg:
        image.convert("RGB").save(out, "JPEG", quality=_QUALITY)
    else:
        image.save(out, "PNG")
    return out.getvalue()


def _read_size(root: "Element") -> tuple[float, float, Point]:
    box = read_points(str(root.get("viewBox") or ""))
    if len(box) == 2 and box[1][0] > 0 and box[1][1] > 0:
        return box[1][0], box[1][1], box[0]
    width, height = (_read_length(root, name) for name in ("width", "height"))
    if width <= 0 or height <= 0:
        raise Unreadable("The drawing that covers the picture has no size")
    return width, height, (0.0, 0.0)


def _read_length(element: "Element", name: str) -> float:
    found = _LENGTH.match(str(element.get(name) or ""))
    return float(found[1]) if found else 0.0


def _iterate_shapes(root: "Element") -> "Iterator[tuple[Element, list[Point]]]":
    """Yield every filled shape with its points; groups are flattened, with their transforms."""
    left = _MAX_ELEMENTS
    queue: list[tuple[Element, _Matrix]] = [(root, _IDENTITY)]
    while queue and left:
        left -= 1
        element, outer = queue.pop()
        matrix = _multiply(outer, _read_transform(str(element.get("transform") or "")))
        points = _read_shape(element)
        if len(points) > 2 and element.get("fill") != "none":
            yield element, [_apply(matrix, point) for point in points]
        queue += [(child, matrix) for child in reversed(element)]


def _read_shape(element: "Element") -> Sequence[Point]:
    name = str(element.tag).rpartition("}")[2]
    if name == "rect":
        return build_rectangle(*(_read_length(element, each) for each in ("x", "y", "width", "height")))
    if name == "ellipse":
        return build_ellipse(*(_read_length(element, each) for each in ("cx", "cy", "rx", "ry")))
    if name == "circle":
        radius = _read_length(element, "r")
        return build_ellipse(_read_length(element, "cx"), _read_length(element, "cy"), radius, radius)
    if name in ("polygon", "polyline"):
        return read_points(str(element.get("points") or ""))
    return _read_path(str(element.get("d") or "")) if name == "path" else ()


def _read_path(steps: str) -> list[Point]:
    """Return the corners of a path; of curves their ends and control points, which cover at least as much."""
    points: list[Point] = []
    x = y = 0.0
    for command, numbers in _PATH_STEP.findall(steps)[:_MAX_ELEMENTS]:
        pairs = read_points(numbers)
        if command in "HhVv":
            pairs = tuple((value, value) for value in read_numbers(numbers))
        for dx, dy in pairs:
            start = (x, y) if command.islower() else (0.0, 0.0)
            x = x if command in "Vv" else start[0] + dx
            y = y if command in "Hh" else start[1] + dy
            points.append((x, y))
    return points


def _read_transform(text: str) -> _Matrix:
    matrix = _IDENTITY
    for kind, numbers in _TRANSFORM.findall(text):
        matrix = _multiply(matrix, _build_matrix(kind, read_numbers(numbers)))
    return matrix


def _build_matrix(kind: str, values: Sequence[float]) -> _Matrix:
    if kind == "matrix" and len(values) == 6:
        return (values[0], values[1], values[2], values[3], values[4], values[5])
    first, second = (*values, *(0.0, 0.0))[:2]
    if kind == "translate":
        return (1, 0, 0, 1, first, second)
    if kind == "scale":
        return (first, 0, 0, second if len(values) > 1 else first, 0, 0)
    if kind == "rotate":
        pivot = (values[1], values[2]) if len(values) == 3 else (0.0, 0.0)
        (a, b), (c, d), (e, f) = rotate(((1, 0), (0, 1), (-pivot[0], -pivot[1])), (0.0, 0.0), first)
        return (a, b, c, d, e + pivot[0], f + pivot[1])
    return _IDENTITY


def _multiply(outer: _Matrix, inner: _Matrix) -> _Matrix:
    a, b, c, d, e, f = outer
    return (
        a * inner[0] + c * inner[1], b * inner[0] + d * inner[1],
        a * inner[2] + c * inner[3], b * inner[2] + d * inner[3],
        a * inner[4] + c * inner[5] + e, b * inner[4] + d * inner[5] + f,
    )  # fmt: skip


def _apply(matrix: _Matrix, point: Point) -> Point:
    a, b, c, d, e, f = matrix
    return (a * point[0] + c * point[1] + e, b * point[0] + d * point[1] + f)
