"""Settings refuse to start what would be unsafe to deploy."""

import pytest
from pydantic import SecretStr, ValidationError

from shared.settings import Settings

STRONG = SecretStr("s" * 32)


def test_the_local_profile_needs_nothing() -> None:
    settings = Settings(port=9000)
    assert settings.base_url == "http://localhost:9000"
    assert "http://localhost:3000" in settings.origins
    assert settings.fetch_exceptions == frozenset()


def test_a_strong_secret_is_enough_to_deploy() -> None:
    settings = Settings(
        profile="google", jwt_secret=STRONG, public_url="https://api.example/", google_cloud_project="p"
    )
    assert settings.base_url == "https://api.example"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, "JWT_SECRET"),
        ({"jwt_secret": STRONG, "google_cloud_project": ""}, "GOOGLE_CLOUD_PROJECT"),
        ({"jwt_secret": SecretStr("short")}, "JWT_SECRET"),
        ({"jwt_secret": STRONG, "debug": True}, "DEBUG"),
        ({"jwt_secret": STRONG, "url_fetch_allowed_hosts": "127.0.0.1:80"}, "URL_FETCH_ALLOWED_HOSTS"),
    ],
)
def test_what_is_unsafe_is_refused(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        Settings(profile="google", **{"google_cloud_project": "p", **changes})  # type: ignore[arg-type]


EMULATED = ["FIREBASE_AUTH_EMULATOR_HOST", "FIRESTORE_EMULATOR_HOST", "PUBSUB_EMULATOR_HOST"]


@pytest.mark.parametrize("variable", EMULATED)
def test_an_emulators_word_counts_only_on_a_laptop(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "127.0.0.1:9099")
    with pytest.raises(ValidationError, match=f"{variable} leads to an emulator"):
        Settings(profile="google", jwt_secret=STRONG, google_cloud_project="p")
    assert Settings().emulators is False
    assert Settings(profile="google", jwt_secret=STRONG, google_cloud_project="p", emulators=True).emulators
    monkeypatch.setenv("K_SERVICE", "auth-api")
    with pytest.raises(ValidationError, match="EMULATORS is for a laptop only"):
        Settings(profile="google", jwt_secret=STRONG, google_cloud_project="p", emulators=True)


def test_secrets_do_not_show() -> None:
    settings = Settings(jwt_secret=SecretStr("very-secret-indeed"), smtp_password=SecretStr("hunter2hunter2"))
    assert "secret-indeed" not in repr(settings)
    assert "hunter2" not in str(settings)
