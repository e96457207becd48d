"""What stands above the equity chart: its scale, its worst drawdowns, and the way back to the whole."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import (
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.session.formats import format_value
from ml4t_desktop.session.language import tr
from ml4t_desktop.units import moment
from ml4t_desktop.views.flow import FlowLayout
from ml4t_desktop.views.review.menus import give_menu

if TYPE_CHECKING:  # the analysis loads numba and polars, after the window is visible
    from ml4t_desktop.analysis.account.drawdowns import Drawdown


class ChartBar(QWidget):
    """Buttons over the equity chart.

    Signals
    -------
    log_chosen : bool
        Whether equal distances are to be equal factors.
    marks_chosen : bool
        Whether drawdowns are to be marked.
    drawdown_chosen : int
        The place of a drawdown in the list.
    whole_asked : no value
        The whole period is to be shown.
    """

    log_chosen = Signal(bool)
    marks_chosen = Signal(bool)
    drawdown_chosen = Signal(int)
    whole_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._drawdowns: tuple[Drawdown, ...] = ()
        self._has_clock = self._is_zoned = False
        self._is_stale = True
        self.told = QLabel()
        self.told.setObjectName("drawdown_told")
        self.told.setWordWrap(True)
        self.told.setAccessibleName(tr("The drawdown that is shown"))
        self.told.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.whole_button = QPushButton(tr("Whole &period"))
        self.whole_button.setToolTip(tr("Show the whole period again (Home)"))
        self.log_button = QToolButton()
        self.log_button.setText(tr("Log"))
        self.log_button.setObjectName("equity_log")
        self.log_button.setCheckable(True)
        self.log_button.setAccessibleName(tr("Logarithmic scale of equity"))
        self.log_button.setToolTip(tr("Equal distances are equal factors, not equal amounts"))
        self.drawdowns_button = QToolButton()
        self.drawdowns_button.setText(tr("Worst drawdowns"))
        self.drawdowns_button.setObjectName("worst_drawdowns")
        self.drawdowns_button.setToolTip(tr("List the ten worst drawdowns; choosing one shows it"))
        self.menu = QMenu(self.drawdowns_button)
        self.menu.setAccessibleName(tr("The ten worst drawdowns"))
        self.menu.aboutToShow.connect(self.fill_menu)
        give_menu(self.drawdowns_button, self.menu)
        buttons = FlowLayout()
        buttons.addWidget(self.whole_button)
        buttons.addWidget(self.drawdowns_button)
        buttons.addWidget(self.log_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(buttons)
        layout.addWidget(self.told)
        self.told.hide()
        self._marks = self.menu.addAction(tr("Mark them in the chart"))
        self._marks.setCheckable(True)
        self._marks.setChecked(True)
        self._marks.toggled.connect(self.marks_chosen)
        self.log_button.toggled.connect(self.log_chosen)
        self.whole_button.clicked.connect(self.whole_asked)

    def set_drawdowns(
        self, drawdowns: tuple[Drawdown, ...], *, has_clock: bool, is_zoned: bool = False
    ) -> None:
        """Offer other drawdowns, the worst first."""
        self._drawdowns, self._has_clock, self._is_zoned = drawdowns, has_clock, is_zoned
        self._is_stale = True
        self.drawdowns_button.setEnabled(bool(drawdowns))

    def tell(self, place: int | None) -> None:
        """Say how deep and how long one of the drawdowns was; None says nothing."""
        if place is None or place >= len(self._drawdowns):
            self.told.setText("")
            self.told.hide()
            return
        text = tr(
            "Drawdown {place}: {drawdowns}",
            place=place + 1,
            drawdowns=self._text(self._drawdowns[place]),
        )
        self.told.setText(text)
        self.told.setToolTip(text)
        self.told.show()

    def fill_menu(self) -> None:
        """List the drawdowns: only when the list is looked at, for it changes with every run."""
        if not self._is_stale:
            return
        self._is_stale = False
        for action in self.menu.actions():
            if action is not self._marks:
                self.menu.removeAction(action)
                action.deleteLater()
        self.menu.addSeparator()
        for place, drawdown in enumerate(self._drawdowns):
            action = self.menu.addAction(f"{place + 1}.   {self._text(drawdown)}")
            action.triggered.connect(partial(self._choose, place))

    def _choose(self, place: int, _is_checked: object = None) -> None:
        self.drawdown_chosen.emit(place)

    def _when(self, us: int) -> str:
        found = moment(us, "UTC" if self._is_zoned else None)
        return format_value(found, "time" if self._has_clock else "date", QLocale())

    def _text(self, drawdown: Drawdown) -> str:
        locale = QLocale()
        start, trough = self._when(drawdown.start), self._when(drawdown.trough)
        depth = format_value(drawdown.depth, "percent", locale)
        days = format_value(drawdown.days, "count", locale)
        if drawdown.recovery is None:
            return tr(
                "{depth} from {start} to {trough}, not recovered after {days} days",
                depth=depth,
                start=start,
                trough=trough,
                days=days,
            )
        recovery = self._when(drawdown.recovery)
        return tr(
            "{depth} from {start} to {trough}, recovered {recovery} after {days} days",
            depth=depth,
            start=start,
            trough=trough,
            recovery=recovery,
            days=days,
        )
