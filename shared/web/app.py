"""The web application of one function group."""

from collections.abc import Sequence

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from shared.services import Services
from shared.settings import VERSION
from shared.web import errors
from shared.web.frame import Frame
from shared.web.router import Route, Router

# A frontend's development server listens wherever a port is free.
LOOPBACK_ORIGINS = r"https?://(localhost|[a-z0-9-]+\.localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?"
ALLOWED_HEADERS = [
    "Authorization",
    "Content-Type",
    "Accept",
    "Accept-Language",
    "Cache-Control",
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "Last-Event-ID",
    "Prefer",
    "Range",
    "X-Request-ID",
    "X-Requested-With",
    # Traces of browsers: W3C Trace Context and Baggage, and Sentry's own
    "baggage",
    "sentry-trace",
    "traceparent",
    "tracestate",
]
EXPOSED_HEADERS = [
    "Allow",
    "Content-Language",
    "ETag",
    "Preference-Applied",
    "WWW-Authenticate",
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
        # The frame records spans; FastAPI's own would look for a configuration at each request.
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.services = services
    errors.install_handlers(app)
    for router in routers:
        # include_router would copy the routes without their access and cost
        app.router.routes.extend(router.routes)
    app.add_middleware(Frame, services=services, group=group, free_paths=_find_free_paths(routers))
    app.add_middleware(
        CORSMiddleware,
        allow_origins=services.settings.origins,
        allow_origin_regex=LOOPBACK_ORIGINS if services.settings.on_a_laptop else None,
        allow_methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
        allow_headers=ALLOWED_HEADERS,
        expose_headers=EXPOSED_HEADERS,
        max_age=600,
    )
    return app


def _find_free_paths(routers: Sequence[Router]) -> list[str]:
    """Return the paths of routes that are counted apart, up to their first parameter."""
    routes = [route for router in routers for route in router.routes if isinstance(route, Route)]
    return sorted({route.path_format.partition("{")[0] for route in routes if route.access.is_free})
