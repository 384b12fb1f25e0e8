"""Reader of feedback, which arrives as JSON or as a form with a screenshot."""

import json
from typing import Any

from fastapi import Request
from pydantic import ValidationError
from starlette.datastructures import UploadFile

from functions.auth.feedback.rules import Picture, detect_picture
from functions.auth.feedback.schemas import FeedbackBody
from shared.errors import MalformedRequest
from shared.web.body import parse
from shared.web.errors import describe_problems


async def read_feedback(request: Request) -> tuple[FeedbackBody, Picture | None]:
    """Read the body and the screenshot, if there is one.

    Raises MalformedRequest, ValidationFailed, NotAPicture, PictureTooLarge.
    """
    content_type = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if content_type == "multipart/form-data":
        return await _read_form(request)
    if not content_type or content_type.endswith(("/json", "+json")):
        return _validate(await request.json()), None
    raise MalformedRequest("Send the body as application/json or multipart/form-data")


async def _read_form(request: Request) -> tuple[FeedbackBody, Picture | None]:
    async with request.form(max_files=1, max_fields=10) as form:
        file = form.get("screenshot")
        fields = {name: value for name, value in form.items() if isinstance(value, str)}
        content = await file.read() if isinstance(file, UploadFile) else b""
        if isinstance(file, str) and not file:
            del fields["screenshot"]  # sent by browsers when no file was chosen
    # Parsed as JSON, so that the same rules hold for the texts of a form.
    body = _validate(parse(json.dumps(fields).encode()))
    return body, detect_picture(content) if content else None


def _validate(value: Any) -> FeedbackBody:
    try:
        return FeedbackBody.model_validate(value)
    except ValidationError as error:
        raise describe_problems(error.errors()) from None
