"""Pictures of every panel, to look at: ``pictures.py FOLDER`` draws the window with the sample offscreen.

Options choose what people have: the size of the window and of the text, the theme, the scale of the
screen, the country, and the direction of reading. ``--empty`` shows the panels before there is a run.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

PATIENCE_MS = 60_000
CALM_LOOKS = 3  # in a row: what a finished job brings begins another one


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", default="1440x900", help="of the window, such as 1280x720")
    parser.add_argument("--theme", choices=["light", "dark"], default="light")
    parser.add_argument("--colours", default="teal_orange")
    parser.add_argument("--text", type=int, default=100, help="size of the text in per cent")
    parser.add_argument("--scale", type=float, default=1.0, help="of the screen, such as 2")
    parser.add_argument("--country", default="", help="such as de_DE")
    parser.add_argument("--rtl", action="store_true", help="read from the right")
    parser.add_argument("--empty", action="store_true", help="before there is a run")
    parser.add_argument("--panel", action="append", default=[], help="only these, by their keys")
    return parser.parse_args()


def main() -> int:
    asked = arguments()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = str(asked.scale)
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
    from PySide6.QtCore import QLocale, Qt

    from ml4t_desktop.app.main import build, make_application

    app = make_application()
    if asked.country:
        QLocale.setDefault(QLocale(asked.country))
    if asked.rtl:
        app.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    with tempfile.TemporaryDirectory() as folder:
        window = build(settings_file=Path(folder) / "settings.toml")
        settings = window.session.settings
        for key, value in (
            ("theme", asked.theme),
            ("colours", asked.colours),
            ("text_size", asked.text),
        ):
            settings.choose(key, value)
        window.resize(*map(int, asked.size.split("x")))
        window.show()
        try:
            take(window, asked)
        finally:
            window.close_unasked()
            app.processEvents()
    return 0


def take(window, asked: argparse.Namespace) -> None:
    """Write the pictures."""
    from ml4t_desktop.app.docking.panels import PANELS
    from ml4t_desktop.session.request.steps import Step

    asked.folder.mkdir(parents=True, exist_ok=True)
    settle(window)
    save(window, asked.folder / "welcome.png")
    if not asked.empty:
        window.desk.open_sample()
        settle(window)
        window.desk.carry_out("run.start")
        settle(window)
        trades = window.session.results.run.result.trades
        window.session.results.select_trade(int(trades["trade_id"][10]))
    for item in PANELS:
        if asked.panel and item.key not in asked.panel:
            continue
        window.show_panel(item.key)
        for step in Step if item.key == "setup" else (None,):
            if step is not None:
                window.show_step(step)
            settle(window)
            name = item.key if step is None else f"{item.key}_{step.name.lower()}"
            save(window, asked.folder / f"{name}.png")


def settle(window) -> None:
    """Wait until nothing is being done and every panel on screen is drawn."""
    from PySide6.QtCore import QDeadlineTimer
    from PySide6.QtTest import QTest

    from ml4t_desktop.views.review.seen import SeenPanel

    deadline = QDeadlineTimer(PATIENCE_MS)
    calm = 0
    while not deadline.hasExpired():
        QTest.qWait(25)
        due = [
            panel for panel in window.findChildren(SeenPanel) if panel.is_due and panel.isVisible()
        ]
        is_calm = not window.session.jobs.is_busy and not due
        calm = calm + 1 if is_calm else 0
        if calm > CALM_LOOKS:
            return


def save(window, path: Path) -> None:
    if not window.grab().save(str(path)):
        sys.exit(f"{path} cannot be written")
    print(path)


if __name__ == "__main__":
    sys.exit(main())
