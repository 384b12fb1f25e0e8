"""The API document in a file, and a stack to call, for clients that are generated from the document."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from infra.openapi import public_document
from shared.services import Services
from shared.settings import Settings
from tests.whole.process import StackProcess


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("document") / "openapi.json"
    file.write_text(json.dumps(public_document(Services(Settings()))), "utf-8")
    return file


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[StackProcess]:
    process = StackProcess(tmp_path)
    try:
        await process.start()
        yield process
    finally:
        process.end()
