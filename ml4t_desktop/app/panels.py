"""The panels of the window as one table: what can be looked at, in the order of the flow."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtWidgets import QWidget

from ml4t_desktop.session.session import Session
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.data.leaks import LeaksPanel
from ml4t_desktop.views.data.preview import DataPanel
from ml4t_desktop.views.data.quality import QualityPanel
from ml4t_desktop.views.review.breakdowns import BreakdownsPanel
from ml4t_desktop.views.review.compare import ComparePanel
from ml4t_desktop.views.review.history import HistoryPanel
from ml4t_desktop.views.review.overview import OverviewPanel
from ml4t_desktop.views.review.signals import SignalsPanel
from ml4t_desktop.views.review.trade_review import TradeReview
from ml4t_desktop.views.review.validity import ValidityPanel


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One panel of the window.

    Parameters
    ----------
    key : str
        Stable name; the command ``view.<key>`` shows it.
    title : str
    of : {"data", "run"}
        What it shows: the files, or the run on screen.
    make : callable
        Returns the widget, which has `apply_theme`.
    """

    key: str
    title: str
    of: Literal["data", "run"]
    make: Callable[[Session, Theme], QWidget]


PANELS: Final[tuple[Panel, ...]] = (
    Panel(key="data", title="Data", of="data", make=DataPanel),
    Panel(key="quality", title="Quality", of="data", make=QualityPanel),
    Panel(key="leaks", title="Leaks", of="data", make=LeaksPanel),
    Panel(
        key="overview",
        title="Overview",
        of="run",
        make=lambda session, theme: OverviewPanel(session.results, session.reviews, theme),
    ),
    Panel(
        key="breakdowns",
        title="Breakdowns",
        of="run",
        make=lambda session, theme: BreakdownsPanel(session.results, session.reviews, theme),
    ),
    Panel(
        key="trades",
        title="Trades",
        of="run",
        make=lambda session, theme: TradeReview(session.results, theme, session.arrangements),
    ),
    Panel(
        key="signals",
        title="Signals",
        of="run",
        make=lambda session, theme: SignalsPanel(session.results, session.signals, theme),
    ),
    Panel(
        key="validity",
        title="Validity",
        of="run",
        make=lambda session, theme: ValidityPanel(session.results, session.validity, theme),
    ),
    Panel(key="history", title="History", of="run", make=HistoryPanel),
    Panel(key="compare", title="Compare", of="run", make=ComparePanel),
)


def panel(key: str) -> Panel:
    """Return a panel by its key.

    Raises
    ------
    KeyError
        If there is none.
    """
    for item in PANELS:
        if item.key == key:
            return item
    raise KeyError(key)
