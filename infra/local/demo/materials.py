"""The beginning of the way: an account, a course, and its documents."""

from datetime import timedelta
from pathlib import Path

from infra.local.account import EMAIL, PASSWORD
from infra.local.demo.answers import (
    Course,
    DocumentRow,
    Health,
    Listed,
    ProcessingStatus,
    SignedIn,
    Uploaded,
)
from infra.local.demo.client import DemoFailed, read
from infra.local.demo.journey import Journey
from shared.retries import RetryPolicy

COURSE = "A first year: biology, economics, statistics"
COURSES = "/api/v1/courses/"
WEEKS_TO_THE_EXAM = 4
MAX_LOOKS = 60
LOOKS = RetryPolicy(first_pause=timedelta(seconds=0.3), factor=1.5, max_pause=timedelta(seconds=3))


async def check_health(journey: Journey) -> str:
    health = await journey.client.ask(Health, "GET", "/api/health/")
    parts = ", ".join(f"{name} {state}" for name, state in health.checks.items())
    journey.screen.say(f"Aksio {health.version} is {health.status}: {parts}")
    return f"{health.status}, version {health.version}"


async def sign_in(journey: Journey) -> str:
    """Sign up, unless the account is there; then sign in by name and password."""
    client, screen = journey.client, journey.screen
    new = {"username": EMAIL, "email": EMAIL, "password": PASSWORD, "first_name": "Demo"}
    registered = await client.send("POST", "/api/v1/accounts/register/", json=new, allow=(409,))
    known = registered.status_code == 409
    screen.say(f"{EMAIL} is known already" if known else f"Signed up as {EMAIL}")
    login = {"username": EMAIL, "password": PASSWORD}
    session = await client.ask(SignedIn, "POST", "/api/v1/accounts/login/", json=login)
    client.access, journey.refresh = session.access, session.refresh
    screen.say(f"Signed in: user {session.user.id}")
    return f"{'signed in' if known else 'signed up and in'} as {EMAIL}"


async def open_course(journey: Journey) -> str:
    """Create the course, or take that of an earlier run and set its exam anew."""
    exam = journey.today + timedelta(weeks=WEEKS_TO_THE_EXAM)
    found = await _course_of_earlier_run(journey)
    if found is None:
        body = {"name": COURSE, "description": "Made by the demo", "exam_date": exam.isoformat()}
        course = await journey.client.ask(Course, "POST", COURSES, json=body)
    else:
        change = {"exam_date": exam.isoformat()}
        course = await journey.client.ask(Course, "PATCH", f"{COURSES}{found.id}/", json=change)
    journey.course = course.id
    did = "created" if found is None else "found"
    journey.screen.say(f"“{course.name}” {did}; exam on {exam:%A, %d %B %Y}")
    return f"course {did}, exam on {exam:%d %b %Y}"


async def _course_of_earlier_run(journey: Journey) -> Course | None:
    courses = await journey.client.ask(Listed[Course], "GET", COURSES, params={"page_size": 100})
    return next((course for course in courses.results if course.name == COURSE), None)


async def upload(journey: Journey) -> str:
    known = 0
    for file in journey.files:
        document, was_there = await _upload(journey, file)
        known += was_there
        journey.documents[document.id] = document.name
        size = f"{document.file_size_bytes / 1024:.0f} KiB"
        note = "there already, the same bytes" if was_there else "uploaded"
        journey.screen.say(f"{document.name:<24} {document.document_type:<9} {size:>8}  {note}")
    return f"{len(journey.files) - known} documents uploaded, {known} there already"


async def _upload(journey: Journey, file: Path) -> tuple[DocumentRow, bool]:
    """The document, and whether it was there already."""
    path = f"{COURSES}{journey.course}/documents/upload/"
    response = await journey.client.send("POST", path, files=_form(file))
    return read(Uploaded, response).document, response.status_code == 200


def _form(file: Path) -> dict[str, tuple[str, bytes]]:
    return {"file": (file.name, file.read_bytes())}


async def watch_processing(journey: Journey) -> str:
    """Look at each document again until all are read, less often as time goes by."""
    waiting = dict(journey.documents)
    with journey.screen.progress(list(waiting.values())) as show:
        for look in range(1, MAX_LOOKS + 1):
            for document in list(waiting):
                status = await _status(journey, document)
                show(waiting[document], status.progress_percentage, status.processing_status)
                if status.processing_status == "completed":
                    del waiting[document]
            if not waiting:
                return f"{len(journey.documents)} documents parsed, chunked and indexed"
            await journey.client.sleep(LOOKS.pause_after(look).total_seconds())
    raise DemoFailed(f"Still being processed after {MAX_LOOKS} looks: {', '.join(waiting.values())}")


async def _status(journey: Journey, document: str) -> ProcessingStatus:
    path = f"{COURSES}{journey.course}/documents/{document}/processing_status/"
    status = await journey.client.ask(ProcessingStatus, "GET", path)
    if status.processing_status == "failed":
        name = journey.documents[document]
        raise DemoFailed(f"The processing of {name} failed: {status.processing_error or 'no reason given'}")
    return status
