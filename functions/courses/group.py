"""Table of contents of the courses group: its routes and handlers."""

from functions.courses.courses.routes import router as courses
from functions.courses.documents.handlers import handlers as document_handlers
from functions.courses.documents.routes import router as documents
from functions.courses.jobs.routes import router as jobs
from functions.courses.processing.handlers import handlers as processing_handlers
from functions.courses.processing.routes import router as processing
from functions.courses.sections.routes import router as sections
from functions.courses.summaries.handlers import handlers as summary_handlers
from functions.courses.summaries.routes import router as summaries
from functions.courses.tags.routes import router as tags
from functions.courses.uploads.handlers import handlers as upload_handlers
from functions.courses.uploads.routes import router as uploads
from functions.courses.webhooks.handlers import handlers as webhook_handlers
from functions.courses.webhooks.routes import router as webhooks
from shared.consumers import Handlers
from shared.group import Group

GROUP = Group(
    name="courses",
    # Fixed paths before those with an id in their place.
    routers=[tags, courses, sections, uploads, documents, processing, summaries, jobs, webhooks],
    handlers=Handlers().include(
        document_handlers, upload_handlers, processing_handlers, summary_handlers, webhook_handlers
    ),
    keeps_files=True,
)
