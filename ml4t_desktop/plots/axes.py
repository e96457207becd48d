"""Axes: ordinals of bars written as times, values written in the user's locale."""

from typing import Any, Literal

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QLocale, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPen

from ml4t_desktop.plots.calendar import Calendar
from ml4t_desktop.plots.ticks import round_step, round_ticks
from ml4t_desktop.session.formats import compact, format_value, price

ValueKind = Literal["money", "percent", "price", "number"]
_PIXELS_PER_TICK = 75.0
_PIXELS_PER_LINE = 17.0
_FEW, _PIXELS_PER_MORE = 4, 80.0  # a long axis is not as crowded as a short one
_PIXELS_PER_ROUND = 24.0  # of round values one above the other
_INWARDS, _DOWNWARDS = QPointF(-1.0, 0.0), QPointF(0.0, 1.0)
_LINES_TO_MOVE = 4  # as high must an axis be for a text at its end to move inwards
_TEXT_HEIGHT = 0.8  # of a line: digits have nothing below
_MOST_DECADES = 300
_SIZES = ((1e9, "B"), (1e6, "M"), (1e3, "k"))


class PlainAxis(pg.AxisItem):
    """An axis without a title, with a grid through the chart.

    It draws nothing else, which takes a fraction of the time: axes are most of what a moving chart draws.
    """

    def __init__(self, side: str) -> None:
        super().__init__(side)
        self._bounds: tuple[QRectF, QRectF, QRectF] | None = None

    def boundingRect(self) -> QRectF:  # noqa: D102, N802 (pyqtgraph's)
        view = self.linkedView()
        if view is None or self.grid is False:
            return super().boundingRect()
        own, seen = self.geometry(), view.geometry()
        if self._bounds is None or self._bounds[:2] != (own, seen):
            self._bounds = own, seen, QRectF(super().boundingRect())
        return self._bounds[2]

    def drawPicture(  # noqa: D102, N802 (pyqtgraph's)
        self,
        p: Any,
        axisSpec: Any,  # noqa: N803 (pyqtgraph's)
        tickSpecs: Any,  # noqa: N803 (pyqtgraph's)
        textSpecs: Any,  # noqa: N803 (pyqtgraph's)
    ) -> None:
        p.setRenderHint(p.RenderHint.Antialiasing, False)  # noqa: FBT003 (Qt's)
        line, start, end = axisSpec
        p.setPen(line)
        p.drawLine(start, end)
        if tickSpecs:
            p.setPen(tickSpecs[0][0])
            p.drawLines([QLineF(*ends) for _, *ends in tickSpecs])
        if textSpecs:
            p.setPen(self.textPen())
            for rect, flags, text in textSpecs:
                p.drawText(rect, int(flags), text)

    def generateDrawSpecs(self, p: Any) -> Any:  # noqa: D102, N802 (pyqtgraph's)
        view = self.linkedView()
        if view is None or self.grid is False:
            return super().generateDrawSpecs(p)
        own = self.mapRectFromParent(self.geometry())
        chart = view.mapRectToItem(self, view.boundingRect())
        low, high = self.range
        is_upright = self.orientation == "left"
        length = own.height() if is_upright else own.width()
        if length <= 0 or high <= low:
            return None
        look: Any = self.style  # Qt has a method of this name
        levels = self.tickValues(low, high, length)
        spacing, values = levels[0] if levels else (1.0, [])
        values = [value for value in values if low <= value <= high]
        scale = length / (high - low)
        faded = min(0.05 * length / (len(values) + 1), 1.0)
        shade = QColor(self.tickPen().color())
        shade.setAlpha(int(self.grid * faded))
        line = QPen(self.tickPen())
        line.setColor(shade)
        if is_upright:
            at = [own.bottom() - (value - low) * scale for value in values]
            ticks = [(line, QPointF(chart.right(), y), QPointF(own.right(), y)) for y in at]
            axis = self.pen(), own.topRight() + _INWARDS, own.bottomRight() + _INWARDS
        else:
            at = [own.left() + (value - low) * scale for value in values]
            ticks = [(line, QPointF(x, chart.top()), QPointF(x, own.top())) for x in at]
            axis = self.pen(), own.topLeft() + _DOWNWARDS, own.topRight() + _DOWNWARDS
        texts = self._texts(p, values, at, spacing, own) if look["showValues"] else []
        return axis, ticks, texts

    def _texts(
        self, p: Any, values: list[float], at: list[float], spacing: float, own: QRectF
    ) -> list[tuple[QRectF, Any, str]]:
        """Return the texts of ticks with their places, but for those that would be cut off."""
        measure = p.fontMetrics()
        height = measure.height() * _TEXT_HEIGHT
        room = self.boundingRect().adjusted(-0.5, -0.5, 0.5, 0.5)
        is_upright = self.orientation == "left"
        look: Any = self.style
        gap = look["tickTextOffset"][0 if is_upright else 1]
        found: list[tuple[QRectF, Any, str]] = []
        widest, length = 0.0, own.height()
        for text, place in zip(self.tickStrings(values, 1.0, spacing), at, strict=True):
            width = measure.horizontalAdvance(text) + 1.0
            widest = max(widest, width)
            if is_upright:
                top = place - height / 2
                if length > _LINES_TO_MOVE * height:  # else it would come too near to another one
                    top = min(max(top, room.top()), room.bottom() - height)
                rect = QRectF(own.right() - gap - width, top, width, height)
                flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            else:
                rect = QRectF(place - width / 2, own.top() + gap, width, height)
                flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
            if room.contains(rect):
                found.append((rect, flags | Qt.TextFlag.TextDontClip, text))
        self._updateMaxTextSize(round(widest if is_upright else height))
        return found

    def updateAutoSIPrefix(self) -> None:  # noqa: D102, N802 (pyqtgraph's)
        self.picture = None  # what the title's layout would have done: the ticks are drawn anew
        self.update()


