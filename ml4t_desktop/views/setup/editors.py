"""Editors that a scrolled panel can hold: the wheel scrolls the panel and never changes a value."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimeZone
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDateTimeEdit,
    QDoubleSpinBox,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from ml4t_desktop.session.language import shown, tr

_MOST_DECIMALS = 10
_LARGEST = 1e15


class Choice(QComboBox):
    """A list to choose from; `value` is the data of the chosen entry."""

    def __init__(self, parent: QWidget | None = None, *, width: int = 6) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(width)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

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
    ) -> None:
        super().__init__(parent)
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

    def sizeHint(self) -> QSize:  # noqa: N802, D102 (Qt's: the widest possible number is too wide)
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802, D102 (Qt's)
        width = self.fontMetrics().horizontalAdvance("0" * 8 + self.suffix())
        return QSize(width + 34, max(super().minimumSizeHint().height(), row_height(self)))

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
