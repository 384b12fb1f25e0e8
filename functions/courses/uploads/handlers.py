"""The tasks that purge uncompleted uploads and replaced files."""

from functions.courses.rescheduling import run_or_reschedule
from functions.courses.uploads.replacement import purge_file
from functions.courses.uploads.service import purge_upload
from functions.courses.uploads.store import UPLOADS
from functions.courses.uploads.tasks import PurgeFile, PurgeUpload
from shared.consumers import Handlers
from shared.services import Services

handlers = Handlers()


@handlers.does(PurgeUpload)
async def on_purge_upload(services: Services, task: PurgeUpload) -> None:
    """Purge an upload that was never completed, with its object."""
    upload = await services.store.get(UPLOADS.doc(task.upload, user=task.user))
    if upload is not None:
        await run_or_reschedule(services, task, purge_upload(services, upload))


@handlers.does(PurgeFile)
async def on_purge_file(services: Services, task: PurgeFile) -> None:
    """Purge a file that no document refers to any more."""
    await run_or_reschedule(services, task, purge_file(services, task))
