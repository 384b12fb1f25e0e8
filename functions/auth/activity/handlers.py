"""Events of other groups that count as activity, and the roll-up of reviews.

Deliveries may be late, repeated and out of order.
"""

from functions.auth.activity import service
from shared.consumers import Delivery, Handlers
from shared.published.accounts import RollUpActivity
from shared.published.courses import COURSE_SUMMARIES, DOCUMENT_SUMMARIES, CourseCreated, DocumentUploaded
from shared.published.flashcards import FlashcardReviewUndone, FlashcardsReviewed, GenerationEnded
from shared.published.quizzes import QuizAttemptCompleted
from shared.services import Services

handlers = Handlers()


@handlers.does(RollUpActivity)
async def do_roll_up(services: Services, task: RollUpActivity) -> None:
    """Count the reviews of a sitting."""
    await service.take_reviews(services, user_id=task.user)


@handlers.on(FlashcardsReviewed, name="activity.reviews")
async def on_reviews(services: Services, event: FlashcardsReviewed, delivery: Delivery) -> None:
    """Add reviews that an earlier version announced to the day, the streak and the activity list."""
    await service.record_reviews(services, delivery, user_id=event.user, facts=event.reviews, sign=1)


@handlers.on(FlashcardReviewUndone, name="activity.undone")
async def on_review_undone(services: Services, event: FlashcardReviewUndone, delivery: Delivery) -> None:
    """Take a review whose undoing an earlier version announced back out of the day's counts."""
    await service.record_reviews(services, delivery, user_id=event.user, facts=[event.review], sign=-1)


@handlers.on(QuizAttemptCompleted, name="activity.quizzes")
async def on_quiz(services: Services, event: QuizAttemptCompleted, delivery: Delivery) -> None:
    """Record the attempt, unless no question was answered."""
    if any(fact.answered for fact in event.questions):
        await service.record_quiz(services, delivery, event)


@handlers.on(CourseCreated, name="activity.courses")
async def on_course(services: Services, event: CourseCreated, delivery: Delivery) -> None:
    """Note a new course in the activity list, by its present name."""
    course = await services.store.get(COURSE_SUMMARIES.doc(event.course, user=event.user))
    await service.record_activity(
        services,
        delivery,
        user_id=event.user,
        kind="course_created",
        title=f"Created the course {course.name}" if course else "Created a course",
        metadata={"course_id": event.course},
    )


@handlers.on(DocumentUploaded, name="activity.documents")
async def on_document(services: Services, event: DocumentUploaded, delivery: Delivery) -> None:
    """Note an uploaded document in the activity list, by its present name."""
    document = await services.store.get(DOCUMENT_SUMMARIES.doc(event.document, user=event.user))
    await service.record_activity(
        services,
        delivery,
        user_id=event.user,
        kind="document_upload",
        title=f"Uploaded {document.name}" if document else "Uploaded a document",
        metadata={"course_id": event.course, "document_id": event.document},
    )


@handlers.on(GenerationEnded, name="activity.generations")
async def on_generation(services: Services, event: GenerationEnded, delivery: Delivery) -> None:
    """Record the generation, unless it failed or gave no flashcards."""
    if event.status != "completed" or not event.flashcards:
        return
    cards = "flashcard" if event.flashcards == 1 else "flashcards"
    await service.record_activity(
        services,
        delivery,
        user_id=event.user,
        kind="flashcard_generation",
        title=f"Generated {event.flashcards} {cards}",
        metadata={"course_id": event.course, "flashcards": event.flashcards},
    )
