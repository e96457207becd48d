"""The application tries itself, as somebody does who wants to know whether it works here."""

import subprocess
import sys


def test_it_says_of_every_step_that_it_works(tmp_path, own_folders):
    done = subprocess.run(
        [sys.executable, "-m", "ml4t_desktop", "self-check", "--out", str(tmp_path / "trial")],
        capture_output=True, text=True, timeout=250, check=False,
    )  # fmt: skip

    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout + done.stderr
    assert lines[-1] == "everything works"
    assert "shows its window" in lines[0]
    assert any("runs a strategy in a process of its own" in line for line in lines)
    assert {"guide.png", "overview.png", "sample.ml4t", "report.html", "trades.xlsx"} <= {
        path.name for path in (tmp_path / "trial").iterdir()
    }
    assert done.stderr == ""


def test_what_does_not_work_is_told_and_the_rest_is_tried(tmp_path, own_folders):
    code = f"""
import socket, sys
from pathlib import Path
from ml4t_desktop.app.self_check import SelfCheck, check_self
def asks(self):
    socket.create_connection(("192.0.2.1", 80), timeout=1)
def only(self):
    yield "shows its window", self.shows_window
    yield "asks somebody", lambda: asks(self)
    yield "asked for no network", self.asked_for_nothing
SelfCheck.steps = only
sys.exit(0 if check_self(Path({str(tmp_path)!r}), print) else 1)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=250, check=False
    )

    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[1].startswith("FAILED  asks somebody: NetworkAskedError")
    assert lines[2].startswith("FAILED  asked for no network: socket.getaddrinfo 192.0.2.1")
    assert lines[3] == "2 of these do not work here"
