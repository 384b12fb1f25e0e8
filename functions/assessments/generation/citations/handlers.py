"""Refreshing of citations after a new version of a document was processed."""

from functions.assessments.generation.citations.service import refresh_quotes
from functions.assessments.generation.citations.tasks import RefreshQuotes
from shared.consumers import Delivery, Handlers
from shared.published.courses import DOCUMENT_SUMMARIES, DocumentProcessed
from shared.services import Services
from shared.store import Transaction

handlers = Handlers()


@handlers.on(DocumentProcessed, name="assessments.refresh_quotes")
async def on_document_processed(services: Services, event: DocumentProcessed, delivery: Delivery) -> None:
    """Enqueue a refresh of quotes once a newer version of the document is processed."""

    async def work(tx: Transaction) -> None:
        summary = await tx.get(DOCUMENT_SUMMARIES.doc(event.document, user=event.user))
        if summary is not None and summary.version > 1 and await delivery.claim(tx):
            tx.enqueue(RefreshQuotes(user=event.user, document=event.document, version=summary.version))

    if event.status == "completed":
        await services.store.transact(work)


@handlers.does(RefreshQuotes)
async def do_refresh_quotes(services: Services, task: RefreshQuotes) -> None:
    """Update the citations of a replaced document, one page of cards or questions at a time."""
    await refresh_quotes(services, task)
