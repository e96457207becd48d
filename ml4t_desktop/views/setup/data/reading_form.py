"""How files are written, for the rare file that is not understood by itself."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from ml4t_desktop.session.language import tr
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.views.setup.fields import ChoiceField, Field, Options, TextField
from ml4t_desktop.views.setup.form import FieldForm, Problems
from ml4t_desktop.views.tab_order import order_tabs
from ml4t_desktop.wording import mark

# As `_fields` makes them; the last two are of tables that may be wide.
_NAMES: Final = (
    "separator", "decimal", "date_order", "time_zone", "encoding", "sheet", "layout", "field",
)  # fmt: skip
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

    They are made when they are unfolded: few files need them, and they take long.

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
        self._table, self._has_layout = table, has_layout
        self._form: FieldForm | None = None
        self._shown: tuple[Draft, Problems] | None = None
        names = _NAMES if has_layout else _NAMES[:-2]
        self.keys: Final = frozenset(f"{table}.{name}" for name in names)
        self._fold = QToolButton()
        self._fold.setObjectName(f"{table}.reading")
        self._fold.setText(tr("How the files are written"))
        self._fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._fold.setCheckable(True)
        self._fold.setAutoRaise(True)
        self._fold.toggled.connect(self._on_folded)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._fold)
        self._on_folded(is_open=False)

    def show_draft(self, draft: Draft, problems: Problems) -> None:
        """Show what the draft says, unfolded when it says anything."""
        self._shown = draft, problems
        if self._form is not None:
            self._form.show_draft(draft, problems)
        if any(draft.get(key) is not None or key in problems for key in self.keys):
            self._fold.setChecked(True)
        elif not draft.files:
            self._fold.setChecked(False)

    def _on_folded(self, is_open: bool) -> None:  # noqa: FBT001 (Qt's signal)
        self._fold.setArrowType(Qt.ArrowType.DownArrow if is_open else Qt.ArrowType.RightArrow)
        if is_open and self._form is None:
            self._form = self._made()
        if self._form is not None:
            self._form.setVisible(is_open)

    def _made(self) -> FieldForm:
        form = FieldForm(_fields(self._table, has_layout=self._has_layout))
        form.edited.connect(self.edited)
        layout = self.layout()
        assert layout is not None  # noqa: S101 (made with it)
        layout.addWidget(form)
        order_tabs(self)
        if self._shown is not None:
            form.show_draft(*self._shown)
        return form


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
