"""Importing and exporting through the front door."""

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

Match.{=a->b =c->d}

Hot?{~a =a}
"""


async def sent(maker: QuizMaker, content: bytes, name: str = "q.txt", **fields: str) -> httpx.Response:
    form = {"course": maker.learner.course, **fields}
    return await maker.http.post(f"{QUIZZES}import/", data=form, files={"file": (name, content)})


async def imported(maker: QuizMaker, content: bytes, **fields: str) -> dict[str, Any]:
    answer = await sent(maker, content, **fields)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def said(question: dict[str, Any]) -> dict[str, Any]:
    """What a question says, without what belongs to this copy of it."""
    own = {"id", "quiz", "course", "created_at", "updated_at"}
    options = [(option["text"], option["is_correct"]) for option in question["options"]]
    return {name: value for name, value in question.items() if name not in own} | {"options": options}


async def test_a_file_becomes_a_quiz_and_says_what_it_could_not_take(maker: QuizMaker) -> None:
    done = await imported(maker, GIFT)
    quiz = await maker.get(f"{done['quiz_id']}/")
    assert (quiz["title"], quiz["source"], quiz["question_count"]) == ("Geography", "import", 1)
    assert done["imported"] == 1
    assert done["errors"] == [
        {"row": 5, "error": "Matching questions are not supported"},
        {"row": 7, "error": "options.1.text: Repeats another one; each must differ"},
    ]
    (question,) = await maker.listed(done["quiz_id"])
    assert [option["text"] for option in question["options"]] == ["Ottawa", "Toronto"]


async def test_the_same_file_again_adds_nothing(maker: QuizMaker) -> None:
    first = await imported(maker, GIFT)
    again = await sent(maker, GIFT, title="Another")
    assert again.status_code == 200
    assert again.json() == {**first, "imported": 0}
    assert (await maker.get())["count"] == 1
    other = await imported(maker, GIFT, course=await maker.learner.new_course())
    await maker.http.delete(f"{QUIZZES}{first['quiz_id']}/")
    anew = await imported(maker, GIFT)
    assert len({first["quiz_id"], other["quiz_id"], anew["quiz_id"]}) == 3
    await maker.learner.stack.drain()
    assert len(await maker.listed(anew["quiz_id"])) == 1


async def test_the_same_file_sent_twice_at_once_makes_one_quiz(maker: QuizMaker) -> None:
    answers = await asyncio.gather(*(sent(maker, GIFT) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.json()["quiz_id"] for answer in answers}) == 1
    assert (await maker.get())["count"] == 1


@pytest.mark.parametrize("form", ["json", "qti"])
async def test_a_quiz_of_every_type_comes_back_as_it_went(maker: QuizMaker, form: str) -> None:
    quiz = (await maker.quiz(title="Leaves / roots", time_limit_minutes=20, randomize_questions=True))["id"]
    for kind in BY_TYPE:
        await maker.question(quiz, kind)
    answer = await maker.http.get(f"{QUIZZES}{quiz}/export/", params={"format": form})
    assert answer.status_code == 200
    done = await imported(maker, answer.content)
    assert (done["imported"], done["errors"]) == (len(BY_TYPE), [])
    before, after = await maker.listed(quiz), await maker.listed(done["quiz_id"])
    assert [said(question) for question in after] == [said(question) for question in before]
    back = await maker.get(f"{done['quiz_id']}/")
    assert (back["title"], back["time_limit_minutes"], back["randomize_questions"]) == (
        "Leaves / roots",
        20,
        True,
    )


async def test_an_export_is_a_file_with_a_name(maker: QuizMaker) -> None:
    quiz = (await maker.quiz(title='Blätter: "1/2"'))["id"]
    await maker.question(quiz)
    types = {"gift": "text/plain; charset=utf-8", "qti": "application/zip", "json": "application/json"}
    for form, media_type in types.items():
        answer = await maker.http.get(f"{QUIZZES}{quiz}/export/", params={"format": form})
        assert answer.headers["Content-Type"] == media_type
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="quiz.')
        assert "Bl%C3%A4tter%2012." in answer.headers["Content-Disposition"]
    assert (await maker.http.get(f"{QUIZZES}{quiz}/export/", params={"format": "pdf"})).status_code == 422


async def test_what_is_no_quiz_is_refused_with_a_reason(maker: QuizMaker) -> None:
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
        answer = await sent(maker, content)
        assert answer.status_code == 422, reason
        assert reason in answer.json()["details"]["file"][0]
    assert (await maker.get())["count"] == 0


async def test_a_json_with_bad_origins_loses_those_questions_only(maker: QuizMaker) -> None:
    good = {"question_text": "Is it?", "question_type": "true_false", "correct_answer": True}
    bad: list[dict[str, Any]] = [
        {"citation": {"document_id": 1}}, {"confidence": 2}, {"generator": "x" * 300}, {"unheard_of": 1},
        {"citation": {"document_id": "d", "chunk_id": "c", "quote": "x" * 20_000}},
    ]  # fmt: skip
    settings = {"title": 7, "quiz_type": "riddle", "max_attempts": 2}
    body = {"format": "aksio.quiz", "version": 1, "quiz": settings,
            "questions": [good, *({**good, **each} for each in bad)]}  # fmt: skip
    done = await imported(maker, json.dumps(body).encode())
    assert (done["imported"], [each["row"] for each in done["errors"]]) == (1, [2, 3, 4, 5, 6])
    quiz = await maker.get(f"{done['quiz_id']}/")
    assert (quiz["title"], quiz["quiz_type"], quiz["max_attempts"]) == ("q", "practice", 2)


async def test_only_the_owner_imports_and_exports(maker: QuizMaker) -> None:
    quiz = (await maker.quiz())["id"]
    other = QuizMaker(await new_learner(maker.learner.stack))
    for form in ("json", "qti", "gift"):
        answer = await other.http.get(f"{QUIZZES}{quiz}/export/", params={"format": form})
        assert answer.status_code == 404
    assert (await sent(other, GIFT, course=maker.learner.course)).status_code == 404
    doomed = await maker.learner.new_course()
    await imported(maker, GIFT, course=doomed)
    await maker.learner.delete_course(doomed)
    assert (await sent(maker, GIFT, course=doomed)).status_code == 404


async def test_a_file_over_the_limit_is_413(maker: QuizMaker) -> None:
    assert (await sent(maker, b"x" * (MAX_FILE_BYTES + 1))).status_code == 413


async def test_five_hundred_questions_are_taken_at_once(maker: QuizMaker) -> None:
    content = "\n\n".join(f"Is {n} even?{{{'TF'[n % 2]}}}" for n in range(MAX_QUESTIONS)).encode()
    done = await imported(maker, content)
    assert (done["imported"], done["errors"]) == (MAX_QUESTIONS, [])
    shown = (await maker.http.get(f"/api/quizzes/{done['quiz_id']}/")).json()
    assert [question["question_text"] for question in shown["questions"][:2]] == ["Is 0 even?", "Is 1 even?"]
