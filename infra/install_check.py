"""Resolve the requirements files with the oldest supported pip: the one that Python brings.

Run by `make install-check`. A pin that only works while it is the newest version fails here.
"""

import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

REQUIREMENTS = Path(__file__).parents[1] / "requirements"


def resolve(requirements: Path, python: Path) -> "subprocess.CompletedProcess[str]":
    """Have the pip of `python` resolve the file from scratch, without installing anything."""
    command: list[str | Path] = [python, "-m", "pip", "install", "--dry-run", "--quiet", "--ignore-installed"]
    command += ["--require-hashes", "-r", requirements]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own code


def main() -> int:
    """Return 1 where a file of requirements/ cannot be installed as it is pinned."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder, "bin", "python")
        for requirements in sorted(REQUIREMENTS.glob("*.txt")):
            started = time.monotonic()
            resolved = resolve(requirements, python)
            if resolved.returncode:
                print(f"[install-check] {requirements.name} cannot be installed:\n{resolved.stderr}")
                return 1
            seconds = time.monotonic() - started
            print(f"[install-check] {requirements.name} resolves ({seconds:.0f} s)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
