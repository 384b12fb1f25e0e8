"""Firebase Cloud Messaging as firebase-admin speaks to it."""

import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import requests
from firebase_admin import messaging  # type: ignore[import-untyped]
from google.auth.credentials import AnonymousCredentials
from requests.adapters import BaseAdapter

from shared.push.firebase import FirebasePush

GONE = (404, "NOT_FOUND", "UNREGISTERED")
NOT_OURS = (403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH")
AWAY = (503, "UNAVAILABLE", "UNAVAILABLE")
MISTAKEN = (400, "INVALID_ARGUMENT", "INVALID_ARGUMENT")
_DETAIL = "type.googleapis.com/google.firebase.fcm.v1.FcmError"


class Messaging(BaseAdapter):
    """Takes every message, but for tokens in `failing`; nobody is there when it is `broken`."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[dict[str, Any]] = []
        self.failing: dict[str, tuple[int, str, str]] = {}
        self.broken = False

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        if self.broken:
            raise requests.exceptions.ConnectionError("nobody there")
        message = json.loads(cast("bytes", request.body))["message"]
        status, body = 200, {"name": f"{request.url}/1"}
        if failure := self.failing.get(message["token"]):
            status, body = failure[0], _refusal(*failure)
        else:
            self.taken.append(message)
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = status, str(request.url), request
        answer.raw = io.BytesIO(json.dumps(body).encode())
        return answer

    def close(self) -> None:
        """Nothing is held open."""


@asynccontextmanager
async def pushing_to(service: Messaging) -> AsyncIterator[FirebasePush]:
    """Nothing of firebase-admin is replaced but where its requests go."""
    push = FirebasePush("aksio-test", credentials=AnonymousCredentials())  # type: ignore[no-untyped-call]
    client = messaging._get_messaging_service(push.app)._client
    client.session.mount("https://fcm.googleapis.com", service)
    try:
        yield push
    finally:
        await push.aclose()


def _refusal(code: int, status: str, reason: str) -> dict[str, Any]:
    detail = {"@type": _DETAIL, "errorCode": reason}
    return {"error": {"code": code, "status": status, "message": reason, "details": [detail]}}
