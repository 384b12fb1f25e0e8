"""A quiz over the documents: made, taken, graded, and its results with the words of the source."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from infra.local.demo.answers import (
    AttemptResult,
    GeneratedQuiz,
    Listed,
    Question,
    QuestionResult,
    QuizRow,
    StartedAttempt,
)
from infra.local.demo.client import DemoFailed, Refused, read
from infra.local.demo.generation import source, through_the_gate
from infra.local.demo.journey import Journey
from infra.local.demo.materials import LOOKS, MAX_LOOKS

QUIZZES = "/api/v1/assessments/quizzes/"
ATTEMPTS = "/api/v1/assessments/quiz-attempts/"
TYPES = ("multiple_choice", "true_false", "short_answer", "numeric", "essay")
QUESTIONS = 8
ERR_EVERY = 3  # the demo knows the key, and errs on purpose


async def make_quiz(journey: Journey) -> str:
    """Ask for a quiz of several types over all documents."""
    order = {
        "course_id": journey.course,
        "document_ids": [*journey.documents],
        "question_count": QUESTIONS,
        "question_types": TYPES,
        "title": "Biology, economics, statistics",
    }
    with journey.screen.waiting(f"Asking for {QUESTIONS} questions of {len(TYPES)} types…"):
        response = await journey.client.send("POST", f"{QUIZZES}generate/", json=order, allow=(502,))
    if response.status_code == 502:
        return await _quiz_of_earlier_run(journey, Refused(response))
    quiz = read(GeneratedQuiz, response)
    journey.quiz = quiz.quiz_id
    for number, question in enumerate(quiz.questions, start=1):
        options = [f"○ {option}" for option in question.options]
        journey.screen.entry(str(number), question.question_text, options)
    journey.screen.say("")
    journey.screen.say(through_the_gate(quiz.agent_metadata))
    kinds = Counter(question.question_type.replace("_", " ") for question in quiz.questions)
    return (
        f"{quiz.question_count} questions: {', '.join(f'{number} {kind}' for kind, number in kinds.items())}"
    )


async def _quiz_of_earlier_run(journey: Journey, refusal: Refused) -> str:
    """A later run may find no new question. Raises the refusal where there is no quiz either."""
    page = {"course": journey.course, "page_size": 1}
    there = await journey.client.ask(Listed[QuizRow], "GET", QUIZZES, params=page)
    if not there.results:
        raise refusal
    journey.quiz = there.results[0].id
    told = f"no new question; “{there.results[0].title}” of an earlier run is taken again"
    journey.screen.say(told)
    return told


async def take_quiz(journey: Journey) -> str:
    """Answer every question, some of them wrongly, and show how each was graded."""
    client = journey.client
    keys = await client.ask(Listed[Question], "GET", f"{QUIZZES}{journey.quiz}/questions/")
    key_of = {question.id: question for question in keys.results}
    attempt = await client.ask(StartedAttempt, "POST", f"{QUIZZES}{journey.quiz}/start_attempt/")
    path = f"{ATTEMPTS}{attempt.attempt_id}/"
    for number, question in enumerate(attempt.questions_order, start=1):
        answer = answer_to(key_of[question], errs=number % ERR_EVERY == 0)
        body = {"question": question, "time_spent_seconds": 10 + number, **answer}
        await client.send("POST", f"{path}submit_response/", json=body)
    result = await _graded(journey, path)
    for each in result.detailed_results:
        _show(journey, each)
    told = f"{result.percentage_score:g}%, {'passed' if result.passed else 'not passed'}"
    journey.screen.say("")
    journey.screen.say(f"{result.score:g} of {result.points_possible:g} points: {told}")
    return f"{result.correct_answers} of {result.total_questions} questions right; {told}"


def answer_to(question: Question, *, errs: bool) -> dict[str, Any]:
    """An essay names the first point of its rubric; any other answer is right, unless the demo errs."""
    if question.options:
        return {"selected_options": [each.id for each in question.options if each.is_correct != errs][:1]}
    if question.rubric:
        return {"text_answer": question.rubric[0].text}
    if question.question_type == "numeric":
        return {"text_answer": f"{float(question.correct_answer or 0) + errs:g}"}
    return {"text_answer": "I do not know" if errs else question.accepted_answers[0]}


async def _graded(journey: Journey, path: str) -> AttemptResult:
    """The result, once the model has graded what no key can."""
    result = await journey.client.ask(AttemptResult, "POST", f"{path}complete/")
    for look in range(1, MAX_LOOKS + 1):
        if result.grading_status != "pending":
            return result
        await journey.client.sleep(LOOKS.pause_after(look).total_seconds())
        result = await journey.client.ask(AttemptResult, "GET", f"{path}results/")
    raise DemoFailed(f"Still being graded after {MAX_LOOKS} looks.")


def _show(journey: Journey, result: QuestionResult) -> None:
    cited = result.citation
    quote = [f"“{cited.quote}”  {source(journey, cited)}"] if cited else []
    points = f"{result.points_earned:g} of {result.points_possible:g}"
    lines = [f"{points}   {_judged(result)}", *_model_said(result), *quote]
    journey.screen.entry(_sign(result), result.question, lines)


def _sign(result: QuestionResult) -> str:
    if result.is_correct:
        return "✓"
    return "◐" if result.points_earned else "✗"


def _judged(result: QuestionResult) -> str:
    if result.is_correct or result.correct_answer is None:
        return f"answered: {result.user_answer}"
    return f"answered: {result.user_answer}; right is: {result.correct_answer}"


def _model_said(result: QuestionResult) -> Sequence[str]:
    return [f"graded by the model “{grade.generator}”: {grade.feedback}" for grade in result.model_grades]
