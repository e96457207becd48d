"""Controls in a line that becomes several where there is too little room, as words of a text do."""

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QSizePolicy, QSpacerItem, QStyle, QWidget


class FlowLayout(QLayout):
    """Lays items out along lines, in the direction of reading.

    A stretch takes the room that is left in its line, so that what follows stands at its end.
    """

    def __init__(self, parent: QWidget | None = None, *, spacing: int = 6) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(spacing)

    def add_stretch(self) -> None:
        """Let what follows stand at the end of its line."""
        policy = QSizePolicy.Policy
        self.addItem(QSpacerItem(0, 0, policy.Expanding, policy.Minimum))

    def add_gap(self, width: int) -> None:
        """Keep what follows apart."""
        policy = QSizePolicy.Policy
        self.addItem(QSpacerItem(width, 0, policy.Fixed, policy.Minimum))

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        """Return the items of each line; gaps begin no line."""
        lines: list[list[QLayoutItem]] = [[]]
        used = 0
        for item in self._items:
            is_gap = item.spacerItem() is not None
            if not is_gap and item.isEmpty():
                continue
            wide = item.sizeHint().width()
            has_any = any(other.spacerItem() is None for other in lines[-1])
            if has_any and not is_gap and used + wide > width:
                lines.append([])
                used = 0
            if is_gap and not lines[-1]:
                continue
            lines[-1].append(item)
            used += wide + (0 if is_gap else self.spacing())
        return lines

    def _arrange(self, rect: QRect, *, is_trial: bool) -> int:
        """Put the items in their places, or only see how high they are; return the height."""
        margins = self.contentsMargins()
        room = rect.marginsRemoved(margins)
        top = room.top()
        for line in self._lines(room.width()):
            sizes = [self._fitted(item, room.width()) for item in line]
            high = max((size.height() for size in sizes), default=0)
            if not is_trial:
                self._put(line, sizes, room, top, high)
            top += high + self.spacing()
        return top - self.spacing() - rect.top() + margins.bottom()

    def _fitted(self, item: QLayoutItem, width: int) -> QSize:
        """Return the size of an item, which gets no more than a line."""
        hint = item.sizeHint()
        return QSize(min(hint.width(), max(width, item.minimumSize().width())), hint.height())

    def _put(
        self, line: list[QLayoutItem], sizes: list[QSize], room: QRect, top: int, high: int
    ) -> None:
        parent = self.parentWidget()
        direction = parent.layoutDirection() if parent else Qt.LayoutDirection.LeftToRight
        between = self.spacing() * max(sum(item.spacerItem() is None for item in line) - 1, 0)
        left_over = max(room.width() - sum(size.width() for size in sizes) - between, 0)
        x = room.left()
        for item, size in zip(line, sizes, strict=True):
            if item.spacerItem() is not None:
                is_stretch = bool(item.expandingDirections() & Qt.Orientation.Horizontal)
                x += left_over if is_stretch else size.width()
                left_over = 0 if is_stretch else left_over
                continue
            place = QRect(QPoint(x, top + (high - size.height()) // 2), size)
            item.setGeometry(QStyle.visualRect(direction, room, place))
            x += size.width() + self.spacing()

    # Qt

    def addItem(self, item: QLayoutItem) -> None:  # noqa: N802, D102 (Qt's)
        self._items.append(item)

    def count(self) -> int:  # noqa: D102 (Qt's)
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802, D102 (Qt's)
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802, D102 (Qt's)
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802, D102 (Qt's)
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:  # noqa: N802, D102 (Qt's)
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802, D102 (Qt's)
        return self._arrange(QRect(0, 0, width, 0), is_trial=True)

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802, D102 (Qt's)
        super().setGeometry(rect)
        self._arrange(rect, is_trial=False)

    def sizeHint(self) -> QSize:  # noqa: N802, D102 (Qt's: all in one line)
        shown = [item for item in self._items if not item.isEmpty()]
        wide = sum(item.sizeHint().width() + self.spacing() for item in shown)
        high = max((item.sizeHint().height() for item in shown), default=0)
        margins = self.contentsMargins()
        return QSize(
            wide + margins.left() + margins.right(), high + margins.top() + margins.bottom()
        )

    def minimumSize(self) -> QSize:  # noqa: N802, D102 (Qt's: the widest alone)
        shown = [item.minimumSize() for item in self._items if not item.isEmpty()]
        wide = max((size.width() for size in shown), default=0)
        high = max((size.height() for size in shown), default=0)
        margins = self.contentsMargins()
        return QSize(
            wide + margins.left() + margins.right(), high + margins.top() + margins.bottom()
        )
