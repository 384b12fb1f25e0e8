"""Create the environment variables of all processes of the stack."""

import os
import secrets
from pathlib import Path

from shared.queue import MAX_ATTEMPTS
from shared.settings import LOCAL_SECRET, Settings

PROJECT = "aksio-local"


def create_environment(settings: Settings) -> dict[str, str]:
    """Choose the google profile with emulators, behind one more proxy: the gateway."""
    folder = settings.data_dir.resolve()
    return {
        "PROFILE": "google",
        "EMULATORS": "true",
        "GOOGLE_CLOUD_PROJECT": PROJECT,
        "DATA_DIR": str(folder),
        "EVENTS_TOPIC": "events",
        "TASK_ATTEMPTS": str(MAX_ATTEMPTS),
        "TASKS_URL": "https://{group}.tasks.invalid/",
        "PUBLIC_URL": settings.base_url,
        "TRUSTED_PROXIES": str(settings.trusted_proxies + 1),
        "JWT_SECRET": _jwt_secret(settings, folder / "jwt-secret"),
    }


def _jwt_secret(settings: Settings, file: Path) -> str:
    """Return the secret that is set, else the one in `file`: links and tokens must outlive a process."""
    secret = settings.jwt_secret.get_secret_value()
    if secret != LOCAL_SECRET:
        return secret
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48), "utf-8")
    return file.read_text("utf-8")


def apply_environment(environment: dict[str, str]) -> Settings:
    """Set the variables in this process too, for Google's libraries, and read the settings from them."""
    os.environ.update(environment)
    return Settings()
