"""Query parameters: unknown ones are refused, so that no pager loops on the first page."""

from collections.abc import Set as AbstractSet

from fastapi import Request

from shared.errors import ValidationFailed
from shared.web.problems import describe_unknown

_IGNORED_PREFIXES = ("_", "utm_")  # those of caches and of campaigns, which links collect on their way
_MAX_PARAMETERS = 50
_MAX_NAME_CHARS = 100


def check_parameters(request: Request, known: AbstractSet[str]) -> None:
    """Raise ValidationFailed for parameters that are not known, with the names of those that are."""
    unknown = [
        name for name in request.query_params if name not in known and not name.startswith(_IGNORED_PREFIXES)
    ]
    if not unknown:
        return
    names = sorted(known)
    raise ValidationFailed(
        details={
            name[:_MAX_NAME_CHARS] or "query": [describe_unknown(name, names, noun="parameter")]
            for name in unknown[:_MAX_PARAMETERS]
        }
    )
