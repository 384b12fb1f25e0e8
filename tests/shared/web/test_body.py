"""The cost of a body is bounded before it is understood."""

import json
from typing import Any

import pytest

from shared.errors import ApiError, MalformedRequest, ValidationFailed
from shared.web.body import MAX_FORM_FIELDS, MAX_KEY_BYTES, MAX_VALUES, parse
from tests.growth import measure_seconds
from tests.shared.web.conftest import Shop
from tests.shared.web.test_frame import assert_error

MEBIBYTE = 1024 * 1024
JSON = {"Content-Type": "application/json"}


def list_of(item: bytes, count: int) -> bytes:
    return b"[" + b",".join([item] * count) + b"]"


HOSTILE = {
    "a long key over a long list": b'{"' + b"a" * (MEBIBYTE // 2) + b'":' + list_of(b"0", 260_000) + b"}",
    "half a million numbers": b'{"study_goals":' + list_of(b"0", 500_000) + b"}",
    "objects": b'{"reviews":' + list_of(b"{}", 300_000) + b"}",
    "lists": list_of(b"[]", 300_000),
    "unknown fields": b"{" + b",".join(b'"k%d":0' % i for i in range(80_000)) + b"}",
    "openings": b"[" * MEBIBYTE,
    "openings of objects": b'{"a":' * (MEBIBYTE // 5),
    "closings": b"]" * MEBIBYTE,
    "quotes": b'"' * MEBIBYTE,
    "quotes that are escaped": b'"' + rb"\"" * (MEBIBYTE // 2),
    "quotes that are escaped, outside of a string": rb"\"" * (MEBIBYTE // 2),
    "a string that never ends, with a last backslash": b'"' + rb"\a" * (MEBIBYTE // 2) + b"\\",
    "blanks after strings": (b'"a"' + b" " * 20) * (MEBIBYTE // 23),
    "blanks": b'"a"' + b" " * MEBIBYTE + b"x",
    "digits": b"9" * MEBIBYTE,
    "letters": b"a" * MEBIBYTE,
    "not UTF-8": b"\xff" * MEBIBYTE,
}


@pytest.mark.slow  # measuring coverage makes Python slower and the parser not
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_mebibyte_is_refused_for_less_than_harmless_text_costs(name: str) -> None:
    harmless = json.dumps({f"k{i}": ["x" * 20] * 30 for i in range(600)}).encode()
    allowed = measure_seconds(lambda: json.loads(harmless))  # what 18,000 values cost the parser itself

    def attack() -> None:
        with pytest.raises(ApiError):
            parse(HOSTILE[name])

    assert measure_seconds(attack) < 20 * allowed + 0.05


def test_nothing_is_built_of_a_body_with_too_many_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("json.loads", lambda *_args, **_options: pytest.fail("was parsed"))
    for name in (
        "half a million numbers",
        "objects",
        "lists",
        "unknown fields",
        "a long key over a long list",
    ):
        with pytest.raises(ApiError):
            parse(HOSTILE[name])


def test_values_are_counted_exactly() -> None:
    assert len(parse(list_of(b"0", MAX_VALUES - 1))) == MAX_VALUES - 1
    with pytest.raises(ValidationFailed):
        parse(list_of(b"0", MAX_VALUES))
    members = b"{" + b",".join(b'"k%d":"v"' % i for i in range(MAX_VALUES - 1)) + b"}"
    assert len(parse(members)) == MAX_VALUES - 1


def test_what_stands_in_a_string_is_not_counted() -> None:
    text = '[{,"\\ ]}' * 20_000
    assert parse(json.dumps({"a": text}).encode()) == {"a": text}


def test_a_fields_name_has_a_length_and_a_text_has_none() -> None:
    longest = "k" * (MAX_KEY_BYTES - 2)
    assert parse(json.dumps({longest: "v" * 10_000}).encode()) == {longest: "v" * 10_000}
    with pytest.raises(ValidationFailed):
        parse(json.dumps({longest + "k": 1}).encode())


@pytest.mark.parametrize(("depth", "is_accepted"), [(32, True), (33, False)])
def test_depth_is_limited(depth: int, is_accepted: bool) -> None:
    for text in ("[" * depth + "]" * depth, '{"a":' * depth + "1" + "}" * depth):
        if is_accepted:
            assert parse(text.encode())
        else:
            with pytest.raises(MalformedRequest):
                parse(text.encode())


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"a": {"b": [1, "x\x00"]}}, "a.b.1"),
        ({"a": [{"c": 2**63}]}, "a.0.c"),
        ([-(2**63) - 1], "0"),
        ({"a": {"\x00": 1}}, "a"),
        ("\x00", "body"),
    ],
)
def test_an_impossible_value_is_named_by_its_path(value: Any, field: str) -> None:
    with pytest.raises(ValidationFailed) as raised:
        parse(json.dumps(value).encode())
    assert list(raised.value.details) == [field]


async def test_errors_stop_at_fifty(shop: Shop) -> None:
    user = await shop.sign_in()
    wrong = b'{"name":"tea","options":' + list_of(b"{}", 6000) + b"}"
    answer = await user.post("/shop/items/", content=wrong, headers=JSON)
    assert len(assert_error(answer, 422, "VALIDATION_ERROR")) == 50
    unknown = b'{"name":"tea",' + b",".join(b'"k%d":0' % i for i in range(10_000)) + b"}"
    answer = await user.post("/shop/items/", content=unknown, headers=JSON)
    assert len(assert_error(answer, 422, "VALIDATION_ERROR")) == 50


async def test_a_form_has_few_fields_and_files(shop: Shop) -> None:
    files = [("file", ("a.txt", b"a", "text/plain"))]
    fields = {f"f{i}": "1" for i in range(MAX_FORM_FIELDS)}
    few = await shop.http.post("/shop/photo/", data={"f0": "1"}, files=files)
    assert few.status_code == 200
    many = await shop.http.post(
        "/shop/photo/",
        content=_form_of(len(fields) + 1),
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert_error(many, 400, "VALIDATION_ERROR")
    assert_error(await shop.http.post("/shop/photo/", files=files * 6), 400, "VALIDATION_ERROR")


def _form_of(fields: int) -> bytes:
    part = b'--b\r\nContent-Disposition: form-data; name="f"\r\n\r\n\r\n'
    return part * fields + b"--b--\r\n"
