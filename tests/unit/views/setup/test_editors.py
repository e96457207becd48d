import pytest
from PySide6.QtCore import QLocale, Qt

from ml4t_desktop.views.setup.editors import NumberBox
from ml4t_desktop.views.setup.rules.clause_values import ValueEditor


def typed_into(qtbot, country: str, text: str, **limits) -> NumberBox:
    box = NumberBox(**limits)
    box.setLocale(QLocale(country))
    qtbot.addWidget(box)
    box.show()
    box.setFocus()
    box.lineEdit().setText(text)  # QTest cannot type the digits of every country
    qtbot.keyClick(box, Qt.Key.Key_Return)
    return box


@pytest.mark.parametrize(
    ("country", "text", "value"),
    [
        ("en_US", "0.85", 0.85),
        ("en_US", "1,000", 1000.0),
        ("de_DE", "0,85", 0.85),
        ("de_DE", "0.85", 0.85),
        ("de_DE", "1.000", 1000.0),
        ("fr_FR", "1 000,5", 1000.5),
        ("fa_IR", "۰٫۸۵", 0.85),
        ("fa_IR", "0.85", 0.85),
        ("ar_EG", "٠٫٨٥", 0.85),
    ],
)
def test_a_number_is_taken_as_it_is_written_in_the_country(qtbot, country, text, value):
    assert typed_into(qtbot, country, text).value() == value


def test_a_number_is_shown_as_the_country_writes_it(qtbot):
    box = typed_into(qtbot, "de_DE", "1234,5", suffix=" %")

    assert box.text() == "1.234,5 %"


def test_a_share_of_a_whole_is_not_taken_where_things_are_counted(qtbot):
    assert typed_into(qtbot, "de_DE", "12,5", is_whole=True).value() == 0


def test_a_number_out_of_its_limits_is_not_taken(qtbot):
    assert typed_into(qtbot, "en_US", "7", low=0.0, high=5.0).value() <= 5


def test_a_list_of_numbers_has_semicolons_where_numbers_have_commas(qtbot):
    editor = ValueEditor("numbers")
    editor.setLocale(QLocale("de_DE"))
    qtbot.addWidget(editor)
    told = []
    editor.edited.connect(told.append)
    line = editor.findChild(object, "values")

    line.setText("0,5; 1,25")
    line.editingFinished.emit()

    assert told == [(0.5, 1.25)]
