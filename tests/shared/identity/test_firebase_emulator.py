"""The same adapter against Firebase's own Auth emulator, whose tokens bear no signature."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.errors import Unauthenticated
from shared.identity.firebase import FirebaseIdentity

ROOT = Path(__file__).parents[3]
PROJECT = "demo-aksio"
PATIENCE_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def installed() -> str | None:
    """Where `npx --no-install firebase` would find it."""
    path = os.pathsep.join([str(ROOT / "node_modules" / ".bin"), os.environ.get("PATH", "")])
    return shutil.which("firebase", path=path)


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Host and port."""
    firebase = installed()
    if firebase is None:
        pytest.skip("not tried against the Firebase Auth emulator: firebase-tools is not installed")
    folder, port = tmp_path_factory.mktemp("firebase"), free_port()
    emulators = {
        "auth": {"host": "127.0.0.1", "port": port},
        "hub": {"host": "127.0.0.1", "port": free_port()},
        "logging": {"host": "127.0.0.1", "port": free_port()},
        "ui": {"enabled": False},
    }
    (folder / "firebase.json").write_text(json.dumps({"emulators": emulators}))
    process = subprocess.Popen(
        [firebase, "emulators:start", "--only", "auth", "--project", PROJECT],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/")
        yield f"127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def wait_for(url: str) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        try:
            httpx.get(url, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("the Firebase Auth emulator did not start")


async def sign_up(emulator: str, **fields: Any) -> str:
    url = f"http://{emulator}/identitytoolkit.googleapis.com/v1/accounts:signUp?key=any"
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(url, json={"returnSecureToken": True, **fields})
    assert answer.status_code == 200, answer.text
    token: str = answer.json()["idToken"]
    return token


async def test_its_users_are_known(emulator: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIREBASE_AUTH_EMULATOR_HOST", emulator)
    identity = FirebaseIdentity(PROJECT)
    known = await identity.verify(await sign_up(emulator, email="ada@example.com", password="correct horse"))
    assert (known.email, known.email_verified) == ("ada@example.com", False)
    nameless = await identity.verify(await sign_up(emulator))
    assert (nameless.email, nameless.name) == (None, "")
    assert nameless.uid != known.uid
    await identity.aclose()


async def test_its_tokens_are_not_taken_elsewhere(emulator: str, monkeypatch: pytest.MonkeyPatch) -> None:
    token = await sign_up(emulator)
    monkeypatch.delenv("FIREBASE_AUTH_EMULATOR_HOST", raising=False)
    identity = FirebaseIdentity(PROJECT)
    with pytest.raises(Unauthenticated):
        await identity.verify(token)
    await identity.aclose()
