"""The bundler's reading of a group's dependencies, on a small tree."""

from dataclasses import replace
from pathlib import Path

import pytest

from infra.bundle.build import REQUIREMENTS
from infra.bundle.dependencies import LOCAL_ONLY, ROOT, ForeignImport, find_dependencies
from infra.bundle.pins import Pins, Unpinned
from infra.bundle.site import link_distributions

SERVICES = """
from typing import TYPE_CHECKING
from shared.clock import Clock
if TYPE_CHECKING:
    from shared.typed import Typed

class Services:
    def __init__(self):
        from shared.always import Always

    def store(self):
        if self.settings.profile == "google":
            from shared.firestore import Firestore
            return Firestore(self.outbox)
        from shared.store.sqlite import SQLite

    def outbox(self):
        return _outbox()

    def model(self):
        import openai

def _outbox():
    from shared.outbox import Outbox
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    write(tmp_path, "shared/services.py", SERVICES)
    for module in ("clock", "typed", "always", "firestore", "outbox", "store/sqlite", "unused"):
        write(tmp_path, f"shared/{module}.py")
    for package in ("shared", "functions", "functions/one", "functions/two"):
        write(tmp_path, f"{package}/__init__.py")
    return tmp_path


def write(tree: Path, name: str, text: str = "") -> None:
    file = tree / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")


def test_a_part_of_services_is_needed_where_it_is_used_with_what_it_uses(tree: Path) -> None:
    write(
        tree,
        "functions/one/main.py",
        "from shared.services import Services\n"
        "def use(app, services):\n    import zoneinfo\n    model = services.store\n    app.services.clock\n",
    )
    dependencies = find_dependencies("one", tree)
    assert dependencies.services == {"store", "outbox", "_outbox"}
    assert set(dependencies.modules) == {
        "functions", "functions.one", "functions.one.main", "shared", "shared.always", "shared.clock",
        "shared.firestore", "shared.outbox", "shared.services",
    }  # fmt: skip
    assert "zoneinfo" in dependencies.external
    assert "openai" not in dependencies.external


def test_what_a_module_uses_that_only_an_adapter_imports_is_found(tree: Path) -> None:
    write(
        tree, "functions/one/main.py", "from shared.services import Services\nServices().x\n_services.store\n"
    )
    write(tree, "shared/firestore.py", "def later(services):\n    services.model\n")
    assert "openai" in find_dependencies("one", tree).external


def test_a_package_used_for_its_files_is_imported(tree: Path) -> None:
    write(tree, "functions/one/main.py", "from importlib.resources import files\nfiles('fastapi_offline')\n")
    assert "fastapi_offline" in find_dependencies("one", tree).external


def test_a_group_that_reaches_another_is_refused(tree: Path) -> None:
    write(tree, "functions/one/main.py", "def f():\n    from functions.two import main\n")
    write(tree, "functions/two/main.py")
    with pytest.raises(ForeignImport, match=r"one imports functions\.two"):
        find_dependencies("one", tree)


def test_what_is_called_local_exists() -> None:
    assert all((ROOT / f"{module.replace('.', '/')}.py").is_file() for module in LOCAL_ONLY)


PINS = Pins.read(REQUIREMENTS)


@pytest.mark.parametrize(
    ("imported", "distribution"),
    [
        ("boto3", "boto3"),
        ("google.cloud.firestore.AsyncClient", "google-cloud-firestore"),
        ("google.cloud.tasks_v2", "google-cloud-tasks"),
        ("google.auth.exceptions.GoogleAuthError", "google-auth"),
        ("jwt", "pyjwt"),
        ("HanTa.HanoverTagger", "hanta"),
    ],
)
def test_the_distribution_of_a_name_is_told(imported: str, distribution: str) -> None:
    assert PINS.owner(imported) == distribution


def test_an_extra_brings_what_it_asks_for() -> None:
    assert "grpcio" in PINS.closure({"google.cloud.firestore"})  # google-api-core[grpc] asks for it
    assert "h2" not in PINS.closure({"httpx"})
    assert "h2" in PINS.closure({"firebase_admin"})  # httpx[http2]


def test_a_pin_bears_the_extras_that_are_required_and_no_other() -> None:
    """Requirements of an extra are not pinned where nobody requires the extra."""
    required = PINS.closure({"firebase_admin"})
    assert PINS.line("httpx", required["httpx"]).startswith("httpx[http2]==")
    assert PINS.line("httpx", PINS.closure({"httpx"})["httpx"]).startswith("httpx==")
    assert PINS.line("requests", required["requests"]).startswith("requests==")


def test_names_that_need_what_they_do_not_name_bring_it() -> None:
    assert PINS.closure({"zoneinfo.ZoneInfo"}) == {"tzdata": frozenset()}
    assert "python-multipart" in PINS.closure({"fastapi.File"})
    assert "python-multipart" not in PINS.closure({"fastapi.FastAPI"})


def test_what_nobody_pinned_is_refused() -> None:
    with pytest.raises(Unpinned, match="no_such_library"):
        PINS.closure({"no_such_library.thing"})


def test_a_version_other_than_the_pinned_is_refused() -> None:
    wrong = replace(PINS, versions={**PINS.versions, "idna": "0.1"})
    with pytest.raises(Unpinned, match=r"0\.1 is pinned"):
        wrong.closure({"idna"})


def test_a_site_of_links_holds_what_it_was_given(tmp_path: Path) -> None:
    link_distributions(["google-auth", "pyjwt", "typing-extensions"], tmp_path)
    names = {path.name for path in tmp_path.iterdir() if not path.name.endswith(".dist-info")}
    assert names - {"__pycache__"} == {"google", "jwt", "typing_extensions.py"}
