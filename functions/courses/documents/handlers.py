"""The tasks that purge what deleted documents, sections and courses leave behind."""

from functions.courses.courses.tasks import PurgeCourse
from functions.courses.documents import deletion
from functions.courses.documents.tasks import PurgeDocument
from functions.courses.rescheduling import run_or_reschedule
from functions.courses.sections.tasks import PurgeSection
from shared.consumers import Handlers
from shared.services import Services

handlers = Handlers()


@handlers.does(PurgeDocument)
async def purge_document(services: Services, task: PurgeDocument) -> None:
    """Purge what a deleted document leaves, in as many turns as it takes."""
    work = deletion.purge_document(services, user_id=task.user, document_id=task.document)
    await run_or_reschedule(services, task, work)


@handlers.does(PurgeCourse)
async def purge_course(services: Services, task: PurgeCourse) -> None:
    """Purge the sections and documents of a deleted course."""
    await deletion.purge_course(services, user_id=task.user, course_id=task.course)


@handlers.does(PurgeSection)
async def purge_section(services: Services, task: PurgeSection) -> None:
    """Take a batch of documents out of a deleted section."""
    await deletion.purge_section(services, user_id=task.user, course_id=task.course, section_id=task.section)
