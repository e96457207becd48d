"""How tables and charts are arranged: named views of the trades table, and the panes of the chart."""

import logging
import os
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from ml4t_desktop.wording import mark

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeView:
    """What the trades table shows, and how.

    Parameters
    ----------
    columns : tuple of str
        Columns that are shown, from left to right; none: all, in their usual order.
    sorted_by : str
        A column; empty for none.
    filters : mapping of str to str
        What is typed over columns, see `tables.filters`.
    group_by : str
        As `analysis.trades.trade_groups.trade_groups` takes it; empty for none.
    search, outcome : str
        The search for words, and which trades.
    """

    columns: tuple[str, ...] = ()
    sorted_by: str = ""
    is_descending: bool = False
    filters: Mapping[str, str] = field(default_factory=dict)
    group_by: str = ""
    search: str = ""
    outcome: str = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartArrangement:
    """What the price chart shows.

    Parameters
    ----------
    panes : tuple of str
        From top to bottom; ``price``, ``volume``, ``position``, ``equity``, ``underwater``, or the full
        name of a signal or context column; none: as usual.
    heights : mapping of str to float
        Share of the height of panes that were resized.
    is_log : bool
        Whether prices are drawn on a logarithmic scale.
    shading : str
        The context that is shaded behind the prices; empty for none.
    """

    panes: tuple[str, ...] = ()
    heights: Mapping[str, float] = field(default_factory=dict)
    is_log: bool = False
    shading: str = ""


_RESULT_COLUMNS = (
    "symbol", "direction", "entry_time", "exit_time", "pnl", "pnl_percent", "bars_held", "exit_reason",
    "mfe", "mae",
)  # fmt: skip
BUILT_IN_VIEWS: Mapping[str, TradeView] = {
    mark("All columns"): TradeView(),
    mark("Results, best first"): TradeView(
        columns=_RESULT_COLUMNS, sorted_by="pnl", is_descending=True
    ),
    mark("Results, worst first"): TradeView(columns=_RESULT_COLUMNS, sorted_by="pnl"),
    mark("By asset"): TradeView(
        columns=_RESULT_COLUMNS, group_by="symbol", sorted_by="pnl", is_descending=True
    ),
    mark("By exit reason"): TradeView(columns=_RESULT_COLUMNS, group_by="exit_reason"),
    mark("By month"): TradeView(columns=_RESULT_COLUMNS, group_by="month:exit_time"),
}


class ArrangementStore(QObject):
    """Holds how tables and charts are arranged, and keeps it on disk; a damaged file gives the usual.

    Signals
    -------
    views_changed : no value
        Other views have names.
    """

    views_changed = Signal()

    def __init__(self, path: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        self._views, self._chart = _read(path) if path is not None else ({}, ChartArrangement())

    @property
    def views(self) -> Mapping[str, TradeView]:
        """The views that were saved, by name."""
        return dict(self._views)

    @property
    def chart(self) -> ChartArrangement:
        """How the price chart is arranged."""
        return self._chart

    def view(self, name: str) -> TradeView | None:
        """Return a saved view, or one that is built in."""
        return self._views.get(name) or BUILT_IN_VIEWS.get(name)

    def save_view(self, name: str, view: TradeView) -> None:
        """Keep a view under a name; one of that name before is replaced."""
        self._views = {**self._views, name: view}
        self._write()
        self.views_changed.emit()

    def remove_view(self, name: str) -> None:
        """Forget a view."""
        self._views = {key: view for key, view in self._views.items() if key != name}
        self._write()
        self.views_changed.emit()

    def arrange_chart(self, **changes: object) -> None:
        """Remember something else about the chart."""
        changed = replace(self._chart, **changes)  # pyright: ignore[reportArgumentType]  (fields of the value)
        if changed != self._chart:
            self._chart = changed
            self._write()

    def _write(self) -> None:
        if self._path is None:
            return
        import tomli_w

        views = {name: _plain(asdict(view)) for name, view in self._views.items()}
        text = tomli_w.dumps({"trade_views": views, "chart": _plain(asdict(self._chart))})
        temporary = self._path.with_suffix(f".{os.getpid()}.tmp")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(self._path)
        except OSError:  # a read-only home must not keep anyone from working
            log.warning("the arrangements could not be written to %s", self._path)
            with suppress(OSError):
                temporary.unlink()


def _plain(value: dict[str, object]) -> dict[str, object]:
    return {key: list(item) if isinstance(item, tuple) else item for key, item in value.items()}


def _read(path: Path) -> tuple[dict[str, TradeView], ChartArrangement]:
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}, ChartArrangement()
    views = raw.get("trade_views")
    named = views.items() if isinstance(views, dict) else ()
    return (
        {name: _trade_view(view) for name, view in named if isinstance(view, dict)},
        _chart(raw.get("chart")),
    )


def _trade_view(raw: dict[str, object]) -> TradeView:
    return TradeView(
        columns=_texts(raw.get("columns")),
        sorted_by=_text(raw.get("sorted_by")),
        is_descending=raw.get("is_descending") is True,
        filters=_mapping(raw.get("filters"), str),
        group_by=_text(raw.get("group_by")),
        search=_text(raw.get("search")),
        outcome=_text(raw.get("outcome")) or "all",
    )


def _chart(raw: object) -> ChartArrangement:
    if not isinstance(raw, dict):
        return ChartArrangement()
    return ChartArrangement(
        panes=_texts(raw.get("panes")),
        heights=_mapping(raw.get("heights"), float),
        is_log=raw.get("is_log") is True,
        shading=_text(raw.get("shading")),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _mapping(value: object, kind: type[T]) -> dict[str, T]:
    if not isinstance(value, dict):
        return {}
    return {str(key): item for key, item in value.items() if isinstance(item, kind)}
