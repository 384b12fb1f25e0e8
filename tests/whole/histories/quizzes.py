"""Quizzes: made, attempted, answered, completed, and expired."""

from datetime import datetime, timedelta

from tests.whole.histories.model import Attempt, Quiz
from tests.whole.histories.operations import pick_course
from tests.whole.histories.student import ATTEMPTS, QUIZZES, Session, require

_GRACE = timedelta(seconds=30)


async def make_quiz(session: Session) -> None:
    """Make a quiz of some questions, with or without a time limit."""
    chance, course = session.chance, pick_course(session)
    minutes = chance.choice((None, 30, 600))
    body = {"course": course, "title": f"Quiz {session.coin()}", "time_limit_minutes": minutes}
    quiz = Quiz((await session.post(QUIZZES, body))["id"], course, {}, minutes)
    for number in range(chance.choice((2, 3))):
        question = {
            "question_text": f"Is {number} right?",
            "question_type": "multiple_choice",
            "options": [{"text": "Right", "is_correct": True}, {"text": "Wrong"}],
        }
        made = await session.post(f"{QUIZZES}{quiz.id}/questions/", question)
        right, wrong = sorted(made["options"], key=lambda option: not option["is_correct"])
        quiz.questions[made["id"]] = (right["id"], wrong["id"])
    session.model.quizzes[quiz.id] = quiz


async def attempt(session: Session) -> None:
    """Begin an attempt, or go on with the one in progress."""
    chance, model = session.chance, session.model
    if not model.quizzes:
        return await make_quiz(session)
    quiz = chance.choice(list(model.quizzes.values()))
    shown = await session.post(f"{QUIZZES}{quiz.id}/start_attempt/")
    name, until = shown["attempt_id"], shown["expires_at"]
    own = [each for each in model.attempts.values() if each.quiz.id == quiz.id and not each.completed]
    require([each.id for each in own] in ([], [name]), f"attempt {name} began beside {own}")
    require(set(shown["questions_order"]) == quiz.questions.keys(), f"the questions are {shown}")
    if not own:
        expires_at = None if until is None else datetime.fromisoformat(until)
        model.attempts[name] = Attempt(name, quiz, model.zone, expires_at)
    known = model.attempts[name]
    require(shown["answered"] == len(known.answers), f"{shown['answered']} answers are known")
    for question in chance.sample(list(quiz.questions), k=chance.randrange(len(quiz.questions) + 1)):
        right, seconds = chance.random() < 0.6, float(chance.randrange(100))
        option = quiz.questions[question][0 if right else 1]
        body = {"question": question, "selected_options": [option], "time_spent_seconds": seconds}
        recorded = await session.post(f"{ATTEMPTS}{name}/submit_response/", body)
        require(recorded["is_correct"] is right, f"an answer is marked {recorded}")
        known.answers[question] = (right, seconds)
    if chance.random() < 0.6:
        await complete(session, known)
    return None


async def complete(session: Session, known: Attempt) -> None:
    """Complete the attempt, twice: the second changes nothing."""
    path = f"{ATTEMPTS}{known.id}/complete/"
    shown = await session.post(path)
    total = len(known.quiz.questions)
    found = (shown["correct_answers"], shown["total_questions"], shown["percentage_score"])
    expected = (known.right, total, round(100 * known.right / total, 2))
    require(found == expected, f"the result is {found}, not {expected}")
    require(await session.post(path) == shown, "another completion shows another result")
    finish(session, known, datetime.fromisoformat(shown["completed_at"]))


async def settle_attempts(session: Session) -> None:
    """See that attempts whose time is up have been completed by themselves, then or within the grace."""
    for known in session.model.attempts.values():
        until = known.expires_at
        if known.completed or until is None or session.now < until + _GRACE:
            continue
        shown = await session.get(f"{ATTEMPTS}{known.id}/")
        require(shown["status"] == "completed", f"after its time an attempt is {shown}")
        at = datetime.fromisoformat(shown["completed_at"])
        require(until <= at <= until + _GRACE, f"an attempt until {until} was completed at {at}")
        finish(session, known, at)


def finish(session: Session, known: Attempt, at: datetime) -> None:
    """Count the attempt as study of the day in the zone in which it began, if anything was answered."""
    known.completed = True
    if not known.answers:
        return
    day = session.model.study(at.astimezone(known.zone).date())
    day.quizzes += 1
    day.seconds += sum(seconds for _, seconds in known.answers.values())
    session.model.made["quiz_completed"] += 1
