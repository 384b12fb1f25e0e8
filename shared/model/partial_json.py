"""A JSON list read while it is still being written."""


class FinishedObjects:
    """A cutter of finished objects or lists out of the outermost list of a JSON text that arrives in pieces.

    Brackets are counted outside strings only (RFC 8259), each character is looked at once, and what is
    cut out is not yet known to be valid.
    """

    def __init__(self) -> None:
        self._closers: list[str] = []
        self._in_string = False
        self._escaped = False
        self._list_depth = 0
        self._current: list[str] = []

    @property
    def closed(self) -> bool:
        """True if a list was found and every bracket is closed again."""
        return self._list_depth > 0 and not self._closers

    def feed(self, piece: str) -> list[str]:
        """Return what `piece` completes, in order."""
        return [finished for char in piece if (finished := self._step(char))]

    def _step(self, char: str) -> str:
        if self._in_member:
            self._current.append(char)
        if self._in_string:
            self._string_step(char)
        elif char == '"':
            self._in_string = bool(self._closers)  # prose around the JSON may hold a lone quotation mark
        elif char in "{[":
            self._open(char)
        elif self._closers and char == self._closers[-1]:
            return self._close()
        return ""

    def _string_step(self, char: str) -> None:
        if self._escaped:
            self._escaped = False
        elif char == "\\":
            self._escaped = True
        elif char == '"':
            self._in_string = False

    def _open(self, char: str) -> None:
        self._closers.append("}" if char == "{" else "]")
        if char == "[" and not self._list_depth:
            self._list_depth = len(self._closers)
        elif self._in_member and not self._current:
            self._current.append(char)

    def _close(self) -> str:
        self._closers.pop()
        if self._in_member or not self._current:
            return ""
        finished = "".join(self._current)
        self._current.clear()
        return finished

    @property
    def _in_member(self) -> bool:
        return 0 < self._list_depth < len(self._closers)
