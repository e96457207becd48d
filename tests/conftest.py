"""The ground every test stands on.

* Qt draws offscreen (``--headed`` shows the windows); settings, caches and logs go to a folder
  of the test's own, compiled code alone is shared between runs.
* Nothing reaches the network, whatever a test does: Python code that asks for it fails.
* A test that leaves a thread, an active timer, an open window or temporary files behind fails.
* The identities of money are checked on every result any test makes.
* ``real_data`` is the folder of market data beside the checkout; tests marked so are skipped
  without it.
"""

import functools
import gc
import itertools
import os
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from ml4t_desktop.app.imports import leave_sources_unread

ROOT = Path(__file__).resolve().parent.parent
REAL_DATA = ROOT.parent / "shared"
PATIENCE_SECONDS = 10.0
FOLDERS = {
    "HOME": "home",
    "USERPROFILE": "home",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_STATE_HOME": "state",
    "XDG_CACHE_HOME": "cache",
    "APPDATA": "config",
    "LOCALAPPDATA": "data",
}
TESTS_A_COLLECTION = 20
# A busy machine is no fault, and the same sources give the same outcome.
hypothesis.settings.register_profile("repeatable", deadline=None, derandomize=True)
hypothesis.settings.load_profile("repeatable")
leave_sources_unread()
_outcome = pytest.StashKey[bool]()
_tests_done = itertools.count(1)
_users = itertools.count(1)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--headed", action="store_true", help="show the windows of the tests")


