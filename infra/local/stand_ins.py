"""What the local gateway serves beside the groups: the retrieval service, and the links to objects."""

from typing import Any

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

from infra.local.retrieval.app import create_app
from shared.clock import derived_id
from shared.events import Events
from shared.messages import EventEnvelope
from shared.objects.folder import FolderObjects
from shared.objects.links import object_links
from shared.services import Services

RETRIEVAL = "/_local/retrieval"
OBJECTS = "/_local/objects"


def retrieval(services: Services, events: Events) -> FastAPI:
    """The retrieval service; its own events go out by `events`, as its topic would bring them."""

    async def publish(document_id: str, status: str, error: str | None) -> None:
        event = EventEnvelope(
            id=derived_id(document_id, status, services.ids.new()),
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


def mounts(services: Services, retrieval_app: FastAPI) -> dict[str, ASGIApp]:
    """By prefix; a bucket serves its links itself."""
    served: dict[str, ASGIApp] = {RETRIEVAL: retrieval_app}
    objects: Any = services.objects
    if isinstance(objects, FolderObjects):
        served[OBJECTS] = CORSMiddleware(
            object_links(objects),
            allow_origins=services.settings.origins,
            allow_methods=["GET", "PUT"],
            allow_headers=["*"],
        )
    return served
