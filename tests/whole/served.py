"""Every route of every group, as an outsider finds them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from infra.groups import entries
from shared.settings import Settings
from shared.store import Cost
from shared.web.access import Access
from shared.web.router import Route

_PARAMETER = re.compile(r"([^/]+)/\{(\w+)\}")


class UnknownParameter(LookupError):
    """The tests know no id for a path parameter: teach `tests/whole/world.py` the new kind of thing."""


@dataclass(frozen=True)
class Served:
    """`path` is the route's template."""

    group: str
    method: str
    path: str
    access: Access
    cost: Cost
    takes_body: bool
    alias: bool
    body_limit: Callable[[Settings], int] | None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The path parameters: the kind of thing, which is the segment before it, and the name."""
        return _PARAMETER.findall(self.path)

    def at(self, ids: Mapping[str, str]) -> str:
        """The path with an id for each parameter, by kind. Raises UnknownParameter."""
        path = self.path
        for kind, name in self.parameters:
            if kind not in ids:
                raise UnknownParameter(f"{self}: an id of {kind}")
            path = path.replace(f"{kind}/{{{name}}}", f"{kind}/{ids[kind]}", 1)
        return path


def served() -> list[Served]:
    """One entry for each method, path and alias of the product."""
    found = []
    for entry in entries():
        for router in entry.load().routers:
            for route in router.routes:
                assert isinstance(route, Route), f"{entry.name}: {route} is no route of the frame"
                found += [_served(entry.name, route, method) for method in sorted(route.methods or ())]
    return found


def _served(group: str, route: Route, method: str) -> Served:
    assert isinstance(route.access, Access), f"{route.path} does not say who may call it"
    assert isinstance(route.cost, Cost), f"{route.path} does not say what it costs"
    extra = route.openapi_extra or {}
    return Served(
        group=group,
        method=method,
        path=route.path,
        access=route.access,
        cost=route.cost,
        takes_body=route.body_field is not None,
        alias=bool(extra.get("x-alias")),
        body_limit=route.body_limit,
    )
