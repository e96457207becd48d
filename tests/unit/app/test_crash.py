import logging
import sys
import threading

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from ml4t_desktop.app import crash, logs
from ml4t_desktop.app.crash import CrashReporter, report_text


def raised() -> BaseException:
    def fails():
        message = "the <cause>"
        raise ZeroDivisionError(message)

    try:
        fails()
    except ZeroDivisionError as error:
        return error
    raise AssertionError


@pytest.fixture
def reporter(qapp):
    made = CrashReporter()
    yield made
    if made._box is not None:
        made._box.close()


def test_the_report_says_what_where_and_which_versions():
    error = raised()

    text = report_text(type(error), error, error.__traceback__)

    assert text.startswith("ml4t_desktop 0.")
    assert "PySide6" in text
    assert "ZeroDivisionError: the <cause>" in text
    assert "in raised" in text


def test_an_error_is_shown_with_a_report_that_can_be_copied(qtbot, reporter, capfd):
    error = raised()

    reporter.report(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: reporter._box is not None and reporter._box.isVisible())
    box = reporter._box
    copy = next(button for button in box.buttons() if button.text() == "Copy report")
    copy.click()

    assert isinstance(box, QMessageBox)
    assert "ZeroDivisionError: the <cause>" in box.text()
    assert QGuiApplication.clipboard().text() == box.detailedText()
    assert box.isVisible()


def test_an_error_in_a_thread_is_shown_from_the_gui_thread(qtbot, reporter, monkeypatch):
    monkeypatch.setattr(threading, "excepthook", reporter._report_thread)

    def fails():
        message = "in a thread"
        raise KeyError(message)

    thread = threading.Thread(target=fails)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: reporter._box is not None and reporter._box.isVisible())

    assert "in a thread" in reporter._box.text()


def test_a_second_error_does_not_cover_the_first(qtbot, reporter):
    error = raised()
    reporter.report(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: reporter._box is not None and reporter._box.isVisible())
    first = reporter._box

    reporter.report(KeyError, KeyError("second"), None)
    QApplication.processEvents()

    assert reporter._box is first


def test_installing_takes_over_the_hooks(qtbot, reporter, monkeypatch):
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    monkeypatch.setattr(crash, "qInstallMessageHandler", lambda handler: None)

    reporter.install()

    assert sys.excepthook == reporter.report
    assert threading.excepthook == reporter._report_thread


def test_the_log_is_written_to_the_users_folder(own_folders):
    package = logging.getLogger("ml4t_desktop")
    before, level = list(package.handlers), package.level
    path = logs.log_path()
    try:
        logs.configure(path)
        logging.getLogger("ml4t_desktop.test").info("hello %s", "there")
    finally:
        for handler in [item for item in package.handlers if item not in before]:
            package.removeHandler(handler)
            handler.close()
        package.setLevel(level)

    assert path.is_relative_to(own_folders)
    assert "INFO ml4t_desktop.test: hello there" in path.read_text()
