"""The pins under requirements/: complete, so that nothing published later changes what is installed."""

import re
from pathlib import Path

import pytest

from infra.bundle.pins import Pins
from infra.install_check import REQUIREMENTS

each_file = pytest.mark.parametrize("name", ["dev.txt", "local.txt", "uv.txt"])


@each_file
def test_every_requirement_with_an_extra_is_pinned(name: str) -> None:
    pins = Pins.read(REQUIREMENTS / name)
    assert pins.versions
    assert pins.unpinned_extras() == []


def test_an_extra_that_is_asked_for_but_not_pinned_is_named(tmp_path: Path) -> None:
    stripped = re.sub(r"\[[^\]]+\]==", "==", (REQUIREMENTS / "dev.txt").read_text("utf-8"))
    (tmp_path / "dev.txt").write_text(stripped, "utf-8")
    assert "coverage[toml]>=7.10.6" in Pins.read(tmp_path / "dev.txt").unpinned_extras()


@each_file
def test_every_pin_has_a_hash_and_no_address(name: str) -> None:
    text = (REQUIREMENTS / name).read_text("utf-8")
    pinned = re.findall(r"^[a-z0-9].*==", text, re.MULTILINE)
    assert len(pinned) == len(Pins.read(REQUIREMENTS / name).versions)
    assert "://" not in text


def test_uv_is_one_version_everywhere() -> None:
    dev, alone = (Pins.read(REQUIREMENTS / name).versions["uv"] for name in ("dev.txt", "uv.txt"))
    assert dev == alone
