"""A table header of two lines: the titles of columns, and above them the title that neighbours share."""

from collections.abc import Iterator

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from ml4t_desktop.session.language import shown
from ml4t_desktop.tables.frame_model import GROUP_ROLE

_PADDING = 6


class GroupedHeader(QHeaderView):
    """A horizontal header that shows ``GROUP_ROLE`` of its model above runs of columns with the same one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._line = QColor("#808080")
        self._ground = QColor("#ffffff")
        self._text = QColor("#000000")
        self.setSectionsClickable(True)
        self.setSortIndicatorShown(True)
        self.setHighlightSections(False)
        self.setSectionsMovable(True)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignVCenter)

    def set_colours(self, *, ground: str, text: str, line: str) -> None:
        """Set the colours of the upper line of titles."""
        self._ground, self._text, self._line = QColor(ground), QColor(text), QColor(line)
        self.viewport().update()

    def groups(self) -> Iterator[tuple[str, int, int]]:
        """Yield title, left edge and width of each run of visible columns that share a title."""
        title, left, width = "", 0, 0
        for visual in range(self.count()):
            section = self.logicalIndex(visual)
            if self.isSectionHidden(section):
                continue
            name = self.model().headerData(section, Qt.Orientation.Horizontal, GROUP_ROLE) or ""
            if name != title and width:
                yield title, left, width
                width = 0
            if not width:
                title, left = name, self.sectionViewportPosition(section)
            width += self.sectionSize(section)
        if width:
            yield title, left, width

    def _group_height(self) -> int:
        """Return the height of the upper line; no column in a group, no line."""
        titles = (
            self.model().headerData(section, Qt.Orientation.Horizontal, GROUP_ROLE)
            for section in range(self.count())
        )
        if not any(titles):
            return 0
        return self.fontMetrics().height() + _PADDING

    def sizeHint(self) -> QSize:  # noqa: D102, N802 (Qt's)
        size = super().sizeHint()
        return QSize(size.width(), size.height() + self._group_height())

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:  # noqa: D102, N802, N803 (Qt's)
        super().paintSection(painter, rect.adjusted(0, self._group_height(), 0, 0), logicalIndex)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802 (Qt's)
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        height = self._group_height()
        for title, left, width in self.groups() if height else ():
            box = QRect(left, 0, width, height)
            if not box.intersects(self.viewport().rect()):
                continue
            painter.fillRect(box, self._ground)
            painter.setPen(self._line)
            painter.drawLine(box.topRight(), box.bottomRight())
            painter.drawLine(box.bottomLeft(), box.bottomRight())
            painter.setPen(self._text)
            seen = QRect(max(left, 0), 0, left + width - max(left, 0), height)
            inside = seen.adjusted(_PADDING, 0, -_PADDING, 0)
            text = self.fontMetrics().elidedText(
                shown(title), Qt.TextElideMode.ElideRight, inside.width()
            )
            painter.drawText(
                inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text
            )
        painter.end()
