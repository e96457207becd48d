import pytest
from PySide6.QtWidgets import QPushButton, QToolButton

from ml4t_desktop.views.setup.data.data_page import DataPage
from ml4t_desktop.views.setup.editors import Choice
from tests.unit.session.fakes import ready_session, settle


@pytest.fixture
def session(qtbot, tmp_path):
    return ready_session(qtbot, tmp_path)


@pytest.fixture
def page(qtbot, session):
    page = DataPage(session)
    qtbot.addWidget(page)
    session.request.request_changed.connect(page.refresh)
    page.show()
    return page


def test_the_buttons_ask_for_files_folders_predictions_and_actions(page):
    asked = []
    page.command_asked.connect(asked.append)
    for name in ("data.add", "data.add_folder", "predictions.add", "actions.add", "benchmark.add"):
        page.findChild(QPushButton, name).click()
    assert asked == [
        "file.open", "file.open_folder", "file.add_predictions", "file.add_actions", "file.add_benchmark",
    ]  # fmt: skip


def test_a_file_of_corporate_actions_is_shown_and_taken_out(page, session, tmp_path):
    session.intake.add_files([tmp_path / "actions.csv"], "actions")
    assert session.request.draft.get("data.corporate_actions")
    page.findChild(QToolButton, "actions.remove").click()
    assert session.request.draft.get("data.corporate_actions") is None


def test_how_files_are_written_is_folded_away_until_it_is_said(page, session):
    assert page.findChild(Choice, "data.separator") is None
    session.request.edit("data.separator", ";")
    separator = page.findChild(Choice, "data.separator")
    assert separator.isVisible()
    assert separator.value == ";"


def test_unfolded_it_shows_what_the_request_says_and_every_field_is_known_before(page, session):
    fold = page.findChild(QToolButton, "data.reading")
    fold.click()
    form = fold.parentWidget()
    assert page.findChild(Choice, "data.decimal").isVisible()
    assert {field.key for field in form._form.fields} == form.keys
    fold.click()
    assert not page.findChild(Choice, "data.decimal").isVisible()


def test_a_column_chosen_by_hand_is_remembered_and_forgotten(qtbot, page, session):
    close = page.findChild(Choice, "data.close")
    forget = page.findChild(QPushButton, "data.forget")
    assert not forget.isVisible()
    close.setCurrentIndex(close.findData("open"))
    close.activated.emit(close.currentIndex())
    assert session.request.draft.get("data.close") == "open"
    assert forget.isVisible()
    forget.click()
    settle(qtbot, session)
    assert session.request.draft.get("data.close") == "close"
    assert not forget.isVisible()


def test_a_benchmark_is_shown_with_what_it_holds_and_taken_out(page, session, tmp_path):
    session.intake.add_files([tmp_path / "spy.csv"], "benchmark")
    assert session.request.draft.request().data.benchmark.file.endswith("spy.csv")
    assert session.request.last_change.name == "spy.csv added"
    values = page.findChild(Choice, "data.benchmark.values")
    assert values.isVisibleTo(page)
    assert values.currentData() == "price"
    place = values.findData("return")
    values.setCurrentIndex(place)
    values.activated.emit(place)
    assert session.request.draft.request().data.benchmark.values == "return"
    page.findChild(QToolButton, "benchmark.remove").click()
    assert session.request.draft.get("data.benchmark") is None
    assert not values.isVisibleTo(page)
