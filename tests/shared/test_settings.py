"""Settings refuse to start what would be unsafe to deploy."""

from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from shared.consumers import Handlers
from shared.group import Group
from shared.push.disabled import DisabledPush
from shared.services import Services
from shared.settings import LOCAL_SECRET, Settings

STRONG = SecretStr("s" * 32)


def test_the_local_profile_needs_nothing() -> None:
    settings = Settings(port=9000)
    assert settings.base_url == "http://localhost:9000"
    assert "http://localhost:3000" in settings.origins
    assert settings.fetch_exceptions == frozenset()


def deployed(**changes: Any) -> Settings:
    """The least that can be deployed, with changes."""
    least = {
        "profile": "google",
        "jwt_secret": STRONG,
        "retriever_service_token": STRONG,
        "google_cloud_project": "p",
        "objects_bucket": "b",
        "smtp_host": "smtp.example",
    }
    return Settings(**{**least, **changes})


def test_the_least_is_enough_to_deploy() -> None:
    assert deployed(public_url="https://api.example/").base_url == "https://api.example"
    assert deployed(smtp_host="", ses_region="eu-west-1").ses_region


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"jwt_secret": SecretStr(LOCAL_SECRET)}, "JWT_SECRET"),
        ({"jwt_secret": SecretStr("short")}, "JWT_SECRET"),
        ({"retriever_service_token": SecretStr(LOCAL_SECRET)}, "RETRIEVER_SERVICE_TOKEN"),
        ({"retriever_service_token": SecretStr("")}, "RETRIEVER_SERVICE_TOKEN"),
        ({"google_cloud_project": ""}, "GOOGLE_CLOUD_PROJECT"),
        ({"debug": True}, "DEBUG"),
        ({"url_fetch_allowed_hosts": "127.0.0.1:80"}, "URL_FETCH_ALLOWED_HOSTS"),
        ({"objects_bucket": ""}, "OBJECTS_BUCKET"),
        ({"smtp_host": ""}, "SMTP_HOST and SES_REGION"),
    ],
)
def test_what_is_unsafe_is_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        deployed(**changes)


BEYOND = ["0.0.0.0", "::", "", "192.168.1.5", "school.example", "localhost.example"]
OWN: dict[str, Any] = {"jwt_secret": STRONG, "retriever_service_token": SecretStr("t" * 32)}


@pytest.mark.parametrize("host", BEYOND)
def test_the_local_profile_listens_beyond_the_machine_only_with_secrets_of_its_own(host: str) -> None:
    with pytest.raises(ValidationError, match=r"HOST .* JWT_SECRET or RETRIEVER_SERVICE_TOKEN is published"):
        Settings(host=host)
    for name, secret in OWN.items():
        with pytest.raises(ValidationError, match="is published"):
            Settings(**{"host": host, name: secret})
    assert Settings(host=host, **OWN).host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_on_the_machine_itself_nothing_needs_to_be_set(host: str) -> None:
    assert Settings(host=host).host == host


def test_the_local_profile_refuses_cloud_run_with_published_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("K_SERVICE", "auth-api")
    with pytest.raises(ValidationError, match="PROFILE is local on Cloud Run"):
        Settings()
    assert Settings(**OWN).profile == "local"


def test_everything_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(ValidationError, match=r"JWT_SECRET.*OBJECTS_BUCKET.*SMTP_HOST"):
        Settings(profile="google", google_cloud_project="p")


@pytest.mark.parametrize("changes", [{}, {"objects_access_key": "a"}, {"objects_secret_key": "s"}])
def test_a_group_that_keeps_files_refuses_to_start_without_the_buckets_key(changes: dict[str, str]) -> None:
    services = Services(deployed(**changes))
    with pytest.raises(ValueError, match="OBJECTS_ACCESS_KEY or OBJECTS_SECRET_KEY"):
        Group("archive", [], Handlers(), keeps_files=True).create_app(services)
    assert Group("clock", [], Handlers()).create_app(services)


def test_a_group_that_keeps_files_starts_with_the_buckets_key() -> None:
    services = Services(deployed(objects_access_key="a", objects_secret_key="s"))
    assert Group("archive", [], Handlers(), keeps_files=True).create_app(services)
    assert Group("archive", [], Handlers(), keeps_files=True).create_app(Services(Settings()))


def test_without_a_firebase_project_a_deployment_pushes_nothing() -> None:
    assert isinstance(Services(deployed()).push, DisabledPush)


EMULATED = ["FIREBASE_AUTH_EMULATOR_HOST", "FIRESTORE_EMULATOR_HOST", "PUBSUB_EMULATOR_HOST"]


@pytest.mark.parametrize("variable", EMULATED)
def test_an_emulators_word_counts_only_on_a_laptop(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "127.0.0.1:9099")
    with pytest.raises(ValidationError, match=f"{variable} points to an emulator"):
        deployed()
    assert Settings().emulators is False
    assert Settings(profile="google", jwt_secret=STRONG, google_cloud_project="p", emulators=True).emulators
    monkeypatch.setenv("K_SERVICE", "auth-api")
    with pytest.raises(ValidationError, match="EMULATORS is for a laptop only"):
        Settings(profile="google", jwt_secret=STRONG, google_cloud_project="p", emulators=True)


def test_secrets_do_not_show() -> None:
    settings = Settings(jwt_secret=SecretStr("very-secret-indeed"), smtp_password=SecretStr("hunter2hunter2"))
    assert "secret-indeed" not in repr(settings)
    assert "hunter2" not in str(settings)
