"""Send requests over some connections as fast as they are answered, with as little work as possible.

`python load.py PORT SECONDS CONNECTIONS FILE FIRST`, a process of its own, so that its share of the
processors is known. FILE has a JSON list of whole HTTP requests, sent in turn from number FIRST on. Prints a
JSON object: the requests answered, the seconds, and the processor's seconds that this process took.
Needs no libraries.
"""

import json
import selectors
import socket
import sys
import time
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path

HOST = "127.0.0.1"
_MAX_PART_BYTES = 256 * 1024
_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length:"


def send_requests(
    port: int, requests: Sequence[bytes], *, seconds: float, connections: int, first: int = 0
) -> int:
    """Send the requests in turn, each connection one after the other; return how many were answered.

    Raises RuntimeError for an answer that is no success.
    """
    waiting = islice(cycle(requests), first % len(requests), None)
    parts: dict[socket.socket, bytes] = {}
    with selectors.DefaultSelector() as selector:
        for _ in range(connections):
            connection = socket.create_connection((HOST, port))
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.sendall(next(waiting))
            selector.register(connection, selectors.EVENT_READ)
            parts[connection] = b""
        answered, end = 0, time.perf_counter() + seconds
        while time.perf_counter() < end:
            for key, _ in selector.select(1.0):
                connection = key.fileobj  # type: ignore[assignment]
                part = parts[connection] + connection.recv(_MAX_PART_BYTES)
                if not is_whole(part):
                    parts[connection] = part
                    continue
                parts[connection] = b""
                answered += 1
                connection.sendall(next(waiting))
    for connection in parts:
        connection.close()
    return answered


def is_whole(answer: bytes) -> bool:
    """Tell whether all of the answer has arrived. Raises RuntimeError unless it is a 200."""
    head, end, body = answer.partition(_END_OF_HEAD)
    if not answer.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(f"no success, or the connection was closed: {answer[:500]!r}")
    if not end:
        return False
    length = head.lower().partition(_LENGTH)[2].partition(b"\r\n")[0]
    return len(body) >= int(length)


def main() -> None:
    """Send the requests of a file and print what was measured."""
    port, seconds, connections, file, first = sys.argv[1:]
    requests = [request.encode() for request in json.loads(Path(file).read_text("utf-8"))]
    started, used = time.perf_counter(), time.process_time()
    answered = send_requests(
        int(port), requests, seconds=float(seconds), connections=int(connections), first=int(first)
    )
    measured = {
        "answered": answered,
        "seconds": time.perf_counter() - started,
        "processor_seconds": time.process_time() - used,
    }
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
