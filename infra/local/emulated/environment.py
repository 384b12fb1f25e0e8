"""What every process of the stack finds in its environment."""

import os
import secrets
from pathlib import Path

from shared.settings import LOCAL_SECRET, Settings

PROJECT = "aksio-local"


def common(settings: Settings) -> dict[str, str]:
    """The google profile on a laptop, behind one more proxy: the gateway."""
    folder = settings.data_dir.resolve()
    return {
        "PROFILE": "google",
        "EMULATORS": "true",
        "GOOGLE_CLOUD_PROJECT": PROJECT,
        "DATA_DIR": str(folder),
        "EVENTS_TOPIC": "events",
        "TASKS_URL": "https://{group}.tasks.invalid/",
        "PUBLIC_URL": settings.base_url,
        "TRUSTED_PROXIES": str(settings.trusted_proxies + 1),
        "JWT_SECRET": _secret(settings, folder / "jwt-secret"),
    }


def _secret(settings: Settings, file: Path) -> str:
    """The one that is set, else one made once and kept: links and tokens outlive a process."""
    given = settings.jwt_secret.get_secret_value()
    if given != LOCAL_SECRET:
        return given
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(48), "utf-8")
    return file.read_text("utf-8")


def settings_from(environment: dict[str, str]) -> Settings:
    """This process's settings with these; what Google's libraries read from the environment is there too."""
    os.environ.update(environment)
    return Settings()
