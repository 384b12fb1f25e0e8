"""Problems of fields as sentences for the end user and codes for programs, none of them pydantic's."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from shared.language import Sentence, find_code, say, say_number, template

Problem = Mapping[str, Any]  # as pydantic reports it: type, loc, msg, ctx, input

INVALID = "invalid"
MAX_NAMES = 40  # that one sentence lists
_MAX_NAME_CHARS = 100

_PATTERNS: dict[str, Sentence] = {}
_NOT_A_WORD = re.compile(r"[^a-z0-9]+")
_CHOICE = re.compile(r"""'((?:[^'\\]|\\.)*)'|"([^"]*)"|([^\s,'"]+)""")


def describe_pattern(pattern: str, sentence: str) -> str:
    """Register the sentence for texts that do not match the pattern; return the pattern."""
    _PATTERNS[pattern] = say(sentence, code="invalid_format")
    return pattern


def describe_problem(problem: Problem, known: Sequence[str] = ()) -> Sentence:
    """Return the sentence for one problem; `known` names the fields that are known where it lies."""
    build = _BUILDERS.get(problem["type"])
    if build is None:
        return say("This value is not valid", code=INVALID)
    if problem["type"] == "extra_forbidden":
        return describe_unknown(str(problem["loc"][-1]), known)
    return build(problem)


def describe_unknown(name: str, known: Iterable[str], *, noun: str = "field") -> Sentence:
    """Return the sentence for a name that is not known, with the one that was meant or all that there are."""
    names = list(known)
    code = f"unknown_{noun}"
    if not names:
        return say(_UNKNOWN[noun][2], code=code)
    meant = find_meant(name, names)
    wording = _UNKNOWN[noun][0 if meant else 1]
    listed = ", ".join(f"`{each}`" for each in names[:MAX_NAMES])
    return say(wording, code=code, meant=meant, names=listed)


def find_meant(name: str, known: Sequence[str]) -> str | None:
    """Return the known name that was probably meant: `course` for `course_id`, `courseId` or `cuorse`."""
    stems = {_stem(each): each for each in reversed(known)}
    stem = _stem(name[:_MAX_NAME_CHARS])
    if stem in stems:
        return stems[stem]
    near = difflib.get_close_matches(stem, stems, n=1, cutoff=0.75)
    return stems[near[0]] if near else None


def _stem(name: str) -> str:
    """Fold camel case, hyphens, plurals and a last `_id`, which names of fields are mixed up by."""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    words = [word for word in _NOT_A_WORD.split(snake) if word]
    if len(words) > 1 and words[-1] in ("id", "ids"):
        words.pop()
    return "_".join(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in words)


_UNKNOWN = {
    "field": (
        template("This field is not known; did you mean `{meant}`? Known are {names}"),
        template("This field is not known; known are {names}"),
        template("This field is not known; leave it out"),
    ),
    "parameter": (
        template("This parameter is not known; did you mean `{meant}`? Known are {names}"),
        template("This parameter is not known; known are {names}"),
        template("This parameter is not known; this address takes none"),
    ),
}


def _fixed(template: str, code: str) -> Callable[[Problem], Sentence]:
    sentence = say(template, code=code)
    return lambda _: sentence


def _describe_missing(problem: Problem) -> Sentence:
    where = problem["loc"][0] if problem["loc"] else "body"
    if len(problem["loc"]) == 1 and where == "body":
        return say("Send a JSON body with this request", code="required")
    if where == "query":
        return say("This parameter is required", code="required")
    return say("This field is required", code="required")


def _describe_size(problem: Problem) -> Sentence:
    """Describe a text or a list that is too short or too long."""
    context = problem["ctx"]
    is_text = problem["type"].startswith(("string", "bytes"))
    if "min_length" in context:
        return _describe_minimum(int(context["min_length"]), is_text=is_text)
    number = int(context["max_length"])
    if is_text:
        return say_number(
            number, one="Write one character", many="Write at most {number} characters", code="too_long"
        )
    if number == 0:
        return say("Leave this empty", code="too_long")
    return say_number(
        number, one="Send at most one item", many="Send at most {number} items", code="too_long"
    )


