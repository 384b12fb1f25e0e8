"""The web application of one function group."""

from collections.abc import Sequence

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from shared.services import Services
from shared.settings import VERSION
from shared.web import errors
from shared.web.frame import Frame
from shared.web.router import Router

EXPOSED_HEADERS = [
    "X-Request-ID",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Retry-After",
    "Location",
    "Content-Disposition",
    "Idempotent-Replayed",
    "X-Store-Cost",
]


def create_app(services: Services, *, group: str, routers: Sequence[Router]) -> FastAPI:
    """Create the app: routes inside the frame inside CORS. Functions never run lifespan events."""
    app = FastAPI(
        title=f"Aksio {group}",
        version=VERSION,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        separate_input_output_schemas=False,
    )
    app.state.services = services
    errors.install_handlers(app)
    for router in routers:
        # include_router would copy the routes without their access and cost
        app.router.routes.extend(router.routes)
    app.add_middleware(Frame, services=services, group=group)
    app.add_middleware(
        CORSMiddleware,
        allow_origins=services.settings.origins,
        allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
        allow_headers=[
            "Authorization",
            "Content-Type",
            "Accept",
            "Prefer",
            "Idempotency-Key",
            "X-Request-ID",
        ],
        expose_headers=EXPOSED_HEADERS,
        max_age=600,
    )
    return app
