from PySide6.QtCore import QMessageLogContext, QtMsgType

from ml4t_desktop.app.headless import _tell_qt


def test_only_what_the_offscreen_platform_always_says_is_left_out(capsys):
    context = QMessageLogContext()
    for message in (
        "This plugin does not support propagateSizeHints()",
        "This plugin does not support propagateSizeHints() here",
        "QPainter::begin: failed",
    ):
        _tell_qt(QtMsgType.QtWarningMsg, context, message)

    assert capsys.readouterr().err.splitlines() == [
        "This plugin does not support propagateSizeHints() here",
        "QPainter::begin: failed",
    ]
