"""Every setting of the product, from the environment. `.env.example` explains each."""

import ipaddress
import os
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_EMULATOR_VARIABLES = ("FIREBASE_AUTH_EMULATOR_HOST", "FIRESTORE_EMULATOR_HOST", "PUBSUB_EMULATOR_HOST")
_MIN_SECRET_CHARS = 32
LOCAL_SECRET = "local-development-secret-never-deploy-this"  # noqa: S105 - refused in the google profile


class Settings(BaseSettings):
    """The settings of a process. Raises ValidationError for values that are invalid or unsafe to deploy."""

    model_config = SettingsConfigDict(env_file=None, extra="ignore", frozen=True)

    profile: Literal["local", "google"] = "local"
    debug: bool = False
    emulators: bool = False  # the google profile against the official emulators, on a laptop
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    data_dir: Path = Path(".data")
    public_url: str = ""  # defaults to http://localhost:PORT
    frontend_url: str = "http://localhost:3000"
    cors_origins: str = "http://localhost:3000,http://localhost:5173,http://localhost:8081"
    trusted_proxies: int = Field(default=0, ge=0, le=10)  # hops whose X-Forwarded-For is trusted
    otel_exporter_otlp_endpoint: str = ""  # where spans are sent; empty records none
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    # Accounts
    jwt_secret: SecretStr = SecretStr(LOCAL_SECRET)
    access_token_minutes: int = Field(default=30, ge=1)
    refresh_token_days: int = Field(default=14, ge=1)
    teachers_need_approval: bool = True
    # Keys of the audit log, separated by commas: the first signs, earlier ones only verify
    audit_keys: SecretStr = SecretStr("")
    firebase_project_id: str = ""  # enables sign-in with Firebase, and push

    # Rate limits of the contract
    rate_limit_user_per_minute: int = Field(default=100, ge=1)
    rate_limit_anonymous_per_minute: int = Field(default=20, ge=1)
    rate_limit_uploads_per_hour: int = Field(default=10, ge=1)
    rate_limit_generations_per_hour: int = Field(default=50, ge=1)
    rate_limit_webhook_sends_per_hour: int = Field(default=30, ge=1)
    request_body_limit_bytes: int = Field(default=1024 * 1024, ge=1024)
    upload_body_limit_bytes: int = Field(default=32 * 1024 * 1024, ge=1024)  # the platform's own limit
    document_limit_bytes: int = Field(default=50 * 1024 * 1024, ge=1024)
    deck_limit_bytes: int = Field(default=2 * 1024**3, ge=1024)
    # Well below the timeout of the groups: a step that began must end, and its delivery be confirmed
    job_slice_seconds: float = Field(default=400, gt=0)

    # The plan of every user, until there is billing
    quota_documents: int = Field(default=500, ge=0)
    quota_storage_bytes: int = Field(default=5 * 1024**3, ge=0)
    quota_ai_tokens_per_month: int = Field(default=2_000_000, ge=0)

    # Outside services
    retriever_service_url: str = ""  # defaults to the local stand-in
    retriever_service_token: SecretStr = SecretStr(LOCAL_SECRET)
    scraper_service_url: str = ""
    scraper_service_token: SecretStr = SecretStr("")
    url_fetch_allowed_hosts: str = ""  # host:port pairs that bypass the inside-address check; local only
    openai_api_key: SecretStr = SecretStr("")
    openai_base_url: str = ""
    openai_model: str = "gpt-4o-mini"
    openai_timeout_seconds: float = Field(default=60.0, gt=0)

    # Objects: a folder unless a bucket is set
    objects_bucket: str = ""
    objects_endpoint_url: str = ""
    objects_region: str = "auto"
    objects_access_key: SecretStr = SecretStr("")
    objects_secret_key: SecretStr = SecretStr("")

    # Google Cloud, for the google profile
    google_cloud_project: str = ""
    firestore_database: str = "(default)"
    events_topic: str = "events"
    tasks_location: str = "europe-west1"
    tasks_queue_prefix: str = ""  # followed by the group's name
    tasks_url: str = "https://{group}.tasks.invalid/"  # the deployed queues replace the host
    tasks_service_account: str = ""  # for the OIDC token of deliveries
    task_attempts: int = 20  # after which a task of Cloud Tasks is kept as dead; of the group's queue
    cloud_tasks_endpoint: str = ""  # host:port of a stand-in; empty for Google's

    # Mail: files and console unless a host is set
    mail_from: str = "Aksio <no-reply@aksio.example>"
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_username: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_starttls: bool = True
    ses_region: str = ""  # SES, where no SMTP host is set
    ses_access_key: SecretStr = SecretStr("")
    ses_secret_key: SecretStr = SecretStr("")

    @cached_property
    def base_url(self) -> str:
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")

    @property
    def chosen_log_level(self) -> str:
        return "DEBUG" if self.debug else self.log_level

    @property
    def on_a_laptop(self) -> bool:
        return self.profile == "local" or self.emulators

    @cached_property
    def origins(self) -> list[str]:
        return [origin.strip() for origin in self.cors_origins.split(",") if origin.strip()]

    @cached_property
    def fetch_exceptions(self) -> frozenset[str]:
        return frozenset(host.strip() for host in self.url_fetch_allowed_hosts.split(",") if host.strip())

    def check_objects_key(self) -> None:
        """Require the key of the bucket, for groups that keep files. Raises ValueError."""
        key = (self.objects_access_key, self.objects_secret_key)
        if not self.on_a_laptop and not all(part.get_secret_value() for part in key):
            raise ValueError("refusing to start: OBJECTS_ACCESS_KEY or OBJECTS_SECRET_KEY is empty")

    @property
    def audit_secrets(self) -> list[str]:
        """The keys of the audit log, the current one first; on a laptop, one derived from JWT_SECRET."""
        secrets = [key.strip() for key in self.audit_keys.get_secret_value().split(",") if key.strip()]
        if secrets or not self.on_a_laptop:
            return secrets
        return [f"audit\n{self.jwt_secret.get_secret_value()}"]

    def check_audit_keys(self) -> None:
        """Raise ValueError without keys for the audit log, or with a short one."""
        secrets = self.audit_secrets
        if not secrets or any(len(secret) < _MIN_SECRET_CHARS for secret in secrets):
            raise ValueError("refusing to start: AUDIT_KEYS is empty or has a key of less than 32 characters")

    @model_validator(mode="after")
    def _refuse_unsafe(self) -> Self:
        checks = self._check_deployment() if self.profile == "google" else self._check_exposure()
        problems = [text for is_wrong, text in checks if is_wrong]
        if problems:
            raise ValueError("refusing to start: " + "; ".join(problems))
        return self

    def _check_deployment(self) -> list[tuple[bool, str]]:
        deployed = not self.on_a_laptop
        return [
            (self.debug, "DEBUG is on"),
            (_is_weak(self.jwt_secret), "JWT_SECRET is the default or shorter than 32 characters"),
            (
                deployed and _is_published(self.retriever_service_token),
                "RETRIEVER_SERVICE_TOKEN is the default or empty",
            ),
            (bool(self.url_fetch_allowed_hosts), "URL_FETCH_ALLOWED_HOSTS is for local use only"),
            (self.emulators and _is_on_cloud_run(), "EMULATORS is for a laptop only"),
            (not self.emulators and bool(_list_emulators()), f"{_list_emulators()} points to an emulator"),
            (not self.google_cloud_project, "GOOGLE_CLOUD_PROJECT is empty"),
            (deployed and not self.objects_bucket, "OBJECTS_BUCKET is empty"),
            (
                deployed and not (self.smtp_host or self.ses_region),
                "SMTP_HOST and SES_REGION are empty: mail cannot be sent",
            ),
        ]

    def _check_exposure(self) -> list[tuple[bool, str]]:
        """Check that only this machine can reach a stack whose secrets everybody knows."""
        secrets = {"JWT_SECRET": self.jwt_secret, "RETRIEVER_SERVICE_TOKEN": self.retriever_service_token}
        published = " or ".join(name for name, secret in secrets.items() if _is_published(secret))
        if not published:
            return []
        return [
            (not _is_loopback(self.host), f"HOST is not of this machine alone, but {published} is published"),
            (_is_on_cloud_run(), f"PROFILE is local on Cloud Run, but {published} is published"),
        ]


def _is_weak(secret: SecretStr) -> bool:
    return _is_published(secret) or len(secret.get_secret_value()) < _MIN_SECRET_CHARS


def _is_published(secret: SecretStr) -> bool:
    return secret.get_secret_value() in {LOCAL_SECRET, ""}


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_on_cloud_run() -> bool:
    return bool(os.environ.get("K_SERVICE"))


def _list_emulators() -> str:
    """Return the set variables that make Google's libraries trust an emulator, unsigned tokens included."""
    return " and ".join(name for name in _EMULATOR_VARIABLES if os.environ.get(name))


VERSION = "1.0.0"
