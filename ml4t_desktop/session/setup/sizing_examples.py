"""Examples of the sizing, worked out in the background while somebody looks; the latest request wins."""

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from ml4t_desktop.errors import InputError
from ml4t_desktop.session.data.markets import MarketStore
from ml4t_desktop.session.jobs import JobRunner, JobToken
from ml4t_desktop.session.one_job import OneJob
from ml4t_desktop.session.request.request_store import RequestStore
from ml4t_desktop.session.sizing_view import SizingView
from ml4t_desktop.session.work import Work

if TYPE_CHECKING:  # numpy loads after the window is visible
    from ml4t_desktop.market import Market
    from ml4t_desktop.request import Request

_TELLING: Final = -1  # until another example is asked for
_REST_MS: Final = (
    250  # while values are dragged an example of each would take the time from the run
)


class SizingStore(QObject):
    """Holds the example on screen.

    Signals
    -------
    view_changed : SizingView or None
        None while nothing is known.
    """

    view_changed = Signal(object)

    def __init__(
        self,
        jobs: JobRunner,
        work: Work,
        request: RequestStore,
        markets: MarketStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._work, self._request, self._markets = work, request, markets
        self._job = OneJob(jobs, self._take, self)
        self._asked: tuple[Any, ...] = ()
        self._number = _TELLING
        self._view: SizingView | None = None
        self._is_watched = False
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._follow)
        request.request_changed.connect(self._on_request_changed)
        markets.market_changed.connect(self._follow)

    @property
    def view(self) -> SizingView | None:
        """What is known, of the present request or of one a moment ago."""
        return self._view

    def watch(self, *, is_on: bool) -> None:
        """Say whether anybody looks; nothing is worked out for nobody."""
        self._is_watched = is_on
        self._follow()

    def show_number(self, number: int) -> None:
        """Show another example, counted from 0; one that is not there becomes the last or first."""
        self._number = max(number, 0)
        self._follow()

    @Slot(object)
    def _on_request_changed(self, _draft: object) -> None:
        """Follow at once where nothing is shown yet, else when no other change came for a moment."""
        if self._view is None:
            self._follow()
        elif self._is_watched:
            self._rest.start()

    @Slot()
    @Slot(object)
    def _follow(self, _value: object = None) -> None:
        self._rest.stop()
        loaded = self._markets.loaded
        if not self._is_watched or self._job.is_busy or not self._job.can_begin:
            return
        if loaded is None:
            self._asked = ()
            self._show(None)
            return
        draft = self._request.draft
        asked = (draft.raw, loaded, self._number)
        if asked == self._asked:
            return
        self._asked = asked
        try:
            request = draft.request()
        except InputError:
            self._show(None)
            return
        self._job.begin(partial(_view_task, self._work, loaded.market, request, self._number))

    def _show(self, view: SizingView | None) -> None:
        if view is not self._view:
            self._view = view
            self.view_changed.emit(view)

    def _take(self, view: SizingView) -> None:
        found = view.example or view.preview
        if found is not None and self._asked and 0 <= self._number == self._asked[2]:
            self._number = found.number
            self._asked = (*self._asked[:2], found.number)
        self._show(view)
        if not self._rest.isActive():
            self._follow()


def _view_task(
    work: Work, market: "Market", request: "Request", number: int, token: JobToken
) -> SizingView:
    work.warm_up(lambda: token.is_cancelled)
    token.check()
    return work.size(market, request, number)
