"""The time zone on whose clocks everything on screen is written."""

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QAbstractItemView, QWidget

from ml4t_desktop.session.formats import use_time_zone, zone_of
from ml4t_desktop.session.session import Session
from ml4t_desktop.views.review.seen import SeenPanel


class DisplayZone(QObject):
    """Follows what is chosen in the preferences, and the zone that the request says its times are of.

    Parameters
    ----------
    draw_anew : callable
        Lets every panel draw its texts once more.
    """

    def __init__(self, session: Session, draw_anew: Callable[[], object], window: QWidget) -> None:
        super().__init__(window)
        self._session, self._draw_anew, self._window = session, draw_anew, window
        use_time_zone(self._wanted())
        session.settings.settings_changed.connect(self.follow)
        session.request.request_changed.connect(self.follow)

    def follow(self, _value: object = None) -> None:
        """Write times on the clocks that are wanted now."""
        if use_time_zone(self._wanted()):
            self._draw_anew()
            for panel in self._window.findChildren(SeenPanel):
                panel.draw_when_seen()
            for view in self._window.findChildren(QAbstractItemView):
                view.viewport().update()

    def _wanted(self) -> str:
        exchange = str(self._session.request.draft.get("data.time_zone") or "")
        return zone_of(self._session.settings.settings.time_zone, exchange)
