import pytest
from PySide6.QtCore import Qt

from ml4t_desktop.files.inspection import inspect_frame
from ml4t_desktop.session.looks import Look, Slice
from ml4t_desktop.session.theme import LIGHT
from ml4t_desktop.tables.frame_model import GROUP_ROLE
from ml4t_desktop.views.data.preview import DataPanel
from tests.unit.session.fakes import (
    LEVELS,
    PRICES,
    FakeWork,
    fake_session,
    ready_session,
    settle,
)


@pytest.fixture
def session(qtbot, tmp_path):
    return ready_session(qtbot, tmp_path)


@pytest.fixture
def panel(qtbot, session):
    made = DataPanel(session, LIGHT)
    qtbot.addWidget(made)
    return made


def titles(panel):
    model, across = panel.model, Qt.Orientation.Horizontal
    return {
        model.headerData(section, across): model.headerData(section, across, GROUP_ROLE)
        for section in range(model.columnCount())
    }


def test_the_first_rows_are_shown_with_what_each_column_is_taken_for(panel):
    assert panel.model.rowCount() == 4
    assert titles(panel) == {
        "date": "Time",
        "symbol": "Asset",
        "open": "Open",
        "high": "High",
        "low": "Low",
        "close": "Close",
        "volume": "Volume",
        "pred": "Signal",
        "exit_signal": "Signal",
    }
    assert panel.facts.text().startswith("4 rows  ·  2 assets  ·  2024-01-02 to 2024-01-03")


def test_a_corrected_column_changes_its_title(panel, session):
    session.request.edit("data.close", "open")
    session.request.edit("data.signals", ("pred",))

    assert titles(panel)["open"] == "Close"
    assert titles(panel)["close"] == "not used"
    assert titles(panel)["exit_signal"] == "not used"


def test_the_chosen_file_stays_when_another_is_added(qtbot, panel, session, tmp_path):
    session.intake.add_files([tmp_path / "context.csv"])
    settle(qtbot, session)
    assert panel.files.currentText() == "prices.csv"

    panel.files.setCurrentIndex(1)
    panel.files.activated.emit(1)
    assert titles(panel) == {"date": "Time", "VIX": "Context", "regime": "Context"}
    session.intake.add_files([tmp_path / "b.csv"])
    settle(qtbot, session)

    assert panel.files.currentText() == "context.csv"


def test_without_files_nothing_is_shown(qtbot, tmp_path):
    panel = DataPanel(fake_session(tmp_path), LIGHT)
    qtbot.addWidget(panel)
    panel.show()

    assert panel.empty.isVisible()
    assert not panel.table.isVisible()


def test_rows_with_every_signal_follow_when_the_first_rows_have_none(qtbot, tmp_path):
    further = Slice(119_836, PRICES.head(2))
    fake = FakeWork(look=lambda path: Look(inspect_frame(PRICES, path), LEVELS, further))
    panel = DataPanel(ready_session(qtbot, tmp_path, fake), LIGHT)
    qtbot.addWidget(panel)

    model = panel.model
    numbers = [model.headerData(row, Qt.Orientation.Vertical) for row in range(model.rowCount())]
    assert numbers == ["1", "2", "3", "4", "⋯", "119,837", "119,838"]
    assert [model.value(4, column) for column in range(model.columnCount())] == [None] * 9
    assert model.value(5, 1) == "AAA"
    assert "then those with every signal" in panel.facts.text()
