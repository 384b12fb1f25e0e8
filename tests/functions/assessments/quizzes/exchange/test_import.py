"""Tests of import and export over HTTP."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from functions.assessments.quizzes.exchange.errors import MAX_FILE_BYTES
from functions.assessments.quizzes.questions.models import MAX_QUESTIONS
from tests.functions.assessments.learners import new_learner
from tests.functions.assessments.quizzes.makers import BY_TYPE, QUIZZES, QuizMaker

pytestmark = pytest.mark.asyncio(loop_scope="module")

GIFT = b"""$CATEGORY: top/Geography

The capital of Canada?{=Ottawa ~Toronto}

Many.{#1 =2}

Hot?{~a =a}
"""


async def send_file(maker: QuizMaker, content: bytes, name: str = "q.txt", **fields: str) -> httpx.Response:
    form = {"course": maker.learner.course, **fields}
    return await maker.http.post(f"{QUIZZES}import/", data=form, files={"file": (name, content)})


async def import_file(maker: QuizMaker, content: bytes, **fields: str) -> dict[str, Any]:
    answer = await send_file(maker, content, **fields)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def get_content(question: dict[str, Any]) -> dict[str, Any]:
    """Return the content of a question, without ids and dates."""
    own = {"id", "quiz", "course", "created_at", "updated_at"}
    options = [(option["text"], option["is_correct"]) for option in question["options"]]
    return {name: value for name, value in question.items() if name not in own} | {"options": options}


async def test_a_file_becomes_a_quiz_and_rejected_questions_are_listed(maker: QuizMaker) -> None:
    done = await import_file(maker, GIFT)
    quiz = await maker.get(f"{done['quiz_id']}/")
    assert (quiz["title"], quiz["source"], quiz["question_count"]) == ("Geography", "import", 1)
    assert done["imported"] == 1
    assert done["errors"] == [
        {"row": 5, "error": "More than one number is right"},
        {"row": 7, "error": "options.1.text: This repeats another one; each must differ"},
    ]
    (question,) = await maker.list_questions(done["quiz_id"])
    assert [option["text"] for option in question["options"]] == ["Ottawa", "Toronto"]


async def test_the_same_file_again_adds_nothing(maker: QuizMaker) -> None:
    first = await import_file(maker, GIFT)
    again = await send_file(maker, GIFT, title="Another")
    assert again.status_code == 200
    assert again.json() == {**first, "imported": 0}
    assert (await maker.get())["count"] == 1
    other = await import_file(maker, GIFT, course=await maker.learner.new_course())
    await maker.http.delete(f"{QUIZZES}{first['quiz_id']}/")
    anew = await import_file(maker, GIFT)
    assert len({first["quiz_id"], other["quiz_id"], anew["quiz_id"]}) == 3
    await maker.learner.stack.drain()
    assert len(await maker.list_questions(anew["quiz_id"])) == 1


async def test_the_same_file_sent_twice_at_once_makes_one_quiz(maker: QuizMaker) -> None:
    answers = await asyncio.gather(*(send_file(maker, GIFT) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.json()["quiz_id"] for answer in answers}) == 1
    assert (await maker.get())["count"] == 1


@pytest.mark.parametrize("form", ["json", "qti"])
async def test_a_quiz_of_every_type_survives_export_and_import(maker: QuizMaker, form: str) -> None:
    quiz = (await maker.create_quiz(title="Leaves / roots", time_limit_minutes=20, randomize_questions=True))[
        "id"
    ]
    for kind in BY_TYPE:
        await maker.add_question(quiz, kind)
    answer = await maker.http.get(f"{QUIZZES}{quiz}/export/", params={"format": form})
    assert answer.status_code == 200
    done = await import_file(maker, answer.content)
    assert (done["imported"], done["errors"]) == (len(BY_TYPE), [])
    before, after = await maker.list_questions(quiz), await maker.list_questions(done["quiz_id"])
    assert [get_content(question) for question in after] == [get_content(question) for question in before]
    back = await maker.get(f"{done['quiz_id']}/")
    assert (back["title"], back["time_limit_minutes"], back["randomize_questions"]) == (
        "Leaves / roots",
        20,
        True,
    )


async def test_an_export_is_a_file_with_a_name(maker: QuizMaker) -> None:
    quiz = (await maker.create_quiz(title='Blätter: "1/2"'))["id"]
    await maker.add_question(quiz)
    types = {
        "gift": "text/plain; charset=utf-8",
        "qti": "application/zip",
        "moodle": "application/xml",
        "json": "application/json",
    }
    for form, media_type in types.items():
        answer = await maker.http.get(f"{QUIZZES}{quiz}/export/", params={"format": form})
        assert answer.headers["Content-Type"] == media_type
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="quiz.')
        assert "Bl%C3%A4tter%2012." in answer.headers["Content-Disposition"]
    assert (await maker.http.get(f"{QUIZZES}{quiz}/export/", params={"format": "pdf"})).status_code == 422


async def test_a_file_without_a_quiz_is_refused_with_the_reason(maker: QuizMaker) -> None:
    cases: list[tuple[bytes, str]] = [
        (b"", "no question that can be imported"),
        (b"Just text", "row 1: There are no answers"),
        (b"\xff\xff", "text in UTF-8"),
        (b"Is it?{T}\n\n" * (MAX_QUESTIONS + 1), "more than 500"),
        (b'{"format": "aksio.quiz", "version": 2}', "version 1"),
        (b'{"format": "aksio.quiz", "version": 1, "questions": 1}', "list of questions"),
        (b'{"format": "aksio.quiz", ', "not valid JSON"),
        (json.dumps({"format": "aksio.quiz", "version": 1, "quiz": {}, "questions": [1, {"a": 1}]}).encode(),
         "row 1: Must be an object"),
    ]  # fmt: skip
    for content, reason in cases:
        answer = await send_file(maker, content)
        assert answer.status_code == 422, reason
        assert reason in answer.json()["details"]["file"][0]
    assert (await maker.get())["count"] == 0


async def test_questions_with_a_bad_origin_are_rejected_alone(maker: QuizMaker) -> None:
    good = {"question_text": "Is it?", "question_type": "true_false", "correct_answer": True}
    bad: list[dict[str, Any]] = [
        {"citation": {"document_id": 1}}, {"confidence": 2}, {"generator": "x" * 300}, {"unheard_of": 1},
        {"citation": {"document_id": "d", "chunk_id": "c", "quote": "x" * 20_000}},
    ]  # fmt: skip
    settings = {"title": 7, "quiz_type": "riddle", "max_attempts": 2}
    body = {"format": "aksio.quiz", "version": 1, "quiz": settings,
            "questions": [good, *({**good, **each} for each in bad)]}  # fmt: skip
    done = await import_file(maker, json.dumps(body).encode())
    assert (done["imported"], [each["row"] for each in done["errors"]]) == (1, [2, 3, 4, 5, 6])
    quiz = await maker.get(f"{done['quiz_id']}/")
    assert (quiz["title"], quiz["quiz_type"], quiz["max_attempts"]) == ("q", "practice", 2)


async def test_only_the_owner_imports_and_exports(maker: QuizMaker) -> None:
    quiz = (await maker.create_quiz())["id"]
    other = QuizMaker(await new_learner(maker.learner.stack))
    for form in ("json", "qti", "gift"):
        answer = await other.http.get(f"{QUIZZES}{quiz}/export/", params={"format": form})
        assert answer.status_code == 404
    assert (await send_file(other, GIFT, course=maker.learner.course)).status_code == 404
    doomed = await maker.learner.new_course()
    await import_file(maker, GIFT, course=doomed)
    await maker.learner.delete_course(doomed)
    assert (await send_file(maker, GIFT, course=doomed)).status_code == 404


async def test_a_file_over_the_limit_is_413(maker: QuizMaker) -> None:
    assert (await send_file(maker, b"x" * (MAX_FILE_BYTES + 1))).status_code == 413


async def test_five_hundred_questions_are_imported_at_once(maker: QuizMaker) -> None:
    content = "\n\n".join(f"Is {n} even?{{{'TF'[n % 2]}}}" for n in range(MAX_QUESTIONS)).encode()
    done = await import_file(maker, content)
    assert (done["imported"], done["errors"]) == (MAX_QUESTIONS, [])
    shown = (await maker.http.get(f"/api/quizzes/{done['quiz_id']}/")).json()
    assert [question["question_text"] for question in shown["questions"][:2]] == ["Is 0 even?", "Is 1 even?"]
