"""Questions and grades as a good model writes them, made of what the prompt holds."""

import json
import re
from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

from tests.scripted_openai_wire import Asked

_TYPES = re.compile(r"^Write only questions of these types, about as many of each: (.+)\.$", re.MULTILINE)
_POINT = re.compile(r"^(\d+) \(worth ([\d.e+]+)\): (\".*\")$", re.MULTILINE)
_ANSWER = re.compile(r"^<<<(\w+) answer>>>\n(.*?)\n<<<\1 end>>>$", re.MULTILINE | re.DOTALL)


def question(**fields: Any) -> dict[str, Any]:
    """A complete question of an answer."""
    return {
        "question": "Which pigment absorbs light?",
        "question_type": "multiple_choice",
        "options": ["Chlorophyll", "Haemoglobin", "Melanin", "Carotene"],
        "correct": [0],
        "accepted_answers": [],
        "correct_number": None,
        "tolerance": 0,
        "rubric": [],
        "quote": "Chlorophyll absorbs light.",
        "chunk_id": "c1",
        "explanation": "Chlorophyll absorbs light.",
        "difficulty": "medium",
        "confidence": 0.9,
        "concept": "Chlorophyll",
    } | fields


def questions_quoting(asked: Asked, quotes: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """As many questions as asked for, of the types asked for in turn, where a quote gives one."""
    kinds = _TYPES.search(asked.user)
    words = {word for _, quote in quotes for word in re.findall(r"\w{5,}", quote)}
    made = (
        _question(kind, chunk_id, quote, sorted(words))
        for (chunk_id, quote), kind in zip(
            quotes, cycle(kinds[1].split(", ") if kinds else ["short_answer"]), strict=False
        )
    )
    return [one for one in made if one][: asked.count]


def _question(kind: str, chunk_id: str, quote: str, words: list[str]) -> dict[str, Any] | None:
    sentence, key = " ".join(quote.split()), max(re.findall(r"\w+", quote), key=len)
    gapped = f"Which word completes the sentence: “{re.sub(rf'{key}', '_____', sentence)}”?"
    wrong = [word for word in words if word.lower() not in quote.lower() and len(word) > len(key) // 2]
    about = {
        "chunk_id": chunk_id,
        "quote": quote,
        "explanation": sentence,
        "concept": key,
        "question": gapped,
    }
    figures = re.findall(r"\b\d+\b", sentence)
    by_type: dict[str, dict[str, Any] | None] = {
        "multiple_choice": {"options": [*wrong[:2], key, *wrong[2:3]], "correct": [2]} if wrong[1:] else None,
        "multiple_select": {"options": [*wrong[:2], key], "correct": [2]} if wrong[1:] else None,
        "true_false": {
            "question": f"True or false: {sentence}", "options": ["True", "False"], "correct": [0]
        },
        "short_answer": {"accepted_answers": [key]},
        "numeric": {
            "question": f"Which number is missing: “{sentence.replace(figures[0], '_____')}”?",
            "correct_number": float(figures[0]),
        } if len(set(figures)) == 1 else None,
        "essay": {
            "question": f"What does the course say about {key}?",
            "rubric": [{"text": sentence, "points": 2}],
        },
    }  # fmt: skip
    particular = by_type[kind]
    blank: dict[str, Any] = {"options": [], "correct": []}
    return question(question_type=kind, **(blank | about | particular)) if particular else None


def grade_by_words(asked: Asked) -> str:
    """Full points for every point that shares a long word with a sentence of the answer, which is quoted."""
    answer = _ANSWER.search(asked.user)
    sentences = re.split(r"(?<=[.!?])\s+", answer[2]) if answer else []
    points = []
    for index, worth, text in _POINT.findall(asked.user):
        wanted = set(re.findall(r"\w{5,}", json.loads(text).lower()))
        quote = next((one for one in sentences if wanted & set(re.findall(r"\w{5,}", one.lower()))), "")
        given = float(worth) if quote else 0
        points.append(point(int(index), given, quote))
    return graded(*points)


def point(index: int, points: float, quote: str = "", comment: str = "So it is.") -> dict[str, Any]:
    return {"index": index, "points": points, "quote": quote, "comment": comment}


def graded(*points: Mapping[str, Any], feedback: str = "Well done.") -> str:
    return json.dumps({"points": points, "feedback": feedback})