def _describe_minimum(number: int, *, is_text: bool) -> Sentence:
    if is_text:
        return say_number(
            number, one="This must not be empty", many="Write at least {number} characters", code="too_short"
        )
    return say_number(
        number, one="Send at least one item", many="Send at least {number} items", code="too_short"
    )


def _describe_range(problem: Problem) -> Sentence:
    context, kind = problem["ctx"], problem["type"]
    (limit,) = (context[name] for name in ("gt", "ge", "lt", "le") if name in context)
    wording, code = _RANGES[kind]
    return say(wording, code=code, limit=limit)


_RANGES = {
    "greater_than": (template("This must be more than {limit}"), "too_small"),
    "greater_than_equal": (template("This must be at least {limit}"), "too_small"),
    "less_than": (template("This must be less than {limit}"), "too_large"),
    "less_than_equal": (template("This must be at most {limit}"), "too_large"),
}


def _describe_multiple(problem: Problem) -> Sentence:
    return say("This must be a multiple of {step}", code=INVALID, step=problem["ctx"]["multiple_of"])


def _describe_choice(problem: Problem) -> Sentence:
    """Describe a value that is not one of a few: a literal, an enumeration, a tag of a union."""
    context = problem.get("ctx", {})
    if problem["type"] == "union_tag_not_found":
        field = str(context["discriminator"]).strip("'")
        return say("Fill in `{field}`", code="required", field=field)
    expected = str(context.get("expected") or context.get("expected_tags") or "")
    found = ["".join(parts) for parts in _CHOICE.findall(expected) if parts[2] != "or"]
    if len(found) == 1:
        return say("This must be {choice}", code="invalid_choice", choice=found[0])
    return say("Choose one of: {choices}", code="invalid_choice", choices=", ".join(found))


def _describe_pattern_mismatch(problem: Problem) -> Sentence:
    sentence = _PATTERNS.get(problem["ctx"]["pattern"])
    return sentence or say("This is not written as it should be", code="invalid_format")


def _describe_own(problem: Problem) -> Sentence:
    """Take the sentence that a validator of ours raised; `UploadFile` is FastAPI's."""
    error = problem.get("ctx", {}).get("error")
    raised = error.args[0] if isinstance(error, Exception) and error.args else error
    if isinstance(raised, Sentence):
        return raised if find_code(raised) else say(raised.template, code=INVALID, **raised.values)
    text = str(raised or problem["msg"]).removeprefix("Value error, ")
    if "UploadFile" in text:
        return say("Attach a file", code="required")
    literal = f"{text[:1].upper()}{text[1:]}".replace("{", "{{").replace("}", "}}")
    return say(literal, code=INVALID)


_DATE = _fixed("Write a date as YYYY-MM-DD", "invalid_date")
_INSTANT = _fixed("Write a date and time such as 2026-01-31T12:00:00Z", "invalid_date")
_TIME = _fixed("Write a time as HH:MM", "invalid_time")
_WHOLE = _fixed("Write a whole number", "not_a_whole_number")
_NUMBER = _fixed("Write a number", "not_a_number")
_TEXT = _fixed("Write a text", "not_a_text")
_BOOLEAN = _fixed("Choose true or false", "not_a_boolean")
_LIST = _fixed("Send a list", "not_a_list")
_OBJECT = _fixed("Send an object with named fields", "not_an_object")
_ADDRESS = _fixed("Write an address such as https://example.com/page", "invalid_address")
_ID = _fixed("This is not an id", "invalid_id")
_DURATION = _fixed("Write a duration such as PT30M", "invalid_time")
_NESTED = _fixed("This is nested too deeply", "too_deep")

