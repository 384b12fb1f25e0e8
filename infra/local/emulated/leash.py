"""Ends what the stack has started, should the stack be killed before it could: nothing is left behind.

It is a process of its own, which is told the groups of processes to end, and reads until the stack is gone.
"""

import os
import signal
import subprocess
import sys
from contextlib import suppress


class Leash:
    """For process groups that are to end with this process, however it ends."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own code
            [sys.executable, "-I", "-S", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,  # Ctrl-C is for the stack
        )

    def hold(self, group: int) -> None:
        self._tell(group)

    def let_go(self, group: int) -> None:
        """It has ended: its number may become another's."""
        self._tell(-group)

    def end(self) -> None:
        """Let go of all."""
        self._process.kill()
        self._process.communicate()

    def _tell(self, number: int) -> None:
        assert self._process.stdin is not None  # noqa: S101
        with suppress(BrokenPipeError):
            self._process.stdin.write(f"{number}\n".encode())


def main() -> None:
    held: set[int] = set()
    for line in sys.stdin:
        number = int(line)
        if number > 0:
            held.add(number)
        else:
            held.discard(-number)
    for group in held:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
