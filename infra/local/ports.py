"""The port that the stack listens on, tried before anything is started."""

import errno
import socket

from infra.local.errors import CannotRun


def check_port(host: str, port: int) -> None:
    """Raise CannotRun, with what to do, where the port cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise CannotRun(_describe(problem, host, port)) from None


def _describe(problem: OSError, host: str, port: int) -> str:
    beside = port + 1 if port < 65535 else 8080
    if problem.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is taken by another program. Stop it, or use another port:"
            f" PORT={beside} DATA_DIR=.data-{beside} make run"
        )
    if problem.errno in (errno.EACCES, errno.EPERM):
        return f"Port {port} is reserved for administrators. Use one from 1024 on, such as PORT=8080."
    return f"The stack cannot listen on {host}, port {port}: {(problem.strerror or str(problem)).lower()}."
