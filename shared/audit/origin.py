"""The origin of the request in progress, for the entries that it writes."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

_MAX_AGENT_CHARS = 300


@dataclass(frozen=True)
class Origin:
    """The address and the user agent of a caller; both empty outside of requests."""

    address: str = ""
    user_agent: str = ""

    @classmethod
    def of(cls, address: str, user_agent: str) -> "Origin":
        """Build an origin from what a client sent, without unprintable characters and shortened."""
        agent = user_agent
        if not agent.isprintable():
            agent = "".join(character for character in agent if character.isprintable())
        return cls(address[:_MAX_AGENT_CHARS], agent[:_MAX_AGENT_CHARS])


_current: ContextVar[Origin | None] = ContextVar("origin", default=None)


def get_origin() -> Origin:
    """Return the origin of the request in progress, an empty one in tasks and scripts."""
    return _current.get() or Origin()


@contextmanager
def use_origin(origin: Origin) -> Iterator[None]:
    """Let entries of the block name this origin."""
    token = _current.set(origin)
    try:
        yield
    finally:
        _current.reset(token)
