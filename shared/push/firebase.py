"""Notifications by Firebase Cloud Messaging."""

import asyncio
import hashlib
import logging
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from shared.clock import RandomIds
from shared.errors import ServiceUnavailable
from shared.push.protocol import Notification

if TYPE_CHECKING:
    from google.auth.credentials import Credentials

log = logging.getLogger(__name__)


class FirebasePush:
    """Sends with firebase-admin, by default with the platform's credentials; `timeout` is in seconds."""

    def __init__(
        self, project_id: str, *, credentials: "Credentials | None" = None, timeout: float = 20.0
    ) -> None:
        import firebase_admin  # type: ignore[import-untyped]
        from firebase_admin import messaging

        self._messaging = messaging
        self._delete = firebase_admin.delete_app
        self.app = firebase_admin.initialize_app(
            credentials,
            {"projectId": project_id, "httpTimeout": timeout},
            name=f"push-{RandomIds().new()}",
        )

    async def send(self, tokens: Sequence[str], notification: Notification) -> set[str]:
        if not tokens:
            return set()
        answers = await asyncio.to_thread(self._send, self._build_message(list(tokens), notification))
        return self._find_gone(tokens, answers)

    async def aclose(self) -> None:
        # In a thread: firebase-admin closes its clients in an event loop of their own.
        await asyncio.to_thread(self._delete, self.app)

    def _send(self, message: Any) -> list[Any]:
        from firebase_admin.exceptions import FirebaseError  # type: ignore[import-untyped]
        from google.auth.exceptions import GoogleAuthError

        try:
            sent = self._messaging.send_each_for_multicast(message, app=self.app)
        except (FirebaseError, GoogleAuthError) as error:
            raise ServiceUnavailable("Notifications cannot be sent now; try again later") from error
        return list(sent.responses)

    def _build_message(self, tokens: list[str], notification: Notification) -> Any:
        """Build the message, with a tag on every platform so that a repetition replaces the first."""
        messaging = self._messaging
        tag = hashlib.sha256(notification.key.encode()).hexdigest()[:32]
        options = {
            "notification": messaging.Notification(title=notification.title, body=notification.body),
            "data": dict(notification.data),
            "android": messaging.AndroidConfig(
                collapse_key=tag, notification=messaging.AndroidNotification(tag=tag)
            ),
            "apns": messaging.APNSConfig(headers={"apns-collapse-id": tag}),
            "webpush": messaging.WebpushConfig(notification=messaging.WebpushNotification(tag=tag)),
        }
        with warnings.catch_warnings():
            # The frontends have tokens; firebase-admin would prefer installation ids.
            warnings.simplefilter("ignore", DeprecationWarning)
            return messaging.MulticastMessage(tokens=tokens, **options)

    def _find_gone(self, tokens: Sequence[str], answers: list[Any]) -> set[str]:
        for_good = (self._messaging.UnregisteredError, self._messaging.SenderIdMismatchError)
        failures = [answer.exception for answer in answers if not answer.success]
        passing = [error for error in failures if not isinstance(error, for_good)]
        if passing and len(failures) == len(answers):
            raise ServiceUnavailable("Notifications cannot be sent now; try again later") from passing[0]
        if passing:
            log.warning("%d of %d devices not reached: %s", len(passing), len(answers), passing[0])
        pairs = zip(tokens, answers, strict=True)
        return {token for token, answer in pairs if isinstance(answer.exception, for_good)}
