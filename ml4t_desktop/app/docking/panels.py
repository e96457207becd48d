"""The panels of the window as one table: what can be looked at, in the order of the flow.

Panels are made when they are first seen, and their modules imported no sooner: charts and tables
load what the first picture of the window can do without. A new panel needs a function that makes
it, a line of the table, and a command ``view.<key>`` to show it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtWidgets import QWidget

from ml4t_desktop.session.session import Session
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.wording import mark


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One panel of the window.

    Parameters
    ----------
    key : str
        Stable name; the command ``view.<key>`` shows it.
    title : str
    of : {"request", "data", "run"}
        What it shows: what is asked for, the files, or the run on screen.
    make : callable
        Returns the widget, which has `apply_theme`. A signal ``command_asked`` of it, with the id
        of a command, gives that command.
    group : str
        Key of the group it is found in; empty for one that stands alone.
    place : {"side", "middle"}
        Where it is unless its reader moved it: at the side, or among the tabs in the middle.
    shown_with : str
        Key of a panel that it is shown below of and together with; empty for none.
    is_prepared : bool
        Whether it is made while nothing happens yet, as it will be seen with the first file or run.
    least_height : int
        Pixels below which a smaller window does not press it.
    """

    key: str
    title: str
    of: Literal["request", "data", "run"]
    make: Callable[[Session, Theme], QWidget]
    group: str = ""
    place: Literal["side", "middle"] = "middle"
    shown_with: str = ""
    is_prepared: bool = False
    least_height: int = 120


def _setup(session: Session, theme: Theme) -> QWidget:
    from ml4t_desktop.views.setup.panel import SetupPanel

    return SetupPanel(session, theme)


def _data(session: Session, theme: Theme) -> QWidget:
    from ml4t_desktop.views.data.preview import DataPanel

    return DataPanel(session, theme)


def _quality(session: Session, theme: Theme) -> QWidget:
    from ml4t_desktop.views.data.quality import QualityPanel

    return QualityPanel(session, theme)


def _leaks(session: Session, theme: Theme) -> QWidget:
    from ml4t_desktop.views.data.leaks import LeaksPanel

    return LeaksPanel(session, theme)


def _overview(session: Session, theme: Theme) -> QWidget:
    from ml4t_desktop.views.review.overview.panel import OverviewPanel

    return OverviewPanel(
        session.results, session.reviews, theme, session.time_range, session.making
    )


def _breakdowns(session: Session, theme: Theme) -> QWidget:
    from ml4t_desktop.views.review.study.breakdowns import BreakdownsPanel

    return BreakdownsPanel(session.results, session.reviews, theme, session.studies, session.making)


def _months(session: Session, theme: Theme) -> QWidget:
    from ml4t_desktop.views.review.study.months import MonthsPanel

    return MonthsPanel(session.results, session.studies, theme, session.making)


def _distribution(session: Session, theme: Theme) -> QWidget:
    from ml4t_desktop.views.review.study.distribution import DistributionPanel

    return DistributionPanel(session.results, session.studies, theme, session.making)


def _excursions(session: Session, theme: Theme) -> QWidget:
    from ml4t_desktop.views.review.study.excursions import ExcursionsPanel

    return ExcursionsPanel(session.results, session.studies, session.request, theme, session.making)


def _rolling(session: Session, theme: Theme) -> QWidget:
    from ml4t_desktop.views.review.study.rolling import RollingPanel

    return RollingPanel(session.results, session.studies, theme, session.making)


def _drawdowns(session: Session, theme: Theme) -> QWidget:
    from ml4t_desktop.views.review.study.drawdowns import DrawdownsPanel

    return DrawdownsPanel(session.results, session.studies, theme, session.making)


def _trades(session: Session, theme: Theme) -> QWidget:
    from ml4t_desktop.views.review.trades.panel import TradesPanel

    return TradesPanel(session.results, theme, session.arrangements, session.making)


