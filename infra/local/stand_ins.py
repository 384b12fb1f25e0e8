"""Create the applications that the gateway serves beside the groups: retrieval, and links to objects."""

from typing import Any

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from infra.local.retrieval.app import create_app
from shared.clock import derive_id
from shared.events import Events
from shared.messages import EventEnvelope
from shared.objects.folder import FolderObjects
from shared.objects.links import build_links_app
from shared.services import Services

RETRIEVAL = "/_local/retrieval"
OBJECTS = "/_local/objects"


def create_retrieval(services: Services, events: Events) -> FastAPI:
    """Create the retrieval service, which publishes its own events by `events`."""

    async def publish(document_id: str, status: str, error: str | None) -> None:
        event = EventEnvelope(
            id=derive_id(document_id, status, services.ids.new()),
            type=f"document.processing.{status}",
            time=services.clock.now(),
            data={"document_id": document_id, "status": status, "error": error},
        )
        await events.publish([event])

    return create_app(
        services.settings.data_dir / "retrieval",
        token=services.settings.retriever_service_token.get_secret_value(),
        http=services.http,
        publish=publish,
    )


def create_mounts(services: Services, retrieval: FastAPI) -> dict[str, ASGIApp]:
    """Return the applications by prefix. Links to a bucket need none, as the bucket serves them."""
    return {RETRIEVAL: retrieval, **mount_objects(services)}


def mount_objects(services: Services) -> dict[str, ASGIApp]:
    """Return the application behind links to objects, by prefix, where these lie in a folder."""
    objects: Any = services.objects
    if not isinstance(objects, FolderObjects):
        return {}
    links = CORSMiddleware(
        build_links_app(objects),
        allow_origins=services.settings.origins,
        allow_methods=["GET", "PUT"],
        allow_headers=["*"],
    )
    return {OBJECTS: links}
