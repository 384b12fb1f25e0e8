"""The composition root: every adapter, chosen by settings and built on first use."""

import json
import random
from collections.abc import Callable
from functools import cached_property, lru_cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from shared.audit import AuditKeys, AuditLog
from shared.clock import Clock, Ids, RandomIds, SystemClock
from shared.events import Events
from shared.logs import configure_logging
from shared.mail import Mailer
from shared.model import Model
from shared.objects import Objects
from shared.outbox import Outbox
from shared.push import Push
from shared.retrieval.protocol import Retrieval
from shared.settings import Settings
from shared.spans import NoRecorder, Recorder
from shared.store import Store
from shared.store.backend import Backend
from shared.tasks import Tasks

if TYPE_CHECKING:
    import httpx
    from argon2 import PasswordHasher

    from shared.identity.firebase import IdentityProvider
    from shared.net.transport import GuardedTransport
    from shared.net.turns import OutsideCalls
    from shared.queue import Queue
    from shared.store.database import Database

P = TypeVar("P")
INDEXES_FILE = Path(__file__).parent.parent / "infra" / "firestore" / "indexes.json"


def _record_calls(build: Callable[["Services"], P]) -> Callable[["Services"], P]:
    """Give the adapter that `build` returns a span around each of its calls, where spans are recorded."""

    @wraps(build)
    def build_recorded(self: "Services") -> P:
        return self.recorder.wrap(build.__name__, build(self))

    return build_recorded


