"""The first steps: an account, a course, and its documents."""

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
from infra.local.demo.client import DemoFailed, parse_answer
from infra.local.demo.journey import Journey
from infra.local.demo.pace import LOOKS, MAX_LOOKS

COURSE = "A first year: biology, economics, statistics"
COURSES = "/api/v1/courses/"
WEEKS_TO_THE_EXAM = 4


async def check_health(journey: Journey) -> str:
    """Ask for the state of the API."""
    health = await journey.client.ask(Health, "GET", "/api/health/")
    parts = ", ".join(f"{name} {state}" for name, state in health.checks.items())
    journey.screen.say(f"Aksio {health.version} is {health.status}: {parts}")
    return f"{health.status}, version {health.version}"


async def sign_in(journey: Journey) -> str:
    """Sign up, unless the account exists; then sign in by name and password."""
    client, screen = journey.client, journey.screen
    profile = {"username": EMAIL, "email": EMAIL, "password": PASSWORD, "first_name": "Demo"}
    registered = await client.send("POST", "/api/v1/accounts/register/", json=profile, allow=(409,))
    is_known = registered.status_code == 409
    screen.say(f"{EMAIL} has an account already" if is_known else f"Signed up as {EMAIL}")
    login = {"username": EMAIL, "password": PASSWORD}
    session = await client.ask(SignedIn, "POST", "/api/v1/accounts/login/", json=login)
    client.access, journey.refresh = session.access, session.refresh
    screen.say(f"Signed in: user {session.user.id}")
    return f"{'signed in' if is_known else 'signed up and in'} as {EMAIL}"


async def open_course(journey: Journey) -> str:
    """Create the course, or take that of an earlier run and set its exam anew."""
    exam = journey.today + timedelta(weeks=WEEKS_TO_THE_EXAM)
    earlier = await _find_earlier_course(journey)
    if earlier is None:
        body = {"name": COURSE, "description": "Made by the demo", "exam_date": exam.isoformat()}
        course = await journey.client.ask(Course, "POST", COURSES, json=body)
    else:
        change = {"exam_date": exam.isoformat()}
        course = await journey.client.ask(Course, "PATCH", f"{COURSES}{earlier.id}/", json=change)
    journey.course = course.id
    action = "created" if earlier is None else "found"
    journey.screen.say(f"“{course.name}” {action}; exam on {exam:%A, %d %B %Y}")
    return f"course {action}, exam on {exam:%d %b %Y}"


async def _find_earlier_course(journey: Journey) -> Course | None:
    courses = await journey.client.ask(Listed[Course], "GET", COURSES, params={"page_size": 100})
    return next((course for course in courses.results if course.name == COURSE), None)


async def upload_documents(journey: Journey) -> str:
    """Upload each file."""
    known_count = 0
    for file in journey.files:
        document, existed = await _upload(journey, file)
        known_count += existed
        journey.documents[document.id] = document.name
        size = f"{document.file_size_bytes / 1024:.0f} KiB"
        note = "already there, the same bytes" if existed else "uploaded"
        journey.screen.say(f"{document.name:<24} {document.document_type:<9} {size:>8}  {note}")
    return f"{len(journey.files) - known_count} documents uploaded, {known_count} already there"


async def _upload(journey: Journey, file: Path) -> tuple[DocumentRow, bool]:
    """Upload the file and return its document, and whether it existed already."""
    path = f"{COURSES}{journey.course}/documents/upload/"
    response = await journey.client.send("POST", path, files=_build_form(file))
    return parse_answer(Uploaded, response).document, response.status_code == 200


def _build_form(file: Path) -> dict[str, tuple[str, bytes]]:
    return {"file": (file.name, file.read_bytes())}


async def watch_processing(journey: Journey) -> str:
    """Look at each document again until all are processed, less often as time goes by."""
    waiting = dict(journey.documents)
    with journey.screen.show_progress(list(waiting.values())) as show:
        for look in range(1, MAX_LOOKS + 1):
            for document in list(waiting):
                status = await _get_status(journey, document)
                show(waiting[document], status.progress_percentage, status.processing_status)
                if status.processing_status == "completed":
                    del waiting[document]
            if not waiting:
                return f"{len(journey.documents)} documents parsed, chunked and indexed"
            await journey.client.sleep(LOOKS.pause_after(look).total_seconds())
    raise DemoFailed(f"Not processed after {MAX_LOOKS} looks: {', '.join(waiting.values())}.")


async def _get_status(journey: Journey, document: str) -> ProcessingStatus:
    path = f"{COURSES}{journey.course}/documents/{document}/processing_status/"
    status = await journey.client.ask(ProcessingStatus, "GET", path)
    if status.processing_status == "failed":
        name = journey.documents[document]
        raise DemoFailed(f"Processing {name} failed: {status.processing_error or 'no reason given'}")
    return status
