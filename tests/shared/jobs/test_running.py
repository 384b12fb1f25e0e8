"""A job that is given up is logged for the operators, unless the failure is an answer to its user."""

import pytest

from shared.errors import ApiError, NotFound, ProcessingFailed
from shared.jobs import JOBS, Job, create_job
from shared.jobs.running import run_attempt
from tests.stack import Stack


@pytest.mark.parametrize(
    ("error", "logged"),
    [
        (ProcessingFailed(), [{"failed_work": "export", "job": "j", "error_code": "PROCESSING_FAILED"}]),
        (NotFound(), []),
    ],
)
async def test_a_failed_job_is_logged_by_its_kind(
    stack: Stack, caplog: pytest.LogCaptureFixture, error: ApiError, logged: list[dict[str, str]]
) -> None:
    job = create_job("j", kind="export", request={}, now=stack.clock.now())
    await stack.services.store.put(JOBS.doc("j", user="ada"), job)

    async def fail(_: Job) -> None:
        raise error

    await run_attempt(stack.services, user_id="ada", job_id="j", work=fail)
    failed = await stack.services.store.get(JOBS.doc("j", user="ada"))
    assert failed is not None
    assert (failed.status, failed.error_code) == ("failed", error.code)
    assert [fields for record in caplog.records if (fields := getattr(record, "fields", None))] == logged
