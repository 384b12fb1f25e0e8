"""The same adapter against Firebase's own Auth emulator, whose tokens bear no signature."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.errors import Unauthenticated
from shared.identity.firebase import FirebaseIdentity
from tests.deadlines import PROCESS_SECONDS

pytestmark = pytest.mark.slow

PROJECT = "demo-aksio"
NODE_PROGRAMS = Path(sys.prefix) / "node" / "node_modules" / ".bin"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def installed() -> str:
    """Return the path that `make node-tools` installs to, or that of another installation."""
    path = os.pathsep.join([str(NODE_PROGRAMS), os.environ.get("PATH", os.defpath)])
    program = shutil.which("firebase", path=path)
    if program is None or shutil.which("node") is None:
        pytest.skip("not tried against the Firebase Auth emulator: `make node-tools` installs it")
    return program


def environment(folder: Path) -> dict[str, str]:
    """Notes of its own, no look for news or updates: it reaches nothing but loopback."""
    quiet = {"CI": "1", "NO_UPDATE_NOTIFIER": "1"}
    return quiet | {"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder)}


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Host and port."""
    firebase = installed()
    folder, port = tmp_path_factory.mktemp("firebase"), free_port()
    emulators = {
        "auth": {"host": "127.0.0.1", "port": port},
        "hub": {"host": "127.0.0.1", "port": free_port()},
        "logging": {"host": "127.0.0.1", "port": free_port()},
        "ui": {"enabled": False},
    }
    (folder / "firebase.json").write_text(json.dumps({"emulators": emulators}))
    log = folder / "emulator.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [firebase, "emulators:start", "--only", "auth", "--project", PROJECT],
            cwd=folder,
            env=environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/", process, log)
        yield f"127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # it keeps everything in memory: nothing to save
        process.wait()


def wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + PROCESS_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            httpx.get(url, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"the Firebase Auth emulator did not start: {log.read_text('utf-8')}")


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
