from ml4t_desktop.files.inspection import inspect_frame
from ml4t_desktop.views.data.column_table import ColumnTable
from tests.unit.session.fakes import PRICES


def shown(table):
    model = table.frames
    return [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def test_every_column_is_listed_with_its_use_how_sure_that_is_and_why(qtbot, tmp_path):
    table = ColumnTable()
    qtbot.addWidget(table)
    table.show_columns(
        inspect_frame(PRICES, tmp_path / "p.csv"), {"date": "Time", "pred": "Signal"}
    )
    rows = {row[0]: row[1:] for row in shown(table)}
    assert rows["date"][:3] == ["Time", "95 %", "Named as times usually are"]
    assert rows["date"][3] == "2024-01-02 to 2024-01-03"
    assert rows["pred"][2] == "Numbers, and named like the output of a model"
    assert rows["volume"][0] == "not used"


def test_a_use_that_was_chosen_says_so(qtbot, tmp_path):
    table = ColumnTable()
    qtbot.addWidget(table)
    table.show_columns(inspect_frame(PRICES, tmp_path / "p.csv"), {"open": "Close"})
    rows = {row[0]: row[1:] for row in shown(table)}
    assert rows["open"][:3] == ["Close", "", "Chosen by you"]
