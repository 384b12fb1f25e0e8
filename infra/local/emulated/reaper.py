"""Kill the programs of the stack if the stack itself is killed before it could stop them.

The reaper is a process of its own. It reads the process groups from a pipe and kills them once it closes.
"""

import os
import signal
import subprocess
import sys
from contextlib import suppress


class Reaper:
    """The process that kills the watched process groups once this process has ended, however it ends."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own code
            [sys.executable, "-I", "-S", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            bufsize=0,
            start_new_session=True,  # Ctrl-C is for the stack
        )

    def watch(self, group: int) -> None:
        self._send(group)

    def forget(self, group: int) -> None:
        """Stop watching a group that has ended: its number may be given to another one."""
        self._send(-group)

    def stop(self) -> None:
        """End the reaper without killing anything."""
        self._process.kill()
        self._process.communicate()

    def _send(self, number: int) -> None:
        assert self._process.stdin is not None  # noqa: S101
        with suppress(BrokenPipeError):
            self._process.stdin.write(f"{number}\n".encode())


def main() -> None:
    """Read process groups from standard input (negative: ended) and kill the rest at its end."""
    watched: set[int] = set()
    for line in sys.stdin:
        number = int(line)
        if number > 0:
            watched.add(number)
        else:
            watched.discard(-number)
    for group in watched:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
