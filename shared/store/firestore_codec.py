"""Conversion between the store's values, writes and queries and those of Firestore's client."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from shared.store.query import NAME, Query
from shared.store.values import Increment, Minimum, Raw, Write

if TYPE_CHECKING:
    from google.cloud.firestore import AsyncClient, AsyncQuery, AsyncWriteBatch, DocumentSnapshot

    from shared.store.backend import Row


def to_native(value: Any) -> Any:
    """Convert stored fields to values of Firestore's client."""
    from google.cloud import firestore

    if isinstance(value, Mapping):
        return {name: to_native(item) for name, item in value.items()}
    if isinstance(value, list):
        return [to_native(item) for item in value]
    if isinstance(value, Increment):
        return firestore.Increment(value.amount)
    return firestore.Minimum(value.amount) if isinstance(value, Minimum) else value


def from_native(value: Any) -> Any:
    """Convert a value of the client's; instants lose their nanoseconds."""
    if isinstance(value, dict):
        return {name: from_native(item) for name, item in value.items()}
    if isinstance(value, list):
        return [from_native(item) for item in value]
    if isinstance(value, datetime):
        return datetime.combine(value.date(), value.timetz()).astimezone(UTC)
    return value


def read_fields(snapshot: "DocumentSnapshot[Any]") -> Raw | None:
    """Return the snapshot's fields, or None where there is no document."""
    fields = snapshot.to_dict()
    return None if fields is None else from_native(fields)


def read_row(snapshot: "DocumentSnapshot[Any]") -> "Row":
    """Return the snapshot's path and fields."""
    return snapshot.reference.path, read_fields(snapshot) or {}


def add_write(client: "AsyncClient", batch: "AsyncWriteBatch", write: Write) -> None:
    """Add the write to the batch, with its precondition."""
    from google.cloud.firestore import DELETE_FIELD
    from google.cloud.firestore_v1.field_path import FieldPath

    reference = client.document(write.path)
    if write.kind == "delete":
        batch.delete(reference)
    elif write.kind == "create":
        batch.create(reference, to_native(write.data))
    elif write.mask is None:
        batch.set(reference, to_native(write.data), merge=write.kind == "merge")
    else:
        fields = {name: to_native(write.data.get(name, DELETE_FIELD)) for name in write.mask}
        batch.set(reference, fields, merge=[FieldPath(name).to_api_repr() for name in write.mask])


def build_native_query(client: "AsyncClient", query: Query[Any]) -> "AsyncQuery":
    """Build the client's query, ordered down to the name so that a cursor is a unique position."""
    from google.cloud.firestore import AsyncQuery
    from google.cloud.firestore_v1.base_query import FieldFilter

    source = client.collection_group(query.kind) if query.group else client.collection(query.collection)
    native: AsyncQuery = source.limit(query.size) if query.size is not None else source.offset(0)
    for item in query.filters:
        native = native.where(filter=FieldFilter(_quote_field_path(item.field), item.op, item.value))
    for order in query.sort_fields:
        if order.field != NAME:
            native = native.order_by(
                _quote_field_path(order.field), direction=_choose_direction(order.descending)
            )
    native = native.order_by(NAME, direction=_choose_direction(query.name_descending))
    if (cursor := query.start_after) is not None:
        native = native.start_after([*cursor.values, client.document(f"{query.collection}/{cursor.id}")])
    return native


def _choose_direction(descending: bool) -> str:  # noqa: FBT001 - named where it is called
    return "DESCENDING" if descending else "ASCENDING"


def _quote_field_path(field: str) -> str:
    from google.cloud.firestore_v1.field_path import FieldPath

    path: str = FieldPath(*field.split(".")).to_api_repr()
    return path
