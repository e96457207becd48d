"""Values in a grid, each tinted by its sign and size, of which one can be chosen."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLocale, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from ml4t_desktop.plots.colours import brush, colour, ink_on, mixed
from ml4t_desktop.session.formats import Kind, compact, format_value
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.plain_tables import PlainTable
from ml4t_desktop.session.theme import Theme

Values = NDArray[np.float64]
_STRONGEST: Final = 0.8
_ROW_HEIGHT: Final = 30
_HEAD: Final = 24
_LEFT: Final = 56
_GAP: Final = 10  # before the last column, which stands apart


class MonthHeatmap(QWidget):
    """Rows and columns of values; the last column stands apart, as the whole of its row.

    Signals
    -------
    chosen : int, int
        Row and column of the cell that was chosen.
    cell_asked : int, int, QRect
        How the value of a cell is made was asked for.
    """

    chosen = Signal(int, int)
    cell_asked = Signal(int, int, QRect)

    def __init__(self, title: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(shown(title))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._theme = theme
        self._rows: tuple[str, ...] = ()
        self._columns: tuple[str, ...] = ()
        self._values: Values = np.zeros((0, 0))
        self._strength: Values = np.zeros((0, 0))
        self._kind: Kind = "percent"
        self._is_signed = True
        self._picked: tuple[int, int] | None = None

    @property
    def values(self) -> Values:
        """The values that are shown."""
        return self._values

    def set_values(
        self,
        rows: tuple[str, ...],
        columns: tuple[str, ...],
        values: Values,
        kind: Kind,
        *,
        is_signed: bool = True,
        middle: float = 0.0,
    ) -> None:
        """Show other values, NaN where there is none.

        Parameters
        ----------
        values : ndarray of float64, shape (rows, columns)
        is_signed : bool
            Whether values above the middle are gains and others losses; else all have one colour.
        middle : float
            The value without a tint.
        """
        self._rows, self._columns, self._values, self._kind = rows, columns, values, kind
        self._is_signed = is_signed
        self._strength = _strengths(values - middle)
        self.setFixedHeight(_HEAD + _ROW_HEIGHT * max(len(rows), 1) + 4)
        self.setAccessibleDescription(self._described())
        self.update()

    def pick(self, row: int, column: int) -> None:
        """Choose a cell that has a value."""
        if np.isfinite(self._values[row, column]):
            self._picked = (row, column)
            self.setAccessibleDescription(self._described())
            self.update()
            self.chosen.emit(row, column)

    def ask_current(self) -> bool:
        """Ask how the value of the chosen cell is made; say whether there is one."""
        if self._picked is not None:
            self.cell_asked.emit(*self._picked, self.cell(*self._picked).toRect())
        return self._picked is not None

    def unpick(self) -> None:
        """Stress no cell."""
        self._picked = None
        self.update()

    def plain_table(self) -> PlainTable:
        """Return the values under and beside their names."""
        rows = zip(self._rows, self._values.tolist(), strict=True)
        return PlainTable(
            headers=("", *self._columns), rows=tuple((name, *values) for name, values in rows)
        )

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        self.update()

    def cell(self, row: int, column: int) -> QRectF:
        """Return where a cell is."""
        count = max(len(self._columns), 1)
        width = (self.width() - _LEFT - _GAP) / count
        apart = _GAP if column == count - 1 else 0
        return QRectF(
            _LEFT + column * width + apart, _HEAD + row * _ROW_HEIGHT, width, _ROW_HEIGHT
        ).adjusted(1, 1, -1, -1)

    def cell_at(self, position: QPointF) -> tuple[int, int] | None:
        """Return the row and column at a place."""
        for row in range(len(self._rows)):
            for column in range(len(self._columns)):
                if self.cell(row, column).contains(position):
                    return row, column
        return None

    def _described(self) -> str:
        """Return the wholes of the rows, and the chosen cell first, in words."""
        last = len(self._columns) - 1
        rows = [row for row in range(len(self._rows)) if np.isfinite(self._values[row, last])]
        wholes = [self._told(row, last) for row in rows]
        chosen = [self._told(*self._picked)] if self._picked is not None else []
        return ". ".join((*chosen, *wholes))

    def _told(self, row: int, column: int) -> str:
        text = format_value(float(self._values[row, column]), self._kind, QLocale())
        return f"{self._columns[column]} {self._rows[row]}: {text}"

    def _text(self, value: float, width: float) -> str:
        if not np.isfinite(value):
            return ""
        locale = QLocale()
        text = format_value(float(value), self._kind, locale)
        if self.fontMetrics().horizontalAdvance(text) <= width - 4:
            return text
        if self._kind == "percent":
            return f"{locale.toString(float(value * 100), 'f', 1)}"
        return compact(float(value), locale)

    # Qt

    def sizeHint(self) -> QSize:  # noqa: D102, N802 (Qt's)
        return QSize(640, self.minimumHeight() or _HEAD + _ROW_HEIGHT * 6)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802 (Qt's)
        del event
        painter = QPainter(self)
        theme = self._theme
        painter.fillRect(self.rect(), colour(theme.surface))
        centre = int(Qt.AlignmentFlag.AlignCenter)
        painter.setPen(QColor(theme.muted))
        for column, name in enumerate(self._columns):
            head = self.cell(0, column)
            painter.drawText(QRectF(head.left(), 0, head.width(), _HEAD), centre, name)
        for row, name in enumerate(self._rows):
            painter.setPen(QColor(theme.muted))
            first = self.cell(row, 0)
            painter.drawText(QRectF(0, first.top(), _LEFT - 8, first.height()), centre, name)
            for column in range(len(self._columns)):
                self._paint_cell(painter, row, column)
        if self._picked is not None:
            line = QPen(QColor(theme.text))
            line.setWidth(2)
            painter.setPen(line)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.cell(*self._picked))
        painter.end()

    def _paint_cell(self, painter: QPainter, row: int, column: int) -> None:
        value, box, theme = float(self._values[row, column]), self.cell(row, column), self._theme
        if not np.isfinite(value):
            painter.fillRect(box, brush(theme.border, 0.25))
            return
        strength = float(self._strength[row, column])
        tint = (theme.gain if strength > 0 else theme.loss) if self._is_signed else theme.accent
        ground = mixed(colour(theme.surface), colour(theme.grid, 0.5))
        ground = mixed(ground, colour(tint, abs(strength) * _STRONGEST))
        painter.fillRect(box, ground)
        painter.setPen(ink_on(ground, theme))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), self._text(value, box.width()))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: D102, N802 (Qt's)
        found = self.cell_at(event.position())
        if found is None or not np.isfinite(self._values[found]):
            return
        self._picked = found
        if event.button() == Qt.MouseButton.LeftButton:
            self.ask_current()  # first: what follows the choice may move everything
            self.pick(*found)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: D102, N802 (Qt's)
        if self._picked is not None:
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.addAction(tr("How it is made"), self.ask_current)
            menu.popup(event.globalPos())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: D102, N802 (Qt's)
        found = self.cell_at(event.position())
        is_known = found is not None and np.isfinite(self._values[found])
        self.setToolTip(self._told(*found) if found is not None and is_known else "")

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102, N802 (Qt's)
        steps = {
            Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1), Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }  # fmt: skip
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.ask_current():
            return
        step = steps.get(Qt.Key(event.key()))
        if step is None or not self._values.size:
            super().keyPressEvent(event)
            return
        row, column = self._picked or (0, -step[1])
        place = row + step[0], column + step[1]
        if 0 <= place[0] < len(self._rows) and 0 <= place[1] < len(self._columns):
            self.pick(*place)


def _strengths(values: Values) -> Values:
    """Return from -1 to 1 how strong each tint is: the months by their largest, the whole by its own."""
    strengths = np.zeros(values.shape)
    for part in (np.s_[:, :-1], np.s_[:, -1:]):
        size = np.abs(values[part])
        finite = size[np.isfinite(size)]
        largest = float(np.quantile(finite, 0.95)) if finite.size else 0.0
        if largest > 0:
            strengths[part] = np.clip(np.nan_to_num(values[part]) / largest, -1.0, 1.0)
    return strengths
