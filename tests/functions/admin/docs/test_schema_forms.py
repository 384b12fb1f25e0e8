"""The API document over HTTP: JSON or YAML, with aliases or without, compressed, and asked for again."""

import gzip
from typing import Any

import yaml

from tests.stack import Stack

SCHEMA = "/api/schema/"


async def test_the_document_is_the_same_in_yaml(stack: Stack) -> None:
    document = (await stack.http.get(SCHEMA)).json()
    for answer in (
        await stack.http.get(SCHEMA, params={"format": "yaml"}),
        await stack.http.get(SCHEMA, headers={"Accept": "application/yaml"}),
    ):
        assert answer.headers["Content-Type"].startswith("application/yaml")
        assert yaml.load(answer.content, Loader=yaml.CSafeLoader) == document


async def test_aliases_can_be_left_out(stack: Stack) -> None:
    whole: dict[str, Any] = (await stack.http.get(SCHEMA)).json()
    main: dict[str, Any] = (await stack.http.get(SCHEMA, params={"aliases": "no"})).json()
    operations = [each for path in main["paths"].values() for each in path.values()]
    assert not [each for each in operations if each.get("x-alias")]
    assert "/api/auth/login/" in whole["paths"]
    assert "/api/auth/login/" not in main["paths"]
    assert (await stack.http.get(SCHEMA, params={"aliases": "maybe"})).status_code == 422


async def test_it_is_compressed_for_clients_that_can_read_it(stack: Stack) -> None:
    plain = await stack.http.get(SCHEMA, headers={"Accept-Encoding": "identity"})
    async with stack.http.stream("GET", SCHEMA, headers={"Accept-Encoding": "gzip"}) as answer:
        compressed = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(compressed) == plain.content
    assert len(compressed) < len(plain.content) / 8
    assert "Content-Encoding" not in plain.headers


async def test_what_has_not_changed_is_not_sent_again(stack: Stack) -> None:
    tag = (await stack.http.get(SCHEMA)).headers["ETag"]
    again = await stack.http.get(SCHEMA, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    other = await stack.http.get(SCHEMA, params={"aliases": "no"}, headers={"If-None-Match": tag})
    assert other.status_code == 200
