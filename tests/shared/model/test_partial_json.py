import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.partial_json import FinishedObjects

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
_objects = st.dictionaries(st.text(), _json, max_size=4)


def _cut(text: str, cuts: list[int]) -> list[str]:
    ends = sorted({0, len(text), *(cut % (len(text) + 1) for cut in cuts)})
    return [text[start:end] for start, end in pairwise(ends)]


@given(st.lists(_objects, max_size=4), st.lists(st.integers(min_value=0), max_size=12), st.booleans())
def test_every_object_of_the_list_is_cut_out_whole_however_the_text_is_split(
    objects: list[dict[str, Any]], cuts: list[int], indented: bool
) -> None:
    text = json.dumps({"cards": objects}, indent=2 if indented else None, ensure_ascii=False)
    reading = FinishedObjects()
    found = [json.loads(one) for piece in _cut(text, cuts) for one in reading.feed(piece)]
    assert found == objects
    assert reading.closed


@given(st.lists(_objects, min_size=1, max_size=3), st.integers(min_value=0))
def test_what_is_cut_out_of_a_truncated_text_is_a_beginning_of_the_list(
    objects: list[dict[str, Any]], cut: int
) -> None:
    text = json.dumps({"cards": objects})
    reading = FinishedObjects()
    found = [json.loads(one) for one in reading.feed(text[: cut % len(text)])]
    assert found == objects[: len(found)]
    assert not reading.closed


@given(st.text(alphabet='{}[]",:\\a1 ', max_size=60))
def test_any_text_is_survived(text: str) -> None:
    whole, by_char = FinishedObjects(), FinishedObjects()
    assert whole.feed(text) == [one for char in text for one in by_char.feed(char)]
    assert whole.closed == by_char.closed


def test_an_object_is_there_with_its_last_bracket() -> None:
    reading = FinishedObjects()
    assert reading.feed('{"cards": [{"a": {"b": "}"}') == []
    assert reading.feed("}") == ['{"a": {"b": "}"}}']
    assert reading.feed(', {"c": "\\') == []
    assert reading.feed('""}') == ['{"c": "\\""}']


@pytest.mark.parametrize(
    "text", ['```json\n{"cards": [{"a": 1}]}\n```', 'Here "you are: [{"a": 1}]', '[{"a": 1}]']
)
def test_text_around_the_list_does_no_harm(text: str) -> None:
    reading = FinishedObjects()
    assert reading.feed(text) == ['{"a": 1}']
    assert reading.closed


@pytest.mark.parametrize("text", ["", "no brackets", '{"cards": "none"}', '{"cards": [', "[{]"])
def test_a_text_without_a_finished_list_is_not_closed(text: str) -> None:
    reading = FinishedObjects()
    reading.feed(text)
    assert not reading.closed
