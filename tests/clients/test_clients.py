"""Clients that generators make of the API document compile, and live the story of the README."""

import asyncio
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.deadlines import PROCESS_SECONDS
from tests.node import MODULES, find_tool
from tests.whole.process import ROOT, StackProcess

HERE = Path(__file__).parent
FILE = ROOT / "infra/local/demo/documents/cell-energy.md"


def run(*command: str, folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=PROCESS_SECONDS, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def check_story(text: str) -> None:
    story: dict[str, Any] = json.loads(text)
    assert story.pop("questions") > 0
    assert story == {"cards": 5, "quoted": True, "interval": 1, "refused": "VALIDATION_ERROR"}


@pytest.mark.slow
async def test_a_typescript_client(document: Path, process: StackProcess, tmp_path: Path) -> None:
    generate, compiler, node = find_tool("openapi-typescript"), find_tool("tsc"), shutil.which("node")
    shutil.copy(HERE / "story.ts", tmp_path)
    (tmp_path / "node_modules").symlink_to(MODULES)
    (tmp_path / "package.json").write_text('{"type": "module"}', "utf-8")
    run(generate, str(document), "-o", "api.d.ts", folder=tmp_path)
    strict = ["--strict", "--noUncheckedIndexedAccess", "--skipLibCheck", "--types", "node"]
    target = ["--target", "es2022", "--lib", "es2022,dom,dom.iterable", "--module", "esnext"]
    run(compiler, "story.ts", *strict, *target, "--moduleResolution", "bundler", folder=tmp_path)
    check_story(await asyncio.to_thread(run, str(node), "story.js", process.url, str(FILE), folder=tmp_path))


@pytest.mark.slow
async def test_a_python_client(document: Path, process: StackProcess, tmp_path: Path) -> None:
    (tmp_path / "options.yaml").write_text("post_hooks: []\n", "utf-8")
    generator = [sys.executable, "-m", "openapi_python_client", "generate", "--config", "options.yaml"]
    output = ["--path", str(document), "--output-path", "aksio", "--meta", "none", "--fail-on-warning"]
    run(*generator, *output, folder=tmp_path)
    shutil.copy(HERE / "story.py", tmp_path)
    run(sys.executable, "-m", "compileall", "-q", "aksio", folder=tmp_path)
    check_story(
        await asyncio.to_thread(run, sys.executable, "story.py", process.url, str(FILE), folder=tmp_path)
    )
