"""What is left to do when documents, sections or courses are gone."""

from functions.courses.courses.tasks import PurgeCourse
from functions.courses.documents import removal
from functions.courses.documents.tasks import EraseFile
from functions.courses.patience import patiently
from functions.courses.sections.tasks import ClearSection
from shared.consumers import Handlers
from shared.services import Services

handlers = Handlers()


@handlers.does(EraseFile)
async def erase_file(services: Services, task: EraseFile) -> None:
    work = removal.erase_file(services, user_id=task.user, document_id=task.document)
    await patiently(services, task, work)


@handlers.does(PurgeCourse)
async def purge_course(services: Services, task: PurgeCourse) -> None:
    await removal.purge_course(services, user_id=task.user, course_id=task.course)


@handlers.does(ClearSection)
async def clear_section(services: Services, task: ClearSection) -> None:
    await removal.clear_section(services, user_id=task.user, course_id=task.course, section_id=task.section)
