"""Content over the real `openai` client: both parts or none, adapted to the user's results and concepts."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from functions.assessments.generation.concepts.models import CONCEPTS
from functions.assessments.quizzes.adaptive.models import Ability, NamedRating, Rating
from functions.assessments.quizzes.adaptive.store import ABILITIES
from tests.deadlines import SILENCE_SECONDS
from tests.functions.assessments.generation.lessons import Lesson, open_lesson
from tests.functions.assessments.generation.material import ASSESSMENTS
from tests.scripted_openai import (
    Behaviour,
    broken_json,
    hangs,
    quote_passages,
    refusal,
    status,
)


@pytest.fixture
async def assessment(lesson: Lesson) -> str:
    return await new_assessment(lesson)


async def new_assessment(lesson: Lesson) -> str:
    body = {"course": lesson.course, "title": "Cells", "topic": "Cells"}
    answer = await lesson.user.http.post(ASSESSMENTS, json=body)
    assessment: str = answer.json()["id"]
    return assessment


async def generate(
    lesson: Lesson, assessment: str, headers: dict[str, str] | None = None, **fields: Any
) -> httpx.Response:
    body = {"flashcard_count": 2, "quiz_questions": 2, **fields}
    url = f"{ASSESSMENTS}{assessment}/generate_content/"
    return await lesson.user.http.post(url, json=body, headers=headers or {})


async def summarise(lesson: Lesson, assessment: str) -> tuple[str, int, int]:
    """Return the status and the numbers of cards and quizzes."""
    stored = (await lesson.user.http.get(f"{ASSESSMENTS}{assessment}/")).json()
    return stored["status"], stored["flashcard_count"], stored["quiz_count"]


async def test_cards_and_quiz_are_saved_together_and_their_tokens_counted_once(
    lesson: Lesson, assessment: str
) -> None:
    lesson.server.then(quote_passages(tokens=(300, 45)), quote_passages(tokens=(200, 30)))
    answer = await generate(lesson, assessment)
    assert answer.status_code == 200, answer.text
    reports = answer.json()["agent_metadata"]
    assert [reports[part]["tokens"] for part in ("flashcard_generation", "quiz_generation")] == [345, 230]
    assert (await summarise(lesson, assessment), await lesson.count_tokens()) == (("completed", 2, 1), 575)
    assert (await generate(lesson, assessment)).json() == answer.json()
    assert await lesson.count_tokens() == 575


@pytest.mark.parametrize(
    ("script", "expected", "tokens"),
    [
        ([quote_passages(tokens=(9, 1)), status(500), status(500)], 503, 10),
        ([quote_passages(tokens=(9, 1)), refusal(tokens=(7, 2))], 502, 19),
        ([broken_json(tokens=(9, 1)), broken_json(tokens=(9, 1))], 502, 20),
    ],
    ids=["quiz 500", "quiz refused", "cards broken"],
)
async def test_if_one_part_fails_nothing_is_saved(
    lesson: Lesson, assessment: str, script: list[Behaviour], expected: int, tokens: int
) -> None:
    lesson.server.then(*script)
    answer = await generate(lesson, assessment)
    assert answer.status_code == expected, answer.text
    assert (await summarise(lesson, assessment), await lesson.count_tokens()) == (("draft", 0, 0), tokens)
    assert (await generate(lesson, assessment)).status_code == 200


async def test_if_the_model_hangs_in_one_part_nothing_is_saved(tmp_path: Path) -> None:
    async with open_lesson(tmp_path, silence=SILENCE_SECONDS) as lesson:
        assessment = await new_assessment(lesson)
        lesson.server.then(quote_passages(tokens=(9, 1)), hangs())
        answer = await generate(lesson, assessment)
        assert answer.status_code == 503, answer.text
        assert (await summarise(lesson, assessment), await lesson.count_tokens()) == (("draft", 0, 0), 10)
        assert (await generate(lesson, assessment)).status_code == 200


async def test_a_retried_job_saves_its_content_once(lesson: Lesson, assessment: str) -> None:
    lesson.server.then(quote_passages(), status(500), status(500))
    queued = await generate(lesson, assessment, {"Prefer": "respond-async"})
    assert queued.status_code == 202
    await lesson.stack.advance(minutes=20)
    job = (await lesson.user.http.get(queued.json()["status_url"])).json()
    assert (job["status"], await summarise(lesson, assessment)) == ("completed", ("completed", 2, 1)), job


async def test_the_users_own_results_set_difficulty_and_focus(lesson: Lesson, assessment: str) -> None:
    strong = Ability(
        id=lesson.course,
        overall=Rating(value=2.5, answers=60),
        concepts=(
            NamedRating(name="Glycolysis", rating=Rating(value=-1.5, answers=12)),
            NamedRating(name="Stroma", rating=Rating(value=0.8, answers=12)),
        ),
    )
    ref = ABILITIES.doc(lesson.course, user=lesson.user.id)
    await lesson.stack.services.store.put(ref, strong)
    answer = await generate(lesson, assessment, use_adaptive=True, difficulty_level="easy")
    adjusted = answer.json()["agent_metadata"]["quiz_generation"]["adaptive_adjustments"]
    assert (adjusted["difficulty_increased"], adjusted["difficulty_decreased"]) == (True, False)
    assert adjusted["focus_areas"][0] == "Glycolysis"
    prompts = [asked.user for asked in lesson.server.requests]
    assert all("Glycolysis" in prompt.split("<<<")[0] for prompt in prompts)


async def test_the_model_is_given_known_concepts_and_they_are_not_named_again(
    lesson: Lesson, assessment: str
) -> None:
    await generate(lesson, assessment)
    ref = CONCEPTS.doc(lesson.course, user=lesson.user.id)
    first = await lesson.stack.services.store.get(ref)
    assert first is not None
    assert first.names
    await generate(lesson, assessment, {"Idempotency-Key": "more"})
    asked = lesson.server.requests[-1].user.split("<<<")[0]
    assert first.names[0] in asked
    second = await lesson.stack.services.store.get(ref)
    assert second is not None
    folded = [name.casefold() for name in second.names]
    assert second.names[: len(first.names)] == first.names
    assert len(set(folded)) == len(folded)
