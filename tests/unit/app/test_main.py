import subprocess
import sys

import pytest

from ml4t_desktop.app.main import begin, make_application
from ml4t_desktop.session.jobs import ImmediateExecutor
from tests.unit.app.fakes import window_of
from tests.unit.session.fakes import settle

HEAVY = ("numba", "numpy", "polars", "pyarrow", "pyqtgraph")


def test_what_takes_long_to_load_is_not_loaded_before_the_window_is_there(tmp_path):
    code = (
        "import sys, pathlib\n"
        "from ml4t_desktop.app.main import build, make_application\n"
        "app = make_application()\n"
        f"window = build(settings_file=pathlib.Path({str(tmp_path)!r}) / 's.toml')\n"
        "window.show()\n"
        "app.processEvents()\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
        "window.close()\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )

    assert done.stdout.strip() == "[]"


def test_there_is_one_application(qapp):
    assert make_application() is qapp


@pytest.fixture
def window(qtbot, tmp_path):
    made = window_of(qtbot, tmp_path, executor=ImmediateExecutor())
    yield made
    made.close()


def test_a_file_of_the_command_line_is_opened(qtbot, window, tmp_path):
    begin(window, tmp_path / "prices.csv")
    settle(qtbot, window.session)

    assert window.session.request.draft.files == ((tmp_path / "prices.csv").as_posix(),)


def test_nothing_asked_for_is_an_empty_window(qtbot, window):
    begin(window, None)

    assert window.welcome.isVisible()
