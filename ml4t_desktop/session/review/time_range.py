"""The part of the time that is looked at, for charts that are to show the same."""

from PySide6.QtCore import QObject, Signal


class TimeRange(QObject):
    """Holds the times that are in view, while charts are linked.

    Signals
    -------
    changed : object
        Whoever changed the times, so that it need not follow itself.
    linked_changed : bool
    """

    changed = Signal(object)
    linked_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_linked = False
        self._times: tuple[int, int] | None = None

    @property
    def is_linked(self) -> bool:
        """Whether charts show the same times."""
        return self._is_linked

    @property
    def times(self) -> tuple[int, int] | None:
        """The first and last time in view, microseconds since the epoch; None before anyone told."""
        return self._times

    def set_linked(self, *, is_linked: bool) -> None:
        """Link the charts, or let each show its own times."""
        if is_linked != self._is_linked:
            self._is_linked, self._times = is_linked, None
            self.linked_changed.emit(is_linked)

    def show(self, times: tuple[int, int], source: object) -> None:
        """Tell that a chart shows other times; nothing happens unless charts are linked."""
        if self._is_linked and times != self._times:
            self._times = times
            self.changed.emit(source)
