"""Search by BM25 over the chunks of the documents asked for."""

from collections import OrderedDict, defaultdict
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from infra.local.retrieval.chunks import STORED_CHUNKS, StoredChunk
from infra.local.retrieval.folder import Folder
from infra.local.retrieval.languages import guess_language
from infra.local.retrieval.words import list_stems
from shared.retrieval.protocol import Chunk

_CACHED_CHUNKS = 20_000
_Key = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Index:
    chunks: list[tuple[str, StoredChunk]]  # with their document
    languages: tuple[str, ...]
    ranking: Any


class Search:
    """Rarity of words is judged over all documents asked for together, so one index serves one set of them.

    Indexes are built when asked for and the least used are let go.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._indexes: OrderedDict[_Key, _Index] = OrderedDict()
        self._building = Lock()  # searches run in threads

    def find(self, document_ids: list[str], query: str, *, limit: int, threshold: float) -> list[Chunk]:
        """Best first, the best with score 1; without a query, passages spread over the documents."""
        if not query.strip():
            return self._spread(document_ids, limit)
        with self._building:
            index = self._index(document_ids)
        stems = list_stems(query, *index.languages) if index else []
        if index is None or not stems:
            return []
        scores = index.ranking.get_scores(stems)
        best = float(scores.max())
        order = [int(position) for position in (-scores).argsort(kind="stable")[:limit]]
        return [
            _chunk(*index.chunks[position], score=float(scores[position]) / best)
            for position in order
            if scores[position] > 0 and float(scores[position]) / best >= threshold
        ]

    def _spread(self, document_ids: list[str], limit: int) -> list[Chunk]:
        """Evenly over the documents, and over the length of each."""
        stored = [
            (document_id, chunks) for document_id in document_ids if (chunks := self._chunks(document_id))
        ]
        found: list[Chunk] = []
        for position, (document_id, chunks) in enumerate(stored):
            share = limit * (position + 1) // len(stored) - limit * position // len(stored)
            picked = min(share, len(chunks))
            found += [
                _chunk(document_id, chunks[(2 * turn + 1) * len(chunks) // (2 * picked)], score=1.0)
                for turn in range(picked)
            ]
        return found

    def _index(self, document_ids: list[str]) -> _Index | None:
        key = tuple((document_id, self._version(document_id)) for document_id in sorted(set(document_ids)))
        if key in self._indexes:
            self._indexes.move_to_end(key)
            return self._indexes[key]
        chunks = [(document_id, chunk) for document_id, _ in key for chunk in self._chunks(document_id)]
        languages = _languages(chunks)
        stems = [list_stems(chunk.text, languages[document_id]) for document_id, chunk in chunks]
        if not any(stems):
            return None
        self._indexes[key] = _Index(chunks, tuple(sorted(set(languages.values()))), _ranking(stems))
        self._let_go()
        return self._indexes[key]

    def _let_go(self) -> None:
        while (
            len(self._indexes) > 1
            and sum(len(index.chunks) for index in self._indexes.values()) > _CACHED_CHUNKS
        ):
            self._indexes.popitem(last=False)

    def _chunks(self, document_id: str) -> list[StoredChunk]:
        record = self._folder.record(document_id)
        if record is None or record.state != "completed":
            return []
        return STORED_CHUNKS.validate_json(_bytes(self._folder.of(document_id) / "chunks.json"))

    def _version(self, document_id: str) -> str:
        record = self._folder.record(document_id)
        return f"{record.processing_id}:{record.state}" if record else ""


def _languages(chunks: list[tuple[str, StoredChunk]]) -> dict[str, str]:
    """Guess the language of each document from all its chunks."""
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for document_id, chunk in chunks:
        texts[document_id].append(chunk.text)
    return {document_id: guess_language(" ".join(parts)) for document_id, parts in texts.items()}


def _ranking(stems: list[list[str]]) -> Any:
    import bm25s

    ranking = bm25s.BM25()
    ranking.index(stems, show_progress=False)
    return ranking


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:  # deleted a moment ago
        return b"[]"


def _chunk(document_id: str, stored: StoredChunk, *, score: float) -> Chunk:
    return Chunk(
        chunk_id=stored.chunk_id,
        document_id=document_id,
        text=stored.text,
        page=stored.page,
        score=round(score, 4),
    )
