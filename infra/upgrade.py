"""`python -m infra.upgrade --project P [KIND…]`: save what older versions stored in today's form."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from functions.assessments.flashcards.cards.rules import index_card
from functions.courses.courses.rules import index_course
from infra.collections import find_owner, list_collections
from shared.logs import configure_logging
from shared.services import Services
from shared.settings import Settings
from shared.store import Collection, Ref, Store, Transaction, UnreadableDocument
from shared.store.backend import Row
from shared.store.documents import VERSION_FIELD, load_document
from shared.store.firestore import FirestoreBackend

_PAGE = 200
_PARALLEL = 10

# Fields that follow from others and are queried, by collection. Where code derives more from the same fields,
# as further terms of a search, older code still reads them: no version changes.
DERIVATIONS: Mapping[str, Callable[[Any], Any]] = {"courses": index_course, "flashcards": index_card}


@dataclass
class Progress:
    """Documents seen, upgraded, and left as this version cannot read them; `last` is the path reached."""

    seen: int = 0
    upgraded: int = 0
    unreadable: int = 0
    last: str = ""


def list_upgraded_kinds() -> list[str]:
    """Return the names of the collections whose models have had several versions or have derived fields."""
    versioned = {each.kind for each in list_collections() if each.model.schema_version > 1}
    return sorted(versioned | DERIVATIONS.keys())


async def upgrade(
    store: Store,
    kind: str,
    *,
    after: str | None = None,
    size: int = _PAGE,
    collections: Sequence[Collection[Any]] | None = None,
) -> Progress:
    """Upgrade the documents of all collections of this name that lie behind today's code.

    They are of an older version of their model, or their derived fields are not as today's code derives them.

    May be repeated and run beside the service: each document is upgraded in a transaction of its own. After
    an interruption, `after` goes on from the last path that was printed. Costs 1 read a document, 1 more
    and a write for each that is upgraded. A page has `size` documents; `collections` are the code's.
    """
    progress, known = Progress(last=after or ""), collections or list_collections()
    while rows := await store.page_group(kind, after=progress.last or None, size=size):
        outdated = [ref for row in rows if (ref := _find_outdated(row, known))]
        for start in range(0, len(outdated), _PARALLEL):
            done = await asyncio.gather(*(_save(store, ref) for ref in outdated[start : start + _PARALLEL]))
            progress.upgraded += sum(done)
            progress.unreadable += len(done) - sum(done)
        progress.seen += len(rows)
        progress.last = rows[-1][0]
        print(f"[aksio] {kind}: {progress.upgraded} of {progress.seen} upgraded, to {progress.last}")
    return progress


def _find_outdated(row: Row, collections: Sequence[Collection[Any]]) -> Ref[Any] | None:
    path, fields = row
    owner = find_owner(path, collections)
    if owner is None:
        return None
    is_old = fields.get(VERSION_FIELD, 1) < owner.model.schema_version
    return Ref(path, owner.model) if is_old or _has_old_derivations(owner, path, fields) else None


def _has_old_derivations(owner: Collection[Any], path: str, fields: dict[str, Any]) -> bool:
    derive = DERIVATIONS.get(owner.kind)
    if derive is None:
        return False
    try:
        document = load_document(owner.model, path, fields)
    except UnreadableDocument:
        return True  # reported with those that could not be upgraded
    return bool(derive(document) != document)


async def _save(store: Store, ref: Ref[Any]) -> bool:
    async def work(tx: Transaction) -> None:
        document = await tx.get(ref)
        if document is not None:
            derive = DERIVATIONS.get(ref.path.split("/")[-2], lambda unchanged: unchanged)
            tx.put(ref, derive(document))

    try:
        await store.transact(work)
    except UnreadableDocument:  # the store has logged it
        return False
    return True


async def _run(services: Services, kinds: Sequence[str], after: str | None) -> bool:
    try:
        done = [await upgrade(services.store, kind, after=after) for kind in kinds]
    finally:
        await services.store.aclose()
    return not any(each.unreadable for each in done)


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m infra.upgrade", description="Save what older versions stored in today's form."
    )
    parser.add_argument(
        "kinds", nargs="*", help="collections by name; without, all that had several versions"
    )
    parser.add_argument("--after", help="go on after this path, of the one collection named")
    target = parser.add_mutually_exclusive_group(required=True)
    target.add_argument("--local", action="store_true", help="the local stack on DATA_DIR")
    target.add_argument("--project", help="the Google Cloud project")
    parser.add_argument("--database", default="(default)", help="its Firestore database")
    arguments = parser.parse_args(argv)
    if arguments.after and len(arguments.kinds) != 1:
        parser.error("--after goes with one collection")
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Upgrade; the exit status is 1 if a document could not be read."""
    arguments = _arguments(argv)
    configure_logging("WARNING")
    if arguments.local:
        services = Services(Settings())
    else:
        backend = FirestoreBackend(project=arguments.project, database=arguments.database)
        services = Services(Settings(), _backend=backend)
    kinds = arguments.kinds or list_upgraded_kinds()
    return 0 if asyncio.run(_run(services, kinds, arguments.after)) else 1


if __name__ == "__main__":
    sys.exit(main())
