"""The tools of Node that some tests need, as `make node-tools` installs them."""

import shutil
import sys
from pathlib import Path

import pytest

MODULES = Path(sys.prefix) / "node" / "node_modules"
NODE = shutil.which("node")


def find_tool(name: str) -> str:
    """Return the path of an installed program; skips the test where it is missing."""
    program = MODULES / ".bin" / name
    if NODE is None or not program.exists():
        pytest.skip(f"{name} is not installed: run `make node-tools`, which needs Node 20")
    return str(program)
