"""The state that the steps share, and their runner."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from infra.local.demo.answers import Card
from infra.local.demo.client import Client
from infra.local.demo.screen import Screen


@dataclass
class Journey:
    """One learner's way through the product; the steps fill in what later ones need."""

    client: Client
    screen: Screen
    files: Sequence[Path]
    today: date
    refresh: str = ""
    course: str = ""
    documents: dict[str, str] = field(default_factory=dict)  # name by id
    cards: dict[str, Card] = field(default_factory=dict)  # by id
    due: dict[str, str] = field(default_factory=dict)  # question by id, most overdue first
    quiz: str = ""
    intervals: dict[str, int] = field(default_factory=dict)  # days by id, of the cards reviewed


Action = Callable[[Journey], Awaitable[str]]


async def run_steps(journey: Journey, steps: Sequence[tuple[str, Action]]) -> None:
    """Take each titled step; its action answers what it did. Raises DemoFailed."""
    for number, (title, action) in enumerate(steps, start=1):
        journey.screen.begin_step(number, title)
        with journey.client.step(title) as step:
            step.outcome = await action(journey)
