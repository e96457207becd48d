"""What a chart says in words: a strip of its own above what is drawn, so that nothing lies under it."""

import math
from typing import cast

from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QApplication, QGraphicsTextItem, QStyleOptionGraphicsItem, QWidget

from ml4t_desktop.plots.plot import Plot

_LEAST_WIDTH = 60.0
_INDENT = 8.0  # as titles beside it have
_MOST = 0.5  # of the height of a chart; in a lower one the words stand over what is drawn
_GAP = 1.0


class Legend(QGraphicsTextItem):
    """The words above a plot item.

    The strip grows with what is said and does not shrink before the chart gets another width: else the
    chart would jump under the mouse.
    """

    def __init__(self, plot: Plot) -> None:
        super().__init__(plot)
        self._strip = 0.0
        self._width = 0.0
        self._longest = ""
        self._html = ""
        self._ground = QColor()
        self.document().setDocumentMargin(0.0)
        self.setZValue(60)
        plot.getViewBox().sigResized.connect(self._on_resized)

    @property
    def _plot(self) -> Plot:
        """What it is written in; whoever kept it would be deleted with it, while deleting it."""
        return cast("Plot", self.parentItem())

    @property
    def strip(self) -> float:
        """Height of the strip in pixels."""
        return self._strip

    def set_colours(self, text: QColor, ground: QColor) -> None:
        """Set in what colour words are written, and what is behind them where there is no strip."""
        self._ground = ground
        self.setDefaultTextColor(text)

    def write(self, html: str, longest: str = "") -> None:
        """Say something; `longest` is what may be said later in its place, for which there is to be room."""
        html, longest = (
            text.replace("</span> <b>", "</span>&nbsp;<b>") for text in (html, longest)
        )
        self._html, self._longest = html, longest or self._longest
        self._lay_out()

    def _lay_out(self) -> None:
        if self.font() != QApplication.font():  # letters of another size were chosen
            self.setFont(QApplication.font())
        self.setPos(_INDENT, 0.0)
        self.setTextWidth(max(self._plot.size().width() - 2 * _INDENT, _LEAST_WIDTH))
        if self._longest:
            self.setHtml(self._longest)
            self._reserve()
        self.setHtml(self._html)
        self._reserve()

    def _reserve(self) -> None:
        if self._plot.getViewBox().geometry().width() < _LEAST_WIDTH:
            return  # not laid out yet: every word would have a line of its own
        needed = math.ceil(self.document().size().height() + _GAP) if self.toPlainText() else 0.0
        wanted = max(self._strip, needed)
        self._give(wanted if wanted <= self._plot.size().height() * _MOST else 0.0)

    def _give(self, height: float) -> None:
        if height != self._strip:
            self._strip = height
            self._plot.leave_above(height)

    def _on_resized(self, _box: object) -> None:
        width = self._plot.getViewBox().geometry().width()
        if width != self._width:
            self._width = width
            self._give(0.0)
            self._lay_out()
        else:
            self._reserve()

    def paint(  # noqa: D102 (Qt's)
        self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget
    ) -> None:
        if not self._strip:
            said = self.boundingRect()
            said.setWidth(self.document().idealWidth())
            painter.fillRect(said, self._ground)
        super().paint(painter, option, widget)