_BUILDERS: Mapping[str, Callable[[Problem], Sentence]] = {
    "missing": _describe_missing,
    "json_invalid": _fixed("The body is not valid JSON", INVALID),
    "extra_forbidden": _fixed("This field is not known; leave it out", "unknown_field"),
    "invalid_key": _fixed("Names of fields must be texts", INVALID),
    "frozen_field": _fixed("This cannot be changed", "read_only"),
    "frozen_instance": _fixed("This cannot be changed", "read_only"),
    "none_required": _fixed("Leave this empty", INVALID),
    "json_type": _TEXT,
    "recursion_loop": _NESTED,
    "recursion_depth_exceeded": _NESTED,
    "value_error": _describe_own,
    "assertion_error": _describe_own,
    "string_pattern_mismatch": _describe_pattern_mismatch,
    "multiple_of": _describe_multiple,
    **dict.fromkeys(("literal_error", "enum", "union_tag_invalid", "union_tag_not_found"), _describe_choice),
    **dict.fromkeys(_RANGES, _describe_range),
    **dict.fromkeys(
        (
            "too_short",
            "too_long",
            "string_too_short",
            "string_too_long",
            "bytes_too_short",
            "bytes_too_long",
        ),
        _describe_size,
    ),
    **dict.fromkeys(
        (
            "string_type",
            "string_unicode",
            "string_not_ascii",
            "bytes_type",
            "bytes_invalid_encoding",
        ),
        _TEXT,
    ),
    **dict.fromkeys(("bool_type", "bool_parsing"), _BOOLEAN),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), _WHOLE),
    "int_parsing_size": _fixed("This number is too large", "too_large"),
    **dict.fromkeys(
        (
            "float_type",
            "float_parsing",
            "finite_number",
            "decimal_type",
            "decimal_parsing",
            "fraction_type",
            "fraction_parsing",
            "complex_type",
            "complex_str_parsing",
        ),
        _NUMBER,
    ),
    **dict.fromkeys(
        ("decimal_max_digits", "decimal_max_places", "decimal_whole_digits"),
        _fixed("This number has too many digits", "too_large"),
    ),
    **dict.fromkeys(
        (
            "list_type",
            "tuple_type",
            "set_type",
            "frozen_set_type",
            "deque_type",
            "iterable_type",
            "iteration_error",
            "set_item_not_hashable",
        ),
        _LIST,
    ),
    **dict.fromkeys(
        (
            "dict_type",
            "frozen_dict_type",
            "ordered_dict_type",
            "counter_type",
            "mapping_type",
            "model_type",
            "model_attributes_type",
            "dataclass_type",
            "dataclass_exact_type",
            "named_tuple_type",
        ),
        _OBJECT,
    ),
    **dict.fromkeys(
        (
            "date_type",
            "date_parsing",
            "date_from_datetime_parsing",
            "date_from_datetime_inexact",
        ),
        _DATE,
    ),
    **dict.fromkeys(
        ("date_past", "datetime_past"), _fixed("This must lie in the past", "must_lie_in_the_past")
    ),
    **dict.fromkeys(
        ("date_future", "datetime_future"), _fixed("This must lie in the future", "must_lie_in_the_future")
    ),
    **dict.fromkeys(
        (
            "datetime_type",
            "datetime_parsing",
            "datetime_object_invalid",
            "datetime_from_date_parsing",
            "timezone_naive",
            "timezone_aware",
            "timezone_offset",
        ),
        _INSTANT,
    ),
    **dict.fromkeys(("time_type", "time_parsing"), _TIME),
    **dict.fromkeys(("time_delta_type", "time_delta_parsing"), _DURATION),
    **dict.fromkeys(("url_type", "url_parsing", "url_syntax_violation", "url_scheme"), _ADDRESS),
    "url_too_long": _fixed("This address is too long", "too_long"),
    **dict.fromkeys(("uuid_type", "uuid_parsing", "uuid_version"), _ID),
}

# Problems of calls to Python functions, which no JSON can have.
NEVER_IN_JSON = frozenset(
    {
        "no_such_attribute",
        "needs_python_object",
        "get_attribute_error",
        "default_factory_not_called",
        "missing_sentinel_error",
        "ellipsis_error",
        "is_instance_of",
        "is_subclass_of",
        "callable_type",
        "arguments_type",
        "missing_argument",
        "unexpected_keyword_argument",
        "missing_keyword_only_argument",
        "unexpected_positional_argument",
        "missing_positional_only_argument",
        "multiple_argument_values",
    }
)


def has_sentence(kind: str) -> bool:
    """Tell whether problems of pydantic's type have a sentence of their own."""
    return kind in _BUILDERS