class Services:
    """The adapters of this process. A keyword replaces what settings would choose: `Services(store=…)`."""

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        clock: Clock | None = None,
        ids: Ids | None = None,
        rng: random.Random | None = None,
        **replacements: Any,
    ) -> None:
        self.settings = settings or Settings()
        self.clock: Clock = clock or SystemClock()
        self.ids: Ids = ids or RandomIds()
        self.rng = rng or random.SystemRandom()
        self.transport: httpx.AsyncBaseTransport | None = None  # to our own services; set by tests
        # Returns the API document where the groups share a process.
        self.describe: Callable[[], dict[str, Any]] | None = None
        self.mail_echo: Callable[[str], None] | None = None  # shows mail in the local stack
        self.__dict__.update(replacements)

    @cached_property
    def recorder(self) -> Recorder:
        """The recorder of spans, which imports OpenTelemetry only where an endpoint is set."""
        settings = self.settings
        if not settings.otel_exporter_otlp_endpoint:
            return NoRecorder()
        from shared.spans.otel import create_recorder

        return create_recorder(settings.otel_exporter_otlp_endpoint, project=settings.google_cloud_project)

    @cached_property
    def database(self) -> "Database":
        from shared.store.database import Database

        return Database(self.settings.data_dir / "store.sqlite3")

    @cached_property
    def queue(self) -> "Queue":
        from shared.queue import Queue

        return Queue(self.database)

    @cached_property
    @_record_calls
    def events(self) -> Events:
        settings = self.settings
        if settings.profile == "google":
            from shared.events.pubsub import PubSubEvents

            return PubSubEvents(
                project=settings.google_cloud_project,
                topic=settings.events_topic,
                source=settings.base_url,
            )
        from shared.events.embedded import EmbeddedEvents

        return EmbeddedEvents(self.queue)

    @cached_property
    @_record_calls
    def tasks(self) -> Tasks:
        settings = self.settings
        if settings.profile == "google":
            from shared.tasks.cloud_tasks import CloudTasks

            return CloudTasks(
                project=settings.google_cloud_project,
                location=settings.tasks_location,
                queue_prefix=settings.tasks_queue_prefix,
                url_of=lambda group: settings.tasks_url.format(group=group),
                service_account=settings.tasks_service_account,
                clock=self.clock,
                endpoint=settings.cloud_tasks_endpoint,
            )
        from shared.tasks.embedded import EmbeddedTasks

        return EmbeddedTasks(self.queue, self.clock)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.events, self.tasks, clock=self.clock, ids=self.ids)

    @cached_property
    def audit(self) -> AuditLog:
        """The audit log. Raises ValueError where a deployment has no key for it."""
        return AuditLog(AuditKeys(self.settings.audit_secrets), clock=self.clock, ids=self.ids)

    @cached_property
    def store(self) -> Store:
        return Store(
            self.recorder.wrap("store", self._backend), prepare=self.outbox.prepare, send=self.outbox.send
        )

    @cached_property
    def _backend(self) -> Backend:
        from shared.store.indexes import Indexes

        settings = self.settings
        if settings.profile == "google":
            from shared.store.firestore import FirestoreBackend

            return FirestoreBackend(
                project=settings.google_cloud_project,
                database=settings.firestore_database,
                # The emulator requires no indexes: a missing one would be found in production only.
                indexes=Indexes.load(INDEXES_FILE) if settings.emulators else None,
            )
        from shared.store.sqlite import SQLiteBackend

        return SQLiteBackend(self.database, Indexes.load(INDEXES_FILE))

    @cached_property
    def http(self) -> "httpx.AsyncClient":
        """The client for our own services; addresses from users go through `outside`."""
        import httpx

        return httpx.AsyncClient(
            timeout=httpx.Timeout(20, connect=2), transport=self.transport, trust_env=False
        )

    @cached_property
    @_record_calls
    def outside(self) -> "GuardedTransport":
        """The transport for addresses from users; refuses those inside the network."""
        from shared.net.transport import GuardedTransport

        return GuardedTransport(allowed_hosts=self.settings.fetch_exceptions)

    @cached_property
    def outside_calls(self) -> "OutsideCalls":
        """The turns of calls to addresses from users."""
        from shared.net.turns import OutsideCalls

        return OutsideCalls(self.clock)

    @cached_property
    @_record_calls
    def objects(self) -> Objects:
        settings = self.settings
        if settings.objects_bucket:
            from shared.objects.s3 import S3Objects

            return S3Objects(
                bucket=settings.objects_bucket,
                endpoint_url=settings.objects_endpoint_url or None,
                region=settings.objects_region,
                access_key=settings.objects_access_key.get_secret_value(),
                secret_key=settings.objects_secret_key.get_secret_value(),
                clock=self.clock,
            )
        from shared.objects.folder import FolderObjects

        return FolderObjects(
            settings.data_dir / "objects",
            base_url=settings.base_url,
            secret=settings.jwt_secret.get_secret_value(),
            clock=self.clock,
        )

    @cached_property
    @_record_calls
    def mailer(self) -> Mailer:
        settings = self.settings
        if settings.smtp_host:
            from shared.mail.smtp import SmtpMailer

            return SmtpMailer(
                host=settings.smtp_host,
                port=settings.smtp_port,
                username=settings.smtp_username,
                password=settings.smtp_password.get_secret_value(),
                starttls=settings.smtp_starttls,
                sender=settings.mail_from,
                clock=self.clock,
            )
        if settings.ses_region:
            from shared.mail.ses import SesMailer

            return SesMailer(
                settings.ses_region,
                sender=settings.mail_from,
                clock=self.clock,
                access_key=settings.ses_access_key.get_secret_value(),
                secret_key=settings.ses_secret_key.get_secret_value(),
            )
        from shared.mail.folder import FolderMailer

        return FolderMailer(
            settings.data_dir / "mail", sender=settings.mail_from, clock=self.clock, echo=self.mail_echo
        )

    @cached_property
    @_record_calls
    def push(self) -> Push:
        settings = self.settings
        if settings.firebase_project_id and not settings.emulators:  # messaging has no emulator
            from shared.push.firebase import FirebasePush

            return FirebasePush(settings.firebase_project_id)
        if not settings.on_a_laptop:
            from shared.push.disabled import DisabledPush

            return DisabledPush()
        from shared.push.folder import FolderPush

        return FolderPush(settings.data_dir / "push")

    @cached_property
    def identity(self) -> "IdentityProvider | None":
        """The identity provider beside passwords, if one is configured."""
        if not self.settings.firebase_project_id:
            return None
        from shared.identity.firebase import FirebaseIdentity

        return FirebaseIdentity(self.settings.firebase_project_id)

    @cached_property
    def password_hasher(self) -> "PasswordHasher":
        """Argon2id with the first parameters of OWASP's Password Storage Cheat Sheet."""
        from argon2 import PasswordHasher

        return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

    @cached_property
    @_record_calls
    def model(self) -> Model:
        settings = self.settings
        if key := settings.openai_api_key.get_secret_value():
            from shared.model.openai_model import OpenAIModel

            return OpenAIModel(
                api_key=key,
                base_url=settings.openai_base_url,
                model=settings.openai_model,
                timeout=settings.openai_timeout_seconds,
            )
        from shared.model.offline import OfflineModel

        return OfflineModel()

    @cached_property
    @_record_calls
    def retrieval(self) -> Retrieval:
        from shared.retrieval.client import HttpRetrieval

        settings = self.settings
        return HttpRetrieval(
            base_url=settings.retriever_service_url or f"{settings.base_url}/_local/retrieval",
            token=settings.retriever_service_token,
            transport=self.transport,
        )

    @cached_property
    def api_document(self) -> dict[str, Any] | None:
        """The OpenAPI document of all groups, where the deployment includes it."""
        if self.describe is not None:
            return self.describe()
        file = Path(__file__).parent.parent / "openapi.json"
        document: dict[str, Any] | None = json.loads(file.read_text("utf-8")) if file.is_file() else None
        return document

    async def aclose(self) -> None:
        """Close the adapters that were built."""
        for name in (
            "model",
            "retrieval",
            "mailer",
            "push",
            "identity",
            "objects",
            "outside",
            "http",
            "tasks",
            "events",
            "store",
            "recorder",
        ):
            close = getattr(self.__dict__.get(name), "aclose", None)
            if close is not None:
                await close()


@lru_cache(maxsize=1)
def get_default_services() -> Services:
    """Return the services of this process, from the environment, with logging as the platform reads it."""
    services = Services()
    settings = services.settings
    configure_logging(settings.chosen_log_level, project=settings.google_cloud_project)
    return services
