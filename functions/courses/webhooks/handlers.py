"""Events that webhooks can subscribe to, and the tasks of their delivery."""

from functions.courses.webhooks.delivery import attempt_delivery, create_deliveries
from functions.courses.webhooks.notices import mail_switch_off
from functions.courses.webhooks.store import WEBHOOKS
from functions.courses.webhooks.tasks import DeliverWebhook, MailSwitchOff, PurgeWebhook
from shared.consumers import Delivery, Handlers
from shared.published.courses import DocumentProcessed
from shared.published.flashcards import GenerationEnded
from shared.published.quizzes import QuizAttemptCompleted
from shared.services import Services

handlers = Handlers()


@handlers.on(DocumentProcessed, name="courses.webhooks_document")
async def on_document(services: Services, event: DocumentProcessed, delivery: Delivery) -> None:
    """Deliver the outcome of a document's processing to the user's webhooks."""
    await create_deliveries(
        services,
        delivery,
        user_id=event.user,
        event_type=f"document.processing.{event.status}",
        data={"course_id": event.course, "document_id": event.document},
    )


@handlers.on(GenerationEnded, name="courses.webhooks_generation")
async def on_generation(services: Services, event: GenerationEnded, delivery: Delivery) -> None:
    """Deliver the outcome of a generation to the user's webhooks."""
    data = {"course_id": event.course, "job_id": event.job, "flashcards": event.flashcards}
    await create_deliveries(
        services, delivery, user_id=event.user, event_type=f"generation.{event.status}", data=data
    )


@handlers.on(QuizAttemptCompleted, name="courses.webhooks_quiz")
async def on_quiz(services: Services, event: QuizAttemptCompleted, delivery: Delivery) -> None:
    """Deliver a completed quiz attempt to the user's webhooks."""
    data = {
        "course_id": event.course,
        "quiz_id": event.quiz,
        "attempt_id": event.attempt,
        "percentage_score": event.percentage,
        "passed": event.passed,
    }
    await create_deliveries(services, delivery, user_id=event.user, event_type="quiz.completed", data=data)


@handlers.does(DeliverWebhook)
async def on_deliver(services: Services, task: DeliverWebhook) -> None:
    """Attempt one delivery; a failed one is scheduled again."""
    await attempt_delivery(services, task)


@handlers.does(MailSwitchOff)
async def on_mail(services: Services, task: MailSwitchOff) -> None:
    """Mail the owner of a webhook that was switched off, once."""
    await mail_switch_off(services, task)


@handlers.does(PurgeWebhook)
async def on_purge(services: Services, task: PurgeWebhook) -> None:
    """Erase a deleted webhook with its deliveries."""
    await services.store.erase(WEBHOOKS.doc(task.webhook, user=task.user).path)
