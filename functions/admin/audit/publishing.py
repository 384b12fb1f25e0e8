"""Publication of heads: stored, as an event, and as a log line that no writer of the store can change."""

import logging

from functions.admin.audit.events import AuditHeadsPublished
from shared.audit.chain import build_publication, list_shards
from shared.audit.models import AuditPublication
from shared.audit.store import HEADS, PUBLICATIONS, query_last_publication
from shared.services import Services
from shared.store import Transaction

log = logging.getLogger("aksio.audit")


async def publish_heads(services: Services) -> AuditPublication:
    """Publish the heads of all chains. Costs 65 reads, 2 writes and a delete."""
    refs = [HEADS.doc(shard) for shard in list_shards()]

    async def work(tx: Transaction) -> AuditPublication:
        last = await tx.first(query_last_publication())
        heads = [head for head in await tx.get_many(refs) if head is not None]
        publication = build_publication(services.audit.keys, last, heads, services.clock.now())
        tx.create(PUBLICATIONS.doc(publication.id), publication)
        tx.publish(
            AuditHeadsPublished(**publication.model_dump(include=set(AuditHeadsPublished.model_fields)))
        )
        return publication

    publication = await services.store.transact(work)
    fields = {"number": publication.number, "heads": publication.heads, "hash": publication.hash}
    log.info("audit heads published: %s %s", publication.number, publication.hash, extra={"fields": fields})
    return publication
