"""From starting the process to a window that is visible.

    python tests/benchmarks/bench_window.py

Draws offscreen unless QT_QPA_PLATFORM says otherwise.
"""

import os
import subprocess
import sys
import tempfile
import time

from figures import Figure, show

ROUNDS = 5
WINDOW = """
import os
from ml4t_desktop.app.main import build, make_application
application = make_application()
window = build()
window.show()
while not window.windowHandle().isExposed():
    application.processEvents()
application.processEvents()
print("visible", flush=True)
os._exit(0)
"""


def main() -> None:
    """Measure the shortest of several starts."""
    with tempfile.TemporaryDirectory() as home:
        variables = {"QT_QPA_PLATFORM": "offscreen", **os.environ, "XDG_CONFIG_HOME": home}
        starts = [started(variables) for _ in range(ROUNDS)]
    show(
        "The window",
        [Figure(what="visible after start", value=min(starts), unit="s", budget=1.5)],
    )


def started(variables: dict[str, str]) -> float:
    """Return the seconds until a new process says that its window is visible."""
    began = time.perf_counter()
    command = [sys.executable, "-c", WINDOW]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # the offscreen platform says what it cannot do
        text=True,
        env=variables,
    ) as process:
        said = (process.stdout or sys.stdin).readline().strip()
        seconds = time.perf_counter() - began
    if said != "visible":
        message = f"the window did not open (exit code {process.returncode})"
        raise RuntimeError(message)
    return seconds


if __name__ == "__main__":
    main()
