"""Search by BM25 over the chunks of chosen documents."""

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

_MAX_CACHED_CHUNKS = 20_000
_Key = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Index:
    chunks: list[tuple[str, StoredChunk]]  # with their document
    languages: tuple[str, ...]
    ranking: Any


class Search:
    """A search over documents, which weighs the rarity of words over all of them together.

    So an index serves one set of documents. Indexes are built on demand, and the least used are evicted.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._indexes: OrderedDict[_Key, _Index] = OrderedDict()
        self._lock = Lock()  # searches run in threads

    def find(self, document_ids: list[str], query: str, *, limit: int, threshold: float) -> list[Chunk]:
        """Find chunks, the best first and with score 1; without a query, pick passages evenly."""
        if not query.strip():
            return self._pick_evenly(document_ids, limit)
        with self._lock:
            index = self._get_index(document_ids)
        stems = list_stems(query, *index.languages) if index else []
        if index is None or not stems:
            return []
        scores = index.ranking.get_scores(stems)
        best = float(scores.max())
        order = [int(position) for position in (-scores).argsort(kind="stable")[:limit]]
        return [
            _build_chunk(*index.chunks[position], score=float(scores[position]) / best)
            for position in order
            if scores[position] > 0 and float(scores[position]) / best >= threshold
        ]

    def _pick_evenly(self, document_ids: list[str], limit: int) -> list[Chunk]:
        """Pick chunks evenly over the documents, and over the length of each."""
        stored = [
            (document_id, chunks)
            for document_id in document_ids
            if (chunks := self._load_chunks(document_id))
        ]
        passages: list[Chunk] = []
        for position, (document_id, chunks) in enumerate(stored):
            share = limit * (position + 1) // len(stored) - limit * position // len(stored)
            picked = min(share, len(chunks))
            passages += [
                _build_chunk(document_id, chunks[(2 * turn + 1) * len(chunks) // (2 * picked)], score=1.0)
                for turn in range(picked)
            ]
        return passages

    def _get_index(self, document_ids: list[str]) -> _Index | None:
        key = tuple(
            (document_id, self._get_version(document_id)) for document_id in sorted(set(document_ids))
        )
        if key in self._indexes:
            self._indexes.move_to_end(key)
            return self._indexes[key]
        chunks = [(document_id, chunk) for document_id, _ in key for chunk in self._load_chunks(document_id)]
        languages = _guess_languages(chunks)
        stems = [list_stems(chunk.text, languages[document_id]) for document_id, chunk in chunks]
        if not any(stems):
            return None
        self._indexes[key] = _Index(chunks, tuple(sorted(set(languages.values()))), _build_ranking(stems))
        self._evict()
        return self._indexes[key]

    def _evict(self) -> None:
        while (
            len(self._indexes) > 1
            and sum(len(index.chunks) for index in self._indexes.values()) > _MAX_CACHED_CHUNKS
        ):
            self._indexes.popitem(last=False)

    def _load_chunks(self, document_id: str) -> list[StoredChunk]:
        record = self._folder.load(document_id)
        if record is None or record.state != "completed":
            return []
        return STORED_CHUNKS.validate_json(_read_bytes(self._folder.locate(document_id) / "chunks.json"))

    def _get_version(self, document_id: str) -> str:
        record = self._folder.load(document_id)
        return f"{record.processing_id}:{record.state}" if record else ""


def _guess_languages(chunks: list[tuple[str, StoredChunk]]) -> dict[str, str]:
    """Guess the language of each document from all its chunks."""
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for document_id, chunk in chunks:
        texts[document_id].append(chunk.text)
    return {document_id: guess_language(" ".join(parts)) for document_id, parts in texts.items()}


def _build_ranking(stems: list[list[str]]) -> Any:
    import bm25s

    ranking = bm25s.BM25()
    ranking.index(stems, show_progress=False)
    return ranking


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:  # deleted a moment ago
        return b"[]"


def _build_chunk(document_id: str, stored: StoredChunk, *, score: float) -> Chunk:
    return Chunk(
        chunk_id=stored.chunk_id,
        document_id=document_id,
        text=stored.text,
        page=stored.page,
        score=round(score, 4),
    )
