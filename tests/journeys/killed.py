"""A window that edits without end, to be killed from outside: ``killed.py REQUEST RECOVERY SETTINGS``.

Writes each amount of capital on a line of its own once it is in the request.
"""

import sys
from itertools import count
from pathlib import Path

from PySide6.QtCore import QTimer

from ml4t_desktop.app.main import build, make_application


def main(request: str, recovery: str, settings: str) -> int:
    app = make_application()
    window = build(settings_file=Path(settings), recovery=Path(recovery))
    window.session.request.open(Path(request))
    amounts = count(1)

    def edit():
        amount = float(next(amounts))
        window.session.request.edit("account.initial_capital", amount)
        sys.stdout.write(f"{amount}\n")
        sys.stdout.flush()

    timer = QTimer()
    timer.timeout.connect(edit)
    timer.start(2)
    return app.exec()


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
