"""Timing of processing, and the changes that a run makes to a document."""

from datetime import datetime, timedelta

from functions.courses.documents.models import CourseDocument, Processed
from shared.retries import RetryPolicy
from shared.retrieval import ProcessingStatus

GIVE_UP_AFTER = timedelta(hours=1)
TOOK_TOO_LONG = "Processing took too long; process the document again"
EMPTY_FILE = "The file is empty; upload one with content"

_LOOKS = RetryPolicy(first_pause=timedelta(seconds=5), max_pause=timedelta(minutes=5))
_FETCH_PAUSE = timedelta(minutes=3)  # longer than a fetch may take
_BYTES_PER_SECOND = 500_000


def choose_pause(step: int, *, has_file: bool) -> timedelta:
    """Choose the pause between this step, counted from 0, and the next."""
    if not has_file:
        return _FETCH_PAUSE
    return _LOOKS.pause_after(step + 1)


def estimate_seconds(size: int) -> int:
    """Estimate how long processing takes for a file of `size` bytes."""
    return 2 + size // _BYTES_PER_SECOND


def start_run(document: CourseDocument, processing_id: str, *, now: datetime) -> CourseDocument:
    """Start a new run and reset the outcome of the last."""
    return document.model_copy(
        update={
            "processing_status": "processing",
            "processing_error": None,
            "progress_percentage": 0,
            "processing_id": processing_id,
            "processing_started_at": now,
            "submitted": False,
            "processed": Processed(),
            "updated_at": now,
        }
    )


def complete_run(document: CourseDocument, status: ProcessingStatus, *, now: datetime) -> CourseDocument:
    """End the current run successfully."""
    processed = Processed.model_validate(status.model_dump(include=set(Processed.model_fields)))
    return document.model_copy(
        update={
            "processing_status": "completed",
            "progress_percentage": 100,
            "processed": processed,
            "updated_at": now,
        }
    )


def fail_run(document: CourseDocument, error: str, *, now: datetime) -> CourseDocument:
    """End the current run with an error, which is shown to the user."""
    return document.model_copy(
        update={"processing_status": "failed", "processing_error": error[:500], "updated_at": now}
    )
