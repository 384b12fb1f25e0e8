"""Access of frontends that listen to Firestore, tried against the emulator with unsigned tokens."""

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.emulators import FIRESTORE

ROOT = Path(__file__).parents[3]
READABLE = {"users/{user}/flashcards", "users/{user}/courses", "users/{user}/documents", "users/{user}/jobs"}
_COLLECTION = re.compile(r"Collection\(\s*\"([a-z_{}/]+)\"")
COLLECTIONS = sorted(
    {
        template
        for folder in ("functions", "shared")
        for file in (ROOT / folder).rglob("*.py")
        for template in _COLLECTION.findall(file.read_text("utf-8"))
    }
)
ALL = [*COLLECTIONS, "users/{user}/made_tomorrow"]
OWNER, STRANGER, NOBODY = "me", "them", ""
SERVER = "the server"


class Firestore:
    """The REST interface of a project: each call as somebody gives its status."""

    def __init__(self, host: str) -> None:
        self._documents = "/v1/projects/rules/databases/(default)/documents"
        self._http = httpx.Client(base_url=f"http://{host}", trust_env=False)

    def read(self, who: str, path: str) -> int:
        """A document, or the list of a collection."""
        return self._call(who, "GET", f"/{path}")

    def group(self, who: str, kind: str) -> int:
        query = {"from": [{"collectionId": kind, "allDescendants": True}]}
        return self._call(who, "POST", ":runQuery", {"structuredQuery": query})

    def write(self, who: str, path: str) -> int:
        return self._call(who, "PATCH", f"/{path}", {"fields": {"name": {"stringValue": "x"}}})

    def delete(self, who: str, path: str) -> int:
        return self._call(who, "DELETE", f"/{path}")

    def close(self) -> None:
        self._http.close()

    def _call(self, who: str, method: str, where: str, body: Any = None) -> int:
        headers = {"Authorization": f"Bearer {token(who)}"} if who else {}
        return self._http.request(method, self._documents + where, json=body, headers=headers).status_code


def token(who: str) -> str:
    """The emulator takes a token without a signature, and `owner` for one whom no rule stops."""
    if who == SERVER:
        return "owner"
    claims = {
        "sub": who,
        "user_id": who,
        "aud": "rules",
        "iss": "https://securetoken.google.com/rules",
        "iat": 1_700_000_000,
        "auth_time": 1_700_000_000,
        "exp": 4_000_000_000,
    }
    parts = [{"alg": "none", "typ": "JWT"}, claims]
    return ".".join(
        [*(base64.urlsafe_b64encode(json.dumps(p).encode()).decode().rstrip("=") for p in parts), ""]
    )


@pytest.fixture(scope="module")
def firestore() -> Iterator[Firestore]:
    with FIRESTORE.running() as host:
        firestore = Firestore(host)
        for template in ALL:
            assert firestore.write(SERVER, document(template)) == 200
        yield firestore
        firestore.close()


def collection(template: str) -> str:
    return re.sub(r"{[a-z]+}", "below", template.replace("{user}", OWNER))


def document(template: str) -> str:
    return f"users/{OWNER}" if template == "users" else f"{collection(template)}/one"


def test_the_collections_are_found_in_the_code() -> None:
    assert {*READABLE, "users/{user}/sessions", "users", "outbox", "mails"} <= set(COLLECTIONS)


@pytest.mark.parametrize("template", sorted(READABLE))
def test_the_owner_reads_and_lists_and_nobody_else(firestore: Firestore, template: str) -> None:
    for path in (document(template), collection(template)):
        assert [firestore.read(who, path) for who in (SERVER, OWNER, STRANGER, NOBODY)] == [
            200,
            200,
            403,
            403,
        ]
    assert firestore.group(SERVER, template.rsplit("/", 1)[1]) == 200
    assert firestore.group(OWNER, template.rsplit("/", 1)[1]) == 403


@pytest.mark.parametrize("template", [name for name in ALL if name not in READABLE])
def test_everything_else_is_nobodys_to_read(firestore: Firestore, template: str) -> None:
    for path in (document(template), collection(template)):
        assert [firestore.read(who, path) for who in (SERVER, OWNER, STRANGER)] == [200, 403, 403]


@pytest.mark.parametrize("template", ALL)
def test_nobody_writes(firestore: Firestore, template: str) -> None:
    for who in (OWNER, STRANGER, NOBODY):
        assert firestore.write(who, document(template)) == 403
        assert firestore.write(who, f"{collection(template)}/new") == 403
        assert firestore.delete(who, document(template)) == 403
    assert firestore.read(SERVER, document(template)) == 200
