"""The base of charts that are painted by hand: a title, a frame with round ticks, and one theme."""

from functools import partial
from typing import Final

import numpy as np
from PySide6.QtCore import QLocale, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMenu, QWidget

from ml4t_desktop.plots.colours import colour
from ml4t_desktop.plots.ticks import round_ticks
from ml4t_desktop.session.formats import Kind, compact, format_value
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.theme import Theme

_BETWEEN: Final = "  \N{MIDDLE DOT}  "
_TITLE, _RIGHT, _GAP = 24, 12, 6
_WIDEST: Final = "-100.0k"  # of what is written along the height
_PIXELS_PER_LINE, _PIXELS_PER_LABEL = 26.0, 78.0


def tick_text(value: float, step: float, kind: Kind, locale: QLocale) -> str:
    """Return a tick in as few digits as tell it from its neighbours."""
    scaled, width = (value * 100, step * 100) if kind == "percent" else (value, step)
    if kind != "percent" and abs(value) >= 10_000:
        return compact(value, locale)
    decimals = min(max(0, -int(np.floor(np.log10(width) + 1e-9))), 6) if width > 0 else 0
    if abs(width * 10**decimals - round(width * 10**decimals)) > 1e-6:
        decimals += 1  # a step of 2.5
    text = locale.toString(float(scaled), "f", decimals)
    return f"{text} %" if kind == "percent" else text


