"""Generation as long work: reserve, draft, judge and save all of an order, or nothing."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from functions.assessments.generation.runs import persistence
from functions.assessments.generation.runs.context import load_context
from functions.assessments.generation.runs.errors import (
    DocumentNotReady,
    DocumentOfAnotherCourse,
    NothingToReadFrom,
    NothingUsable,
)
from functions.assessments.generation.runs.models import Order
from functions.assessments.generation.runs.passages import load_documents
from functions.assessments.generation.runs.run import GenerationRun, begin_run
from functions.assessments.generation.runs.schemas import GeneratedCard, GeneratedQuestion
from functions.assessments.generation.runs.tasks import RunGeneration
from functions.assessments.generation.runs.views import Result, view_items
from shared.errors import ApiError, NotFound, QuotaExceeded, ServiceUnavailable
from shared.jobs import Job
from shared.jobs.work import LongWork, Progress, Run
from shared.published.flashcards import GenerationEnded
from shared.store import Transaction
from shared.usage import UsageOf, reserve_generation

ERRORS = [
    NotFound,
    DocumentNotReady,
    DocumentOfAnotherCourse,
    NothingToReadFrom,
    NothingUsable,
    QuotaExceeded,
    ServiceUnavailable,
]


@dataclass(frozen=True)
class GenerationWork(LongWork[Result]):
    """An order, with the time zone of the user's day."""

    order: Order
    timezone: str

    kind: ClassVar[str] = "generation"
    item_events: ClassVar[Mapping[type[BaseModel], str]] = {
        GeneratedCard: "flashcard",
        GeneratedQuestion: "question",
    }

    @classmethod
    def restore(cls, job: Job) -> Self:
        return cls(Order.model_validate(job.request["order"]), str(job.request["timezone"]))

    def request(self) -> dict[str, Any]:
        return {"order": self.order.model_dump(mode="json"), "timezone": self.timezone}

    def task(self, user_id: str, job_id: str) -> RunGeneration:
        return RunGeneration(user=user_id, job=job_id)

    async def recall(self, run: Run) -> Result | None:
        return await persistence.recall(run, self.order)

    async def check(self, run: Run) -> None:
        """Check that the order's documents can be read. Raises as `load_documents`."""
        await load_documents(run.services, run.user_id, self.order)

    async def reserve(self, tx: Transaction, run: Run) -> None:
        usage = UsageOf(run.user_id, run.services.clock.now())
        await reserve_generation(tx, usage, run.services.settings)

    async def steps(self, run: Run) -> AsyncIterator[BaseModel]:
        """Load, draft and save. Raises as `load_context` and `GenerationRun.items`.

        An error leaves a record of the failure and the tokens it took, and nothing else.
        """
        services, order = run.services, self.order
        generation: GenerationRun | None = None
        try:
            context = await load_context(services, run.user_id, order)
            yield Progress(stage="reading", progress_percentage=5)  # a stream that cannot begin has no event
            generation = begin_run(order, context, generator=services.model.name, clock=services.clock)
            yield Progress(stage="writing", progress_percentage=20)
            async for item in view_items(generation, services.model):
                yield item
                percentage = 20 + 70 * generation.accepted // order.total
                yield Progress(stage="writing", progress_percentage=percentage)
            yield Progress(stage="saving", progress_percentage=95)
            yield await persistence.save(run, generation, zone=ZoneInfo(self.timezone))
        except ApiError:
            await persistence.record_failure(run, order, generation)
            raise

    def note_failure(self, tx: Transaction, run: Run) -> None:
        tx.publish(
            GenerationEnded(
                user=run.user_id,
                job=run.job.id if run.job else None,
                course=self.order.course_id,
                status="failed",
            )
        )
