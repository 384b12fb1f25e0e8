"""Every answer is one that the OpenAPI document tells of: status, content type and shape."""

import os
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.python import asgi
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from functions.auth.firebase.errors import FirebaseNotConfigured
from shared.identity import SESSIONS, Session
from tests.stack import Stack, running
from tests.whole.examples import with_ids
from tests.whole.served import Served, served
from tests.whole.world import HOOK, World, built

CONFORMANCE = [status_code_conformance, content_type_conformance, response_schema_conformance]
NOT_SET_UP = FirebaseNotConfigured.message  # 503, as the contract requires
ORDER = ("GET", "POST", "PATCH", "PUT", "DELETE")  # what destroys comes last
# Of each route; SCHEMA_EXAMPLES=10 tries ten times as many.
_TIMES = int(os.environ.get("SCHEMA_EXAMPLES", "1"))
EXAMPLES = {GenerationMode.POSITIVE: 4 * _TIMES, GenerationMode.NEGATIVE: 3 * _TIMES}
WISHES: list[dict[str, str]] = [{}, {}, {"Accept": "text/event-stream"}, {"Prefer": "respond-async"}]


class Application:
    """The stack with one user's world in it, living in the event loop of whoever serves it.

    The user's session is as new at each request: a logout that succeeds ends it for that request only.
    """

    stack: Stack
    world: World
    _session: Session

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def __call__(self, scope: asgi.Scope, receive: asgi.Receive, send: asgi.Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        session = self._session
        await self.stack.services.store.put(SESSIONS.doc(session.id, user=session.user), session)
        await self.stack.local.gateway(scope, receive, send)  # type: ignore[arg-type]

    async def _live(self, receive: asgi.Receive, send: asgi.Send) -> None:
        async with AsyncExitStack() as held:
            await receive()
            limits: dict[str, Any] = {"url_fetch_allowed_hosts": HOOK, "access_token_minutes": 24 * 60}
            self.stack = await held.enter_async_context(running(self._folder, **limits))
            self.world = await built(self.stack)
            self._session = await self._own_session()
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})

    async def _own_session(self) -> Session:
        claims: dict[str, Any] = jwt.decode(self.world.user.access, options={"verify_signature": False})
        ref = SESSIONS.doc(claims["sid"], user=self.world.user.id)
        session = await self.stack.services.store.get(ref)
        assert session is not None
        return session.model_copy(update={"expires_at": session.expires_at + timedelta(days=365)})


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    found = Application(tmp_path)
    with asgi.get_client(found):
        yield found
    asgi.shutdown_lifespans()


@pytest.mark.slow
def test_what_is_answered_is_what_is_documented(application: Application) -> None:
    document: Any = application.stack.services.api_document
    schema = schemathesis.openapi.from_dict(document)
    schema.app = application
    routes = {str(route): route for route in served()}
    operations = [each.ok() for each in schema.get_all_operations() if isinstance(each, Ok)]
    wrong: list[str] = []
    for operation in sorted(operations, key=lambda each: ORDER.index(each.method.upper())):
        if operation.definition.raw.get("x-alias"):
            continue
        for mode in EXAMPLES:
            problem = _problem(operation, mode, routes[operation.label], application.world)
            wrong += [f"{operation.label} ({mode}): {problem}"] if problem else []
    assert not wrong, "\n\n".join(wrong)


def _problem(operation: Any, mode: GenerationMode, route: Served, world: World) -> str | None:
    """The first answer of this operation that is not documented, or none of our own making."""
    own = {name: world.ids[kind] for kind, name in route.parameters}
    bearer = {"Authorization": f"Bearer {world.user.access}"}

    @settings(
        max_examples=EXAMPLES[mode],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        case=operation.as_strategy(generation_mode=mode), at_home=st.booleans(), wish=st.sampled_from(WISHES)
    )
    def conforms(case: Any, at_home: bool, wish: dict[str, str]) -> None:
        if at_home:
            case.path_parameters = own
            case.body = with_ids(case.body, world.ids)
        answer = case.call(headers={**bearer, **wish})
        allowed = answer.status_code == 503 and NOT_SET_UP in answer.text
        case.validate_response(answer, checks=CONFORMANCE if allowed else [*CONFORMANCE, not_a_server_error])

    try:
        conforms()
    except Unsatisfiable:  # nothing in this operation can be wrong
        return None
    except FailureGroup as failures:
        return str(failures)[:1500]
    return None
