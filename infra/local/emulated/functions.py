"""Run the deployed functions, each as a process of the functions framework."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.groups import GroupEntry, entries
from infra.local.emulated.children import HOST, Child, free_ports

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Function:
    """An entry point of a group, and the process that serves it."""

    group: GroupEntry
    target: str
    child: Child

    @property
    def url(self) -> str:
        return f"http://{self.child.address}"


def functions(environment: Mapping[str, str], *, folder: Path) -> dict[tuple[str, str], Function]:
    """Prepare all functions by group and target, without starting any."""
    targets = [(entry, target) for entry in entries() for target in entry.targets]
    ports = free_ports(len(targets))
    return {
        (entry.name, target): Function(entry, target, _child(entry, target, port, environment, folder))
        for (entry, target), port in zip(targets, ports, strict=True)
    }


def _child(entry: GroupEntry, target: str, port: int, environment: Mapping[str, str], folder: Path) -> Child:
    name = f"{entry.name}-{target}"
    run = folder / "run" / name  # for the control socket of the server
    run.mkdir(parents=True, exist_ok=True)
    return Child(
        f"The function {name}",
        _command(entry, target, port),
        port,
        folder / "logs" / f"{name}.log",
        {**environment, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "XDG_RUNTIME_DIR": str(run)},
    )


def _command(entry: GroupEntry, target: str, port: int) -> Sequence[str]:
    source = ROOT / entry.source / "main.py"
    framework = (sys.executable, "-m", "functions_framework", "--asgi")
    return *framework, f"--target={target}", f"--source={source}", f"--host={HOST}", f"--port={port}"
