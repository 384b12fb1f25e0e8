"""Names and passwords as different keyboards write them, over HTTP."""

import unicodedata

import pytest

from functions.auth.users.store import USERS
from tests.stack import PASSWORD, Stack

REGISTER = "/api/v1/accounts/register/"
LOGIN = "/api/v1/accounts/login/"
NFC_FORM, NFD_FORM = "ключ й Äpfel ễ 7", unicodedata.normalize("NFD", "ключ й Äpfel ễ 7")


async def sign_in(stack: Stack, name: str, password: str) -> int:
    return (await stack.http.post(LOGIN, json={"username": name, "password": password})).status_code


@pytest.mark.parametrize("name", ["हिन्दी", "สมหญิง", "தமிழ்", "محمّد", "Nguyễn", "김철수", "שָׂרָה"])
async def test_a_name_is_one_name_composed_or_not(stack: Stack, name: str) -> None:
    composed, decomposed = unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name)
    user = await stack.sign_up(decomposed, email="a@example.com")
    assert await sign_in(stack, composed, PASSWORD) == await sign_in(stack, decomposed, PASSWORD) == 200
    again = {"username": composed, "email": "b@example.com", "password": PASSWORD}
    assert (await stack.http.post(REGISTER, json=again)).status_code == 409
    assert (await user.http.get("/api/users/profile/")).json()["username"] == composed


@pytest.mark.parametrize(
    ("first", "typed"),
    [
        (NFC_FORM, NFD_FORM), (NFD_FORM, NFC_FORM),
        ("한국어 비밀번호 7", unicodedata.normalize("NFD", "한국어 비밀번호 7")),
        ("two\u00a0words\u3000here 7", "two words here 7"), ("  kept spaces 7 ", "\u2003 kept spaces 7 "),
        ("❤️ 👨‍👩‍👧 emoji horse", "❤️ 👨‍👩‍👧 emoji horse"),
    ],
)  # fmt: skip
async def test_a_password_is_one_password_on_every_keyboard(stack: Stack, first: str, typed: str) -> None:
    body = {"username": "mia", "email": "mia@example.com", "password": first, "password_confirm": typed}
    assert (await stack.http.post(REGISTER, json=body)).status_code == 201
    assert await sign_in(stack, "mia", typed) == await sign_in(stack, "mia", first) == 200


@pytest.mark.parametrize("typed", ["kept spaces 7", " kept spaces 7", "Kept spaces 7 ", "  kept spaces 7 "])
async def test_spaces_and_case_belong_to_a_password(stack: Stack, typed: str) -> None:
    body = {"username": "mia", "email": "mia@example.com", "password": " kept spaces 7 "}
    assert (await stack.http.post(REGISTER, json=body)).status_code == 201
    assert await sign_in(stack, "mia", typed) == 401


@pytest.mark.parametrize(
    ("old", "typed"), [(NFD_FORM, NFD_FORM), (NFD_FORM, NFC_FORM), ("a\u00a0horse 7 ", "a\u00a0horse 7 ")]
)
async def test_a_hash_of_the_unprepared_password_signs_in_and_is_replaced(
    stack: Stack, old: str, typed: str
) -> None:
    user, hasher = await stack.sign_up("mia"), stack.services.password_hasher
    await stack.services.store.merge(USERS.doc(user.id), {"password_hash": hasher.hash(old)})
    assert await sign_in(stack, "mia", "another horse") == 401
    assert await sign_in(stack, "mia", typed) == 200
    stored = await stack.services.store.get(USERS.doc(user.id))
    assert stored is not None
    assert hasher.verify(stored.password_hash, unicodedata.normalize("NFC", old.replace("\u00a0", " ")))
    assert await sign_in(stack, "mia", typed) == 200


@pytest.mark.parametrize(
    ("password", "status"),
    [
        ("é" * 128 , 422),  # easy to guess, not too long
        (unicodedata.normalize("NFD", "ễ") * 7, 422),
        (unicodedata.normalize("NFD", "öäüßéèàù ñçøå"), 201),
        (unicodedata.normalize("NFD", "ễớ") * 64 + "x", 422),
        (unicodedata.normalize("NFD", "ễớ kq7 Z ") * 14, 201),
        ("🐎" * 3 + "stable", 201), ("tab\there 7 horse", 422),
        ("line\nhere 7 horse", 422), ("nul\x00here 7 horse", 422),
    ],
)  # fmt: skip
async def test_the_length_is_counted_in_prepared_characters(stack: Stack, password: str, status: int) -> None:
    body = {"username": "mia", "email": "mia@example.com", "password": password}
    answer = await stack.http.post(REGISTER, json=body)
    assert answer.status_code == status, answer.text


async def test_a_changed_and_a_reset_password_are_prepared_too(stack: Stack) -> None:
    user = await stack.sign_up("mia")
    body = {"old_password": PASSWORD, "new_password": NFD_FORM}
    assert (await user.http.post("/api/v1/accounts/password-change/", json=body)).status_code == 200
    assert await sign_in(stack, "mia", NFC_FORM) == 200


async def test_a_tag_and_a_course_are_found_however_they_are_typed(stack: Stack) -> None:
    user = await stack.sign_up("mia")
    composed, decomposed = (unicodedata.normalize(form, "Sinh lý học Nguyễn") for form in ("NFC", "NFD"))
    course = {"name": decomposed, "subject_area": decomposed, "semester": decomposed}
    made = (await user.http.post("/api/v1/courses/", json=course)).json()
    assert (made["name"], made["subject_area"]) == (composed, composed)
    for name in ("subject_area", "semester", "search"):
        for text in (composed, decomposed):
            found = (await user.http.get("/api/v1/courses/", params={name: text})).json()
            assert [each["id"] for each in found["results"]] == [made["id"]]
    assert (await user.http.post("/api/v1/courses/tags/", json={"name": decomposed})).json()[
        "name"
    ] == composed
    assert (await user.http.post("/api/v1/courses/tags/", json={"name": composed})).status_code == 409
    card = {"course": made["id"], "question": "Q?", "answer": "A", "tags": [decomposed, composed]}
    assert (await user.http.post("/api/v1/assessments/flashcards/", json=card)).status_code == 201
    for text in (composed, decomposed):
        found = (await user.http.get("/api/v1/assessments/flashcards/", params={"tag": text})).json()
        assert found["count"] == 1
    patch = {"first_name": decomposed}
    assert (await user.http.patch("/api/users/profile/", json=patch)).json()["first_name"] == composed
