"""Bundles: what goes into each, that they are the same each time, and that each starts alone."""

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from uv import find_uv_bin

from infra.bundle.build import Bundle, build_all
from infra.bundle.dependencies import LOCAL_ONLY, ROOT, find_dependencies
from infra.bundle.site import link_distributions, python_command
from infra.cold_start import ENVIRONMENT, Function, framework_command, serve, wait_for_answer
from infra.groups import GroupEntry, entries

GROUPS = {entry.name: entry for entry in entries()}
GOOGLE = {"google-cloud-firestore", "google-cloud-pubsub", "google-cloud-tasks"}
TOOLS = {"pytest", "moto", "boto3-stubs", "rich", "bm25s", "hypothesis", "uv"}
each_group = pytest.mark.parametrize("entry", GROUPS.values(), ids=GROUPS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundles")
    (folder / "admin").mkdir()
    (folder / "admin" / "stray.py").touch()
    return folder


@pytest.fixture(scope="module")
def bundles(folder: Path) -> dict[str, Bundle]:
    return {bundle.group: bundle for bundle in build_all(folder)}


def names_in(archive: Path) -> list[str]:
    with zipfile.ZipFile(archive) as opened:
        return opened.namelist()


@pytest.mark.slow
def test_another_process_elsewhere_builds_the_same_to_the_byte(
    folder: Path, bundles: dict[str, Bundle], tmp_path: Path
) -> None:
    environment = {"PATH": os.defpath, "PYTHONHASHSEED": "7", "PUBLIC_URL": "https://elsewhere.example"}
    shown = subprocess.run(
        [sys.executable, "-m", "infra.bundle", str(tmp_path)],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    for group, bundle in bundles.items():
        assert (tmp_path / f"{group}.zip").read_bytes() == (folder / f"{group}.zip").read_bytes()
        assert f"{group:<12} {bundle.files:>5}" in shown
        assert bundle.sha256 in shown


@each_group
def test_the_folder_and_the_archive_hold_the_same(
    entry: GroupEntry, folder: Path, bundles: dict[str, Bundle]
) -> None:
    files = [file for file in (folder / entry.name).rglob("*") if file.is_file() and file.suffix != ".pyc"]
    with zipfile.ZipFile(folder / f"{entry.name}.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            file.relative_to(folder / entry.name).as_posix(): file.read_bytes() for file in files
        }
    assert len(files) == bundles[entry.name].files
    assert {(file.stat().st_mtime, file.stat().st_mode & 0o777) for file in files} == {(315532800, 0o644)}


def test_what_an_earlier_build_left_is_gone(folder: Path, bundles: dict[str, Bundle]) -> None:
    assert not (folder / "admin" / "stray.py").exists()


@each_group
def test_a_bundle_holds_its_group_and_what_it_shares_and_nothing_else(
    entry: GroupEntry, folder: Path, bundles: dict[str, Bundle]
) -> None:
    names = names_in(folder / f"{entry.name}.zip")
    assert names == sorted(names)
    own = ("functions/__init__.py", f"{entry.source}/", "shared/")
    at_the_root = {name for name in names if not name.startswith(own)}
    assert at_the_root - {"openapi.json"} == {"main.py", "requirements.txt"}
    assert not set(names) & {module.replace(".", "/") + ".py" for module in LOCAL_ONLY}


@each_group
def test_all_code_of_a_group_is_reached_from_its_entry_points(entry: GroupEntry) -> None:
    written = {file for file in (ROOT / entry.source).rglob("*.py") if file.read_text("utf-8").strip()}
    assert written <= set(find_dependencies(entry.name).modules.values())


@each_group
def test_requirements_are_pinned_with_hashes_and_bring_no_tool(
    entry: GroupEntry, folder: Path, bundles: dict[str, Bundle]
) -> None:
    distributions = bundles[entry.name].distributions
    lines = (folder / entry.name / "requirements.txt").read_text("utf-8").splitlines()
    pinned = [re.split(r"\[|==", line)[0] for line in lines if not line.startswith(" ")]
    assert pinned == list(distributions)
    assert all("==" in line or line.startswith("    --hash=sha256:") for line in lines)
    assert not TOOLS & set(distributions)
    assert set(distributions) > GOOGLE | {"functions-framework"}


def test_a_group_brings_the_libraries_of_what_it_uses_only(bundles: dict[str, Bundle]) -> None:
    def users_of(distribution: str) -> set[str]:
        return {group for group, bundle in bundles.items() if distribution in bundle.distributions}

    assert users_of("argon2-cffi") == {"auth"}
    assert users_of("standardwebhooks") == {"courses"}
    assert users_of("fastapi-offline") == {"admin"}
    assert users_of("python-multipart") == {"assessments", "auth", "courses"}
    assert {"courses", "assessments"} <= users_of("openai")
    assert "auth" not in users_of("openai")
    assert users_of("fsrs-rs-python") == users_of("zstandard") == users_of("pillow") == {"assessments"}
    assert {"assessments", "auth", "courses"} <= users_of("boto3")


def test_the_admin_bundle_alone_carries_the_api_document(folder: Path, bundles: dict[str, Bundle]) -> None:
    carrying = {group for group in bundles if (folder / group / "openapi.json").is_file()}
    assert carrying == {"admin"}
    document = json.loads((folder / "admin" / "openapi.json").read_text("utf-8"))
    assert document["servers"] == [{"url": "/"}]
    assert "/api/v1/courses/" in document["paths"]


@each_group
def test_a_bundle_is_served_where_nothing_but_its_requirements_is_installed(
    entry: GroupEntry, folder: Path, bundles: dict[str, Bundle], tmp_path: Path
) -> None:
    command = framework_command(bundles[entry.name].distributions, tmp_path)
    with serve(Function(entry.name, folder / entry.name, command), ENVIRONMENT) as port:
        status, body = wait_for_answer(port, "/nothing-here/")
        schema, _ = wait_for_answer(port, "/api/schema/")
    assert status in (401, 404)
    assert json.loads(body)["request_id"].startswith("req_")
    assert schema == (200 if entry.name == "admin" else 404)


def test_an_adapter_that_stayed_behind_is_named(
    folder: Path, bundles: dict[str, Bundle], tmp_path: Path
) -> None:
    libraries = link_distributions(bundles["admin"].distributions, tmp_path)
    code = "from shared.services import Services\nServices().store"
    run = subprocess.run(
        python_command(sys.executable, code, folder / "admin", libraries),
        env={"PROFILE": "local"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "No module named 'shared.store.sqlite'" in run.stderr


IMPORT_ALL = """
import json, importlib
for name in json.loads(sys.argv[1]):
    module, _, attribute = name.rpartition(".")
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        getattr(importlib.import_module(module), attribute)
"""


@pytest.mark.slow
@each_group
def test_whatever_a_bundle_ever_imports_is_there(
    entry: GroupEntry, folder: Path, bundles: dict[str, Bundle], tmp_path: Path
) -> None:
    libraries = link_distributions(bundles[entry.name].distributions, tmp_path)
    dependencies = find_dependencies(entry.name)
    names = [*sorted(dependencies.modules), *sorted(dependencies.external)]
    command = python_command(sys.executable, IMPORT_ALL, folder / entry.name, libraries)
    run = subprocess.run([*command, json.dumps(names)], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def ran(*command: str | Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, check=False)


def install(requirements: Path, clean: Path) -> None:
    """Into a new environment: by uv, or by pip, which may know of other places. Downloads are the one thing
    in the tests that leaves the machine; where they fail, skips."""
    options = ("install", "--quiet", "--require-hashes", "-r", requirements)
    ran(find_uv_bin(), "venv", "--python", sys.executable, clean)
    by_uv = ran(find_uv_bin(), "pip", *options, "--python", clean)
    if by_uv.returncode == 0:
        return
    by_pip = ran(sys.executable, "-m", "pip", "--python", clean, *options)
    if by_pip.returncode and "Failed to fetch" in by_uv.stderr and "BUNDLE_VENV" not in os.environ:
        pytest.skip("nothing can be downloaded here: no bundle was tried with its libraries alone")
    assert by_pip.returncode == 0, by_uv.stderr + by_pip.stderr


@pytest.mark.slow
@pytest.mark.timeout(300)
@each_group
def test_a_bundle_is_served_from_a_clean_virtual_environment(
    entry: GroupEntry, folder: Path, bundles: dict[str, Bundle], tmp_path: Path
) -> None:
    bundle, clean = folder / entry.name, tmp_path / "venv"
    install(bundle / "requirements.txt", clean)
    checked = ran(find_uv_bin(), "pip", "check", "--python", clean)
    assert checked.returncode == 0, checked.stderr
    served = Function(entry.name, bundle, [str(clean / "bin" / "functions-framework"), "--target", "api"])
    with serve(served, ENVIRONMENT) as port:
        status, body = wait_for_answer(port, "/nothing-here/")
    assert status in (401, 404)
    assert json.loads(body)["request_id"].startswith("req_")
