"""An upload whose answer was lost is sent again: the same form and key, another boundary."""

from typing import Any

import httpx
import pytest

from tests.stack import Stack, User

KEY = {"Idempotency-Key": "the-upload-of-this-morning"}
DECK = b"question,answer\nWhat do leaves take in?,Light\nWhat do they give?,Oxygen\n"
TEXT = b"Leaves are green. They take in light and give oxygen.\n" * 5000


def build_form(boundary: str, fields: dict[str, str], name: str, content: bytes) -> bytes:
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in fields.items()
    ]
    parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n')
    return "".join(parts).encode() + content + f"\r\n--{boundary}--\r\n".encode()


async def send(user: User, path: str, boundary: str, **form: Any) -> httpx.Response:
    headers = {**KEY, "Content-Type": f"multipart/form-data; boundary={boundary}"}
    return await user.http.post(path, content=build_form(boundary, **form), headers=headers)


@pytest.mark.parametrize("kind", ["document", "deck"])
async def test_an_upload_sent_again_gets_the_first_answer(stack: Stack, user: User, kind: str) -> None:
    course = (await user.http.post("/api/v1/courses/", json={"name": "Botany"})).json()["id"]
    path, listing = f"/api/v1/courses/{course}/documents/upload/", f"/api/v1/courses/{course}/documents/"
    form: dict[str, Any] = {"fields": {"name": "Leaves"}, "name": "leaves.txt", "content": TEXT}
    number = 1
    if kind == "deck":
        path = "/api/v1/assessments/flashcards/import/"
        listing = f"/api/v1/assessments/flashcards/?course={course}"
        form, number = {"fields": {"course": course}, "name": "leaves.csv", "content": DECK}, 2
    first, again = await send(user, path, "one", **form), await send(user, path, "another", **form)
    assert first.status_code == 201, first.text
    assert (again.status_code, again.content) == (201, first.content)
    assert ("Idempotent-Replayed" in first.headers, again.headers["Idempotent-Replayed"]) == (False, "true")
    assert (await user.http.get(listing)).json()["count"] == number
    other = await send(user, path, "one", **{**form, "content": form["content"] + b"Roots, too."})
    assert (other.status_code, other.json()["error_code"]) == (409, "CONFLICT")
    await stack.drain()
    assert (await user.http.get(listing)).json()["count"] == number
