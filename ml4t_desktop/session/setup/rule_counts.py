"""What the rules let through and how their columns are spread, kept up to date while they are edited."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from ml4t_desktop.session.data.markets import MarketStore
from ml4t_desktop.session.jobs import JobRunner, JobToken
from ml4t_desktop.session.one_job import OneJob
from ml4t_desktop.session.request.changes import RULES
from ml4t_desktop.session.request.request_store import RequestStore
from ml4t_desktop.session.request.rule_nodes import root_of
from ml4t_desktop.session.work import Work

if TYPE_CHECKING:  # numpy loads after the window is visible
    from ml4t_desktop.analysis.rules.rule_views import RuleLens, RuleViews
    from ml4t_desktop.market import Market


@dataclass(frozen=True, slots=True)
class _Wanted:
    trees: Mapping[str, Any]
    columns: tuple[str, ...]
    lag: Mapping[str, int]


class RuleCountStore(QObject):
    """Counts in the background while somebody looks; the latest rules win, nothing queues up.

    Signals
    -------
    views_changed : RuleViews or None
        None while the market is not there.
    """

    views_changed = Signal(object)

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
        self._asked: _Wanted | None = None
        self._lens: RuleLens | None = None
        self._lens_of: tuple[Any, ...] = ()
        self._views: RuleViews | None = None
        self._is_watched = False
        request.request_changed.connect(self._follow)
        markets.market_changed.connect(self._on_market_changed)

    @property
    def views(self) -> "RuleViews | None":
        """What is known of the present rules, or of those a moment ago."""
        return self._views

    def watch(self, *, is_on: bool) -> None:
        """Say whether anybody looks; nothing is counted for nobody."""
        self._is_watched = is_on
        self._follow()

    @Slot(object)
    def _follow(self, _draft: object = None) -> None:
        """Count the present rules, at once or after what is being counted."""
        loaded = self._markets.loaded
        if not self._is_watched or loaded is None or self._job.is_busy:
            return
        wanted = self._wanted()
        if wanted == self._asked or not self._job.can_begin:
            return
        self._asked = wanted
        if self._lens_of != (loaded, wanted.lag):
            self._lens, self._lens_of = None, (loaded, wanted.lag)
        self._job.begin(partial(_look_task, self._work, loaded.market, self._lens, wanted))

    def _wanted(self) -> _Wanted:
        draft = self._request.draft
        keys = (f"strategy.{name}" for name in RULES)
        trees = {key: tree for key in keys if (tree := draft.get(key)) is not None}
        columns = dict.fromkeys(name for tree in trees.values() for name in _columns(tree))
        return _Wanted(trees, tuple(columns), dict(draft.get("data.lag") or {}))

    @Slot(object)
    def _on_market_changed(self, _loaded: object) -> None:
        self._job.drop()
        self._asked, self._lens, self._lens_of = None, None, ()
        self._show(None)
        self._follow()

    def _show(self, views: "RuleViews | None") -> None:
        if views is not self._views:
            self._views = views
            self.views_changed.emit(views)

    def _take(self, seen: "tuple[RuleLens, RuleViews]") -> None:
        self._lens, views = seen
        self._show(views)
        self._follow()


def _columns(tree: Mapping[str, Any]) -> Iterable[str]:
    for _, node in root_of(tree).walk():
        if node.clause is not None:
            yield str(node.clause["column"])


def _look_task(
    work: Work, market: "Market", lens: "RuleLens | None", wanted: _Wanted, token: JobToken
) -> "tuple[RuleLens, RuleViews]":
    """Return what looks at the market, to go on with, and what it sees."""
    lens = lens or work.lens(market, wanted.lag)
    return lens, lens.look(wanted.trees, wanted.columns, token.check)
