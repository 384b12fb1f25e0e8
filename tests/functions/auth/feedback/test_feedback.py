"""Feedback, as JSON and as a form."""

from datetime import timedelta
from typing import Any

from functions.auth.feedback.rules import MAX_PICTURE_BYTES
from functions.auth.feedback.store import FEEDBACK as FEEDBACK_ITEMS
from tests.stack import Stack, User

FEEDBACK = "/api/v1/accounts/feedback/"
BODY = {"feedback_type": "feature_request", "subject": "Add more quiz types", "message": "True/false!"}
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 100
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 100


def build_file(content: bytes, name: str = "screen.png") -> dict[str, tuple[str, bytes]]:
    return {"screenshot": (name, content)}


async def test_json_is_taken(user: User) -> None:
    answer = await user.http.post(FEEDBACK, json=BODY)
    assert answer.status_code == 201
    given = answer.json()
    assert given.pop("id")
    created = {
        "status": "received",
        "reply": None,
        "has_screenshot": False,
        "created_at": "2026-03-02T12:00:00.000Z",
    }
    assert given == {**BODY, **created}


async def test_a_form_may_bring_a_picture(stack: Stack, user: User) -> None:
    for content, suffix in [(PNG, "png"), (JPEG, "jpg")]:
        answer = await user.http.post(FEEDBACK, data=BODY, files=build_file(content, "misnamed.gif"))
        assert (answer.status_code, answer.json()["has_screenshot"]) == (201, True)
        key = f"users/{user.id}/feedback/{answer.json()['id']}/screenshot.{suffix}"
        assert await stack.services.objects.get(key) == content


async def test_a_form_needs_no_picture(user: User) -> None:
    for files in ({"screenshot": ("", b"")}, {"screenshot": ("empty.png", b"")}, {"x": (None, b"")}):
        name = next(iter(files))
        answer = await user.http.post(FEEDBACK, data=BODY, files=files)
        assert answer.status_code == (422 if name == "x" else 201), answer.text


async def test_the_content_decides_what_is_a_picture(user: User) -> None:
    for content in [b"GIF89a" + b"\x00" * 50, b"<svg></svg>", b"PNG"]:
        answer = await user.http.post(FEEDBACK, data=BODY, files=build_file(content))
        assert (answer.status_code, answer.json()["error_code"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_five_megabytes_are_the_most(user: User) -> None:
    for size, status in [(0, 201), (1, 413), (100_000, 413)]:
        content = PNG + b"\x00" * (MAX_PICTURE_BYTES - len(PNG) + size)
        answer = await user.http.post(FEEDBACK, data=BODY, files=build_file(content))
        assert answer.status_code == status


WRONG: list[Any] = [
    ({"feedback_type": "rant"}, "feedback_type"),
    ({"subject": " "}, "subject"),
    ({"message": "x" * 5001}, "message"),
    ({"message": "a\x00b"}, "message"),
    ({"extra": "1"}, "extra"),
]


async def test_what_is_wrong_is_named_in_either_form(user: User) -> None:
    for changes, field in WRONG:
        as_json = await user.http.post(FEEDBACK, json={**BODY, **changes})
        as_form = await user.http.post(FEEDBACK, data={**BODY, **changes}, files=build_file(PNG))
        for answer in (as_json, as_form):
            assert (answer.status_code, list(answer.json()["details"])) == (422, [field])


NEITHER: list[Any] = [
    ("text/plain", b"hello", 400),
    ("application/json", b"{", 400),
    ("application/json", b"[]", 422),
    ("multipart/form-data", b"no boundary", 400),
    ("multipart/form-data; boundary=x", b"--y\r\nbroken", 400),
]


async def test_what_is_neither_is_refused(user: User) -> None:
    for content_type, content, status in NEITHER:
        answer = await user.http.post(FEEDBACK, content=content, headers={"Content-Type": content_type})
        assert answer.status_code == status, answer.text


async def test_a_repeated_form_with_its_key_is_one(stack: Stack, user: User) -> None:
    request = user.http.build_request("POST", FEEDBACK, data=BODY, files=build_file(PNG))
    content, headers = (
        request.read(),
        {"Idempotency-Key": "k", "Content-Type": request.headers["content-type"]},
    )
    first = await user.http.post(FEEDBACK, content=content, headers=headers)
    again = await user.http.post(FEEDBACK, content=content, headers=headers)
    assert (first.status_code, again.json()) == (201, first.json())


async def test_ones_own_feedback_is_listed_with_what_became_of_it(stack: Stack, user: User) -> None:
    other = await stack.sign_up()
    await other.http.post(FEEDBACK, json=BODY)
    made = []
    for number in range(3):
        stack.clock.advance(timedelta(seconds=1))
        made.append((await user.http.post(FEEDBACK, json={**BODY, "subject": f"No. {number}"})).json())
    ref = FEEDBACK_ITEMS.doc(made[0]["id"], user=user.id)
    await stack.services.store.merge(ref, {"status": "planned", "reply": "Next month"})
    answered = {**made[0], "status": "planned", "reply": "Next month"}

    page = (await user.http.get(FEEDBACK, params={"page_size": 2})).json()
    assert (page["count"], page["results"]) == (3, [made[2], made[1]])
    assert (await user.http.get(page["next"])).json()["results"] == [answered]
    one = f"{FEEDBACK}{made[0]['id']}/"
    assert (await user.http.get(one)).json() == answered
    assert (
        (await other.http.get(one)).status_code
        == (await user.http.get(f"{FEEDBACK}none/")).status_code
        == 404
    )
