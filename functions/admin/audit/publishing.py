"""Publication of heads: stored, as an event, and as a log line that no writer of the store can change."""

import logging
from datetime import timedelta

from functions.admin.audit.events import AuditHeadsPublished
from shared.audit.chain import build_publication, list_shards
from shared.audit.models import AuditPublication
from shared.audit.store import HEADS, PUBLICATIONS, query_last_publication
from shared.services import Services
from shared.store import Transaction

log = logging.getLogger("aksio.audit")

_MIN_INTERVAL = timedelta(minutes=10)  # a repeated delivery publishes nothing


async def publish_heads(services: Services) -> None:
    """Publish the heads of all chains, at most every ten minutes. Costs 65 reads, 2 writes, 1 delete."""
    refs = [HEADS.doc(shard) for shard in list_shards()]

    async def work(tx: Transaction) -> AuditPublication | None:
        last = await tx.first(query_last_publication())
        if last is not None and services.clock.now() - last.published_at < _MIN_INTERVAL:
            return None
        heads = [head for head in await tx.get_many(refs) if head is not None]
        publication = build_publication(services.audit.keys, last, heads, services.clock.now())
        tx.create(PUBLICATIONS.doc(publication.id), publication)
        tx.publish(
            AuditHeadsPublished(**publication.model_dump(include=set(AuditHeadsPublished.model_fields)))
        )
        return publication

    publication = await services.store.transact(work)
    if publication is None:
        return
    fields = {"number": publication.number, "heads": publication.heads, "hash": publication.hash}
    log.info("audit heads published: %s %s", publication.number, publication.hash, extra={"fields": fields})
