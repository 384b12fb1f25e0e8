"""Every path leads to its group: in the gateway, in the code that is bundled, and in Google's URL map."""

import itertools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from starlette.responses import PlainTextResponse

from infra.groups import GroupEntry, entries, fallback, read_entries, table
from infra.local.routing import route_groups
from infra.openapi import public_document
from infra.openapi.merge import merge
from infra.routes import Routes
from shared.group import Group
from shared.services import Services
from shared.settings import Settings
from tests.infra.url_map import needs_terraform, read_url_map
from tests.whole.served import served

PLANNED = yaml.safe_load(Path(__file__).with_name("planned_groups.yaml").read_text("utf-8"))
_DEFAULTS: dict[str, Any] = {"source": "functions/made_up", "events": [], "tasks": [], "timeout": 60}


def planned_table() -> dict[str, Any]:
    planned = {name: _DEFAULTS | group for name, group in PLANNED["groups"].items()}
    return {**planned, **table()["groups"]}


def asked_paths(path: str) -> tuple[str, str]:
    """The path with ids in place of its parameters, with and without the last slash."""
    asked = re.sub(r"\{\w+\}", "5f0c9a4e-3a43-4b4c-9d0e-0d6c1d1f7a11", path)
    return asked.rstrip("/"), f"{asked.rstrip('/')}/"


async def gateway_groups(groups: Sequence[GroupEntry], paths: Sequence[str]) -> dict[str, str]:
    """By path, the name of the group whose application the gateway calls."""
    apps = {group.name: PlainTextResponse(group.name) for group in groups}
    router = route_groups(groups, apps, {}, fallback=fallback())
    transport = httpx.ASGITransport(router)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as http:
        return {path: (await http.get(path)).text for path in paths}


@pytest.mark.slow
@needs_terraform
async def test_every_operation_leads_to_the_group_that_serves_it(tmp_path: Path) -> None:
    document = public_document(Services(Settings()))
    operations = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    bundled = {(route.method, route.path): route.group for route in served()}
    assert operations <= bundled.keys()
    owners = {asked: group for (_, path), group in bundled.items() for asked in asked_paths(path)}
    url_map = read_url_map(table()["groups"], fallback(), tmp_path)
    assert await gateway_groups(entries(), list(owners)) == owners
    assert {path: url_map.group_of(path) for path in owners} == owners


@needs_terraform
async def test_the_table_is_ready_for_the_groups_to_come(tmp_path: Path) -> None:
    groups = planned_table()
    planned = read_entries(groups)
    rows = [(path, entry.name) for entry in planned for path in entry.paths]
    contract = [(path, name) for name, paths in PLANNED["paths"].items() for path in paths]
    owners = {asked: group for path, group in rows + contract for asked in asked_paths(path)}
    url_map = read_url_map(groups, fallback(), tmp_path)
    assert await gateway_groups(planned, list(owners)) == owners
    assert {path: url_map.group_of(path) for path in owners} == owners


@needs_terraform
def test_gateway_and_url_map_decide_alike_for_all_patterns(tmp_path: Path) -> None:
    patterns = [f"/{'/'.join(segments)}/" for segments in _sequences(["a", "b", "{x}"], 3)]
    url_map = read_url_map({path: {"paths": [path]} for path in patterns}, "nobody", tmp_path)
    routes = Routes((pattern, pattern) for pattern in patterns)
    paths = ["/", *(f"/{'/'.join(segments)}" for segments in _sequences(["a", "b", "c", ""], 4))]
    assert {path: routes.find(path) or "nobody" for path in paths} == {
        path: url_map.group_of(path) for path in paths
    }


def _sequences(segments: Sequence[str], longest: int) -> Iterator[tuple[str, ...]]:
    for length in range(1, longest + 1):
        yield from itertools.product(segments, repeat=length)


@pytest.mark.parametrize(
    ("path", "group"),
    [
        ("/api/children", "auth"),
        ("/api/children/", "auth"),
        ("/api/childrens", None),
        ("/api/children/7", "auth"),
        ("/api/children/7/progress", "kindergarten"),
        ("/api/children/7/progress/weekly/", "kindergarten"),
        ("/api/children//progress/", "auth"),
        ("/api/children/login/progress/", "auth"),
        ("/api", None),
    ],
)
def test_the_most_specific_pattern_wins(path: str, group: str | None) -> None:
    routes = Routes(
        [
            ("/api/children/", "auth"),
            ("/api/children/{id}/progress/", "kindergarten"),
            ("/api/children/login/", "auth"),
        ]
    )
    assert routes.find(path) == group


@pytest.mark.parametrize("pattern", ["", "/", "api/", "/api", "//", "/api/{}/", "/api/x{id}/", "/api/*/"])
def test_malformed_patterns_are_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="is not a pattern"):
        Routes([(pattern, "group")])


def test_patterns_that_match_the_same_paths_are_refused() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        Routes([("/api/{child}/", "one"), ("/api/{user}/", "two")])


@pytest.mark.parametrize(
    ("group", "problem"),
    [
        ({"paths": []}, "needs either paths or invokers"),
        ({"paths": ["/api/x/"], "invokers": ["auth"]}, "needs either paths or invokers"),
        ({"paths": [], "invokers": ["nobody"]}, "are no groups: nobody"),
        ({"paths": ["/api/auth/"]}, "declared twice"),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(group: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read_entries({**table()["groups"], "made_up": _DEFAULTS | group})


async def test_an_internal_group_is_reached_by_its_mount_alone() -> None:
    groups = read_entries(
        {
            "front": {**_DEFAULTS, "paths": ["/api/front/"]},
            "hidden": {**_DEFAULTS, "paths": [], "invokers": ["front"]},
        }
    )
    seen: list[tuple[str, bytes]] = []

    async def hidden(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope["path"], scope["raw_path"]))
        await PlainTextResponse("hidden")(scope, receive, send)

    router = route_groups(
        groups, {"front": PlainTextResponse("front"), "hidden": hidden}, {}, fallback="front"
    )
    transport = httpx.ASGITransport(router)
    async with httpx.AsyncClient(transport=transport, base_url="http://gateway.test") as http:
        asked = [
            "/_local/internal/hidden/api/x",
            "/_local/internal/hidden",
            "/hidden/",
            "/_local/internal/hiddenx",
        ]
        answers = [(await http.get(path)).text for path in asked]
    assert answers == ["hidden", "hidden", "front", "front"]
    assert seen == [("/api/x", b"/api/x"), ("/", b"/")]


def test_a_group_that_serves_the_path_of_another_is_refused() -> None:
    auth = next(entry for entry in entries() if entry.name == "auth").load()
    misplaced = Group("courses", auth.routers, auth.handlers)
    with pytest.raises(ValueError, match=r"courses serves .* leads to auth"):
        merge([misplaced], Services(Settings()), Routes([("/api/", "auth")]))