def _price(session: Session, theme: Theme) -> QWidget:
    from ml4t_desktop.views.review.price.panel import PriceChartPanel

    return PriceChartPanel(
        session.results, theme, session.arrangements, session.time_range, session.reviews
    )


def _why(session: Session, theme: Theme) -> QWidget:
    from ml4t_desktop.views.review.why.panel import WhyPanel

    return WhyPanel(session.results, session.why, theme)


def _signals(session: Session, theme: Theme) -> QWidget:
    from ml4t_desktop.views.review.evidence.signals import SignalsPanel

    return SignalsPanel(session.results, session.signals, theme, session.making)


def _validity(session: Session, theme: Theme) -> QWidget:
    from ml4t_desktop.views.review.evidence.validity import ValidityPanel

    return ValidityPanel(session.results, session.validity, theme, session.making)


def _stability(session: Session, theme: Theme) -> QWidget:
    from ml4t_desktop.views.review.evidence.stability import StabilityPanel

    return StabilityPanel(session.results, session.stability, theme, session.making)


def _history(session: Session, theme: Theme) -> QWidget:
    from ml4t_desktop.views.review.runs.history import HistoryPanel

    return HistoryPanel(session, theme)


def _compare(session: Session, theme: Theme) -> QWidget:
    from ml4t_desktop.views.review.runs.compare import ComparePanel

    return ComparePanel(session, theme)


def _script(session: Session, theme: Theme) -> QWidget:
    from ml4t_desktop.views.setup.script.script_panel import ScriptPanel

    return ScriptPanel(session, theme)


def _sweep(session: Session, theme: Theme) -> QWidget:
    from ml4t_desktop.views.review.runs.sweep import SweepPanel

    return SweepPanel(session, theme)


PANELS: Final[tuple[Panel, ...]] = (
    Panel(
        key="setup", title=mark("Set-up"), of="request", place="side", make=_setup, is_prepared=True
    ),
    Panel(key="data", title=mark("Data"), group="data", of="data", make=_data, is_prepared=True),
    Panel(key="quality", title=mark("Quality"), group="data", of="data", make=_quality),
    Panel(key="leaks", title=mark("Leaks"), group="data", of="data", make=_leaks),
    Panel(
        key="overview",
        title=mark("Overview"),
        group="result",
        of="run",
        make=_overview,
        is_prepared=True,
    ),
    Panel(key="breakdowns", title=mark("Breakdowns"), group="result", of="run", make=_breakdowns),
    Panel(key="months", title=mark("Months"), group="result", of="run", make=_months),
    Panel(key="rolling", title=mark("Rolling"), group="result", of="run", make=_rolling),
    Panel(key="drawdowns", title=mark("Drawdowns"), group="result", of="run", make=_drawdowns),
    Panel(
        key="trades",
        title=mark("Trades"),
        group="trades",
        of="run",
        make=_trades,
        is_prepared=True,
        least_height=190,  # four rows below the filters and the totals
    ),
    Panel(
        key="price",
        title=mark("Price chart"),
        group="trades",
        of="run",
        make=_price,
        shown_with="trades",
        is_prepared=True,
    ),
    Panel(key="why", title=mark("Why"), group="trades", of="run", make=_why),
    Panel(key="excursions", title=mark("Excursions"), group="trades", of="run", make=_excursions),
    Panel(
        key="distribution", title=mark("Distribution"), group="trades", of="run", make=_distribution
    ),
    Panel(key="signals", title=mark("Signals"), group="evidence", of="run", make=_signals),
    Panel(key="validity", title=mark("Validity"), group="evidence", of="run", make=_validity),
    Panel(key="stability", title=mark("Stability"), group="evidence", of="run", make=_stability),
    Panel(key="history", title=mark("History"), group="runs", of="run", make=_history),
    Panel(key="compare", title=mark("Compare"), group="runs", of="run", make=_compare),
    Panel(key="sweep", title=mark("Sweep"), group="runs", of="run", make=_sweep),
    Panel(key="script", title=mark("Script"), group="runs", of="run", make=_script),
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