class TimeAxis(PlainAxis):
    """A time axis over ordinals: ticks stand where a year, month, day or hour begins in the data."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self._calendar = Calendar(np.zeros(0, np.int64))

    def set_calendar(self, calendar: Calendar) -> None:
        """Set the times of the ordinals."""
        self._calendar = calendar
        self.picture = None
        self.update()

    def tickValues(  # noqa: D102, N802 (pyqtgraph's)
        self,
        minVal: float,  # noqa: N803 (pyqtgraph's)
        maxVal: float,  # noqa: N803 (pyqtgraph's)
        size: float,
    ) -> list[tuple[float, list[float]]]:
        first = max(int(np.ceil(minVal)), 0)
        stop = min(int(np.floor(maxVal)) + 1, len(self._calendar))
        if first >= stop or size <= 0:
            return []
        apart = max(_PIXELS_PER_TICK * (maxVal - minVal) / size, 1.0)
        most = max(int((maxVal - minVal) / apart), 2)
        ticks = self._calendar.ticks(first, stop, most).tolist()
        whole = [tick for tick in ticks if tick - minVal > apart * 0.4]  # not cut off at the left
        return [(apart, _thinned(whole, apart))]

    def tickStrings(  # noqa: D102, N802 (pyqtgraph's)
        self,
        values: list[float],
        scale: float,  # noqa: ARG002 (pyqtgraph's)
        spacing: float,  # noqa: ARG002 (pyqtgraph's)
    ) -> list[str]:
        return self._calendar.tick_texts([int(value) for value in values])


class ValueAxis(PlainAxis):
    """A value axis that writes money, prices, percentages or plain numbers in the user's locale.

    Parameters
    ----------
    labels : tuple of str
        What whole numbers from 0 stand for, in a chart of texts.
    """

    def __init__(self, kind: ValueKind = "number", labels: tuple[str, ...] = ()) -> None:
        super().__init__("left")
        self._kind: ValueKind = kind
        self._labels = labels
        self._is_log = False
        self._locale = QLocale()

    @property
    def kind(self) -> ValueKind:
        """How values are written."""
        return self._kind

    def set_kind(self, kind: ValueKind) -> None:
        """Set how values are written."""
        self._kind = kind
        self.picture = None
        self.update()

    def set_labels(self, labels: tuple[str, ...]) -> None:
        """Set what whole numbers from 0 stand for; nothing: they are numbers."""
        if labels != self._labels:
            self._labels = labels
            self.picture = None
            self.update()

    def set_log(self, *, is_log: bool) -> None:
        """Set whether the chart draws the decimal logarithm of its values; they are written as they are."""
        if is_log != self._is_log:
            self._is_log = is_log
            self.picture = None
            self.update()

    def text_at(self, value: float) -> str:
        """Return a value in full, for a legend."""
        if np.isnan(value):
            return "n/a"
        if self._labels:
            return self._labels[int(value)]
        if self._kind == "number":
            small = abs(value) < 100_000
            return (
                format_value(float(value), "number", self._locale)
                if small
                else compact(value, self._locale)
            )
        if self._kind == "price":
            return price(value, self._locale)
        return format_value(float(value), self._kind, self._locale)

    def tickValues(  # noqa: D102, N802 (pyqtgraph's)
        self,
        minVal: float,  # noqa: N803 (pyqtgraph's)
        maxVal: float,  # noqa: N803 (pyqtgraph's)
        size: float,
    ) -> list[tuple[float, list[float]]]:
        if self._labels:
            return [(1.0, [float(code) for code in range(len(self._labels))])]
        if self._is_log:
            return _log_ticks(minVal, maxVal, size)
        return round_levels(minVal, maxVal, size, _PIXELS_PER_ROUND)

    def tickStrings(  # noqa: D102, N802 (pyqtgraph's)
        self, values: list[float], scale: float, spacing: float
    ) -> list[str]:
        if self._labels:
            return [self._labels[int(value)] for value in values]
        if self._is_log:
            values = [10.0**value for value in values]
        scaled = [value * scale for value in values]
        step = spacing * scale
        if self._kind == "percent":
            decimals = _decimals(step * 100)
            return [f"{self._locale.toString(value * 100, 'f', decimals)} %" for value in scaled]
        largest = max((abs(value) for value in scaled), default=0.0)
        size, suffix = next((pair for pair in _SIZES if largest >= max(pair[0], 10_000)), (1.0, ""))
        decimals = _decimals(step / size)
        texts = (self._locale.toString(value / size, "f", decimals) for value in scaled)
        return [
            f"{text}{suffix}" if value else self._locale.toString(0)
            for text, value in zip(texts, scaled, strict=True)
        ]


def round_levels(
    low: float, high: float, size: float, pixels: float
) -> list[tuple[float, list[float]]]:
    """Return round values along an axis of `size` pixels as pyqtgraph takes them, each with so many of them."""
    most = max(int(min(size / pixels, _FEW + size / _PIXELS_PER_MORE)), 2)
    ticks = round_ticks(low, high, most)
    return [(round_step(low, high, most), ticks)] if ticks else []


def _log_ticks(low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
    """Return round values as logarithms, and what is to be told apart: the least distance of two of them."""
    bottom, top = 10.0 ** max(low, -_MOST_DECADES), 10.0 ** min(high, _MOST_DECADES)
    if top < bottom * 10.0:
        levels = round_levels(bottom, top, size, _PIXELS_PER_ROUND)
        return [
            (step, [float(np.log10(tick)) for tick in ticks if tick > 0]) for step, ticks in levels
        ]
    decades = range(int(np.floor(np.log10(bottom))), int(np.ceil(np.log10(top))) + 1)
    steps = (1.0, 2.0, 5.0) if len(decades) * 3 * _PIXELS_PER_LINE < size else (1.0,)
    round_values = [step * 10.0**decade for decade in decades for step in steps]
    seen = [value for value in round_values if bottom <= value <= top]
    return [
        (seen[0] if seen else bottom, _sparse([float(np.log10(value)) for value in seen], size))
    ]


def _sparse(ticks: list[float], size: float) -> list[float]:
    """Return every n-th tick, so that their texts fit one above the other."""
    most = max(int(size / _PIXELS_PER_LINE), 1)
    every = -(-len(ticks) // most) if ticks else 1
    return ticks[every // 2 :: every]


def _decimals(step: float) -> int:
    """Return how many decimals tell neighbouring ticks apart."""
    if step <= 0:
        return 0
    decimals = max(0, -int(np.floor(np.log10(step) + 1e-9)))
    is_coarse = abs(step * 10**decimals - round(step * 10**decimals)) > 1e-6  # a step of 0.25
    return min(8, decimals + int(is_coarse))


def _thinned(ticks: list[int], apart: float) -> list[float]:
    """Return ticks far enough apart to be read."""
    kept: list[float] = []
    for tick in ticks:
        if not kept or tick - kept[-1] >= apart * 0.85:
            kept.append(float(tick))
    return kept
