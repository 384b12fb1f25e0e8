"""The task and the events that advance processing."""

from functions.courses.processing import runs
from functions.courses.processing.events import ProcessingCompleted, ProcessingRefused
from functions.courses.processing.tasks import FetchDocument, ProcessDocument
from shared.consumers import Delivery, Handlers
from shared.services import Services

handlers = Handlers()


@handlers.does(ProcessDocument)
async def process_document(services: Services, task: ProcessDocument) -> None:
    """Advance the processing of a document by one step."""
    await runs.advance_run(services, task)


@handlers.does(FetchDocument)
async def fetch_document(services: Services, task: FetchDocument) -> None:
    """Advance the processing of a document whose file lies at an address of the user."""
    await runs.advance_run(services, task)


@handlers.on(ProcessingCompleted, name="courses.processing_completed")
async def on_completed(services: Services, event: ProcessingCompleted, delivery: Delivery) -> None:
    """Read the retrieval service's result and complete the document."""
    await runs.receive_outcome(services, event.document_id, delivery)


@handlers.on(ProcessingRefused, name="courses.processing_failed")
async def on_failed(services: Services, event: ProcessingRefused, delivery: Delivery) -> None:
    """Fetch the retrieval service's verdict; a late event of an older run changes nothing."""
    await runs.receive_outcome(services, event.document_id, delivery)
