"""The language model behind generation: a small protocol, an offline adapter, and OpenAI."""

from shared.model.protocol import (
    CardDraft,
    CardRequest,
    Citation,
    Difficulty,
    Model,
    ModelRefused,
    ModelUnavailable,
    ModelUnusable,
    Passage,
    Summary,
    SummaryRequest,
    Usage,
)

__all__ = [
    "CardDraft",
    "CardRequest",
    "Citation",
    "Difficulty",
    "Model",
    "ModelRefused",
    "ModelUnavailable",
    "ModelUnusable",
    "Passage",
    "Summary",
    "SummaryRequest",
    "Usage",
]
