"""The right side of a clause: a number, two ends, texts, a count, yes or no, or another column."""

from collections.abc import Callable
from typing import Any, Literal

from PySide6.QtCore import QLocale, QSignalBlocker, Signal
from PySide6.QtWidgets import QBoxLayout, QLineEdit, QMenu, QSizePolicy, QToolButton, QWidget

from ml4t_desktop.request.conditions import COUNT_OPS
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.number_input import number_of
from ml4t_desktop.session.request.columns import RuleColumn
from ml4t_desktop.views.setup.editors import Choice, NumberBox, row_height

Shape = Literal["number", "pair", "text", "flag", "numbers", "texts", "count", "column", "nothing"]
_NUMBER_STEP = 0.05
_DIGITS = 6  # the column beside needs the room more
_LIST_DIGITS = 16  # a list goes below the line where there is no room for it


def shape_of(column: RuleColumn, op: str, *, has_other: bool) -> Shape:
    """Return what kind of value a comparison needs."""
    if has_other:
        return "column"
    if op == "is_null":
        return "nothing"
    if op in COUNT_OPS:
        return "count"
    if op == "between":
        return "pair"
    if op == "in":
        return "texts" if column.kind == "text" else "numbers"
    return column.kind


def first_value(shape: Shape, column: RuleColumn, old: Any = None) -> Any:
    """Return a value of a shape to begin with, near the one that was there."""
    is_number = isinstance(old, int | float) and not isinstance(old, bool)
    number = float(old) if is_number else column.middle
    text = old if isinstance(old, str) else (column.samples[0] if column.samples else "")
    begins: dict[Shape, Callable[[], Any]] = {
        "number": lambda: number,
        "pair": lambda: _pair_round(number, column),
        "text": lambda: text,
        "flag": lambda: True,
        "numbers": lambda: (number,),
        "texts": lambda: (text,),
        "count": lambda: 1 if column.middle else max(1, round(number)),
    }
    return begins[shape]() if shape in begins else None


def _pair_round(number: float, column: RuleColumn) -> tuple[float, float]:
    """Return two ends about a threshold: from it to the end of the values, or from 0 to 1."""
    try:
        high = float(column.maximum)
    except ValueError:
        return (min(number, 0.0), max(number, 1.0))
    return (min(number, high), max(number, high))


