"""Axes: ordinals of bars written as times, values written in the user's locale."""

from typing import Literal

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QLocale

from ml4t_desktop.plots.calendar import Calendar
from ml4t_desktop.session.formats import compact, format_value, price

ValueKind = Literal["money", "percent", "price", "number"]
_PIXELS_PER_TICK = 90.0
_SIZES = ((1e9, "B"), (1e6, "M"), (1e3, "k"))


class PlainAxis(pg.AxisItem):
    """An axis without a title, which spares laying one out at every change of the range."""

    def updateAutoSIPrefix(self) -> None:  # noqa: D102, N802 (pyqtgraph's)
        return


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
        self._locale = QLocale()

    def set_labels(self, labels: tuple[str, ...]) -> None:
        """Set what whole numbers from 0 stand for; nothing: they are numbers."""
        if labels != self._labels:
            self._labels = labels
            self.picture = None
            self.update()

    def text_at(self, value: float) -> str:
        """Return a value in full, for a legend."""
        if np.isnan(value):
            return "-"
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
        return super().tickValues(minVal, maxVal, size)[:1]

    def tickStrings(  # noqa: D102, N802 (pyqtgraph's)
        self, values: list[float], scale: float, spacing: float
    ) -> list[str]:
        if self._labels:
            return [self._labels[int(value)] for value in values]
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
        if not kept or tick - kept[-1] >= apart * 0.7:
            kept.append(float(tick))
    return kept
