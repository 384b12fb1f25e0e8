"""A place within a body, found by the body's type: the fields that are known there, and its path."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from typing_extensions import TypeAliasType, is_typeddict

_NAME = re.compile(r"\w*")


@dataclass(frozen=True)
class Place:
    """A place within a body: its path without pydantic's labels of unions, and the types that it may have."""

    path: tuple[str | int, ...]
    types: tuple[Any, ...]

    @property
    def known_fields(self) -> list[str]:
        """The fields of the objects here; empty where any name is allowed or none is."""
        return list(dict.fromkeys(name for each in self.types for name in _fields_of(each)))

    @property
    def is_file(self) -> bool:
        # By name: the class would bring the reader of forms into groups that have none.
        return "UploadFile" in {getattr(each, "__name__", "") for each in self.types}


def find_place(annotation: Any, location: Sequence[str | int]) -> Place:
    """Find the place of a location, which may name a type where a union has several."""
    types, path = _unwrap(annotation), list[str | int]()
    for part in location:
        inner = [found for each in types for found in _descend(each, part)]
        if not inner and _is_label(part, types):
            types = [each for each in types if getattr(each, "__name__", "") == part] or types
            continue
        path.append(part)
        types = inner
    return Place(tuple(path), tuple(types))


def _is_label(part: str | int, types: Sequence[Any]) -> bool:
    """Tell whether pydantic put it in to name one type of a union: no field of an object is called so."""
    if not isinstance(part, str) or not types:
        return False
    names = {getattr(each, "__name__", "") for each in types}
    return part in names or not _NAME.fullmatch(part) or not any(_fields_of(each) for each in types)


def _unwrap(annotation: Any) -> list[Any]:
    """Return the types that a value may have, without annotations and None."""
    if isinstance(annotation, TypeAliasType):
        return _unwrap(annotation.__value__)
    origin = get_origin(annotation)
    if origin is Annotated:
        return _unwrap(get_args(annotation)[0])
    if origin in (Union, UnionType):
        return [found for each in get_args(annotation) if each is not type(None) for found in _unwrap(each)]
    return [annotation]


def _descend(annotation: Any, part: str | int) -> list[Any]:
    if isinstance(part, str):
        field = _fields_of(annotation).get(part)
        if field is None and get_origin(annotation) is dict:
            field = get_args(annotation)[1]
        return _unwrap(field) if field is not None else []
    if get_origin(annotation) in (list, tuple, set, frozenset):
        return [found for each in get_args(annotation) if each is not ... for found in _unwrap(each)]
    return []


def _fields_of(annotation: Any) -> Mapping[str, Any]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {field.alias or name: field.annotation for name, field in annotation.model_fields.items()}
    if is_typeddict(annotation):
        return get_type_hints(annotation)
    return {}
