"""Translation of Firestore's errors into the store's."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from shared.errors import ServiceUnavailable
from shared.store.values import AlreadyExists, DocumentTooLarge, MissingIndex, Write

_TOO_LARGE = ("maximum entity size", "maximum allowed size", "is longer than 1048487 bytes")


class Conflict(Exception):
    """Another transaction was first; this one may run again."""


@contextmanager
def translate_errors(writes: Sequence[Write] = ()) -> Iterator[None]:
    """Translate to Conflict, AlreadyExists, DocumentTooLarge, MissingIndex or ServiceUnavailable."""
    from google.api_core import exceptions as native

    try:
        yield
    except native.AlreadyExists as error:
        raise AlreadyExists(_find_path(str(error), [w for w in writes if w.kind == "create"])) from error
    except native.Aborted as error:
        raise Conflict from error
    except native.FailedPrecondition as error:
        raise MissingIndex(str(error)) from error
    except native.InvalidArgument as error:
        if any(text in str(error) for text in _TOO_LARGE):
            raise DocumentTooLarge(_find_path(str(error), writes)) from error
        raise
    except (native.ServerError, native.RetryError, native.TooManyRequests, TimeoutError) as error:
        raise ServiceUnavailable from error


def _find_path(message: str, writes: Sequence[Write]) -> str:
    """Return the path that the message names, else the first one."""
    named = [write.path for write in writes if write.path in message]
    return max(named, key=len) if named else writes[0].path
