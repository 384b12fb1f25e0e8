"""Queries that Firestore can answer, and nothing more."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from shared.store.values import to_stored

if TYPE_CHECKING:
    from shared.store.documents import Document

M = TypeVar("M", bound="Document")
Op = Literal["==", "<", "<=", ">", ">=", "in", "array_contains"]
RANGE_OPS = frozenset({"<", "<=", ">", ">="})
NAME = "__name__"


@dataclass(frozen=True)
class Filter:
    field: str
    op: Op
    value: Any


@dataclass(frozen=True)
class Order:
    field: str
    descending: bool = False


@dataclass(frozen=True)
class Cursor:
    """A position in an ordered result: the order fields' values and the document's id."""

    values: tuple[Any, ...]
    id: str


@dataclass(frozen=True)
class Query(Generic[M]):
    """Immutable; each method gives a new query. Ties are broken by document id."""

    collection: str
    model: type[M]
    group: bool = False
    filters: tuple[Filter, ...] = ()
    orders: tuple[Order, ...] = ()
    size: int | None = None
    start_after: Cursor | None = None

    def where(self, field: str, op: Op, value: Any) -> "Query[M]":
        if op == "in" and not 1 <= len(value) <= 30:
            raise ValueError("`in` takes 1 to 30 values")
        return replace(self, filters=(*self.filters, Filter(field, op, to_stored(value))))

    def order_by(self, field: str, *, descending: bool = False) -> "Query[M]":
        return replace(self, orders=(*self.orders, Order(field, descending)))

    def limit(self, size: int) -> "Query[M]":
        return replace(self, size=size)

    def after(self, cursor: Cursor | None) -> "Query[M]":
        return replace(self, start_after=cursor)

    def reversed(self) -> "Query[M]":
        """The same result from its other end."""
        orders = self.sort_fields or (Order(NAME),)
        return replace(self, orders=tuple(Order(order.field, not order.descending) for order in orders))

    @property
    def kind(self) -> str:
        return self.collection.rsplit("/", 1)[-1]

    @property
    def range_fields(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(item.field for item in self.filters if item.op in RANGE_OPS))

    @property
    def sort_fields(self) -> tuple[Order, ...]:
        """The order that holds: a range without an order sorts by its field, as in Firestore."""
        if self.orders:
            return self.orders
        return tuple(Order(field) for field in self.range_fields[:1])

    @property
    def name_descending(self) -> bool:
        return bool(self.sort_fields) and self.sort_fields[-1].descending

    def cursor_of(self, document: "Document") -> Cursor:
        fields: Mapping[str, Any] = to_stored(document)
        values = tuple(_pick(fields, order.field) for order in self.sort_fields if order.field != NAME)
        return Cursor(values, document.id)


def _pick(fields: Mapping[str, Any], path: str) -> Any:
    value: Any = fields
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