class PaintedChart(QWidget):
    """A chart with a title above its frame; subclasses paint what is in it.

    Parameters
    ----------
    title : str
    x_kind, y_kind : str
        How values are written, see `session.formats`.

    Signals
    -------
    figure_asked : str, QRect
        How one of the figures beside the title is made was asked for: its name, and where it is.
    """

    figure_asked = Signal(str, QRect)

    def __init__(
        self,
        title: str,
        theme: Theme,
        x_kind: Kind = "number",
        y_kind: Kind = "count",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # what was clicked is exported
        self.title, self.note = title, ""
        self._figures: tuple[tuple[str, str], ...] = ()
        self.x_kind: Kind = x_kind
        self.y_kind: Kind = y_kind
        self.theme = theme
        self.locale_ = QLocale()
        self.setAccessibleName(shown(title))
        self.setMouseTracking(True)
        self.setMinimumSize(240, 150)
        self.x_range, self.y_range = (0.0, 1.0), (0.0, 1.0)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self.theme = theme
        self.update()

    def set_figures(self, figures: tuple[tuple[str, str], ...]) -> None:
        """Show figures at the right of the title, each a name and what is written; each tells how it is made."""
        self.note, self._figures = _BETWEEN.join(text for _, text in figures), figures
        self.update()

    def figure_at(self, position: QPointF) -> str | None:
        """Return the name of the figure at a place."""
        places = self._figure_places().items()
        return next((name for name, place in places if QRectF(place).contains(position)), None)

    def ask(self, name: str) -> None:
        """Ask how one of the figures is made."""
        self.figure_asked.emit(
            name, self._figure_places().get(name, QRect(0, 0, self.width(), self._title_height()))
        )

    def ask_current(self) -> bool:
        """Ask how the first of the figures is made; say whether there is one."""
        if self._figures:
            self.ask(self._figures[0][0])
        return bool(self._figures)

    def _figure_places(self) -> dict[str, QRect]:
        """Return where the figures are written, as far as there is room for them."""
        metrics, places = self.fontMetrics(), dict[str, QRect]()
        left = self.width() - 12 - metrics.horizontalAdvance(self.note)
        for name, text in self._figures:
            width = metrics.horizontalAdvance(text)
            if left > 0:
                places[name] = QRect(left, 2, width, self._title_height() - 4)
            left += width + metrics.horizontalAdvance(_BETWEEN)
        return places

    def frame(self) -> QRectF:
        """Return where values are drawn."""
        metrics = self.fontMetrics()
        line = metrics.height()
        left = metrics.horizontalAdvance(_WIDEST) + 2 * _GAP
        top = self._title_height() + line / 2  # of the uppermost number
        return QRectF(self.rect()).adjusted(left, top, -_RIGHT, -(line + 2 * _GAP))

    def _title_height(self) -> int:
        return max(_TITLE, self.fontMetrics().height() + _GAP)

    def place(self, x: float, y: float) -> QPointF:
        """Return where a point of the chart is on the widget."""
        area, (left, right), (low, high) = self.frame(), self.x_range, self.y_range
        return QPointF(
            area.left() + (x - left) / (right - left) * area.width(),
            area.bottom() - (y - low) / (high - low) * area.height(),
        )

    def value_at(self, position: QPointF) -> tuple[float, float]:
        """Return the point of the chart at a place of the widget."""
        area, (left, right), (low, high) = self.frame(), self.x_range, self.y_range
        return (
            left + (position.x() - area.left()) / max(area.width(), 1.0) * (right - left),
            low + (area.bottom() - position.y()) / max(area.height(), 1.0) * (high - low),
        )

    def paint_inside(self, painter: QPainter, area: QRectF) -> None:
        """Paint what the chart shows."""
        raise NotImplementedError

    def x_labels(self, area: QRectF) -> list[tuple[float, str]]:
        """Return the texts below the frame, each with its value."""
        ticks = round_ticks(*self.x_range, max(int(area.width() / _PIXELS_PER_LABEL), 2))
        step = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
        return [(tick, tick_text(tick, step, self.x_kind, self.locale_)) for tick in ticks]

    def text_of(self, value: float, kind: Kind) -> str:
        """Return a value in full."""
        return format_value(float(value), kind, self.locale_)

    def _paint_frame(self, painter: QPainter, area: QRectF) -> None:
        theme = self.theme
        muted, grid = QColor(theme.muted), QPen(colour(theme.grid))
        metrics = painter.fontMetrics()
        ticks = round_ticks(*self.y_range, max(int(area.height() / _PIXELS_PER_LINE), 2))
        step = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
        for tick in ticks:
            y = self.place(0.0, tick).y()
            painter.setPen(grid)
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(muted)
            box = QRectF(0, y - metrics.height() / 2, area.left() - _GAP, metrics.height())
            painter.drawText(
                box,
                int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter),
                tick_text(tick, step, self.y_kind, self.locale_),
            )
        painter.setPen(muted)
        for value, text in self.x_labels(area):
            x = self.place(value, 0.0).x()
            width = metrics.horizontalAdvance(text) + 4
            left = min(max(x - width / 2, 0.0), self.width() - width)
            box = QRectF(left, area.bottom() + 5, width, metrics.height())
            painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)

    def _paint_title(self, painter: QPainter) -> None:
        font = painter.font()
        font.setBold(True)
        painter.save()
        painter.setFont(font)
        painter.setPen(QColor(self.theme.text))
        width = painter.fontMetrics().horizontalAdvance(self.title) + 12
        height = self._title_height() - 4
        box = QRectF(8, 2, width, height)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), self.title)
        painter.restore()
        painter.setPen(QColor(self.theme.muted))
        room = self.width() - width - 20
        note = painter.fontMetrics().elidedText(self.note, Qt.TextElideMode.ElideRight, int(room))
        painter.drawText(
            QRectF(width + 8, 2, room, height),
            int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight),
            note,
        )

    def _on_figure_chosen(self, name: str, _is_checked: object = None) -> None:
        self.ask(name)

    def _copy_picture(self) -> None:
        QGuiApplication.clipboard().setPixmap(self.grab())

    # Qt

    def sizeHint(self) -> QSize:  # noqa: D102, N802 (Qt's)
        return QSize(420, 240)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802 (Qt's)
        del event
        painter = QPainter(self)
        painter.fillRect(self.rect(), colour(self.theme.surface))
        area = self.frame()
        self._paint_title(painter)
        if area.width() > 10 and area.height() > 10:
            self._paint_frame(painter, area)
            painter.save()
            painter.setClipRect(area.adjusted(-1, -1, 1, 1))
            self.paint_inside(painter, area)
            painter.restore()
        painter.end()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: D102, N802 (Qt's)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(tr("Copy as a picture"), self._copy_picture)
        for name, text in self._figures:
            action = menu.addAction(tr("How it is made: {figure}", figure=text))
            action.triggered.connect(partial(self._on_figure_chosen, name))
        menu.popup(QPoint(event.globalPos()))
