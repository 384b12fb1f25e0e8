"""A learner in UTC, and what imports and exports of theirs give."""

import pytest

from tests.functions.assessments.flashcards.decks.files import Decks
from tests.functions.assessments.learners import new_learner
from tests.stack import Stack


@pytest.fixture
async def decks(stack: Stack) -> Decks:
    return Decks(await new_learner(stack))
