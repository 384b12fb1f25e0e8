"""Reader of protobuf's wire format, as far as Anki's small messages need it; unknown fields are skipped."""

from collections.abc import Iterator

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_MAX_VARINT_BYTES = 10

Value = int | bytes


class Malformed(ValueError):
    """The bytes are not a message."""


def read_fields(message: bytes) -> Iterator[tuple[int, Value]]:
    """Yield the number and the value of each field. Raises Malformed."""
    position = 0
    while position < len(message):
        key, position = _read_varint(message, position)
        value, position = _read_value(message, position, key & 7)
        yield key >> 3, value


def read_texts(message: bytes) -> dict[int, str]:
    """Return the last value of each text field, by number. Raises Malformed."""
    return {
        number: value.decode("utf-8", "replace")
        for number, value in read_fields(message)
        if isinstance(value, bytes)
    }


def read_numbers(message: bytes) -> dict[int, int]:
    """Return the last value of each number field, by number. Raises Malformed."""
    return {number: value for number, value in read_fields(message) if isinstance(value, int)}


def _read_value(message: bytes, position: int, kind: int) -> tuple[Value, int]:
    if kind == _VARINT:
        return _read_varint(message, position)
    size = {_FIXED64: 8, _FIXED32: 4}.get(kind, 0)
    if kind == _BYTES:
        size, position = _read_varint(message, position)
    elif not size:
        raise Malformed(f"unknown wire type {kind}")
    if position + size > len(message):
        raise Malformed("the message is cut off")
    return message[position : position + size], position + size


def _read_varint(message: bytes, position: int) -> tuple[int, int]:
    value = 0
    for shift, byte in enumerate(message[position : position + _MAX_VARINT_BYTES]):
        value |= (byte & 0x7F) << (7 * shift)
        if byte < 0x80:
            return value, position + shift + 1
    raise Malformed("a number does not end")
