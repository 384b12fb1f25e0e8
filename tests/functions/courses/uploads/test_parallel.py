"""Parallel uploads of one user over Firestore: reservations wait for each other instead of being refused."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from itertools import count
from pathlib import Path

import pytest

from shared.services import INDEXES_FILE
from shared.store.firestore import FirestoreBackend
from shared.store.indexes import Indexes
from shared.usage import UsageOf
from tests.emulators import FIRESTORE
from tests.stack import Stack, running

_NUMBERS = count(1)


@pytest.fixture
async def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stack]:
    with FIRESTORE.running() as host:
        monkeypatch.setenv("FIRESTORE_EMULATOR_HOST", host)
        backend = FirestoreBackend(project=f"uploads-{next(_NUMBERS)}", indexes=Indexes.load(INDEXES_FILE))
        async with running(tmp_path, services={"_backend": backend}) as built:
            yield built


@pytest.mark.slow
async def test_eight_uploads_at_once_are_eight_documents(stack: Stack) -> None:
    user = await stack.sign_up()
    course = (await user.http.post("/api/v1/courses/", json={"name": "Botany"})).json()["id"]
    sent = [
        user.http.post(
            f"/api/v1/courses/{course}/documents/upload/",
            files={"file": (f"{number}.txt", f"Leaf number {number}.".encode(), "text/plain")},
        )
        for number in range(8)
    ]
    answers = await asyncio.gather(*sent)
    assert Counter(answer.status_code for answer in answers) == {201: 8}
    held = await stack.services.store.get(UsageOf(user.id, stack.clock.now()).holdings)
    assert held is not None
    assert held.documents == 8
    listed = (await user.http.get(f"/api/v1/courses/{course}/documents/")).json()
    assert listed["count"] == 8
    assert (await user.http.get(f"/api/v1/courses/{course}/")).json()["document_count"] == 8
