"""Queries that Firestore can answer, and nothing more."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import prod
from typing import Any, Generic, Literal, TypeVar

from shared.store.documents import Document
from shared.store.values import to_stored

M = TypeVar("M", bound=Document)
Op = Literal["==", "<", "<=", ">", ">=", "in", "array_contains"]
Shape = tuple[str, bool, tuple[tuple[str, Op], ...], tuple[tuple[str, bool], ...]]
RANGE_OPS = frozenset({"<", "<=", ">", ">="})
NAME = "__name__"
_MAX_ALTERNATIVES = 30


@dataclass(frozen=True)
class Filter:
    """A condition on one field."""

    field: str
    op: Op
    value: Any


@dataclass(frozen=True)
class Order:
    """A field to sort by."""

    field: str
    descending: bool = False


@dataclass(frozen=True)
class Cursor:
    """A position in an ordered result: the values of the order fields, and the document's id."""

    values: tuple[Any, ...]
    id: str


@dataclass(frozen=True)
class Query(Generic[M]):
    """An immutable query; each method returns a new one. Ties are broken by document id."""

    collection: str
    model: type[M]
    group: bool = False
    filters: tuple[Filter, ...] = ()
    orders: tuple[Order, ...] = ()
    size: int | None = None
    start_after: Cursor | None = None

    def where(self, field: str, op: Op, value: Any) -> "Query[M]":
        """Add a filter. Raises ValueError for one that Firestore would refuse."""
        added = Filter(field, op, to_stored(value))
        _check(added)
        filters = (*self.filters, added)
        if op == "in" and prod(len(each.value) for each in filters if each.op == op) > _MAX_ALTERNATIVES:
            raise ValueError("the `in` filters of a query have at most 30 combinations")
        return self._with(filters=filters)

    def _with(self, **changes: Any) -> "Query[M]":
        """Return a copy with other values: `dataclasses.replace` takes longer than the rest of a query."""
        return type(self)(**{**vars(self), **changes})

    def order_by(self, field: str, *, descending: bool = False) -> "Query[M]":
        return self._with(orders=(*self.orders, Order(field, descending)))

    def limit(self, size: int) -> "Query[M]":
        return self._with(size=size)

    def after(self, cursor: Cursor | None) -> "Query[M]":
        if cursor is not None and self.group:
            raise ValueError("a collection-group query has no cursor: an id is not a position in it")
        return self._with(start_after=cursor)

    def reverse(self) -> "Query[M]":
        """Return the query with the opposite order."""
        orders = self.sort_fields or (Order(NAME),)
        return replace(self, orders=tuple(Order(order.field, not order.descending) for order in orders))

    @property
    def kind(self) -> str:
        return self.collection.rsplit("/", 1)[-1]

    @property
    def shape(self) -> Shape:
        """The query without its values and its parents: what decides on the indexes that it needs."""
        filters = tuple((item.field, item.op) for item in self.filters)
        return self.kind, self.group, filters, tuple((order.field, order.descending) for order in self.orders)

    @property
    def range_fields(self) -> tuple[str, ...]:
        return tuple(sorted({item.field for item in self.filters if item.op in RANGE_OPS}))

    @property
    def sort_fields(self) -> tuple[Order, ...]:
        """The effective order: as in Firestore, fields of ranges without an order follow by name."""
        named = {order.field for order in self.orders}
        if NAME in named:
            return self.orders
        last = bool(self.orders) and self.orders[-1].descending
        return self.orders + tuple(Order(field, last) for field in self.range_fields if field not in named)

    @property
    def name_descending(self) -> bool:
        return bool(self.sort_fields) and self.sort_fields[-1].descending

    def get_cursor(self, document: Document) -> Cursor:
        """Return the position of a document of the result."""
        return self.get_cursor_at(document.id, to_stored(document))

    def get_cursor_at(self, document_id: str, fields: Mapping[str, Any]) -> Cursor:
        """Return the position of a document by its stored fields."""
        values = tuple(_pick(fields, order.field) for order in self.sort_fields if order.field != NAME)
        return Cursor(values, document_id)


def _check(item: Filter) -> None:
    if item.op == "in" and not 1 <= len(item.value) <= _MAX_ALTERNATIVES:
        raise ValueError("`in` takes 1 to 30 values")
    values = item.value if item.op == "in" else [item.value]
    if any(isinstance(value, (dict, list)) for value in values):
        raise ValueError("a filter compares single values")
    if item.value is None and item.op != "==":
        raise ValueError(f"`{item.op}` needs a value")


def _pick(fields: Mapping[str, Any], path: str) -> Any:
    value: Any = fields
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
