"""Pages in a scroll area that are as high as what they show from the first picture on."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget


class GrowingColumn(QVBoxLayout):
    """Widgets below each other on the page of a scroll area, which grows with them at once.

    A scroll area hears of a higher page by an event. Until that comes, and often for one picture,
    Qt squeezes everything on the page into the height that it had.
    """

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self._is_growing = False

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802, D102 (Qt's)
        page = self.parentWidget()
        if page is None or self._is_growing or _area_of(page) is None:
            super().setGeometry(rect)
            return
        needed = self.minimumHeightForWidth(rect.width()) if self.hasHeightForWidth() else 0
        needed, before = max(needed, self.minimumSize().height()), page.height()
        if rect.height() < needed:
            self._is_growing = True  # the area may think otherwise, and has the last word
            page.resize(page.width(), needed)  # comes back here with the whole height
            self._is_growing = False
        if page.height() == before:
            super().setGeometry(rect)


@contextmanager
def laid_out_once(page: QWidget) -> Iterator[None]:
    """Lay a page out once when all is changed that is to be, not for each part that appears."""
    layout = page.layout()
    if layout is None or not layout.isEnabled():
        yield
        return
    layout.setEnabled(False)
    try:
        yield
    finally:
        layout.setEnabled(True)
        layout.invalidate()
        at: QWidget | None = page
        while at is not None and (outer := at.layout()) is not None and at.isVisible():
            outer.activate()
            at = at.parentWidget()


def _area_of(page: QWidget) -> QScrollArea | None:
    """Return the scroll area whose page a widget is; None for any other widget."""
    viewport = page.parentWidget()
    area = viewport.parentWidget() if viewport is not None else None
    return area if isinstance(area, QScrollArea) and area.widget() is page else None
