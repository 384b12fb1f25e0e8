"""Fields that a transaction knows, so that a save writes only what changed."""

from typing import Any

from shared.store.documents import VERSION_FIELD, Document, Ref, dump_document, upgrade_fields
from shared.store.values import Raw, Write


class KnownFields:
    """Documents as the transaction read them, and as its writes so far leave them.

    A loaded document may share nested values with these: change copies, never the values themselves.
    """

    def __init__(self) -> None:
        self._fields: dict[str, Raw | None] = {}
        self._written: set[str] = set()

    def note_read(self, path: str, raw: Raw | None) -> None:
        """Remember what is stored, unless it was written: reads see the state before the transaction."""
        if path not in self._written:
            self._fields[path] = raw

    def note_write(self, path: str, fields: Raw | None) -> None:
        """Remember what a write makes of the whole document; None where it is deleted."""
        self._written.add(path)
        self._fields[path] = fields

    def note_merge(self, path: str) -> None:
        """Forget the document: only the database knows the result."""
        self._written.add(path)
        self._fields.pop(path, None)

    def plan_put(self, ref: Ref[Any], document: Document) -> Write | None:
        """Return the write that saves the document, None where nothing changed."""
        if ref.path not in self._fields:
            self._written.add(ref.path)
            return mask_whole(ref.path, document)
        fields, before = dump_document(document), self._fields[ref.path]
        if before is None:
            self.note_write(ref.path, fields)
            return Write("put", ref.path, fields)
        fields = _pick_own(document, fields)
        removed = before.keys() - upgrade_fields(ref.model, before).keys() - fields.keys()
        changed = [name for name, value in fields.items() if name not in before or before[name] != value]
        after = {name: value for name, value in before.items() if name not in removed} | fields
        self.note_write(ref.path, after)
        mask = (*changed, *sorted(removed))
        return Write("put", ref.path, after, mask) if mask else None


def mask_whole(path: str, document: Document) -> Write:
    """Return the write of all fields of a model over a document that was not read: others stay."""
    fields = _pick_own(document, dump_document(document))
    return Write("put", path, fields, tuple({**fields, VERSION_FIELD: None}))


def _pick_own(document: Document, fields: Raw) -> Raw:
    """Return the fields that the model knows: others may have changed since the document was loaded."""
    unknown = document.model_extra
    return {name: value for name, value in fields.items() if name not in unknown} if unknown else fields
