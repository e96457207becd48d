"""Editors that a scrolled panel can hold: the wheel scrolls the panel and never changes a value."""

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, QSize, Qt, QTimeZone, Signal
from PySide6.QtGui import QResizeEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDateTimeEdit,
    QDoubleSpinBox,
    QSizePolicy,
    QSlider,
    QToolButton,
    QWidget,
)

from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.number_input import may_become_number, number_of
from ml4t_desktop.views.elided import has_room

_MOST_DECIMALS = 10
_LARGEST = 1e15
_USUAL_DIGITS = 8  # that there is room for at least


class Choice(QComboBox):
    """A list to choose from; `value` is the data of the chosen entry."""

    def __init__(self, parent: QWidget | None = None, *, width: int = 6) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(width)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._tip = ""
        self.currentTextChanged.connect(self.tell_cut)

    def set_options(self, options: tuple[tuple[object, str], ...]) -> None:
        """Offer other entries (value, title); nothing happens when they are the same."""
        if options == tuple((self.itemData(i), self.itemText(i)) for i in range(self.count())):
            return
        self.clear()
        for value, title in options:
            self.addItem(shown(title), value)
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + 24)

    def set_tips(self, tips: tuple[str, ...]) -> None:
        """Explain the entries, in their order."""
        for index, tip in enumerate(tips):
            self.setItemData(index, tip, Qt.ItemDataRole.ToolTipRole)

    def show_value(self, value: object) -> None:
        """Choose the entry of a value; one that is not offered is added, so that it can be seen."""
        for index in range(self.count()):
            if self.itemData(index) == value:
                self.setCurrentIndex(index)
                return
        self.addItem(
            tr("not chosen") if value is None else tr("{value} (not there)", value=value), value
        )
        self.setCurrentIndex(self.count() - 1)

    @property
    def value(self) -> object:
        """The value of the chosen entry."""
        return self.currentData()

    def tell_cut(self) -> None:
        """Let the tip begin with what is chosen where there is no room for all of it."""
        cut = "" if has_room(self) else self.currentText()
        super().setToolTip("\n".join(filter(None, (cut, self._tip))))

    # Qt

    def setToolTip(self, tip: str) -> None:  # noqa: N802, D102 (Qt's)
        self._tip = tip
        self.tell_cut()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802, D102 (Qt's)
        super().resizeEvent(event)
        self.tell_cut()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802, D102 (Qt's)
        event.ignore()


class NumberBox(QDoubleSpinBox):
    """A number with as many decimals as it has, told when it is complete."""

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        low: float = -_LARGEST,
        high: float = _LARGEST,
        step: float = 1.0,
        suffix: str = "",
        is_whole: bool = False,
        digits: int = _USUAL_DIGITS,
    ) -> None:
        super().__init__(parent)
        self._digits = digits
        self.setDecimals(0 if is_whole else _MOST_DECIMALS)
        self.setRange(low, high)
        self.setSingleStep(step)
        self.setSuffix(suffix)
        self.setKeyboardTracking(False)
        self.setGroupSeparatorShown(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def textFromValue(self, value: float) -> str:  # noqa: N802, D102 (Qt's)
        text = super().textFromValue(value)
        point = self.locale().decimalPoint()
        if point not in text:
            return text
        return text.rstrip(self.locale().zeroDigit()).removesuffix(point)

    def valueFromText(self, text: str) -> float:  # noqa: N802, D102 (Qt's)
        value = number_of(self._bare(text), self.locale())
        return self.value() if value is None else value

    def validate(self, text: str, pos: int) -> object:  # noqa: D102 (Qt's, which would take groups of any length for thousands)
        bare, state = self._bare(text), QValidator.State
        value = number_of(bare, self.locale())
        if value is None:
            return (state.Intermediate if may_become_number(bare) else state.Invalid), text, pos
        if not self.decimals() and value != round(value):
            return state.Invalid, text, pos
        is_within = self.minimum() <= value <= self.maximum()
        return (state.Acceptable if is_within else state.Intermediate), text, pos

    def _bare(self, text: str) -> str:
        return text.strip().removesuffix(self.suffix().strip())

    def sizeHint(self) -> QSize:  # noqa: N802, D102 (Qt's: the widest possible number is too wide)
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802, D102 (Qt's)
        width = self.fontMetrics().horizontalAdvance("0" * self._digits + self.suffix())
        return QSize(width + 34, max(super().minimumSizeHint().height(), row_height(self)))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802, D102 (Qt's)
        event.ignore()


class Slider(QSlider):
    """A number between two ends by dragging, in steps.

    Signals
    -------
    chosen : float
        By its user, not by `show_value`.
    """

    chosen = Signal(float)

    def __init__(self, low: float, high: float, step: float) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._low, self._step = low, step
        self.setRange(0, round((high - low) / step))
        self.setSingleStep(1)
        self.setPageStep(max(self.maximum() // 10, 1))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumWidth(40)
        self.valueChanged.connect(self._on_changed)

    def show_value(self, value: float) -> None:
        """Show a number, at its ends what lies beyond them, without telling."""
        if self.isSliderDown():
            return  # the hand is ahead of what comes back
        place = round((value - self._low) / self._step)
        with QSignalBlocker(self):
            self.setValue(min(max(place, 0), self.maximum()))

    def _on_changed(self, place: int) -> None:
        self.chosen.emit(round(self._low + place * self._step, 10))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802, D102 (Qt's)
        event.ignore()


def row_height(editor: QWidget) -> int:
    """Return the height that lists to choose from have, so that rows look alike."""
    return editor.fontMetrics().height() + 12


class MomentBox(QDateTimeEdit):
    """A date, or a timestamp, with a calendar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCalendarPopup(True)
        self.setKeyboardTracking(False)
        self.setTimeZone(QTimeZone.utc())
        self.setMinimumHeight(row_height(self))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802, D102 (Qt's)
        event.ignore()


def remove_button(remove: Callable[[], None]) -> QToolButton:
    """Return the button that takes a row away."""
    button = QToolButton()
    button.setObjectName("remove")
    button.setText("✕")
    button.setAutoRaise(True)
    button.setToolTip(tr("Remove"))
    button.setAccessibleName(tr("Remove"))
    button.clicked.connect(remove)
    return button
