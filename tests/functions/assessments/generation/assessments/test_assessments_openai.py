"""Content over the real `openai` client: cards and quiz come together, or not at all; the learner's own
results and the names of concepts reach the model."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from functions.assessments.generation.concepts.models import CONCEPTS
from functions.assessments.quizzes.adaptive.models import Ability, NamedRating, Rating
from functions.assessments.quizzes.adaptive.store import ABILITIES
from shared.model.openai_model import OpenAIModel
from shared.usage import UsageOf
from tests.functions.assessments.generation.runs.material import new_course, processed_document
from tests.retries import quick_retries
from tests.scripted_openai import (
    Behaviour,
    ScriptedOpenAI,
    broken_json,
    hangs,
    quote_passages,
    refusal,
    status,
)
from tests.stack import Stack, User, running

SETS = "/api/v1/assessments/"


@dataclass
class Lesson:
    stack: Stack
    user: User
    server: ScriptedOpenAI
    course: str
    assessment: str

    async def fill(self, headers: dict[str, str] | None = None, **fields: Any) -> httpx.Response:
        body = {"flashcard_count": 2, "quiz_questions": 2, **fields}
        url = f"{SETS}{self.assessment}/generate_content/"
        return await self.user.http.post(url, json=body, headers=headers or {})

    async def told(self) -> tuple[str, int, int]:
        found = (await self.user.http.get(f"{SETS}{self.assessment}/")).json()
        return found["status"], found["flashcard_count"], found["quiz_count"]

    async def tokens(self) -> int:
        usage = UsageOf(self.user.id, self.stack.clock.now())
        month = await self.stack.services.store.get(usage.month)
        return month.ai_tokens if month else 0


@pytest.fixture
async def lesson(tmp_path: Path) -> AsyncIterator[Lesson]:
    async with ScriptedOpenAI() as server:
        model = OpenAIModel(
            api_key="sk-secret-key", base_url=server.base_url, model="scripted", timeout=0.3,
            retries=quick_retries(2),
        )  # fmt: skip
        async with running(tmp_path, services={"model": model}) as stack:
            user = await stack.sign_up()
            course = await new_course(user)
            await processed_document(stack, user, course)
            made = await user.http.post(SETS, json={"course": course, "title": "Cells", "topic": "Cells"})
            yield Lesson(stack, user, server, course, made.json()["id"])


async def test_cards_and_quiz_are_saved_together_and_their_tokens_counted_once(lesson: Lesson) -> None:
    lesson.server.then(quote_passages(tokens=(300, 45)), quote_passages(tokens=(200, 30)))
    answer = await lesson.fill()
    assert answer.status_code == 200, answer.text
    reports = answer.json()["agent_metadata"]
    assert [reports[part]["tokens"] for part in ("flashcard_generation", "quiz_generation")] == [345, 230]
    assert (await lesson.told(), await lesson.tokens()) == (("completed", 2, 1), 575)
    assert (await lesson.fill()).json() == answer.json()
    assert await lesson.tokens() == 575


@pytest.mark.parametrize(
    ("script", "expected", "tokens"),
    [
        ([quote_passages(tokens=(9, 1)), status(500), status(500)], 503, 10),
        ([quote_passages(tokens=(9, 1)), hangs()], 503, 10),
        ([quote_passages(tokens=(9, 1)), refusal(tokens=(7, 2))], 502, 19),
        ([broken_json(tokens=(9, 1)), broken_json(tokens=(9, 1))], 502, 20),
    ],
    ids=["quiz 500", "quiz hangs", "quiz refused", "cards broken"],
)
async def test_where_one_half_fails_nothing_is_saved(
    lesson: Lesson, script: list[Behaviour], expected: int, tokens: int
) -> None:
    lesson.server.then(*script)
    answer = await lesson.fill()
    assert answer.status_code == expected, answer.text
    assert (await lesson.told(), await lesson.tokens()) == (("draft", 0, 0), tokens)
    assert (await lesson.fill()).status_code == 200


async def test_a_job_is_retried_and_ends_once(lesson: Lesson) -> None:
    lesson.server.then(quote_passages(), status(500), status(500))
    queued = await lesson.fill({"Prefer": "respond-async"})
    assert queued.status_code == 202
    await lesson.stack.advance(minutes=20)
    job = (await lesson.user.http.get(queued.json()["status_url"])).json()
    assert (job["status"], await lesson.told()) == ("completed", ("completed", 2, 1)), job


async def test_the_learners_own_results_set_level_and_focus(lesson: Lesson) -> None:
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
    answer = await lesson.fill(use_adaptive=True, difficulty_level="easy")
    adjusted = answer.json()["agent_metadata"]["quiz_generation"]["adaptive_adjustments"]
    assert (adjusted["difficulty_increased"], adjusted["difficulty_decreased"]) == (True, False)
    assert adjusted["focus_areas"][0] == "Glycolysis"
    prompts = [asked.user for asked in lesson.server.requests]
    assert all("Glycolysis" in prompt.split("<<<")[0] for prompt in prompts)


async def test_concepts_that_have_a_name_are_shown_to_the_model_and_not_named_again(lesson: Lesson) -> None:
    await lesson.fill()
    ref = CONCEPTS.doc(lesson.course, user=lesson.user.id)
    first = await lesson.stack.services.store.get(ref)
    assert first is not None
    assert first.names
    await lesson.fill({"Idempotency-Key": "more"})
    asked = lesson.server.requests[-1].user.split("<<<")[0]
    assert first.names[0] in asked
    second = await lesson.stack.services.store.get(ref)
    assert second is not None
    folded = [name.casefold() for name in second.names]
    assert second.names[: len(first.names)] == first.names
    assert len(set(folded)) == len(folded)
