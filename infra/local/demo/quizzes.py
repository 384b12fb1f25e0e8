"""A quiz over the documents: generated, taken, graded, and its results with the words of the source."""

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
from infra.local.demo.client import DemoFailed, Refused, parse_answer
from infra.local.demo.generation import describe_gate, describe_source
from infra.local.demo.journey import Journey
from infra.local.demo.pace import LOOKS, MAX_LOOKS

QUIZZES = "/api/v1/assessments/quizzes/"
ATTEMPTS = "/api/v1/assessments/quiz-attempts/"
TYPES = ("multiple_choice", "true_false", "short_answer", "numeric", "essay")
QUESTIONS = 8
ERR_EVERY = 3  # questions; the demo knows the key and errs on purpose


async def make_quiz(journey: Journey) -> str:
    """Ask for a quiz of several types over all documents."""
    order = {
        "course_id": journey.course,
        "document_ids": [*journey.documents],
        "question_count": QUESTIONS,
        "question_types": TYPES,
        "title": "Biology, economics, statistics",
    }
    with journey.screen.show_waiting(f"Asking for {QUESTIONS} questions of {len(TYPES)} types…"):
        response = await journey.client.send("POST", f"{QUIZZES}generate/", json=order, allow=(502,))
    if response.status_code == 502:
        return await _take_earlier_quiz(journey, Refused(response))
    quiz = parse_answer(GeneratedQuiz, response)
    journey.quiz = quiz.quiz_id
    for number, question in enumerate(quiz.questions, start=1):
        options = [f"○ {option}" for option in question.options]
        journey.screen.show_entry(str(number), question.question_text, options)
    journey.screen.say("")
    journey.screen.say(describe_gate(quiz.agent_metadata))
    kinds = Counter(question.question_type.replace("_", " ") for question in quiz.questions)
    return (
        f"{quiz.question_count} questions: {', '.join(f'{number} {kind}' for kind, number in kinds.items())}"
    )


async def _take_earlier_quiz(journey: Journey, refusal: Refused) -> str:
    """Take the quiz of an earlier run again if there is no new question; else raise the refusal."""
    page = {"course": journey.course, "page_size": 1}
    earlier = await journey.client.ask(Listed[QuizRow], "GET", QUIZZES, params=page)
    if not earlier.results:
        raise refusal
    journey.quiz = earlier.results[0].id
    outcome = f"no new question; taking “{earlier.results[0].title}” of an earlier run again"
    journey.screen.say(outcome)
    return outcome


async def take_quiz(journey: Journey) -> str:
    """Answer every question, some of them wrongly, and show how each was graded."""
    client = journey.client
    keys = await client.ask(Listed[Question], "GET", f"{QUIZZES}{journey.quiz}/questions/")
    key_of = {question.id: question for question in keys.results}
    attempt = await client.ask(StartedAttempt, "POST", f"{QUIZZES}{journey.quiz}/start_attempt/")
    path = f"{ATTEMPTS}{attempt.attempt_id}/"
    for number, question in enumerate(attempt.questions_order, start=1):
        answer = choose_answer(key_of[question], errs=number % ERR_EVERY == 0)
        body = {"question": question, "time_spent_seconds": 10 + number, **answer}
        await client.send("POST", f"{path}submit_response/", json=body)
    result = await _await_grade(journey, path)
    for question_result in result.detailed_results:
        _show_result(journey, question_result)
    grade = f"{result.percentage_score:g}%, {'passed' if result.passed else 'not passed'}"
    journey.screen.say("")
    journey.screen.say(f"{result.score:g} of {result.points_possible:g} points: {grade}")
    return f"{result.correct_answers} of {result.total_questions} questions right; {grade}"


def choose_answer(question: Question, *, errs: bool) -> dict[str, Any]:
    """Choose the first point of an essay's rubric, or the right answer unless the demo errs."""
    if question.options:
        return {
            "selected_options": [option.id for option in question.options if option.is_correct != errs][:1]
        }
    if question.rubric:
        return {"text_answer": question.rubric[0].text}
    if question.question_type == "numeric":
        return {"text_answer": f"{float(question.correct_answer or 0) + errs:g}"}
    return {"text_answer": "I do not know" if errs else question.accepted_answers[0]}


async def _await_grade(journey: Journey, path: str) -> AttemptResult:
    """Complete the attempt and wait until the model has graded what no key can."""
    result = await journey.client.ask(AttemptResult, "POST", f"{path}complete/")
    for look in range(1, MAX_LOOKS + 1):
        if result.grading_status != "pending":
            return result
        await journey.client.sleep(LOOKS.pause_after(look).total_seconds())
        result = await journey.client.ask(AttemptResult, "GET", f"{path}results/")
    raise DemoFailed(f"Not graded after {MAX_LOOKS} looks; see the log of the stack.")


def _show_result(journey: Journey, result: QuestionResult) -> None:
    citation = result.citation
    quote = [f"“{citation.quote}”  {describe_source(journey, citation)}"] if citation else []
    points = f"{result.points_earned:g} of {result.points_possible:g}"
    lines = [f"{points}   {_describe_answer(result)}", *_describe_grades(result), *quote]
    journey.screen.show_entry(_choose_sign(result), result.question, lines)


def _choose_sign(result: QuestionResult) -> str:
    if result.is_correct:
        return "✓"
    return "◐" if result.points_earned else "✗"


def _describe_answer(result: QuestionResult) -> str:
    if result.is_correct or result.correct_answer is None:
        return f"answered: {result.user_answer}"
    return f"answered: {result.user_answer}; right answer: {result.correct_answer}"


def _describe_grades(result: QuestionResult) -> Sequence[str]:
    return [f"graded by the model “{grade.generator}”: {grade.feedback}" for grade in result.model_grades]
