"""A window that works without end, to be killed from outside: ``killed_at_work.py WORK REQUEST FOLDER``.

Writes ``begins`` once it is at work, and ``again`` whenever it begins anew.
"""

import sys
from itertools import count
from pathlib import Path

from PySide6.QtCore import QTimer

from ml4t_desktop.app.main import build, make_application
from ml4t_desktop.project.documents import archive_writing

LOSSES = tuple(round(0.02 + 0.001 * step, 3) for step in range(60))


def tell(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


class Restless:
    """Somebody who does one thing over and over."""

    def __init__(self, work: str, window, folder: Path) -> None:
        self.session, self.folder = window.session, folder
        self.amounts = count(50_001)
        self.has_begun = False
        self.again = {
            "run": self.run,
            "script": self.run,
            "sweep": self.sweep,
            "export": lambda: self.session.runs.save_run(folder / "out"),
            "save": self.save,
            "append": self.save,
        }[work]
        self.waits_for_tables = work in {"save", "append"}
        if work == "append":
            archive_writing._LARGE, archive_writing._MOST_DEAD = 1, 1.0
        if work == "script":
            self.session.scripts.open(folder / "mine.py")
            self.session.scripts.changed.connect(self.agree)
            self.agree()

    def step(self) -> None:
        if not self.is_ready():
            return
        if self.session.results.run is None:
            self.run()
            return
        if not self.has_begun:
            self.has_begun = True
            self.session.request.edit("name", "changed")
            tell("begins")
        self.again()
        tell("again")

    def is_ready(self) -> bool:
        session = self.session
        is_writing = self.waits_for_tables and session.history.is_busy
        is_at_it = session.runs.is_running or session.sweeps.is_running or session.document.is_busy
        return not (is_writing or is_at_it or session.why_not_run())

    def run(self) -> None:
        self.session.request.edit("account.initial_capital", float(next(self.amounts)))
        self.session.runs.start_run()

    def sweep(self) -> None:
        from ml4t_desktop.sweep.grid import Axis, Grid

        grid = Grid((Axis("strategy.exits.stop_loss", LOSSES),))
        self.session.sweeps.start(grid, "sharpe")

    def save(self) -> None:
        self.run()
        self.session.document.save(self.folder / "mine.ml4t", lambda: None)

    def agree(self) -> None:
        scripts = self.session.scripts
        if scripts.script is not None and not scripts.is_trusted:
            scripts.agree()


def main(work: str, request: str, folder: str) -> int:
    app = make_application()
    place = Path(folder)
    window = build(
        settings_file=place / "settings.toml",
        recovery=place / "recovery",
        trials=place / "trials",
    )
    window.session.document.open(Path(request))
    window.show()
    somebody = Restless(work, window, place)
    timer = QTimer()
    timer.timeout.connect(somebody.step)
    timer.start(3)
    return app.exec()


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
