"""A server that forks a process for each file, with the parsers' libraries loaded, which takes half a second.

`python -m infra.local.retrieval.fork_server`, with a Unix socket as its standard input. Each message there
brings the socket of a job, in which one line stands already: the order. The job's process reports to that
socket (see `parse`), and at its end the server adds `{"ended": code}`, the code as `subprocess` tells it. A
job whose socket is closed or written to is killed; all are, and the server ends, when its own is closed.
"""

import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from infra.local.retrieval import parse

Work = Callable[[parse.Order], None]

_LIBRARIES = (
    "infra.local.retrieval.ebook",
    "infra.local.retrieval.markdown",
    "infra.local.retrieval.notebook",
    "infra.local.retrieval.opendocument",
    "infra.local.retrieval.pdf",
    "infra.local.retrieval.plain",
    "infra.local.retrieval.rich_text",
    "infra.local.retrieval.slides",
    "infra.local.retrieval.webpage",
    "infra.local.retrieval.word",
    "snowballstemmer",
    "yake",
)
_MAX_ORDER_BYTES = 65_536


def main() -> None:
    """Load the parsers' libraries and serve."""
    for name in _LIBRARIES:
        importlib.import_module(name)
    serve(parse.run_order)


def serve(work: Work) -> None:
    """Run `work` in a process for each order, until standard input is closed by its other side."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the stack, which ends this
    gc.freeze()  # the children share what is loaded
    server = _Server(socket.socket(fileno=sys.stdin.fileno()), work)
    while server.is_wanted:
        server.step()


@dataclass(frozen=True)
class _Job:
    pid: int
    socket: socket.socket


class _Server:
    """The jobs under way, by their sockets' file descriptors."""

    def __init__(self, orders: socket.socket, work: Work) -> None:
        self.is_wanted = True
        self._orders = orders
        self._work = work
        self._jobs: dict[int, _Job] = {}
        self._bell, self._clapper = socket.socketpair()  # rung when a child has ended
        self._clapper.settimeout(0)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._clapper.fileno())
        self._poll = select.poll()
        self._poll.register(self._orders, select.POLLIN)
        self._poll.register(self._bell, select.POLLIN)

    def step(self) -> None:
        """Wait for an order, the end of a job or its caller, and handle it."""
        for descriptor, _ in self._poll.poll():
            if descriptor == self._orders.fileno():
                self._begin()
            elif descriptor == self._bell.fileno():
                self._bell.recv(_MAX_ORDER_BYTES)
                self._reap()
            elif descriptor in self._jobs:
                self._kill(descriptor)

    def _begin(self) -> None:
        message, descriptors, _, _ = socket.recv_fds(self._orders, 1, 1)
        if not message:
            self.is_wanted = False
            for descriptor in list(self._jobs):
                self._kill(descriptor)
            return
        job = socket.socket(fileno=descriptors[0])
        order: parse.Order = json.loads(job.recv(_MAX_ORDER_BYTES))
        pid = os.fork()
        if pid == 0:
            self._become(job, order)
        self._jobs[job.fileno()] = _Job(pid, job)
        self._poll.register(job, select.POLLIN)

    def _become(self, job: socket.socket, order: parse.Order) -> NoReturn:
        """Turn this process, newly forked, into the job's, which keeps the server's standard output alone."""
        code = 1
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.dup2(job.fileno(), sys.stdout.fileno())
            os.dup2(os.open(os.devnull, os.O_RDONLY), sys.stdin.fileno())
            os.closerange(3, max(job.fileno(), *self._jobs, self._bell.fileno(), self._clapper.fileno()) + 1)
            self._work(order)
            sys.stdout.flush()
            code = 0
        finally:
            os._exit(code)

    def _reap(self) -> None:
        for descriptor, job in list(self._jobs.items()):
            pid, status = os.waitpid(job.pid, os.WNOHANG)
            if pid:
                self._finish(descriptor, status)

    def _kill(self, descriptor: int) -> None:
        pid = self._jobs[descriptor].pid
        os.kill(pid, signal.SIGKILL)
        self._finish(descriptor, os.waitpid(pid, 0)[1])

    def _finish(self, descriptor: int, status: int) -> None:
        job = self._jobs.pop(descriptor)
        self._poll.unregister(descriptor)
        with job.socket:
            try:
                job.socket.sendall(b'{"ended": %d}\n' % os.waitstatus_to_exitcode(status))
            except OSError:  # nobody listens any more
                return


if __name__ == "__main__":
    main()
