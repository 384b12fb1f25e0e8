"""The document store, with Firestore's model: typed collections, transactions, metered operations."""

from shared.store.collection import Collection
from shared.store.documents import Document, Ref, UnreadableDocument, Upgrade
from shared.store.facade import Store, Transaction
from shared.store.meter import Cost, Meter, use_meter
from shared.store.query import Cursor, Query
from shared.store.values import AlreadyExists, Contention, DocumentTooLarge, Increment, Minimum, MissingIndex

__all__ = [
    "AlreadyExists",
    "Collection",
    "Contention",
    "Cost",
    "Cursor",
    "Document",
    "DocumentTooLarge",
    "Increment",
    "Meter",
    "Minimum",
    "MissingIndex",
    "Query",
    "Ref",
    "Store",
    "Transaction",
    "UnreadableDocument",
    "Upgrade",
    "use_meter",
]
