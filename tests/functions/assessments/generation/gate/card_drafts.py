"""Passages, and drafts of cards, for tests of the gate."""

from typing import Any

from functions.assessments.generation.gate import AcceptedCard, CardGate, Dropped
from shared.model.protocol import CardDraft, Passage

SOURCE = (
    "Osmosis is the movement of water through a partially permeable membrane. "
    "The Berlin Wall fell in 1989. Paris is the capital of France, and Madrid is the capital of Spain."
)
WALL = "The Berlin Wall fell in 1989."
OSMOSIS = "Osmosis is the movement of water through a partially permeable membrane."


def passage(text: str = SOURCE, *, chunk_id: str = "c1") -> Passage:
    return Passage(chunk_id=chunk_id, document_id="d1", text=text, page=4)


def draft(**changes: Any) -> CardDraft:
    good = {
        "question": "What is osmosis?",
        "answer": "The movement of water through a partially permeable membrane.",
        "quote": OSMOSIS,
        "chunk_id": "c1",
        "confidence": 0.9,
    }
    return CardDraft.model_validate(good | changes)


def gate(text: str = SOURCE, *, existing: tuple[tuple[str, str], ...] = ()) -> CardGate:
    return CardGate(passages=[passage(text)], existing=existing)


def rule(judge: CardGate, proposed: CardDraft) -> str:
    """Return the rule that drops the draft, or `accepted`."""
    verdict = judge.judge(proposed)
    return verdict.rule.value if isinstance(verdict, Dropped) else "accepted"


def accepted(judge: CardGate, proposed: CardDraft) -> AcceptedCard:
    verdict = judge.judge(proposed)
    assert isinstance(verdict, AcceptedCard), verdict
    return verdict
