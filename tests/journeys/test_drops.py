"""What is dropped on the window and cannot be used: it says why, and what to do."""

import shutil

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent

from ml4t_desktop.session.resources import resource_path


def test_files_that_cannot_be_used_are_told_at_once_each_with_what_to_do(analyst, tmp_path):
    photo, paper, empty = (tmp_path / name for name in ("photo.jpg", "paper.pdf", "nothing"))
    photo.write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)))
    paper.write_bytes(b"%PDF-1.4\n")
    empty.mkdir()

    analyst.drop(photo, paper, empty)

    told = analyst.message
    assert told.startswith("3 files cannot be used")
    assert "photo.jpg: is not a table. Give a Parquet, CSV" in told
    assert "paper.pdf: is a PDF, not a table. Give a Parquet, CSV" in told
    assert "nothing: is a folder without tables. Choose a folder with a file for each" in told
    assert analyst.window.welcome.isVisible()


def test_what_can_be_used_is_taken_beside_what_cannot(analyst, tmp_path):
    prices = shutil.copy(resource_path("samples/sample_prices.parquet"), tmp_path / "mine.parquet")
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)))

    analyst.drop(photo, prices)

    assert analyst.can_run
    assert analyst.message.startswith("photo.jpg cannot be used")


def test_of_two_requests_the_last_is_opened_and_the_other_named(analyst, tmp_path):
    sample = resource_path("samples/sample_request.toml")
    one, two = (shutil.copy(sample, tmp_path / name) for name in ("one.toml", "two.toml"))

    analyst.drop(one, two)

    assert analyst.session.request.path == two
    assert "two.toml is used" in analyst.message
    assert "Left out: one.toml. One request is open at a time" in analyst.message


def test_a_link_is_refused_with_what_to_do(analyst):
    data = QMimeData()
    data.setUrls([QUrl("https://example.com/prices.csv")])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    copy = Qt.DropAction.CopyAction
    enter = QDragEnterEvent(QPoint(9, 9), copy, data, left, none)
    analyst.window.dragEnterEvent(enter)

    assert enter.isAccepted()
    analyst.window.dropEvent(QDropEvent(QPointF(9, 9), copy, data, left, none))

    assert analyst.message.startswith("A link cannot be used")
    assert "Save the file on this computer, and drop it then" in analyst.message
