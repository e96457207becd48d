from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLabel

from ml4t_desktop.views.shell.announcing import announce


def test_a_screen_reader_is_told_and_nothing_happens_without_one(qtbot):
    label = QLabel()
    qtbot.addWidget(label)
    assert not QAccessible.isActive()
    announce(label, "Finished in 0.10 s")

    QAccessible.setActive(True)
    try:
        announce(label, "Finished in 0.10 s")
        announce(label, "")
    finally:
        QAccessible.setActive(False)
