"""Archives go from one deployment to another unchanged; gcloud is a script that copies from a folder."""

import hashlib
import json
from pathlib import Path

import pytest

from infra.groups import entries
from infra.promote import main

GROUPS = [entry.name for entry in entries()]


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the script `gcloud storage cp` copies from; the working folder is another one."""
    program = tmp_path / "bin" / "gcloud"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\n[ "$1 $2" = "storage cp" ] && exec cp "$3" "$4"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "bucket"


def upload(bucket: Path) -> dict[str, str]:
    releases = {}
    for group in GROUPS:
        content = f"the code of {group}".encode()
        releases[group] = hashlib.sha256(content).hexdigest()[:16]
        (bucket / group).mkdir(parents=True)
        (bucket / group / f"{releases[group]}.zip").write_bytes(content)
    return releases


def run(bucket: Path, releases: dict[str, str]) -> int:
    Path("releases.json").write_text(json.dumps(releases))
    return main(["--bucket", f"{bucket}/", "--releases", "releases.json"])


def test_every_archive_arrives_unchanged(bucket: Path) -> None:
    assert run(bucket, upload(bucket)) == 0
    got = {file.stem: file.read_text() for file in Path("build/functions").iterdir()}
    assert got == {group: f"the code of {group}" for group in GROUPS}


def test_a_changed_archive_is_refused_and_none_is_replaced(
    bucket: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    releases = upload(bucket)
    (bucket / "courses" / f"{releases['courses']}.zip").write_text("something else")
    before = Path("build/functions/auth.zip")
    before.parent.mkdir(parents=True)
    before.write_text("before")
    assert run(bucket, releases) == 1
    assert "does not have the content of its name" in capsys.readouterr().err
    assert [file.read_text() for file in before.parent.iterdir()] == ["before"]


def test_a_missing_archive_is_named(bucket: Path, capsys: pytest.CaptureFixture[str]) -> None:
    releases = upload(bucket)
    (bucket / "admin" / f"{releases['admin']}.zip").unlink()
    assert run(bucket, releases) == 1
    assert f"admin/{releases['admin']}.zip could not be read" in capsys.readouterr().err


def test_a_release_of_fewer_groups_is_refused(bucket: Path, capsys: pytest.CaptureFixture[str]) -> None:
    releases = upload(bucket)
    del releases["auth"]
    assert run(bucket, releases) == 1
    assert "lack auth" in capsys.readouterr().err
