"""A chat-completions server on loopback that answers by a script, for the real `openai` client.

    async with ScriptedOpenAI(status(503), quote_passages()) as server:
        OpenAIModel(api_key="key", base_url=server.base_url, ...)

Each request takes the next behaviour of the script; when it is used up, `otherwise` answers.
"""

import asyncio
import json
import re
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from types import TracebackType
from typing import Any, Self

from tests.scripted_openai_questions import grade_by_words, graded, questions_quoting
from tests.scripted_openai_wire import Asked, Reply, read_request, whole

Card = Mapping[str, Any]
Behaviour = Callable[[Asked, Reply], Awaitable[None]]

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def says(
    text: str | Callable[[Asked], str],
    *,
    pieces: int = 5,
    finish: str = "stop",
    tokens: tuple[int, int] | None = (100, 20),
    pause: float = 0,
    streamed: bool = True,
) -> Behaviour:
    """The text in so many pieces, `pause` seconds before each; `tokens` None bills nothing; with
    `streamed` false, or where no stream was asked for, at once."""

    async def answer(asked: Asked, reply: Reply) -> None:
        content = text if isinstance(text, str) else text(asked)
        if not (streamed and asked.body.get("stream")):
            await asyncio.sleep(pause)
            await reply.json(200, whole(reply.model, content, finish, tokens))
            return
        await reply.begin_stream()
        await reply.delta(role="assistant", content="")
        for piece in _split(content, pieces):
            await asyncio.sleep(pause)
            await reply.delta(content=piece)
        await reply.delta(finish)
        if tokens:
            await reply.usage(tokens)
        await reply.end_stream()

    return answer


def gives(*cards: Card, **how: Any) -> Behaviour:
    """A well-formed answer with these cards; `how` as for `says`."""
    return says(json.dumps({"cards": cards}), **how)


def asks(*questions: Card, **how: Any) -> Behaviour:
    """A well-formed answer with these questions; `how` as for `says`."""
    return says(json.dumps({"questions": questions}), **how)


def grades(*points: Mapping[str, Any], feedback: str = "Well done.", **how: Any) -> Behaviour:
    """A well-formed grade with these points; see scripted_openai_questions.point."""
    return says(graded(*points, feedback=feedback), **how)


def summarises(summary: str, *citations: tuple[str, str], **how: Any) -> Behaviour:
    """A well-formed summary citing (chunk_id, quote)."""
    cited = [{"chunk_id": chunk_id, "quote": quote} for chunk_id, quote in citations]
    return says(json.dumps({"summary": summary, "citations": cited}), **how)


def quote_passages(**how: Any) -> Behaviour:
    """A good model: as many cards or questions as asked for, a summary, or a grade, quoting the
    prompt's passages or the answer."""
    return says(_quoting, **how)


def together(number: int, answered: Behaviour) -> Behaviour:
    """This answer, once so many requests wait for it at the same time; fewer wait for ever."""
    all_here = asyncio.Barrier(number)

    async def answer(asked: Asked, reply: Reply) -> None:
        await all_here.wait()
        await answered(asked, reply)

    return answer


def invented_quotes(**how: Any) -> Behaviour:
    """Cards, questions, or a summary, whose quotes stand in no passage."""
    return says(lambda asked: _quoting(asked, invent=True), **how)


def broken_json(**how: Any) -> Behaviour:
    return says('{"cards": [{"question": "Wh', **how)


def wrong_schema(**how: Any) -> Behaviour:
    return says('{"cards": [{"front": "A", "back": "B"}]}', **how)


def refusal(tokens: tuple[int, int] | None = (100, 8)) -> Behaviour:
    async def answer(_asked: Asked, reply: Reply) -> None:
        await reply.begin_stream()
        await reply.delta(refusal="I'm sorry, I can't help with that.")
        await reply.delta("stop")
        if tokens:
            await reply.usage(tokens)
        await reply.end_stream()

    return answer


def status(
    code: int, *, retry_after: str | None = None, error: str = "", message: str = "Scripted failure"
) -> Behaviour:
    """An error answer; `error` is its code in the body."""

    async def answer(_asked: Asked, reply: Reply) -> None:
        headers = {"Retry-After": retry_after} if retry_after else {}
        body = {"error": {"message": message, "type": "scripted", "param": None, "code": error or None}}
        await reply.json(code, body, headers)

    return answer


def error_event(text: str = "", *, error: str = "server_error") -> Behaviour:
    """Some text, then an error in the middle of the stream."""

    async def answer(_asked: Asked, reply: Reply) -> None:
        await reply.begin_stream()
        await reply.delta(content=text)
        await reply.event(json.dumps({"error": {"message": "Scripted failure", "code": error}}))
        await reply.end_stream()

    return answer


