import sys
import threading

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox

from ml4t_desktop.app import crash
from ml4t_desktop.app.crash import CrashReporter, report_text
from ml4t_desktop.app.crash_reports import CrashReports


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
def reports(tmp_path):
    return CrashReports(tmp_path / "crashes")


@pytest.fixture
def reporter(qapp, reports):
    made = CrashReporter(reports)
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
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    monkeypatch.setattr(crash, "qInstallMessageHandler", lambda handler: None)

    reporter.install()

    assert sys.excepthook == reporter.report
    assert threading.excepthook == reporter._report_thread


def test_a_report_is_kept_as_a_file_that_can_be_opened(
    qtbot, reporter, reports, monkeypatch, capfd
):
    opened = []
    monkeypatch.setattr(crash.QDesktopServices, "openUrl", opened.append)
    error = raised()

    reporter.report(type(error), error, error.__traceback__)
    qtbot.waitUntil(lambda: reporter._box is not None and reporter._box.isVisible())
    (file,) = reports.all()
    next(button for button in reporter._box.buttons() if button.text() == "Open report").click()

    assert "ZeroDivisionError: the <cause>" in file.read_text(encoding="utf-8")
    assert str(file) in reporter._box.informativeText()
    assert [url.toLocalFile() for url in opened] == [file.as_posix()]
    assert reporter._box.isVisible()


def test_an_error_in_the_end_of_an_object_is_logged(caplog, capsys):
    class Ends:
        def __del__(self):
            message = "too late"
            raise ValueError(message)

    before, sys.unraisablehook = sys.unraisablehook, crash._log_unraisable
    try:
        Ends()
    finally:
        sys.unraisablehook = before

    assert "too late" in caplog.text
    assert "too late" in capsys.readouterr().err
