"""`python -m infra.promote --bucket B --releases FILE`: get the archives that another deployment runs."""

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from infra.groups import entries

ARCHIVES = Path("build/functions")


class NotPromoted(Exception):
    """No archive was replaced; the text says why."""


def promote(releases: Mapping[str, str], *, bucket: str, target: Path = ARCHIVES) -> list[Path]:
    """Copy `BUCKET/<group>/<release>.zip` to `target/<group>.zip` for each group, and return the copies.

    `releases` has the beginning of the SHA-256 of each group's archive. All are fetched and checked before
    the first one is replaced. Raises NotPromoted.
    """
    missing = {entry.name for entry in entries()} - releases.keys()
    if missing:
        raise NotPromoted(f"the releases lack {', '.join(sorted(missing))}")
    waiting = target / "promoted"
    shutil.rmtree(waiting, ignore_errors=True)
    waiting.mkdir(parents=True)
    try:
        for group, release in releases.items():
            _fetch(f"{bucket.rstrip('/')}/{group}/{release}.zip", waiting / f"{group}.zip", release)
        return [file.replace(target / file.name) for file in sorted(waiting.iterdir())]
    finally:
        shutil.rmtree(waiting)


def _fetch(source: str, target: Path, release: str) -> None:
    run = subprocess.run(  # noqa: S603 - no shell
        ["gcloud", "storage", "cp", source, str(target)],  # noqa: S607 - found on PATH
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode != 0:
        raise NotPromoted(f"{source} could not be read: {run.stderr.strip()}")
    if not release or not hashlib.sha256(target.read_bytes()).hexdigest().startswith(release):
        raise NotPromoted(f"{source} does not have the content of its name")


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m infra.promote", description="Get the archives that another deployment runs."
    )
    parser.add_argument("--bucket", required=True, help="its bucket of archives, gs://…")
    parser.add_argument("--releases", required=True, type=Path, help="its output `releases` as a JSON file")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Get all archives; the exit status is 1 if none was replaced."""
    arguments = _arguments(argv)
    try:
        archives = promote(json.loads(arguments.releases.read_text("utf-8")), bucket=arguments.bucket)
    except NotPromoted as refused:
        print(f"[aksio] nothing was promoted: {refused}", file=sys.stderr)
        return 1
    print(f"[aksio] {len(archives)} archives are in {ARCHIVES}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
