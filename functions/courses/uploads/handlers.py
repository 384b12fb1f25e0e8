"""Uploads that nobody completed, and files that were replaced."""

from functions.courses.patience import patiently
from functions.courses.uploads.replacing import tidy
from functions.courses.uploads.service import close_upload
from functions.courses.uploads.store import UPLOADS
from functions.courses.uploads.tasks import CloseUpload, TidyFile
from shared.consumers import Handlers
from shared.services import Services

handlers = Handlers()


@handlers.does(CloseUpload)
async def on_close(services: Services, task: CloseUpload) -> None:
    upload = await services.store.get(UPLOADS.doc(task.upload, user=task.user))
    if upload is not None:
        await patiently(services, task, close_upload(services, upload))


@handlers.does(TidyFile)
async def on_tidy(services: Services, task: TidyFile) -> None:
    await patiently(services, task, tidy(services, task))
