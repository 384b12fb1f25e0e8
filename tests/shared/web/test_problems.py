"""Problems of fields: a sentence for the end user and a code, whatever library reports them."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args

import pytest
from pydantic import Field, StringConstraints, TypeAdapter, ValidationError
from pydantic_core.core_schema import ErrorType

from infra.groups import entries
from shared.language import say
from shared.web.errors import describe_problems
from shared.web.problems import NEVER_IN_JSON, describe_problem, describe_unknown, find_meant, has_sentence
from shared.web.schemas import Body, DocumentId, InputDate, InputInstant
from tests.whole.served import served

OF_LIBRARIES = re.compile(
    r"\b(input|string|dict|tuple|float|int|bool|regex|pattern|pydantic|value error|isoformat|NoneType|str"
    r"|instance|keyword|argument)\b",
    re.IGNORECASE,
)


class Inner(Body):
    text: str


class Everything(Body):
    name: Annotated[str, StringConstraints(min_length=3, max_length=5)] = "name"
    letter: Annotated[str, StringConstraints(min_length=1, max_length=1)] = "x"
    tags: Annotated[list[str], Field(min_length=1, max_length=2)] = Field(default_factory=list)
    pair: tuple[int, int] = (1, 2)
    count: Annotated[int, Field(strict=True, ge=1, le=10_000)] = 1
    share: Annotated[float, Field(gt=0, lt=1.5, allow_inf_nan=False)] = 1
    step: Annotated[int, Field(multiple_of=5)] = 5
    number: int | float = 1
    flag: bool = True
    kind: Literal["a", "b", "it's"] = "a"
    only: Literal["a"] = "a"
    grade: Literal[1, 2] = 1
    day: InputDate | None = None
    at: InputInstant | None = None
    inner: Inner | None = None
    options: tuple[Inner, ...] = ()
    anything: dict[str, Inner] = Field(default_factory=dict)
    course: DocumentId = "x"


def problems_of(**fields: Any) -> dict[str, list[tuple[str, str]]]:
    """Return the sentences and codes for a body with these fields."""
    with pytest.raises(ValidationError) as failure:
        Everything.model_validate(fields)
    problems: list[Any] = [{**each, "loc": ("body", *each["loc"])} for each in failure.value.errors()]
    error = describe_problems(problems, body=Everything)
    return {
        field: list(zip(texts, error.details_codes[field], strict=True))
        for field, texts in error.details.items()
    }


@pytest.mark.parametrize(
    ("fields", "field", "sentence", "code"),
    [
        ({"name": "ab"}, "name", "Write at least 3 characters", "too_short"),
        ({"name": "abcdef"}, "name", "Write at most 5 characters", "too_long"),
        ({"name": 5}, "name", "Write a text", "not_a_text"),
        ({"name": None}, "name", "Write a text", "not_a_text"),
        ({"letter": ""}, "letter", "This must not be empty", "too_short"),
        ({"letter": "ab"}, "letter", "Write one character", "too_long"),
        ({"tags": []}, "tags", "Send at least one item", "too_short"),
        ({"tags": ["a", "b", "c"]}, "tags", "Send at most 2 items", "too_long"),
        ({"tags": "a"}, "tags", "Send a list", "not_a_list"),
        ({"pair": "a"}, "pair", "Send a list", "not_a_list"),
        ({"pair": [1]}, "pair.1", "This field is required", "required"),
        ({"count": 0}, "count", "This must be at least 1", "too_small"),
        ({"count": 10_001}, "count", "This must be at most 10,000", "too_large"),
        ({"count": "1"}, "count", "Write a whole number", "not_a_whole_number"),
        ({"count": 1.5}, "count", "Write a whole number", "not_a_whole_number"),
        ({"share": 0}, "share", "This must be more than 0", "too_small"),
        ({"share": 1.5}, "share", "This must be less than 1.5", "too_large"),
        ({"share": "x"}, "share", "Write a number", "not_a_number"),
        ({"share": float("nan")}, "share", "Write a number", "not_a_number"),
        ({"step": 7}, "step", "This must be a multiple of 5", "invalid"),
        ({"number": "x"}, "number", "Write a number", "not_a_number"),
        ({"flag": "perhaps"}, "flag", "Choose true or false", "not_a_boolean"),
        ({"kind": "c"}, "kind", "Choose one of: a, b, it's", "invalid_choice"),
        ({"only": "c"}, "only", "This must be a", "invalid_choice"),
        ({"grade": 3}, "grade", "Choose one of: 1, 2", "invalid_choice"),
        ({"day": "20.5.2026"}, "day", "Write a date as YYYY-MM-DD", "invalid_date"),
        ({"day": "2026-02-30"}, "day", "Write a date as YYYY-MM-DD", "invalid_date"),
        ({"day": 5}, "day", "Write a date as YYYY-MM-DD", "invalid_date"),
        ({"day": "9999-01-01"}, "day", "Choose a year between 1900 and 2200", "invalid_date"),
        ({"at": "soon"}, "at", "Write a date and time such as 2026-01-31T12:00:00Z", "invalid_date"),
        ({"at": {}}, "at", "Write a date and time such as 2026-01-31T12:00:00Z", "invalid_date"),
        ({"at": "1800-01-01T00:00:00Z"}, "at", "Choose a year between 1970 and 2200", "invalid_date"),
        ({"inner": "x"}, "inner", "Send an object with named fields", "not_an_object"),
        ({"inner": {}}, "inner.text", "This field is required", "required"),
        ({"options": [{"text": "a"}, {"text": 1}]}, "options.1.text", "Write a text", "not_a_text"),
        ({"anything": {"x": {}}}, "anything.x.text", "This field is required", "required"),
        ({"course": True}, "course", "Send an id", "invalid_id"),
        ({"course": ["x"]}, "course", "Send an id", "invalid_id"),
        ({"course": ""}, "course", "This must not be empty", "too_short"),
    ],
)
def test_each_problem_is_a_sentence_with_a_code(
    fields: dict[str, Any], field: str, sentence: str, code: str
) -> None:
    assert problems_of(**fields) == {field: [(sentence, code)]}


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"inner": {"text": "a", "txet": 1}}, "inner.txet", "did you mean `text`? Known are `text`"),
        ({"options": [{"text": "a", "x": 1}]}, "options.0.x", "not known; known are `text`"),
        ({"course_id": "x"}, "course_id", "did you mean `course`?"),
        ({"Count": 1}, "Count", "did you mean `count`?"),
        ({"optionIds": 1}, "optionIds", "did you mean `options`?"),
        ({"zebra": 1}, "zebra", "not known; known are `name`, `letter`"),
    ],
)
def test_an_unknown_field_is_told_what_is_known(fields: dict[str, Any], field: str, sentence: str) -> None:
    ((text, code),) = problems_of(**fields)[field]
    assert (sentence in text, code) == (True, "unknown_field"), text


def test_a_name_is_found_by_its_stem_before_its_letters() -> None:
    known = ["course", "count", "document_ids", "page_size"]
    found = {name: find_meant(name, known) for name in ("course_id", "courses", "documents", "pageSize", "x")}
    assert found == {
        "course_id": "course",
        "courses": "course",
        "documents": "document_ids",
        "pageSize": "page_size",
        "x": None,
    }


def test_a_name_where_none_is_known_is_told_so() -> None:
    assert describe_unknown("x", []) == "This field is not known; leave it out"


@pytest.mark.parametrize("kind", get_args(ErrorType))
def test_every_problem_that_json_can_have_has_a_sentence(kind: str) -> None:
    assert has_sentence(kind) != (kind in NEVER_IN_JSON)


def test_a_sentence_of_a_validator_is_kept_with_its_code() -> None:
    error = ValueError(say("Choose a lighter color", code="too_dark"))
    sentence = describe_problem({"type": "value_error", "loc": ("body", "color"), "ctx": {"error": error}})
    assert (sentence, sentence.code) == ("Choose a lighter color", "too_dark")


def test_every_pattern_of_a_body_has_a_sentence() -> None:
    """A body is read by a type whose patterns say how to write what they match."""
    patterns = {pattern for schema in _body_schemas() for pattern in _patterns(schema)}
    assert len(patterns) >= 7
    for pattern in patterns:
        problem = {"type": "string_pattern_mismatch", "loc": ("body", "x"), "ctx": {"pattern": pattern}}
        assert describe_problem(problem) != "This is not written as it should be", pattern


def test_no_sentence_of_the_product_has_words_of_libraries() -> None:
    from tests.shared.language.spoken import spoken

    assert [text for text in spoken() if OF_LIBRARIES.search(text)] == []


def _body_schemas() -> Iterator[Any]:
    assert served()
    for entry in entries():
        for router in entry.load().routers:
            for route in router.routes:
                if route.body_field is not None:  # type: ignore[attr-defined]
                    annotation = route.body_field.field_info.annotation  # type: ignore[attr-defined]
                    yield TypeAdapter(annotation).json_schema()


def _patterns(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            yield schema["pattern"]
        for each in schema.values():
            yield from _patterns(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from _patterns(each)
