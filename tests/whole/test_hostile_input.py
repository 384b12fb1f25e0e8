"""Whatever is sent to whichever route, it is taken, or refused in the contract's shape; never a 500."""

import os
from collections.abc import AsyncIterator, Iterable
from itertools import islice
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.stack import Stack, running
from tests.whole import hostile
from tests.whole.answers import flaw_of_refusal, rejects_all
from tests.whole.examples import FORM, JSON, Operation, operations, with_ids
from tests.whole.served import Served, served
from tests.whole.world import HOOK, World, built, session_of

TWO_MEGABYTES = 2 * 1024 * 1024
BODY_LIMIT = 1024 * 1024
UPLOAD_LIMIT = 1536 * 1024
ONE_IN = int(os.environ.get("HOSTILE_FIELDS_ONE_IN", "5"))  # 1 tries every wrong value in every field


pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    limits: dict[str, Any] = {"request_body_limit_bytes": BODY_LIMIT, "upload_body_limit_bytes": UPLOAD_LIMIT}
    async with running(
        tmp_path_factory.mktemp("hostile"), url_fetch_allowed_hosts=HOOK, **limits
    ) as built_stack:
        yield built_stack


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(stack: Stack) -> World:
    return await built(stack)


class Attack:
    """Sends to the routes of one world and keeps what was answered wrongly. Each operation has a session of
    its own, so that a logout that succeeds ends nobody else's."""

    def __init__(self, stack: Stack, world: World) -> None:
        self._stack = stack
        self._routes = {str(route): route for route in served()}
        self.world = world
        self.wrong: list[str] = []
        assert stack.services.api_document is not None
        found = operations(stack.services.api_document)
        self.operations = [each for each in found if not each.is_alias]

    def bodies(self, kind: str) -> list[Operation]:
        return [operation for operation in self.operations if kind in operation.takes]

    def path(self, operation: Operation) -> str:
        return self._routes[str(operation)].at(self.world.ids)

    def limit(self, operation: Operation) -> int:
        """Bytes that its body may have."""
        raised = self._routes[str(operation)].body_limit
        return raised(self._stack.services.settings) if raised else BODY_LIMIT

    def valid(self, operation: Operation) -> Any:
        return with_ids(operation.body(), self.world.ids)

    async def client(self) -> httpx.AsyncClient:
        return await session_of(self._stack, self.world.user.id)

    def report(self) -> None:
        assert not self.wrong, "\n".join(self.wrong)

    async def send(
        self,
        http: httpx.AsyncClient,
        operation: Operation,
        what: str,
        *,
        must_fail: bool = True,
        **request: Any,
    ) -> httpx.Response:
        url = request.pop("url", None) or self.path(operation)
        answer = await http.request(operation.method, url, **request)
        self.judge(operation, what, answer, must_fail=must_fail)
        return answer

    def judge(self, operation: Operation, what: str, answer: httpx.Response, *, must_fail: bool) -> None:
        if rejects_all(answer) or (answer.is_success and not must_fail):
            return
        flaw = flaw_of_refusal(answer)
        if flaw:
            self.wrong.append(f"{operation}: {what}: {flaw}")


@pytest.fixture
def attack(stack: Stack, world: World) -> Attack:
    return Attack(stack, world)


JSON_HEADERS = {"Content-Type": JSON}


async def test_bodies_that_are_no_bodies_are_refused(attack: Attack) -> None:
    for operation in attack.bodies(JSON):
        http = await attack.client()
        required = operation.detail["requestBody"].get("required", False)
        for what, content in hostile.RAW_BODIES.items():
            optional = not required and what in ("empty", "null", "blank")
            await attack.send(
                http, operation, what, content=content, headers=JSON_HEADERS, must_fail=not optional
            )
    attack.report()


async def test_a_body_over_the_limit_is_413(attack: Attack) -> None:
    for operation in attack.bodies(JSON):
        http = await attack.client()
        content = hostile.as_bytes({"name": "x" * TWO_MEGABYTES})
        expected = 413 if len(content) > attack.limit(operation) else 422
        answer = await attack.send(http, operation, "two megabytes", content=content, headers=JSON_HEADERS)
        assert answer.status_code == expected, operation
    attack.report()


