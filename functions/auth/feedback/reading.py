"""Reading feedback that comes as JSON or as a form with a screenshot."""

import json
from typing import Any

from fastapi import Request
from pydantic import ValidationError
from starlette.datastructures import UploadFile

from functions.auth.feedback.rules import Picture, detect_picture
from functions.auth.feedback.schemas import FeedbackBody
from shared.errors import MalformedRequest
from shared.web.body import parse
from shared.web.errors import validation_failed


async def read_feedback(request: Request) -> tuple[FeedbackBody, Picture | None]:
    """Raises MalformedRequest, ValidationFailed, NoPicture, PictureTooLarge."""
    content_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if content_type == "multipart/form-data":
        return await _read_form(request)
    if not content_type or content_type.endswith(("/json", "+json")):
        return _validate(await request.json()), None
    raise MalformedRequest("The body must be application/json or multipart/form-data")


async def _read_form(request: Request) -> tuple[FeedbackBody, Picture | None]:
    async with request.form(max_files=1, max_fields=10) as form:
        file = form.get("screenshot")
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        content = await file.read() if isinstance(file, UploadFile) else b""
        if isinstance(file, str) and not file:
            del fields["screenshot"]  # what a browser sends for a file that was not chosen
    # By way of JSON, so that a form's texts are held to the same rules.
    body = _validate(parse(json.dumps(fields).encode()))
    return body, detect_picture(content) if content else None


def _validate(value: Any) -> FeedbackBody:
    try:
        return FeedbackBody.model_validate(value)
    except ValidationError as error:
        raise validation_failed(error.errors()) from None
