"""A user with a processed document, whose model is a scripted server behind the real `openai` client."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from shared.model.openai_model import OpenAIModel
from shared.usage import UsageOf
from tests.deadlines import DEADLINE_SECONDS
from tests.functions.assessments.generation.material import new_course, processed_document
from tests.retries import quick_retries
from tests.scripted_openai import ScriptedOpenAI
from tests.stack import Stack, User, running


@dataclass
class Lesson:
    stack: Stack
    user: User
    server: ScriptedOpenAI
    course: str
    document: str

    async def count_tokens(self) -> int:
        """Return the user's tokens of this month."""
        usage = UsageOf(self.user.id, self.stack.clock.now())
        month = await self.stack.services.store.get(usage.month)
        return month.ai_tokens if month else 0


@asynccontextmanager
async def open_lesson(folder: Path, *, silence: float = DEADLINE_SECONDS) -> AsyncIterator[Lesson]:
    """Open a lesson whose model gives up after so many seconds of silence."""
    async with ScriptedOpenAI() as server:
        model = OpenAIModel(
            api_key="sk-secret-key",
            base_url=server.base_url,
            model="scripted",
            timeout=silence,
            retries=quick_retries(2),
        )
        async with running(folder, services={"model": model}) as stack:
            user = await stack.sign_up()
            course = await new_course(user)
            document = await processed_document(stack, user, course)
            yield Lesson(stack, user, server, course, document)
