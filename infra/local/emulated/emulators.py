"""Run Google's emulators of Firestore and Pub/Sub, which keep everything in memory."""

import shutil
from pathlib import Path

from infra.local.emulated.children import Child
from infra.local.errors import NotStarted

_RULES = Path(__file__).parents[2] / "firestore" / "firestore.rules"
_PROGRAMS = ("gcloud", "java")


def check_installed() -> None:
    """Raise NotStarted where a program that the emulators need is missing."""
    if missing := [program for program in _PROGRAMS if shutil.which(program) is None]:
        raise NotStarted(
            f"STACK=emulators needs {' and '.join(missing)}, not found on this machine. Install Java and the"
            " Google Cloud CLI with its components cloud-firestore-emulator and pubsub-emulator, or leave"
            " STACK out: the embedded stack needs none of them."
        )


def firestore(port: int, *, project: str, logs: Path) -> Child:
    """Describe the Firestore emulator with our rules; it loses its data when it stops."""
    options = (f"--host-port=127.0.0.1:{port}", f"--rules={_RULES}", f"--project={project}", "--quiet")
    command = ("gcloud", "emulators", "firestore", "start", *options)
    return Child("The Firestore emulator", command, port, logs / "firestore.log")


def pubsub(port: int, *, project: str, folder: Path, logs: Path) -> Child:
    """Describe the Pub/Sub emulator, which loses its messages when it stops."""
    folder.mkdir(parents=True, exist_ok=True)
    options = (f"--host-port=127.0.0.1:{port}", f"--data-dir={folder}", f"--project={project}", "--quiet")
    command = ("gcloud", "beta", "emulators", "pubsub", "start", *options)
    return Child("The Pub/Sub emulator", command, port, logs / "pubsub.log")