def pytest_configure(config: pytest.Config) -> None:
    gc.disable()  # there is nothing to collect before the tests: see `garbage_on_this_thread`
    if not config.getoption("--headed"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("PYQTGRAPH_QT_LIB", "PySide6")
    os.environ.setdefault("PYTHONFAULTHANDLER", "1")
    # Tests that move the user's folders, and processes they start, would compile the kernel anew.
    from ml4t_desktop.app.offline import Offline
    from ml4t_desktop.folders import cache_folder

    Offline(is_closed=True)

    os.environ.setdefault("ML4T_DESKTOP_CACHE", str(cache_folder()))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if not (REAL_DATA / "data").is_dir():
        missing = pytest.mark.skip(reason=f"there is no market data in {REAL_DATA}")
        for item in items:
            if item.get_closest_marker("real_data"):
                item.add_marker(missing)


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Compile the engine before the tests: where that was not done yet, it takes half a minute."""
    from ml4t_desktop.project.warming import is_compiled, warm_engine

    if session.items and not session.config.option.collectonly and not is_compiled():
        session.config.get_terminal_writer().line("compiling the engine, once for these sources")
        warm_engine()
    _spare_what_is_loaded()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Iterator[None]:
    report = yield
    if report.when == "call":
        item.stash[_outcome] = report.passed
    return report


@pytest.fixture
def real_data() -> Path:
    """The folder of market data and requests beside the checkout."""
    if not (REAL_DATA / "data").is_dir():
        pytest.skip(f"there is no market data in {REAL_DATA}")
    return REAL_DATA


@pytest.fixture(scope="session")
def users(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of what the tests' users have; pytest looks through all it made for each new one."""
    return tmp_path_factory.mktemp("users")


@pytest.fixture(scope="session", autouse=True)
def temporary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of temporary files, of this process and of those it starts, to see what is left there."""
    folder = tmp_path_factory.mktemp("temporary")
    with pytest.MonkeyPatch.context() as patch:
        for variable in ("TMPDIR", "TEMP", "TMP"):
            patch.setenv(variable, str(folder))
        patch.setattr(tempfile, "tempdir", str(folder))
        yield folder


@pytest.fixture(autouse=True)
def own_folders(users: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the user's settings, caches and logs out of the test, and the test out of them."""
    folder = users / str(next(_users))
    folder.mkdir()
    for variable, name in FOLDERS.items():
        (folder / name).mkdir(exist_ok=True)
        monkeypatch.setenv(variable, str(folder / name))
    for form in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        QSettings.setPath(form, QSettings.Scope.UserScope, str(folder / "config"))
    return folder


@pytest.fixture(scope="session", autouse=True)
def money_identities() -> None:
    """Check the identities of money on every result, however a test comes by it."""
    from ml4t_desktop.engine import report
    from ml4t_desktop.engine.invariants import check_identities

    build = report.build_result

    @functools.wraps(build)
    def build_and_check(*args, **kwargs):
        result = build(*args, **kwargs)
        check_identities(result)
        return result

    for name, module in list(sys.modules.items()):
        if name.startswith("ml4t_desktop.") and getattr(module, "build_result", None) is build:
            module.build_result = build_and_check


@pytest.fixture(scope="session")
def started_timers() -> "weakref.WeakSet[QTimer]":
    """Every timer that Python code started."""
    timers: weakref.WeakSet[QTimer] = weakref.WeakSet()
    start = QTimer.start

    def remembered(self: QTimer, *args: int) -> None:
        timers.add(self)
        start(self, *args)

    QTimer.start = remembered
    return timers


@pytest.fixture(autouse=True)
def garbage_on_this_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """Collect cycles here and nowhere else: windows of tests gone by must not end on a worker."""
    gc.disable()
    yield
    gc.disable()
    is_due = request.session.testscollected and next(_tests_done) % TESTS_A_COLLECTION == 0
    gc.collect(2 if is_due else 1)


@pytest.fixture(autouse=True)
def nothing_left_behind(
    request: pytest.FixtureRequest, started_timers: "weakref.WeakSet[QTimer]", temporary: Path
) -> Iterator[None]:
    """Fail a test that passed but left a thread, an active timer, an open window or temporary files."""
    files = set(temporary.iterdir())
    threads = set(threading.enumerate())
    windows = set(_open_windows())
    started_timers.clear()
    yield
    if not request.node.stash.get(_outcome, False):
        return  # the traceback of a failed test keeps its objects alive

    def left() -> list[str]:
        alive = [thread for thread in threading.enumerate() if thread not in threads]
        return [
            *(f"thread {thread.name!r}" for thread in alive if not thread.daemon),
            *(_described_timer(timer) for timer in started_timers if _is_active(timer)),
            *(f"window {_described(window)}" for window in set(_open_windows()) - windows),
            *(f"temporary {path.name!r}" for path in set(temporary.iterdir()) - files),
        ]

    remaining = _wait_until_empty(left)
    if remaining:
        pytest.fail(f"the test left behind: {', '.join(remaining)}", pytrace=False)


def _spare_what_is_loaded() -> None:
    """Let later collections look at what tests made, not at modules and the tests themselves."""
    gc.collect()
    gc.freeze()


def _wait_until_empty(left: Callable[[], list[str]]) -> list[str]:
    """Return what is still there after a while in which everything may end."""
    _finish_deletions()
    remaining = left()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while remaining and time.monotonic() < deadline:
        gc.collect()
        _finish_deletions()
        time.sleep(0.01)
        remaining = left()
    return remaining


def _finish_deletions() -> None:
    application = QCoreApplication.instance()
    if application is not None:
        application.processEvents()
        # At loop level 0 only this runs `deleteLater`.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _open_windows() -> list:
    if not isinstance(QCoreApplication.instance(), QApplication):
        return []
    return [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]


def _is_active(timer: QTimer) -> bool:
    return shiboken6.isValid(timer) and timer.isActive()


def _described(thing) -> str:
    name = thing.objectName()
    return f"{type(thing).__name__} {name!r}" if name else type(thing).__name__


def _described_timer(timer: QTimer) -> str:
    owner = timer.parent()
    of = "nothing" if owner is None else _described(owner)
    return f"timer {_described(timer)} of {of}, after {timer.interval()} ms"
