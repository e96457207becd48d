import importlib
import sys
from pathlib import Path
from types import ModuleType

import pytest

PACKAGING = Path(__file__).resolve().parents[3] / "packaging"
NAMES = (
    "environment", "qt_libraries", "checks", "bootstrap", "licences", "bill", "debian", "icons",
    "release_file", "smoke",
)  # fmt: skip


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> dict[str, ModuleType]:
    """The scripts of packaging/, imported afresh as `python packaging/bootstrap.py` finds them."""
    monkeypatch.syspath_prepend(str(PACKAGING))
    for name in NAMES:
        monkeypatch.delitem(sys.modules, name, raising=False)
    loaded = {name: importlib.import_module(name) for name in NAMES}
    for name in NAMES:
        monkeypatch.delitem(sys.modules, name)
    return loaded


@pytest.fixture
def environment(scripts) -> ModuleType:
    return scripts["environment"]


@pytest.fixture
def qt_libraries(scripts) -> ModuleType:
    return scripts["qt_libraries"]


@pytest.fixture
def bootstrap(scripts) -> ModuleType:
    return scripts["bootstrap"]


@pytest.fixture
def checks(scripts) -> ModuleType:
    return scripts["checks"]
