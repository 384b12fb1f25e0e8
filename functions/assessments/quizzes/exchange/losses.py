"""Sentences about what a file has and a question of ours does not."""

import re

MEDIA = "Pictures, sounds and films were left out; descriptions of pictures were kept"
ANSWER_FEEDBACK = "The feedback to single answers was left out"
PARTIAL_MARKS = "Answers that were partly right count as wrong"

_MEDIA = re.compile(r"<(?:\w{1,10}:)?(?:img|audio|video|object|embed|iframe|svg|canvas)\b", re.IGNORECASE)


def find_lost_media(source: str) -> list[str]:
    """Return the sentence about media where the source of a question has any."""
    return [MEDIA] if _MEDIA.search(source) else []
