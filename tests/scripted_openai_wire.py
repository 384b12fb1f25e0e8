"""Requests and answers of a chat-completions API, as the scripted server reads and writes them."""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_PASSAGE = re.compile(r"^<<<(\w+) passage ([^\n]+)>>>\n(.*?)\n<<<\1 end>>>$", re.MULTILINE | re.DOTALL)
_COUNT = re.compile(r"^Write (\d+) (?:flashcards|questions)")


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    path: str
    headers: Mapping[str, str]  # names in lower case
    raw: bytes

    @property
    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(self.raw)
        return body

    @property
    def system(self) -> str:
        return str(self.body["messages"][0]["content"])

    @property
    def user(self) -> str:
        return str(self.body["messages"][1]["content"])

    @property
    def wants(self) -> str:
        """`cards`, `questions`, `summary` or `grade`: the name of the schema the answer is bound to."""
        return str(self.body["response_format"]["json_schema"]["name"])

    @property
    def count(self) -> int:
        found = _COUNT.search(self.user)
        return int(found[1]) if found else 0

    @property
    def passages(self) -> dict[str, str]:
        """The text of each passage in the prompt, by its chunk_id."""
        return {json.loads(chunk_id): text for _, chunk_id, text in _PASSAGE.findall(self.user)}


@dataclass
class Reply:
    """The answer of a behaviour."""

    writer: asyncio.StreamWriter
    model: str

    async def head(self, status: int, headers: Mapping[str, str]) -> None:
        lines = {"Connection": "close", "Date": "Thu, 01 Jan 2026 00:00:00 GMT", **headers}
        text = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        self.writer.write(f"HTTP/1.1 {status} Scripted\r\n{text}\r\n".encode())
        await self.writer.drain()

    async def json(self, status: int, body: Any, headers: Mapping[str, str] | None = None) -> None:
        raw = json.dumps(body).encode()
        await self.head(
            status, {"Content-Type": "application/json", "Content-Length": str(len(raw)), **(headers or {})}
        )
        self.writer.write(raw)
        await self.writer.drain()

    async def begin_stream(self) -> None:
        await self.head(200, {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"})

    async def event(self, data: str) -> None:
        raw = f"data: {data}\n\n".encode()
        self.writer.write(f"{len(raw):x}\r\n".encode() + raw + b"\r\n")
        await self.writer.drain()

    async def delta(self, finish: str | None = None, **delta: str) -> None:
        await self.event(self._chunk(choices=[{"index": 0, "delta": delta, "finish_reason": finish}]))

    async def usage(self, tokens: tuple[int, int]) -> None:
        await self.event(self._chunk(choices=[], usage=billed(tokens)))

    async def end_stream(self) -> None:
        await self.event("[DONE]")
        self.writer.write(b"0\r\n\r\n")
        await self.writer.drain()

    def _chunk(self, **fields: Any) -> str:
        head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": self.model}
        return json.dumps(head | fields)


def billed(tokens: tuple[int, int]) -> dict[str, int]:
    return {"prompt_tokens": tokens[0], "completion_tokens": tokens[1], "total_tokens": sum(tokens)}


async def read_request(reader: asyncio.StreamReader) -> Asked:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Asked(first.split()[1], headers, await reader.readexactly(int(headers.get("content-length", 0))))


def whole(model: str, content: str, finish: str, tokens: tuple[int, int] | None) -> dict[str, Any]:
    message = {"role": "assistant", "content": content, "refusal": None}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": model,
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": billed(tokens) if tokens else None,
    }
