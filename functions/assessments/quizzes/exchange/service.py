"""Importing files of questions as quizzes, and exporting quizzes as files."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from pydantic import ValidationError

from functions.assessments.flashcards.cards.adding import require_courses
from functions.assessments.flashcards.cards.store import get_study_state
from functions.assessments.quizzes.exchange.errors import MAX_FILE_BYTES, NotAQuiz, QuizFileTooLarge
from functions.assessments.quizzes.exchange.formats import read_file
from functions.assessments.quizzes.exchange.gift_writer import write_gift
from functions.assessments.quizzes.exchange.json_format import pop_origin, write_json
from functions.assessments.quizzes.exchange.models import (
    Format,
    FoundQuestion,
    QuizContents,
    RejectedQuestion,
    WrittenFile,
)
from functions.assessments.quizzes.exchange.moodle_writer import write_moodle
from functions.assessments.quizzes.exchange.qti_writer import write_qti
from functions.assessments.quizzes.questions.composition import compose_content
from functions.assessments.quizzes.questions.models import MAX_QUESTIONS, NewQuestion, Question
from functions.assessments.quizzes.questions.schemas import QuestionIn
from functions.assessments.quizzes.quizzes.models import NewQuiz, Quiz
from functions.assessments.quizzes.quizzes.schemas import QuizPatch
from functions.assessments.quizzes.quizzes.secrecy import require_no_exam
from functions.assessments.quizzes.quizzes.service import add_quiz, get_quiz_with_questions
from functions.assessments.quizzes.quizzes.store import QUIZZES
from shared.errors import ValidationFailed
from shared.services import Services
from shared.store import Transaction
from shared.store.meter import note_items
from shared.web.errors import describe_problems

_MAX_ERRORS = 100
_MAX_ERROR_CHARS = 500
_MAX_TITLE_CHARS = 200
_WRITERS: dict[Format, Callable[[Quiz, list[Question]], WrittenFile]] = {
    "gift": write_gift,
    "qti": write_qti,
    "moodle": write_moodle,
    "json": write_json,
}


@dataclass(frozen=True)
class ImportedQuiz:
    """The quiz of a file, and the number of questions imported now.

    `is_new` is False if the same file was imported into the course before.
    """

    quiz_id: str
    count: int
    errors: list[RejectedQuestion]
    warnings: list[RejectedQuestion]
    is_new: bool


async def import_quiz(
    services: Services, *, user_id: str, course: str, title: str | None, file: BinaryIO, file_name: str | None
) -> ImportedQuiz:
    """Add a quiz with the questions of the file, or return the one that the same file made in this course.

    Raises CourseNotFound, NotAQuiz, QuizFileTooLarge.
    """
    content = await asyncio.to_thread(file.read, MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise QuizFileTooLarge
    fallback = PurePosixPath(file_name or "").stem
    quiz, errors, warnings = await asyncio.to_thread(
        _read_quiz, content, course, title, fallback, services.ids.new
    )
    note_items(len(quiz.questions))
    quiz_id, is_new = await _add_once(services, user_id, quiz)
    count = len(quiz.questions) if is_new else 0
    return ImportedQuiz(quiz_id, count, errors[:_MAX_ERRORS], warnings[:_MAX_ERRORS], is_new)


def _read_quiz(
    content: bytes, course: str, title: str | None, fallback: str, new_id: Callable[[], str]
) -> tuple[NewQuiz, list[RejectedQuestion], list[RejectedQuestion]]:
    """Return the quiz in the file, what is rejected, and what is left out. Raises NotAQuiz."""
    contents = read_file(content)
    questions, errors = check_questions(contents, new_id)
    quiz = NewQuiz(
        **check_settings(contents, fallback, title=title),
        course=course,
        source="import",
        fingerprint=hashlib.sha256(content).hexdigest(),
        questions=tuple(questions),
    )
    return quiz, errors, list_warnings(contents)


def list_warnings(contents: QuizContents) -> list[RejectedQuestion]:
    """List what is left out of questions, each sentence once for a row."""
    found = [item for item in contents.items if isinstance(item, FoundQuestion)]
    sentences = dict.fromkeys((item.row, text) for item in found for text in item.left_out)
    return [RejectedQuestion(row, text) for row, text in sentences]


async def _add_once(services: Services, user_id: str, quiz: NewQuiz) -> tuple[str, bool]:
    """Return the id of the quiz with this fingerprint, and whether it is new. Raises CourseNotFound."""
    now = services.clock.now()

    async def work(tx: Transaction) -> tuple[str, bool]:
        state = await get_study_state(tx, user_id)
        await require_courses(tx, user_id=user_id, courses={quiz.course}, state=state)
        query = QUIZZES.query(user=user_id).where("course", "==", quiz.course)
        existing = await tx.first(query.where("fingerprint", "==", quiz.fingerprint))
        if existing is not None:
            return existing.id, False
        added, _ = await add_quiz(tx, user_id=user_id, quiz=quiz, ids=services.ids, now=now)
        return added.id, True

    return await services.store.transact(work)


async def export_quiz(
    services: Services, *, user_id: str, quiz_id: str, form: Format
) -> tuple[Quiz, WrittenFile]:
    """Return the quiz and its file. Costs 3 reads, and 1 for each question.

    Raises QuizNotFound, ExamInProgress.
    """
    quiz, questions = await get_quiz_with_questions(services.store, user_id=user_id, quiz_id=quiz_id)
    await require_no_exam(services.store, user_id=user_id, quiz_id=quiz_id, now=services.clock.now())
    return quiz, await asyncio.to_thread(_WRITERS[form], quiz, questions)


def check_questions(
    contents: QuizContents, new_id: Callable[[], str]
) -> tuple[list[NewQuestion], list[RejectedQuestion]]:
    """Return the valid questions, and the rejected ones with the reason. Raises NotAQuiz."""
    if len(contents.items) > MAX_QUESTIONS:
        raise NotAQuiz(f"There are more than {MAX_QUESTIONS} questions; split the file")
    questions: list[NewQuestion] = []
    errors: list[RejectedQuestion] = []
    for item in contents.items:
        checked = _check_question(item, new_id) if isinstance(item, FoundQuestion) else item
        if isinstance(checked, RejectedQuestion):
            errors.append(checked)
        else:
            questions.append(checked)
    if not questions:
        form = f" from this file of {contents.form}" if contents.form else ""
        first = f": row {errors[0].row}: {errors[0].error}" if errors else ""
        raise NotAQuiz(
            f"There is no question that can be imported{form}{first}."
            " Files of GIFT, Moodle XML, QTI 1.2, 2 and 3, and our own JSON can be imported"
        )
    return questions, errors


def _check_question(item: FoundQuestion, new_id: Callable[[], str]) -> NewQuestion | RejectedQuestion:
    fields = dict(item.fields)
    try:
        origin = pop_origin(fields)
        sent = QuestionIn.model_validate(fields).model_dump(exclude={"order"})
        return NewQuestion(**{**dict(compose_content(sent, new_id=new_id)), **origin})
    except ValidationError as problem:
        failed = describe_problems(problem.errors(include_url=False))
        return RejectedQuestion(item.row, _join_details(failed.details))
    except ValidationFailed as problem:
        return RejectedQuestion(item.row, _join_details(problem.details))
    except ValueError as problem:
        return RejectedQuestion(item.row, str(problem).capitalize())


def _join_details(details: Mapping[str, list[str]]) -> str:
    joined = "; ".join(f"{field}: {', '.join(messages)}" for field, messages in details.items())
    return joined[:_MAX_ERROR_CHARS]


def check_settings(contents: QuizContents, fallback: str, *, title: str | None) -> dict[str, Any]:
    """Return the valid settings of the file. The title is `title` if given, or the file's, or `fallback`."""
    settings: dict[str, Any] = {}
    for name, value in contents.settings.items():
        shortened = value[:_MAX_TITLE_CHARS] if name == "title" and isinstance(value, str) else value
        try:
            settings |= QuizPatch.model_validate({name: shortened}).model_dump(exclude_unset=True)
        except ValidationError:
            continue  # the questions matter more than a setting
    fallback = " ".join(fallback.split())[:_MAX_TITLE_CHARS] or "Imported quiz"
    return {**settings, "title": title or settings.get("title") or fallback}
