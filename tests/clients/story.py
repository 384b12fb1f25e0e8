"""From signing up to the first review and quiz, through a client that openapi-python-client makes.

Runs by itself, with the generated package `aksio` beside it: `python story.py ADDRESS FILE`.
"""

import json
import sys
import time
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

from aksio import AuthenticatedClient, Client
from aksio.api.accounts import register
from aksio.api.attempts import start_attempt
from aksio.api.courses import create_course, update_course
from aksio.api.documents import get_processing_status
from aksio.api.flashcards import list_due_flashcards
from aksio.api.generation import generate_flashcards, generate_quiz
from aksio.api.profile import get_profile
from aksio.api.reviews import review_flashcard
from aksio.api.uploads import upload_document
from aksio.models import (
    Accepted,
    CourseBody,
    CoursePatch,
    ErrorView,
    FileUpload,
    GenerateCards,
    GenerateQuiz,
    GenerateQuizQuestionTypesItem,
    ProfileView,
    RegisterBody,
    ReviewIn,
)
from aksio.types import File

T = TypeVar("T")


def must(answer: T | ErrorView | Accepted | None) -> T:
    """Return the answer unless it is an error, or a job, which nothing here asks for."""
    if answer is None or isinstance(answer, ErrorView | Accepted):
        raise RuntimeError(str(answer))
    return answer


def tell(base: str, file: Path) -> dict[str, Any]:
    """Live the story, and return what there is to say of it."""
    account = RegisterBody(username="pia", email="pia@example.com", password="correct horse 7")
    signed_in = must(register.sync(client=Client(base_url=base), body=account))
    client = AuthenticatedClient(base_url=base, token=signed_in.access)
    assert isinstance(get_profile.sync(client=client), ProfileView)

    course = must(create_course.sync(client=client, body=CourseBody(name="Biology"))).id
    must(update_course.sync(course, client=client, body=CoursePatch(exam_date=None)))
    content = File(payload=BytesIO(file.read_bytes()), file_name=file.name, mime_type="text/markdown")
    document = must(upload_document.sync(course, client=client, body=FileUpload(file=content))).document
    while must(get_processing_status.sync(course, document.id, client=client)).processing_status in (
        "pending",
        "processing",
    ):
        time.sleep(0.2)

    order = GenerateCards(course_id=course, topic="photosynthesis", count=5)
    cards = must(generate_flashcards.sync(client=client, body=order, idempotency_key="first-cards"))
    due = must(list_due_flashcards.sync(client=client, course=str(course)))
    review = must(review_flashcard.sync(due[0].id, client=client, body=ReviewIn(quality_response=4)))
    types = [GenerateQuizQuestionTypesItem.TRUE_FALSE, GenerateQuizQuestionTypesItem.SHORT_ANSWER]
    quiz = must(
        generate_quiz.sync(
            client=client, body=GenerateQuiz(course_id=course, topic="photosynthesis", question_types=types)
        )
    )
    attempt = must(start_attempt.sync(quiz.quiz_id, client=client))
    refused = create_course.sync(client=client, body=CourseBody(name=""))
    return {
        "cards": len(cards.flashcards),
        "quoted": all(card.citation.quote for card in cards.flashcards),
        "interval": review.interval_days,
        "questions": len(attempt.questions),
        "refused": refused.error_code if isinstance(refused, ErrorView) else None,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(tell(sys.argv[1], Path(sys.argv[2]))))
