"""Claims of the documents, checked."""

import asyncio
import re
import shlex
import shutil
import socket
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from infra.local.demo.stack import run_stack
from shared.settings import Settings
from tests.deadlines import PROCESS_SECONDS

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
DECISIONS = sorted(ROOT.glob("docs/adr/*.md"))

_CODE = re.compile(r"`[^`\n]*`")  # may show links, and has none
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_TARGET = re.compile(r"\bmake ([a-z-]+)\b")
_CODE = re.compile(r"^```.*?^```|`[^`\n]+`", re.DOTALL | re.MULTILINE)
_SETTING = re.compile(r"^# ([A-Z][A-Z0-9_]*)=(.*)$", re.MULTILINE)
# Written so that this file does not name them either.
_REGISTRY = re.compile(r"pyp[i]\.|python[h]osted|npm[j]s|registry\.[a-z]+\.(?:org|com|io)", re.IGNORECASE)


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_links_lead_to_files_that_are_there(document: Path) -> None:
    missing = [link for link in _inside_links(document) if not (document.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=str)
def test_make_targets_that_are_named_exist(document: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    code = " ".join(_CODE.findall(document.read_text("utf-8")))
    assert set(_TARGET.findall(code)) <= targets


@pytest.mark.parametrize("document", [*DOCUMENTS, ROOT / ".env.example"], ids=str)
def test_no_document_names_a_package_registry(document: Path) -> None:
    assert not _REGISTRY.search(document.read_text("utf-8"))


def test_the_readme_names_every_make_target() -> None:
    described = re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [target for target in described if f"make {target}" not in readme] == []


def test_the_example_environment_names_every_setting_and_nothing_else() -> None:
    named = [name for name, _ in _example_settings()]
    assert sorted(named) == sorted(field.upper() for field in Settings.model_fields)


def test_the_example_environment_shows_the_defaults() -> None:
    shown = Settings.model_validate({name.lower(): value for name, value in _example_settings()})
    assert {name: getattr(shown, name) for name in Settings.model_fields} == {
        name: field.default for name, field in Settings.model_fields.items()
    }


def test_the_example_environment_explains_every_setting() -> None:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    unexplained = [
        line
        for before, line in pairwise(lines)
        if _SETTING.match(line) and (not before.startswith("# ") or _SETTING.match(before))
    ]
    assert unexplained == []


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_its_parts_and_is_listed(decision: Path) -> None:
    text = decision.read_text("utf-8")
    number = int(decision.name[:4])
    assert text.startswith(f"# {number}. ")
    assert re.findall(r"^## (\w+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    assert re.search(r"^Status: \w+$", text, re.MULTILINE)
    assert f"(adr/{decision.name})" in (ROOT / "docs/architecture.md").read_text("utf-8")


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def _inside_links(document: Path) -> Iterator[str]:
    for link in _LINK.findall(_CODE.sub("", document.read_text("utf-8"))):
        if not re.match(r"[a-z]+:|#", link):
            yield link.partition("#")[0]


def _example_settings() -> list[tuple[str, str]]:
    """Name and value as a shell would read them."""
    found = _SETTING.findall((ROOT / ".env.example").read_text("utf-8"))
    return [(name, "".join(shlex.split(value))) for name, value in found]


@pytest.mark.slow
@pytest.mark.skipif(
    shutil.which("curl") is None, reason="curl is missing, so the README's calls were not tried"
)
async def test_the_calls_of_the_readme_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = _free_port()
    monkeypatch.setenv("PORT", str(port))
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    blocks = re.findall(
        r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    (calls,) = (block for block in blocks if "curl" in block)
    async with run_stack(host="127.0.0.1", port=port, log=tmp_path / "log"):
        for _ in range(2):  # a reader may run the block again
            await _run_calls(calls.replace("localhost:8080", f"localhost:{port}"))


async def _run_calls(calls: str) -> None:
    shell = await asyncio.create_subprocess_exec(
        "bash", "-euo", "pipefail", "-c", calls,
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(shell.communicate(), PROCESS_SECONDS)
    assert shell.returncode == 0, err.decode()
    answers = out.decode()
    assert '"processing_status":"completed"' in answers.replace(" ", "")
    assert '"quote"' in answers
    assert '"interval_days": 1' in answers


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