class ValueEditor(QWidget):
    """The editor of one shape of value.

    Signals
    -------
    edited : object
        The new value; for the shape "column" the other column's name.
    """

    edited = Signal(object)

    def __init__(self, shape: Shape, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.shape: Shape = shape
        # Two numbers side by side would be wider than a narrow panel.
        way = (
            QBoxLayout.Direction.TopToBottom
            if shape == "pair"
            else QBoxLayout.Direction.LeftToRight
        )
        self._layout = QBoxLayout(way, self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self._numbers: list[NumberBox] = []
        self._choice: Choice | None = None
        self._line: QLineEdit | None = None
        self._menu: QMenu | None = None
        self._column: RuleColumn | None = None
        self._labels: tuple[tuple[str, int], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._build()

    def show_value(self, value: Any, columns: tuple[RuleColumn, ...], column: RuleColumn) -> None:
        """Show a value, without telling an edit."""
        if self._column is None or self._column.name != column.name:
            self._column, self._labels = column, ()
        if self._numbers:
            values = value if isinstance(value, tuple | list) else (value,)
            for box, number in zip(self._numbers, values, strict=False):
                with QSignalBlocker(box):
                    box.setValue(float(number if number is not None else 1.0))
        elif self._line is not None:
            between = f"{self._between} "
            self._line.setText(between.join(self._written(item) for item in value or ()))
            self._line.setPlaceholderText(between.join(column.samples[:3] or ("a", "b", "c")))
            self._fill_menu(column.samples)
        elif self._choice is not None:
            self._show_choice(self._choice, value, columns, column)

    def set_step(self, step: float) -> None:
        """Let the arrows of a number go by a step that suits its column."""
        if self.shape in {"number", "pair"} and step:
            for box in self._numbers:
                box.setSingleStep(step)

    def show_labels(self, labels: tuple[tuple[str, int], ...]) -> None:
        """Offer the texts a column really has, with how often each occurs."""
        if labels == self._labels:
            return
        self._labels = labels
        if self.shape == "text" and self._choice is not None:
            shown = self._choice.currentText()
            self._choice.set_options(tuple((text, text) for text, _ in labels))
            total = max(sum(count for _, count in labels), 1)
            self._choice.set_tips(
                tuple(tr("{count:.1%} of the values", count=count / total) for _, count in labels)
            )
            self._choice.setEditText(shown)
        elif self.shape == "texts":
            self._fill_menu(tuple(text for text, _ in labels))

    def _fill_menu(self, offered: tuple[str, ...]) -> None:
        """Offer texts to tick; those that are in the line are ticked."""
        if self._menu is None or self._line is None or self.shape != "texts":
            return
        names = tuple(text for text, _ in self._labels) or offered
        if [action.text() for action in self._menu.actions()] != list(names):
            self._menu.clear()
            for name in names:
                action = self._menu.addAction(name)
                action.setCheckable(True)
                action.triggered.connect(self._on_ticked)
        chosen = self._parts()
        for action in self._menu.actions():
            action.setChecked(action.text() in chosen)

    def _build(self) -> None:
        if self.shape in {"number", "pair", "count"}:
            is_count = self.shape == "count"
            for name in ("value", "high") if self.shape == "pair" else ("value",):
                box = NumberBox(
                    low=1 if is_count else -1e15,
                    step=1 if is_count else _NUMBER_STEP,
                    is_whole=is_count,
                    digits=_DIGITS,
                )
                box.valueChanged.connect(self._on_number)
                self._numbers.append(box)
                self._added(box, name)
        elif self.shape in {"numbers", "texts"}:
            self._line = QLineEdit()
            self._line.setMinimumHeight(row_height(self._line))
            self._line.setMinimumWidth(self._line.fontMetrics().averageCharWidth() * _LIST_DIGITS)
            self._added(self._line, "values")
            self._line.editingFinished.connect(self._on_line)
            if self.shape == "texts":
                self._menu = QMenu(self)
                pick = QToolButton()
                pick.setObjectName("pick")
                pick.setText("▾")
                pick.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
                pick.setStyleSheet("QToolButton::menu-indicator { image: none; }")
                pick.setMenu(self._menu)
                pick.setToolTip(tr("Choose among the values of the column"))
                pick.setAccessibleName(tr("Choose values"))
                self._layout.addWidget(pick)
        elif self.shape in {"text", "flag", "column"}:
            choice = Choice(width=4)
            self._choice = choice
            self._added(choice, "value")
            choice.activated.connect(self._on_choice)
            if self.shape == "text":
                line = QLineEdit()
                choice.setEditable(True)
                choice.setLineEdit(line)
                line.editingFinished.connect(self._on_choice)

    def _added(self, editor: QWidget, name: str) -> None:
        editor.setObjectName(name)
        editor.setAccessibleName(
            {"high": tr("Upper end"), "values": tr("Values")}.get(name, tr("Value"))
        )
        self._layout.addWidget(editor, 1)

    def _show_choice(
        self, choice: Choice, value: Any, columns: tuple[RuleColumn, ...], column: RuleColumn
    ) -> None:
        if self.shape == "column":
            choice.set_options(tuple((item.name, item.title) for item in columns))
        elif self.shape == "flag":
            choice.set_options(((True, tr("yes")), (False, tr("no"))))
        else:
            if not self._labels:
                choice.set_options(tuple((text, text) for text in column.samples))
            choice.setEditText(str(value))
            return
        choice.show_value(value)

    def _on_number(self, _value: float) -> None:
        numbers = tuple(box.value() for box in self._numbers)
        if self.shape == "pair":
            self.edited.emit((min(numbers), max(numbers)))
        else:
            self.edited.emit(int(numbers[0]) if self.shape == "count" else numbers[0])

    def _on_line(self) -> None:
        assert self._line is not None  # noqa: S101 (connected in _build)
        parts = self._parts()
        if self.shape == "texts":
            self.edited.emit(parts)
            return
        typed = (number_of(part, self.locale()) for part in parts)
        numbers = tuple(number for number in typed if number is not None)
        self.edited.emit(numbers)

    def _parts(self) -> tuple[str, ...]:
        text = self._line.text() if self._line is not None else ""
        return tuple(part.strip() for part in text.split(self._between) if part.strip())

    @property
    def _between(self) -> str:
        """What stands between values: no comma among numbers that have one within."""
        is_taken = self.shape == "numbers" and self.locale().decimalPoint() == ","
        return ";" if is_taken else ","

    def _written(self, value: object) -> str:
        if not isinstance(value, float):
            return str(value)
        locale = self.locale()
        locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
        return locale.toString(value, "g", 12)

    def _on_ticked(self) -> None:
        assert self._menu is not None  # noqa: S101 (connected in _fill_menu)
        known = {action.text() for action in self._menu.actions()}
        ticked = tuple(action.text() for action in self._menu.actions() if action.isChecked())
        self.edited.emit((*ticked, *(part for part in self._parts() if part not in known)))

    def _on_choice(self, _index: int = 0) -> None:
        assert self._choice is not None  # noqa: S101 (connected in _build)
        is_text = self.shape == "text"
        self.edited.emit(self._choice.currentText().strip() if is_text else self._choice.value)
