"""A good question of each type, and the gate that accepts it."""

from typing import Any

from functions.assessments.generation.gate import QuestionGate
from shared.model.protocol import QuestionDraft, QuestionType
from tests.functions.assessments.generation.gate.card_drafts import OSMOSIS, passage

SOURCE = (
    f"{OSMOSIS} Diffusion is the spreading of particles until they are evenly distributed. "
    "The Berlin Wall fell in 1989. Paris is the capital of France, and Madrid is the capital of Spain. "
    "The heart has four chambers. The primary colours are red, yellow and blue. "
    "Glycolysis turns one molecule of glucose into two molecules of pyruvate. Light never stands still. "
    "See https://example.org/osmosis for more, or <script>alert(1)</script>, or ![a map](https://x.org/a.png)."
)
WALL = "The Berlin Wall fell in 1989."
CAPITALS = "Paris is the capital of France, and Madrid is the capital of Spain."
COLOURS = "The primary colours are red, yellow and blue."
HEART = "The heart has four chambers."
GLYCOLYSIS = "Glycolysis turns one molecule of glucose into two molecules of pyruvate."
LIGHT = "Light never stands still."

GOOD: dict[QuestionType, dict[str, Any]] = {
    "multiple_choice": {
        "question": "Which process moves water through a membrane?",
        "options": ("Diffusion", "Osmosis", "Filtration", "Evaporation"),
        "correct": (1,),
        "quote": OSMOSIS,
    },
    "multiple_select": {
        "question": "Which of these are primary colours?",
        "options": ("Red", "Green", "Blue", "Violet"),
        "correct": (0, 2),
        "quote": COLOURS,
    },
    "true_false": {
        "question": "True or false: Osmosis is the movement of water through a partially permeable membrane.",
        "options": ("True", "False"),
        "correct": (0,),
        "quote": OSMOSIS,
    },
    "short_answer": {
        "question": "Which city is the capital of France?",
        "accepted_answers": ("Paris",),
        "quote": CAPITALS,
    },
    "numeric": {
        "question": "In which year did the Berlin Wall fall?", "correct_number": 1989, "quote": WALL,
    },
    "essay": {
        "question": "How do particles and water spread?",
        "rubric": (
            {"text": "Osmosis moves water through a membrane"}, {"text": "Diffusion spreads particles"},
        ),
        "quote": OSMOSIS,
    },
}  # fmt: skip


def draft(kind: QuestionType = "multiple_choice", **changes: Any) -> QuestionDraft:
    return QuestionDraft.model_validate({"question_type": kind, "chunk_id": "c1"} | GOOD[kind] | changes)


def gate(**settings: Any) -> QuestionGate:
    return QuestionGate(passages=[passage(SOURCE)], **settings)
