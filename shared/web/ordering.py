"""The order of lists, as `?ordering=` asks for it: a field's name, with a minus for the other way round."""

from typing import TypeVar

from shared.store import Document, Query

M = TypeVar("M", bound=Document)


def order_query(query: Query[M], ordering: str, **stored: str) -> Query[M]:
    """Order by a field such as `-created_at`; `stored` maps public names to those of the store."""
    name = ordering.removeprefix("-")
    return query.order_by(stored.get(name, name), descending=ordering.startswith("-"))
