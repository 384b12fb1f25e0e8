"""Just enough of protobuf's wire format to read Anki's small messages; unknown fields are passed over."""

from collections.abc import Iterator

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_LONGEST_VARINT = 10

Value = int | bytes


class Malformed(ValueError):
    """The bytes are no message."""


def fields(message: bytes) -> Iterator[tuple[int, Value]]:
    """The number and the value of each field. Raises Malformed."""
    position = 0
    while position < len(message):
        key, position = _varint(message, position)
        value, position = _value(message, position, key & 7)
        yield key >> 3, value


def texts(message: bytes) -> dict[int, str]:
    """The last value of each field that is text, by number. Raises Malformed."""
    return {
        number: value.decode("utf-8", "replace")
        for number, value in fields(message)
        if isinstance(value, bytes)
    }


def numbers(message: bytes) -> dict[int, int]:
    """The last value of each field that is a number, by number. Raises Malformed."""
    return {number: value for number, value in fields(message) if isinstance(value, int)}


def _value(message: bytes, position: int, kind: int) -> tuple[Value, int]:
    if kind == _VARINT:
        return _varint(message, position)
    size = {_FIXED64: 8, _FIXED32: 4}.get(kind, 0)
    if kind == _BYTES:
        size, position = _varint(message, position)
    elif not size:
        raise Malformed(f"wire type {kind}")
    if position + size > len(message):
        raise Malformed("cut off")
    return message[position : position + size], position + size


def _varint(message: bytes, position: int) -> tuple[int, int]:
    value = 0
    for shift, byte in enumerate(message[position : position + _LONGEST_VARINT]):
        value |= (byte & 0x7F) << (7 * shift)
        if byte < 0x80:
            return value, position + shift + 1
    raise Malformed("no end of a number")