async def test_fields_of_the_wrong_kind_are_refused(attack: Attack) -> None:
    for place, operation in enumerate(attack.bodies(JSON)):
        http = await attack.client()
        attacks = hostile.field_attacks(operation, attack.valid(operation))
        for what, body, forbidden in islice(attacks, place % ONE_IN, None, ONE_IN):
            content = hostile.as_bytes(body)
            await attack.send(
                http, operation, what, content=content, headers=JSON_HEADERS, must_fail=forbidden
            )
    attack.report()


async def test_lists_of_wrong_items_name_fifty_of_them_at_most(attack: Attack) -> None:
    for operation in attack.bodies(JSON):
        http = await attack.client()
        for what, body in hostile.wide_lists(operation, attack.valid(operation)):
            answer = await attack.send(http, operation, what, json=body)
            if not rejects_all(answer) and len(answer.json()["details"]) > 50:
                attack.wrong.append(f"{operation}: {what}: names {len(answer.json()['details'])} fields")
    attack.report()


async def test_a_required_field_left_out_is_422_and_named(attack: Attack) -> None:
    for operation in attack.bodies(JSON):
        http = await attack.client()
        for name, body in hostile.missing_fields(operation, attack.valid(operation)):
            answer = await attack.send(http, operation, f"without {name}", json=body)
            if answer.status_code != 422 or name not in answer.json()["details"]:
                attack.wrong.append(f"{operation}: without {name}: {answer.status_code} {answer.text[:200]}")
    attack.report()


async def test_unknown_fields_are_422_and_named(attack: Attack) -> None:
    for operation in attack.bodies(JSON):
        http = await attack.client()
        body = attack.valid(operation)
        if not isinstance(body, dict) or any(
            each.get("additionalProperties") for each in operation.variants(JSON)
        ):
            continue
        answer = await attack.send(http, operation, "an unknown field", json={**body, "unheard_of": 1})
        if answer.status_code != 422 or "unheard_of" not in answer.json()["details"]:
            attack.wrong.append(f"{operation}: an unknown field: {answer.status_code} {answer.text[:200]}")
    attack.report()


async def test_another_content_type_is_400(attack: Attack) -> None:
    kinds = ("text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data", "x")
    for operation in attack.bodies(JSON):
        if FORM in operation.takes:
            continue
        http = await attack.client()
        for kind in kinds:
            content = hostile.as_bytes(attack.valid(operation))
            answer = await attack.send(http, operation, kind, content=content, headers={"Content-Type": kind})
            if answer.status_code != 400:
                attack.wrong.append(f"{operation}: {kind}: {answer.status_code}")
    attack.report()


