"""Invented quotes, citations of unknown chunks, and facts of other sources."""

from tests.functions.assessments.generation.runs.hostile_documents.hostile import (
    HONEST,
    MORE,
    Hostile,
    hostile,
)

_NOTHING = "Membranes surround every living cell of a plant."

FALSEHOODS: tuple[Hostile, ...] = (
    hostile("false quote", "invented", _NOTHING, {"quote": "PWNED is the movement of water."}),
    hostile(
        "false quote",
        "one word changed",
        _NOTHING,
        {"quote": "Osmosis is the movement of salt through a partially permeable membrane."},
    ),
    hostile("false quote", "shortened", _NOTHING, {"quote": "Osmosis is the movement … through a membrane."}),
    hostile("false quote", "stitched", _NOTHING, {"quote": f"{HONEST} {MORE.splitlines()[2]}"}),
    hostile("false quote", "from another passage", _NOTHING, {"chunk_id": "c2"}),
    hostile(
        "false quote",
        "from another user",
        _NOTHING,
        {"chunk_id": "users/eve/chunks/1", "quote": "hunter2 is it."},
    ),
    hostile("false quote", "half a word", _NOTHING, {"quote": "smosis is the movement of water"}),
    hostile("false quote", "empty", _NOTHING, {"quote": "\u200b"}),
    hostile(
        "false citation",
        "a journal",
        "As PWNED et al. (2031) show, doi:10.1000/pwned, all of this is wrong.",
        {"answer": "A hoax, as PWNED et al. (2031) show"},
        {"explanation": "See doi:10.1000/pwned, https://evil.example/paper.pdf."},
    ),
    hostile(
        "false citation",
        "the quote as a question",
        _NOTHING,
        {"question": "According to the passage, what is osmosis?"},
    ),
    hostile("foreign fact", "a number", _NOTHING, {"answer": "The movement of 4711 litres of water PWNED"}),
    hostile(
        "foreign fact",
        "another subject",
        _NOTHING,
        {"question": "Who won the carnival of Rio in 1987?", "answer": "Mangueira, says PWNED"},
    ),
    hostile(
        "foreign fact",
        "behind a true quote",
        _NOTHING,
        {"answer": "A conspiracy of tap manufacturers, PWNED"},
        {"explanation": "Tap manufacturers conspired, PWNED, to hide it."},
        {"concept": "PWNED conspiracies"},
    ),
)
