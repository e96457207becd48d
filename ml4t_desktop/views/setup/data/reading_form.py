"""How files are written, for the rare file that is not understood by itself."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from ml4t_desktop.session.language import tr
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.views.setup.fields import ChoiceField, Field, Options, TextField
from ml4t_desktop.views.setup.form import FieldForm, Problems
from ml4t_desktop.wording import mark

_FOUND = (None, mark("found out"))
_SEPARATORS: Options = (
    _FOUND, (",", mark("comma")), (";", mark("semicolon")), ("\t", mark("tab")),
    ("|", mark("bar |")), (" ", mark("blanks")),
)  # fmt: skip
_DECIMALS: Options = (_FOUND, (".", mark("point: 1.5")), (",", mark("comma: 1,5")))
_ORDERS: Options = (
    _FOUND,
    ("day_first", mark("day first: 31/12")),
    ("month_first", mark("month first: 12/31")),
)
_LAYOUTS: Options = (
    _FOUND,
    ("long", mark("a row for each asset and time")),
    ("wide", mark("a column for each asset")),
)


class ReadingForm(QWidget):
    """The fields that say how a file is written, folded away while they say nothing.

    Parameters
    ----------
    table : str
        Table of the request, such as ``data``.

    Signals
    -------
    edited : str, object
        As `Field.edited`.
    """

    edited = Signal(str, object)

    def __init__(self, table: str, *, has_layout: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self._fold = QToolButton()
        self._fold.setObjectName(f"{table}.reading")
        self._fold.setText(tr("How the files are written"))
        self._fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._fold.setCheckable(True)
        self._fold.setAutoRaise(True)
        self._fold.toggled.connect(self._on_folded)
        self.form = FieldForm(_fields(table, has_layout=has_layout))
        self.form.edited.connect(self.edited)
        self.form.setVisible(False)
        self._on_folded(is_open=False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._fold)
        layout.addWidget(self.form)

    def show_draft(self, draft: Draft, problems: Problems) -> None:
        """Show what the draft says, unfolded when it says anything."""
        self.form.show_draft(draft, problems)
        says = any(draft.get(field.key) is not None for field in self.form.fields)
        if says or any(field.key in problems for field in self.form.fields):
            self._fold.setChecked(True)
        elif not draft.files:
            self._fold.setChecked(False)

    def _on_folded(self, is_open: bool) -> None:  # noqa: FBT001 (Qt's signal)
        self._fold.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        self.form.setVisible(is_open)


def _fields(table: str, *, has_layout: bool) -> tuple[Field, ...]:
    fields: list[Field] = [
        ChoiceField(f"{table}.separator", tr("Separator"), _SEPARATORS, tip=tr("Between two columns of a text file")),
        ChoiceField(f"{table}.decimal", tr("Decimal mark"), _DECIMALS),
        ChoiceField(f"{table}.date_order", tr("Dates"), _ORDERS, tip=tr("How 03/04/2024 is read")),
        TextField(
            f"{table}.time_zone", tr("Time zone"), placeholder=tr("as written, or America/New_York"),
            tip=tr("Zone of times of day that are written without one; they become UTC"),
        ),
        TextField(f"{table}.encoding", tr("Encoding"), placeholder=tr("found out, or cp1252"),
            tip=tr("Of a text file")),
        TextField(
            f"{table}.sheet", tr("Sheet"), placeholder=tr("the fullest one"),
            tip=tr("Of a workbook; or the file in a zip archive"),
        ),
    ]  # fmt: skip
    if has_layout:
        fields += [
            ChoiceField(f"{table}.layout", tr("Layout"), _LAYOUTS),
            TextField(
                f"{table}.field", tr("Values"), placeholder=tr("close, or what the file is called"),
                tip=tr("What the values of a table with a column for each asset are"),
            ),
        ]  # fmt: skip
    return tuple(fields)
