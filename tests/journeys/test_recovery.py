"""A window killed while somebody works in it, and the next one that takes the work up."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from ml4t_desktop.app.main import begin
from ml4t_desktop.session.document.recovery import left_behind
from ml4t_desktop.session.request.draft import read_draft
from tests.journeys.test_own_file import prices
from tests.journeys.window import PATIENCE_MS
from tests.unit.session.document.test_recovery import leave_behind

REQUEST = '[data]\nfiles = ["mine.parquet"]\nsignals = ["prediction"]\n'
CAPITAL = "account.initial_capital"


@pytest.fixture
def request_file(tmp_path):
    prices().write_parquet(tmp_path / "mine.parquet")
    path = tmp_path / "mine.toml"
    path.write_text(REQUEST)
    return path


def killed_window(request_file: Path, folder: Path, seconds: float) -> list[float]:
    """Let a window edit, kill it, and return the amounts it had put into the request.

    It is killed some seconds after edits were first on disk; with none, after the first edit.
    """
    script = Path(__file__).with_name("killed.py")
    root = script.parents[2]
    arguments = [str(request_file), str(folder / "recovery"), str(folder / "other.toml")]
    code = f"import sys; sys.path.insert(0, {str(root)!r}); sys.argv[1:] = {arguments!r}; "
    run = f"import runpy; runpy.run_path({str(script)!r}, run_name='__main__')"
    process = subprocess.Popen(
        [sys.executable, "-c", code + run], stdout=subprocess.PIPE, text=True, cwd=root
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    deadline = time.monotonic() + PATIENCE_MS / 1000
    while seconds and not list((folder / "recovery").glob("*.toml")):
        assert time.monotonic() < deadline, "nothing was kept"
        time.sleep(0.01)
    time.sleep(seconds)
    process.kill()
    rest, _ = process.communicate()
    return [float(line) for line in (first + rest).splitlines() if line.endswith(".0")]


def start(analyst) -> None:
    with analyst.qtbot.waitSignal(analyst.session.autosave.looked):
        begin(analyst.window, None)
    analyst.wait()


@pytest.mark.parametrize("seconds", [0.0, 0.3])
def test_a_kill_at_any_moment_leaves_the_file_as_it_was_and_the_latest_edits(
    tmp_path, request_file, seconds
):
    amounts = killed_window(request_file, tmp_path, seconds)

    assert request_file.read_text() == REQUEST
    kept = left_behind(tmp_path / "recovery")
    assert len(kept) <= 1  # none when the kill came before the first was on disk
    if seconds:
        assert kept
    for item in kept:
        assert item.path == request_file
        # The last edit may be in the request and not be told yet.
        assert item.draft.get(CAPITAL) in [*amounts, amounts[-1] + 1]
    left = {item.name for item in (tmp_path / "recovery").glob("*")}
    assert left == {item.file.name for item in kept}


def test_the_next_window_offers_the_work_takes_it_up_and_runs_it(analyst, tmp_path, request_file):
    killed_window(request_file, tmp_path, 0.1)
    analyst.dialogs.recovery_answer = "restore"

    start(analyst)

    [question] = analyst.dialogs.recoveries
    assert question.startswith("mine.toml was left with changes that were not saved")
    assert "are back; its file is as it was until you save" in analyst.message
    assert analyst.window.isWindowModified()
    assert analyst.window.windowTitle() == "mine.toml[*]"
    capital = analyst.session.request.draft.get(CAPITAL)
    assert capital != 100_000.0
    assert request_file.read_text() == REQUEST
    analyst.add_clause("strategy.entry", "signal.prediction", ">", 0.5)
    analyst.run()
    assert analyst.session.results.run.result.initial_capital == capital

    analyst.window.desk.carry_out("file.save")

    assert f"initial_capital = {capital}" in request_file.read_text()
    # The run is in no project: it is kept until somebody says that it need not be.
    analyst.dialogs.answer = "discard"
    analyst.window.close()
    analyst.qtbot.waitUntil(lambda: not analyst.window.isVisible())
    assert analyst.dialogs.questions == 1
    assert list((tmp_path / "recovery").iterdir()) == []


def test_work_left_for_later_stays_in_the_menu_and_at_the_next_start(
    analyst, tmp_path, request_file
):
    edited = read_draft(request_file).edited(CAPITAL, 7.0)
    leave_behind(tmp_path / "recovery", edited, request_file)

    start(analyst)
    recover = analyst.window.actions_["file.recover"]
    analyst.qtbot.waitUntil(recover.isEnabled, timeout=PATIENCE_MS)
    assert not analyst.window.isWindowModified()
    assert len(left_behind(tmp_path / "recovery")) == 1
    analyst.dialogs.recovery_answer = "discard"
    recover.trigger()

    analyst.qtbot.waitUntil(lambda: not recover.isEnabled(), timeout=PATIENCE_MS)
    assert left_behind(tmp_path / "recovery") == ()


def test_closing_asks_once_and_leaves_nothing_to_recover(analyst, tmp_path, request_file):
    analyst.drop(request_file)
    analyst.type_number(CAPITAL, 5)
    analyst.qtbot.waitUntil(lambda: analyst.session.autosave.is_up_to_date)
    assert len(list((tmp_path / "recovery").glob("*.toml"))) == 1
    analyst.dialogs.answer = None
    assert not analyst.window.close()
    assert len(list((tmp_path / "recovery").glob("*.toml"))) == 1

    analyst.dialogs.answer = "discard"
    analyst.window.close()
    analyst.qtbot.waitUntil(lambda: not analyst.window.isVisible())

    assert analyst.dialogs.questions == 2
    assert list((tmp_path / "recovery").iterdir()) == []
    assert request_file.read_text() == REQUEST
