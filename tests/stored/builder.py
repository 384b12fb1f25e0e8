"""Values for the fields of stored models, plain ones for samples and random ones for properties."""

import inspect
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from random import Random
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel

from shared.store import Document

M = TypeVar("M", bound=BaseModel)

_INSTANT = datetime(2026, 3, 2, 12, 0, 0, 250_000, tzinfo=UTC)
_LETTERS = "aB3 .`/é漢\x01"


class Plain:
    """The same readable values at all times: every option set, one element in every list."""

    def leaf(self, kind: type, name: str) -> Any:
        values = {str: name, int: 3, float: 0.5, bool: True, datetime: _INSTANT, date: _INSTANT.date()}
        return values[kind]

    def size(self) -> int:
        return 1

    def choose(self, options: tuple[Any, ...]) -> Any:
        return next(each for each in options if each is not NoneType)


class Chance(Plain):
    """Values by a seeded chance."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def leaf(self, kind: type, name: str) -> Any:  # noqa: ARG002 - the plain values are named
        chance = self._random
        instant = _INSTANT + timedelta(
            seconds=chance.randint(-(10**9), 10**9), microseconds=chance.randint(0, 9)
        )
        values = {
            str: "".join(chance.choices(_LETTERS, k=chance.randint(0, 6))),
            int: chance.randint(1, 10**9),
            float: chance.uniform(0.1, 1000),
            bool: chance.random() < 0.5,
            datetime: instant,
            date: instant.date(),
        }
        return values[kind]

    def size(self) -> int:
        return self._random.randint(0, 2)

    def choose(self, options: tuple[Any, ...]) -> Any:
        return self._random.choice(options)


def build_model(model: type[M], values: Plain, **known: Any) -> M:
    """Return a valid model whose fields, but those `known`, come from `values`."""
    built = {
        name: build_value(field.annotation, values, name)
        for name, field in model.model_fields.items()
        if name not in known
    }
    return model(**built, **known)


def build_value(annotation: Any, values: Plain, name: str) -> Any:
    """Return a value of the annotated type. Raises KeyError for a type that no stored model has used yet."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation is NoneType:
        return None
    if origin is Literal:
        return values.choose(arguments)
    if origin in (Union, UnionType):
        return build_value(values.choose(arguments), values, name)
    if origin is tuple:
        number = values.size() if arguments[-1] is ... else len(arguments)
        return tuple(build_value(arguments[0], values, name) for _ in range(number))
    if origin is list:
        return [build_value(arguments[0], values, name) for _ in range(values.size())]
    if origin is dict or origin is Mapping:
        keys = [build_value(arguments[0], values, name) or "key" for _ in range(values.size())]
        return {key: build_value(arguments[1], values, name) for key in keys}
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        return build_model(annotation, values)
    return values.leaf(str if annotation is Any else annotation, name)


def describe_shape(annotation: Any) -> Any:
    """Return what is stored for a type: maps of fields for models, text for the rest."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if inspect.isclass(annotation) and issubclass(annotation, BaseModel):
        unstored = {"id"} if issubclass(annotation, Document) else set()
        fields = annotation.model_fields.items()
        return {name: describe_shape(field.annotation) for name, field in fields if name not in unstored}
    if origin is Literal:
        return f"one of {', '.join(map(repr, arguments))}"
    if origin is None:
        return (
            "anything" if annotation is Any else annotation.__name__ if inspect.isclass(annotation) else "..."
        )
    name = "either" if origin in (Union, UnionType) else origin.__name__
    parts = [describe_shape(each) for each in arguments]
    plain = all(isinstance(part, str) for part in parts)
    return f"{name}[{', '.join(parts)}]" if plain else [name, *parts]
