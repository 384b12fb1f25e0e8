"""The demo's steps against the whole product in this process."""

from datetime import timedelta
from io import StringIO
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from infra.local.demo.client import Client, DemoFailed
from infra.local.demo.documents.build import build
from infra.local.demo.journey import Journey, run_steps
from infra.local.demo.materials import open_course, sign_in, upload_documents, watch_processing
from infra.local.demo.screen import Screen
from infra.local.demo.steps import STEPS
from tests.stack import START, Stack


def start_journey(stack: Stack, files: list[Path]) -> tuple[Journey, StringIO]:
    """A journey whose pauses let the stack work, each call a second after the one before; and its screen."""

    async def sleep(_: float) -> None:
        await stack.drain()

    async def second(_: httpx.Request) -> None:
        stack.clock.advance(timedelta(seconds=1))

    http = stack.client()
    http.event_hooks = {**http.event_hooks, "request": [second]}
    shown = StringIO()
    screen = Screen(Console(file=shown, width=100, highlight=False, emoji=False))
    client = Client(http, say=screen.say, sleep=sleep)
    return Journey(client, screen, files, START.date()), shown


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return build(tmp_path_factory.mktemp("documents"))


@pytest.mark.slow
async def test_a_learner_goes_all_the_way(stack: Stack, documents: list[Path]) -> None:
    journey, shown = start_journey(stack, documents)
    await run_steps(journey, STEPS)
    text = shown.getvalue()
    for phrase in (
        "Signed up as demo@aksio.example",
        "exam on Monday, 30 March 2026",
        "probability.md           [####################] 100 %  completed",
        "Made by the model “offline”",
        "The quality gate passed 20 of ",
        "20 due now, 20 of them new",
        "next 03 Mar (in 1 d",
        "undone           repetition 3",
        "0 accepted, 19 duplicates",
        "Asking for 8 questions of 5 types",
        "graded by the model “offline”: The answer covers 1 of ",
        "0 of 1   answered: ",
        " of 8 points: ",
        "From now on FSRS schedules: a card is due when recall has fallen to 90%",
        "before 16 d; next ",
        "20 cards, 5 due",  # forgotten today
        "Cards due on each of the next 30 days",
        "On the exam day, 30 March: ",
        "●  ",
        "and 42 reviews",
        "Imported again: 0 new, 20 already there",
        "401 AUTHENTICATION_FAILED",
    ):
        assert phrase in text
    assert max(map(len, text.splitlines())) <= 100
    assert [step.title for step in journey.client.steps] == [title for title, _ in STEPS]
    assert all(step.outcome for step in journey.client.steps)
    assert sum(step.calls for step in journey.client.steps) < 90
    assert_cards_show_their_source(journey, text)


def assert_cards_show_their_source(journey: Journey, text: str) -> None:
    cited = [card.citation for card in journey.cards.values() if card.citation is not None]
    assert len(cited) == 20
    assert {journey.documents[citation.document_id] for citation in cited} == set(journey.documents.values())
    unwrapped = " ".join(text.split())
    assert all(f"“{' '.join(citation.quote.split())}”" in unwrapped for citation in cited)


@pytest.mark.slow
async def test_a_later_run_goes_on_where_the_first_has_been(stack: Stack, documents: list[Path]) -> None:
    first, _ = start_journey(stack, documents)
    await run_steps(first, STEPS[:6])
    second, shown = start_journey(stack, documents)
    await run_steps(second, STEPS[:8])
    text = shown.getvalue()
    assert "demo@aksio.example has an account already" in text
    assert text.count("already there, the same bytes") == 3
    assert second.course == first.course
    assert second.cards.keys().isdisjoint(first.cards)
    assert len(first.cards) + len(second.cards) == 40
    assert len(second.due) == 20, "as many new cards as a day has"


async def test_a_document_that_cannot_be_read_ends_the_demo_with_a_sentence(
    stack: Stack, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7\n%%EOF\n")
    journey, _ = start_journey(stack, [broken])
    acts = (
        ("Account", sign_in),
        ("Course", open_course),
        ("Upload", upload_documents),
        ("Processing", watch_processing),
    )
    with pytest.raises(DemoFailed, match=r"Processing broken\.pdf failed: "):
        await run_steps(journey, acts)


async def test_documents_that_give_no_further_card_do_not_end_a_later_run(
    stack: Stack, tmp_path: Path
) -> None:
    small = tmp_path / "small.md"
    small.write_text("# Cells\n\nOsmosis is the movement of water across a selectively permeable membrane.\n")
    first, _ = start_journey(stack, [small])
    await run_steps(first, STEPS)
    second, shown = start_journey(stack, [small])
    await run_steps(second, STEPS)
    assert len(first.cards) == 1
    for phrase in (
        "No new card: earlier runs made all 1 cards",
        "there is nothing to submit",
        "nothing to undo",
        "no new question; taking “Biology, economics, statistics” of an earlier run again",
        "nothing to review by FSRS",
        "no curve",
    ):
        assert phrase in shown.getvalue()


async def test_documents_that_give_no_card_at_all_end_the_demo(stack: Stack, tmp_path: Path) -> None:
    empty = tmp_path / "empty.md"
    empty.write_text("# 1\n\n2 + 2\n")
    journey, _ = start_journey(stack, [empty])
    with pytest.raises(DemoFailed, match="PROCESSING_FAILED"):
        await run_steps(journey, STEPS)