def breaks_off(text: str = "", *, politely: bool = False) -> Behaviour:
    """A stream that ends after some text: in the middle of the transfer, or `politely` after its end mark."""

    async def answer(_asked: Asked, reply: Reply) -> None:
        await reply.begin_stream()
        await reply.delta(content=text)
        if politely:
            await reply.end_stream()

    return answer


def event(data: str) -> Behaviour:
    """A stream of one event with this data."""

    async def answer(_asked: Asked, reply: Reply) -> None:
        await reply.begin_stream()
        await reply.event(data)
        await reply.end_stream()

    return answer


def hangs_up() -> Behaviour:
    """No answer: the connection is closed."""

    async def answer(_asked: Asked, _reply: Reply) -> None:
        return

    return answer


def hangs(text: str | None = None) -> Behaviour:
    """Silence for ever: from the start, or after some text."""

    async def answer(_asked: Asked, reply: Reply) -> None:
        if text is not None:
            await reply.begin_stream()
            await reply.delta(content=text)
        await asyncio.Event().wait()

    return answer


class ScriptedOpenAI:
    """The server; `requests` holds what it was asked."""

    def __init__(
        self, *script: Behaviour, otherwise: Behaviour | None = None, model: str = "scripted-1"
    ) -> None:
        self.script = deque(script)
        self.otherwise = otherwise or quote_passages()
        self.model = model
        self.requests: list[Asked] = []
        self._tasks: set[asyncio.Task[None]] = set()

    def then(self, *behaviours: Behaviour) -> Self:
        """Add to the script."""
        self.script.extend(behaviours)
        return self

    @property
    def base_url(self) -> str:
        """For OPENAI_BASE_URL."""
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, backlog=256)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                asked = await read_request(reader)
                self.requests.append(asked)
                behaviour = self.script.popleft() if self.script else self.otherwise
                await behaviour(asked, Reply(writer, self.model))
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


def _split(text: str, pieces: int) -> Iterator[str]:
    size = max(1, -(-len(text) // pieces))
    return (text[start : start + size] for start in range(0, len(text), size))


def _quoting(asked: Asked, *, invent: bool = False) -> str:
    if asked.wants == "grade":
        return grade_by_words(asked)
    quotes = [(chunk_id, "Invented: " + quote if invent else quote) for chunk_id, quote in _quotes(asked)]
    if asked.wants == "summary":
        cited = [{"chunk_id": chunk_id, "quote": quote} for chunk_id, quote in quotes[:5]]
        return json.dumps({"summary": " ".join(quote for _, quote in quotes[:5]), "citations": cited})
    if asked.wants == "questions":
        return json.dumps({"questions": questions_quoting(asked, quotes)})
    cards = (_cloze(chunk_id, quote) for chunk_id, quote in quotes)
    return json.dumps({"cards": list(islice(cards, asked.count))})


def _quotes(asked: Asked) -> list[tuple[str, str]]:
    """Every sentence of the passages that makes a card: the first of each, then the second, and so on."""
    by_passage = [
        [(chunk_id, sentence) for sentence in _SENTENCE_END.split(text.strip()) if _makes_a_card(sentence)]
        for chunk_id, text in asked.passages.items()
    ]
    deepest = max(map(len, by_passage), default=0)
    return [sentences[at] for at in range(deepest) for sentences in by_passage if at < len(sentences)]


def _makes_a_card(sentence: str) -> bool:
    return 25 <= len(sentence) <= 250 and len(re.findall(r"\w+", sentence)) >= 4


def _cloze(chunk_id: str, quote: str) -> dict[str, Any]:
    gap = max(re.findall(r"\w+", quote), key=len)
    return card(
        question=re.sub(rf"\b{gap}\b", f"{{{{c1::{gap}}}}}", " ".join(quote.split())),
        answer=gap,
        quote=quote,
        chunk_id=chunk_id,
        card_type="cloze",
        concept=gap,
    )


def card(**fields: Any) -> dict[str, Any]:
    """A complete card of an answer."""
    return {
        "question": "Which pigment absorbs light?",
        "answer": "Chlorophyll",
        "quote": "Chlorophyll absorbs light.",
        "chunk_id": "c1",
        "explanation": "The passage says so.",
        "card_type": "basic",
        "difficulty": "medium",
        "confidence": 0.9,
        "concept": "Chlorophyll",
    } | fields
