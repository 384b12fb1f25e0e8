"""The fields that a body may have at a place within it, read from its type."""

from collections.abc import Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from typing_extensions import TypeAliasType, is_typeddict


def list_known_fields(annotation: Any, location: Sequence[str | int]) -> list[str]:
    """List the fields of the objects at the location; empty where any name is allowed or none is."""
    candidates = _unwrap(annotation)
    for part in location:
        inner = [found for each in candidates for found in _descend(each, part)]
        candidates = inner or candidates  # a label that pydantic gives to one type of a union
    return list(dict.fromkeys(name for each in candidates for name in _fields_of(each)))


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