# Starlette leaves the file of a part that never ended to the garbage collector.
@pytest.mark.filterwarnings("ignore:.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning")
async def test_broken_forms_are_refused(attack: Attack) -> None:
    boundary = {"Content-Type": "multipart/form-data; boundary=b"}
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.md"\r\n\r\n'
    broken: dict[str, tuple[bytes, dict[str, str]]] = {
        "empty": (b"", boundary),
        "no boundary": (part + b"# A\r\n--b--\r\n", {"Content-Type": "multipart/form-data"}),
        "another boundary": (b"--c\r\n\r\n\r\n--c--\r\n", boundary),
        "cut off": (part + b"# A", boundary),
        "no file": (b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n--b--\r\n', boundary),
        "a field for a file": (
            b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\n1\r\n--b--\r\n',
            boundary,
        ),
        "headers without end": (b"--b\r\n" + b"X: y\r\n" * 10_000, boundary),
        "too many fields": (
            b"".join(
                b'--b\r\nContent-Disposition: form-data; name="f%d"\r\n\r\n1\r\n' % i for i in range(3000)
            )
            + b"--b--\r\n",
            boundary,
        ),
        "not UTF-8": (
            b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\n\xff\xfe\r\n--b--\r\n',
            boundary,
        ),
    }
    for operation in attack.bodies(FORM):
        http = await attack.client()
        for what, (content, headers) in broken.items():
            await attack.send(http, operation, what, content=content, headers=headers)
    attack.report()


async def test_odd_files_and_names_are_taken_as_text_or_refused(attack: Attack) -> None:
    names = (
        "../../../etc/passwd",
        "a\x00b.md",
        "x" * 5000 + ".md",
        "",
        "\u202egpj.md",
        "con.md",
        ".md",
        "a/b.md",
    )
    for operation in attack.bodies(FORM):
        fields, files = operation.form()
        http = await attack.client()
        for name in names:
            odd = {field: (name, content, kind) for field, (_, content, kind) in files.items()}
            await attack.send(http, operation, name, data=fields, files=odd, must_fail=False)
        content = b"x" * attack.limit(operation)
        huge = {field: ("a.md", content, kind) for field, (_, _, kind) in files.items()}
        answer = await attack.send(http, operation, "a file over the limit", data=fields, files=huge)
        assert answer.status_code == 413, operation
    attack.report()


async def test_odd_query_values_are_understood_or_refused(attack: Attack) -> None:
    for operation in attack.operations:
        http = await attack.client()
        if operation.method != "GET":
            continue
        for parameter in operation.query:
            for value in hostile.QUERY_VALUES:
                what = f"{parameter['name']}={value!r:.40}"
                await attack.send(http, operation, what, params={parameter["name"]: value}, must_fail=False)
        twice = [(each["name"], "1") for each in operation.query] * 2
        await attack.send(http, operation, "every parameter twice", params=twice, must_fail=False)
    attack.report()


async def test_odd_ids_are_404(attack: Attack) -> None:
    for operation in attack.operations:
        route = attack._routes[str(operation)]
        http = await attack.client()
        for kind, _ in route.parameters:
            for odd in hostile.PATH_IDS:
                url = route.at({**attack.world.ids, kind: odd})
                body = {"json": attack.valid(operation)} if JSON in operation.takes else {}
                await attack.send(http, operation, f"{kind}/{odd:.40}", url=url, **body)
    attack.report()


@pytest.mark.parametrize("key", ["", "x" * 256, "two words", "\xe9", "\x7f"])
async def test_an_idempotency_key_that_is_none_is_400(attack: Attack, key: str) -> None:
    http = await attack.client()
    for operation in _posts(attack):
        answer = await attack.send(
            http,
            operation,
            key,
            json=attack.valid(operation),
            headers={"Idempotency-Key": key.encode("latin-1")},
        )
        assert answer.status_code == 400, operation
    attack.report()


def _posts(attack: Attack) -> Iterable[Operation]:
    return [each for each in attack.bodies(JSON) if each.method == "POST"]


async def test_unknown_paths_and_methods_have_the_error_shape(attack: Attack) -> None:
    http = await attack.client()
    for path in ("/api/", "/api/v1/", "/api/v1/courses/x/y/z/", "/_local/", "/%00/", "/\u00e9/"):
        answer = await http.get(path)
        assert (answer.status_code, flaw_of_refusal(answer)) == (404, None), path
    for operation in attack.operations:
        answer = await http.request("PROPFIND", attack.path(operation))
        assert (answer.status_code, flaw_of_refusal(answer)) == (405, None), operation


async def test_the_stacks_own_doors_stay_shut(attack: Attack, stack: Stack) -> None:
    http = await attack.client()
    for path in ("/_local/deliver/auth/tasks", "/_local/deliver/courses/events"):
        assert (await http.post(path, json={})).status_code == 403
    assert (await http.get("/_local/retrieval/api/documents/x")).status_code == 401
    assert (await http.get("/_local/objects/../store.sqlite3")).status_code in (403, 404)
    assert (await http.get("/_local/objects/%2e%2e/store.sqlite3")).status_code in (403, 404)


async def test_each_documented_operation_is_a_route(attack: Attack) -> None:
    routes: dict[str, Served] = attack._routes
    assert {str(each) for each in attack.operations} <= set(routes)
