"""Messages, mails and titles in the language of the request, else of the profile, else English."""

import asyncio
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.stack import PASSWORD, Stack, User
from tests.whole.world import session_of

COURSES = "/api/v1/courses/"
PROFILE = "/api/v1/accounts/profile/"
RESET = "/api/v1/accounts/password-reset/"


async def prefer(user: User, language: str) -> None:
    answer = await user.http.patch(PROFILE, json={"language_preference": language})
    assert answer.status_code == 200, answer.text


async def read_mails(stack: Stack) -> list[tuple[str, str]]:
    """Return subject and text of each mail, in the order in which they were written."""
    folder = Path(stack.services.settings.data_dir) / "mail"
    found = []
    files = await asyncio.to_thread(
        lambda: sorted(folder.glob("*.eml"), key=lambda each: each.stat().st_mtime)
    )
    for file in files:
        message = message_from_bytes(await asyncio.to_thread(file.read_bytes), policy=policy.default)
        body = message.get_body()
        assert body is not None
        found.append((str(message["Subject"]), str(body.get_content())))
    return found


async def test_the_header_decides_before_the_profile(user: User) -> None:
    await prefer(user, "fr-CA")
    german = await user.http.post(COURSES, json={"name": ""}, headers={"Accept-Language": "de-DE,de;q=0.9"})
    assert german.json()["error"] == "Die Angaben sind nicht gültig"
    assert german.json()["details"] == {"name": ["Dies darf nicht leer sein"]}
    assert german.json()["details_codes"] == {"name": ["too_short"]}
    assert german.headers["Content-Language"] == "de"
    assert "Accept-Language" in german.headers["Vary"]
    french = await user.http.get(f"{COURSES}none/")
    assert (french.json()["error"], french.headers["Content-Language"]) == ("Ce cours n'existe pas", "fr")


async def test_another_language_is_english(user: User) -> None:
    await prefer(user, "ja")
    answer = await user.http.get(f"{COURSES}none/", headers={"Accept-Language": "zh"})
    assert (answer.json()["error"], answer.headers["Content-Language"]) == ("There is no such course", "en")


async def test_errors_before_signing_in_are_in_the_language_of_the_request(stack: Stack) -> None:
    headers = {"Accept-Language": "es"}
    nobody = await stack.http.get(COURSES, headers=headers)
    assert nobody.json()["error"] == "La autenticación ha fallado; inicia sesión de nuevo"
    nothing = await stack.http.get("/api/nothing/", headers=headers)
    assert nothing.json()["error"] == "No encontrado"
    weak = {"email": "new@example.com", "password": "password"}
    refused = await stack.http.post("/api/v1/accounts/register/", json=weak, headers=headers)
    assert refused.json()["details_codes"] == {"password": ["too_common"]}
    assert refused.json()["details"]["password"][0].startswith("La contraseña es demasiado fácil")


async def test_numbers_and_limits_are_written_as_the_language_does(user: User) -> None:
    answer = await user.http.post(
        COURSES, json={"name": "a", "description": "x" * 20_000}, headers={"Accept-Language": "de"}
    )
    assert answer.json()["details"] == {"description": ["Schreibe höchstens 10.000 Zeichen"]}


async def test_a_profile_begins_with_the_language_of_its_registration(stack: Stack) -> None:
    body = {"email": "neu@example.com", "password": PASSWORD}
    answer = await stack.http.post(
        "/api/v1/accounts/register/", json=body, headers={"Accept-Language": "de-AT,en;q=0.5"}
    )
    http = stack.client(Authorization=f"Bearer {answer.json()['access']}")
    assert (await http.get(PROFILE)).json()["language_preference"] == "de"
    assert (await http.get(f"{COURSES}none/")).json()["error"] == "Diesen Kurs gibt es nicht"


@pytest.mark.parametrize(
    ("preference", "header", "subject"),
    [
        ("de", {}, "Setze dein Aksio-Passwort zurück"),
        ("de", {"Accept-Language": "fr"}, "Réinitialisez votre mot de passe Aksio"),
        ("ja", {}, "Reset your Aksio password"),
        ("es-MX", {"Accept-Language": "ja"}, "Restablece tu contraseña de Aksio"),
    ],
)
async def test_a_mail_is_in_the_language_of_its_reader(
    stack: Stack, user: User, preference: str, header: dict[str, str], subject: str
) -> None:
    await prefer(user, preference)
    body = {"email": f"{user.username}@example.com"}
    assert (await stack.http.post(RESET, json=body, headers=header)).status_code == 202
    await stack.drain()
    ((found, text),) = await read_mails(stack)
    assert found == subject
    assert "/reset-password?token=" in text


async def test_a_confirmation_is_in_the_language_of_the_request(stack: Stack) -> None:
    answer = await stack.http.post(
        RESET, json={"email": "nobody@example.com"}, headers={"Accept-Language": "de"}
    )
    assert answer.json()["message"].startswith("Wenn es zu dieser Adresse ein Konto gibt")


async def test_titles_are_in_the_language_of_the_request(stack: Stack, user: User) -> None:
    exam = (stack.clock.now() + timedelta(days=9)).date().isoformat()
    course = (await user.http.post(COURSES, json={"name": "Chemie", "exam_date": exam})).json()["id"]
    for number in range(3):
        http = await session_of(stack, user.id)
        card = {"course": course, "question": f"q{number}", "answer": "a"}
        made = (await http.post("/api/v1/assessments/flashcards/", json=card)).json()["id"]
        path = f"/api/v1/assessments/flashcards/{made}/review/"
        assert (await http.post(path, json={"quality_response": 4})).status_code == 200
        await stack.advance(days=1)
    http = await session_of(stack, user.id)
    german = {"Accept-Language": "de"}
    dashboard = (await http.get("/api/v1/accounts/dashboard/", headers=german)).json()
    assert [each["title"] for each in dashboard["recent_achievements"]] == ["3 Tage in Folge gelernt!"]
    assert [each["title"] for each in dashboard["upcoming_deadlines"]] == ["Prüfung: Chemie"]
    activity = (await http.get("/api/v1/accounts/activity/", headers=german)).json()["results"]
    assert {each["title"] for each in activity} == {"1 Karteikarte wiederholt", "Den Kurs Chemie angelegt"}
    english = (await http.get("/api/v1/accounts/dashboard/")).json()
    assert [each["title"] for each in english["recent_achievements"]] == ["3-day study streak!"]
