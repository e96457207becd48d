"""A window killed in the midst of runs, sweeps, exports and saves: what its user had is as it was."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ml4t_desktop.app.main import begin
from ml4t_desktop.files.sample_files import write_sample
from ml4t_desktop.project.documents.document import extract_run, open_project
from ml4t_desktop.result.run_folder import read_run_folder
from ml4t_desktop.session.document.recovery import left_behind
from ml4t_desktop.session.resources import resource_path

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 1.2
WAIT = 20.0


@pytest.fixture
def mine(tmp_path) -> Path:
    """The folder of somebody who works: data, context, a request, and a Python file."""
    folder = tmp_path / "mine"
    write_sample(folder, small=True)
    shutil.copyfile(resource_path("examples/confident_strategy.py"), folder / "mine.py")
    return folder


def request_of(folder: Path) -> Path:
    return folder / "sample_request.toml"


def killed(work: str, folder: Path, at_least: float = 0.0) -> float:
    """Let a window work, kill it at a moment that nobody chose, and return how long it had worked."""
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); "
        f"sys.argv[1:] = {[work, str(request_of(folder)), str(folder)]!r}; import runpy; "
        f"runpy.run_path({str(ROOT / 'tests/journeys/killed_at_work.py')!r}, run_name='__main__')"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=ROOT,
        start_new_session=True,
    )  # fmt: skip
    seconds = at_least + random.uniform(0.0, LONGEST)
    try:
        assert process.stdout is not None
        assert any(line.strip() == "begins" for line in process.stdout), "it ended by itself"
        time.sleep(seconds)
    finally:
        process.kill()
        process.communicate()
    deadline = time.monotonic() + WAIT
    while (left := of_session(process.pid)) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert left == [], f"still there after {seconds:.3f} s of work and the kill"
    return seconds


def of_session(number: int) -> list[int]:
    """Return the processes that a killed one has left; of other systems nobody knows."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        if int(fields[3]) == number and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def whole(folder: Path) -> dict[str, bytes]:
    names = ("sample_prices.parquet", "sample_context.csv", "sample_request.toml", "mine.py")
    return {name: (folder / name).read_bytes() for name in names}


@pytest.mark.parametrize("work", ["run", "sweep", "script", "export", "save", "append"])
def test_nothing_of_the_user_is_harmed_and_nothing_goes_on(mine, work):
    before = whole(mine)

    seconds = killed(work, mine)

    told = f"killed after {seconds:.3f} s of {work}"
    assert whole(mine) == before, told
    visible = {path.name for path in mine.iterdir() if not path.name.startswith(".")}
    ours = {"settings.toml", "trusted.toml", "arrangements.toml", "data_as_saved.json"}
    ours |= {"recovery", "trials"}
    assert visible - set(before) - ours <= {"out", "mine.ml4t", "strategies"}, told
    if (mine / "out").exists():  # a folder bears its name only when it is whole
        assert read_run_folder(mine / "out").result.trades.height > 0
    if (mine / "mine.ml4t").exists():
        opened = open_project(mine / "mine.ml4t")
        assert all("last save did not come" in problem.what for problem in opened.problems), told
        assert opened.project.entries, told
        for entry in opened.project.entries:
            if entry.has_tables:
                extract_run(mine / "mine.ml4t", entry.run_id, mine / "tables" / entry.run_id)
    kept = left_behind(mine / "recovery")
    assert len(kept) == 1 or (not kept and work in {"save", "append"}), told
    for item in kept:
        assert item.draft.get("data.signals"), told


def test_after_a_kill_the_next_window_has_the_work_and_the_runs_again(analyst, mine, tmp_path):
    killed("run", mine, at_least=1.0)
    shutil.rmtree(tmp_path / "recovery", ignore_errors=True)
    shutil.move(mine / "recovery", tmp_path / "recovery")
    analyst.dialogs.recovery_answer = "restore"

    with analyst.qtbot.waitSignal(analyst.session.autosave.looked):
        begin(analyst.window, None)
    analyst.wait()

    capital = analyst.session.request.draft.get("account.initial_capital")
    assert 50_000 < capital < 100_000  # one of its edits
    assert len(analyst.session.history.entries) >= 1
    analyst.run()
    assert analyst.session.results.run is not None
