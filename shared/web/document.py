"""The OpenAPI document of one group: FastAPI's, with what it cannot see: jobs and streams."""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from shared.web.depends import accepts_job
from shared.web.router import Route
from shared.web.schemas import ErrorView

_REF = "#/components/schemas/{model}"
_ERROR_EVENT = {
    "type": "object",
    "description": "The event `error`.",
    "required": ["event", "data"],
    "properties": {
        "event": {"type": "string", "const": "error", "description": "The name of the event."},
        "data": {"type": "string", "description": "The error, as JSON."},
    },
}


def build_openapi(app: FastAPI) -> dict[str, Any]:
    """Build the group's OpenAPI document, with the bearer scheme, the schema of errors and of events."""
    document = app.openapi()
    components = document.setdefault("components", {})
    components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    schemas = {"ErrorView": ErrorView.model_json_schema(), **components.get("schemas", {})}
    for route in app.router.routes:
        if not isinstance(route, Route) or not route.include_in_schema:
            continue
        for method in route.methods or ():
            operation = document["paths"][route.path_format][method.lower()]
            operation["x-group"] = app.title.removeprefix("Aksio ")
            if any(each.call is accepts_job for each in _flatten(route.dependant)):
                operation["x-async"] = True
            if route.events:
                schemas |= _document_events(operation, route.events, schemas)
    components["schemas"] = dict(sorted(schemas.items()))
    return document


def _flatten(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for each in dependant.dependencies:
        yield from _flatten(each)


def _document_events(
    operation: dict[str, Any], events: Mapping[str, type[BaseModel]], known: Mapping[str, Any]
) -> dict[str, Any]:
    """Describe the stream's events in the operation; return the schemas that they add.

    Each is an object of `event` and `data`, as OpenAPI 3.2 reads server-sent events.
    """
    _, definitions = models_json_schema(
        [(model, "serialization") for model in set(events.values())], ref_template=_REF
    )
    name = operation["operationId"].partition("Alias")[0]
    union = f"{name[0].upper()}{name[1:]}Event"
    variants: dict[str, Any] = {}
    for event, model in events.items():
        variants[f"{union}{event.capitalize()}"] = {
            "type": "object",
            "description": f"The event `{event}`.",
            "required": ["event", "data"],
            "properties": {
                "event": {"type": "string", "const": event, "description": "The name of the event."},
                "data": {
                    "type": "string",
                    "description": f"A `{model.__name__}`, as JSON.",
                    "contentMediaType": "application/json",
                    "contentSchema": {"$ref": _REF.format(model=model.__name__)},
                },
            },
        }
    variants[f"{union}Error"] = _ERROR_EVENT
    mapping = {event: _REF.format(model=f"{union}{event.capitalize()}") for event in (*events, "error")}
    variants[union] = {
        "description": "An event of the stream.",
        "oneOf": [{"$ref": each} for each in mapping.values()],
        "discriminator": {"propertyName": "event", "mapping": mapping},
    }
    _add_stream(operation["responses"], {"schema": {"$ref": _REF.format(model=union)}})
    added = definitions.get("$defs", {})
    return {name: schema for name, schema in added.items() if name not in known} | variants


def _add_stream(responses: dict[str, Any], stream: dict[str, Any]) -> None:
    """Add the stream to the answer 200, beside JSON: without it, some generators see only the stream."""
    content = responses.setdefault("200", {"description": "A stream"}).setdefault("content", {})
    if "application/json" not in content:
        content |= responses["201"]["content"]
    content["text/event-stream"] = stream
