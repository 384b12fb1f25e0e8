"""The offline model: extractive and deterministic, no key, no network, no download."""

from shared.model.offline.model import OfflineModel

__all__ = ["OfflineModel"]
