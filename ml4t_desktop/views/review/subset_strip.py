"""The strip that says which part of the trades is looked at, what it came to beside all, and ends it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from ml4t_desktop.session.formats import Kind, format_value
from ml4t_desktop.session.language import shown, tr, tr_count
from ml4t_desktop.session.review.exclusions import WithoutStore
from ml4t_desktop.session.review.making import MakingStore
from ml4t_desktop.session.review.questions import of_trades
from ml4t_desktop.session.review.studies import StudyStore
from ml4t_desktop.session.runs.results import ResultStore, Subset
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.review.menus import give_menu
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # the analysis loads numba and polars, after the window is visible
    from ml4t_desktop.analysis.exclusions import Mask
    from ml4t_desktop.analysis.trades.trade_metrics import TradeMetrics

_MASKS: Final[tuple[Mask, ...]] = ("trades", "times", "assets")
_SHOWN: Final[tuple[tuple[str, str, Kind], ...]] = (
    ("trades_pnl", mark("P&L"), "money"),
    ("win_rate", mark("won"), "percent"),
    ("expectancy_percent", mark("mean"), "percent"),
    ("profit_factor", mark("PF"), "ratio"),
    ("average_bars_held", mark("bars"), "ratio"),
)


class SubsetStrip(QFrame):
    """Shown while a part of the trades is looked at; its cross, or the command, shows all again."""

    def __init__(
        self,
        results: ResultStore,
        studies: StudyStore,
        theme: Theme,
        making: MakingStore | None = None,
        without: WithoutStore | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("subset_strip")
        self._results, self._studies, self._making = results, studies, making
        self._without = without
        self.name = QLabel()
        self.name.setObjectName("subset_name")
        self.statistics = QLabel()
        self.statistics.setObjectName("subset_statistics")
        self.statistics.setTextFormat(Qt.TextFormat.RichText)
        self.statistics.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.statistics.setToolTip(
            tr("The closed trades looked at, and all closed trades in brackets")
        )
        self.clear_button = QToolButton()
        self.clear_button.setObjectName("subset_clear")
        self.clear_button.setText("✕")
        self.clear_button.setToolTip(tr("Look at all trades again (Ctrl+Shift+A)"))
        self.clear_button.setAccessibleName(tr("Look at all trades again"))
        self.without_button = QToolButton()
        self.without_button.setObjectName("subset_without")
        self.without_button.setText(tr("Run without them"))
        self.without_button.setVisible(without is not None)
        self._menu = QMenu(self)
        self._menu.setToolTipsVisible(True)
        self._menu.aboutToShow.connect(self._fill_menu)
        give_menu(self.without_button, self._menu)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 3, 8, 3)
        layout.addWidget(self.name)
        layout.addWidget(self.clear_button)
        layout.addWidget(self.without_button)
        layout.addSpacing(10)
        layout.addWidget(self.statistics, 1)
        self.statistics.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.statistics.linkActivated.connect(self._on_figure_asked)
        self.clear_button.clicked.connect(self._on_clear_clicked)
        results.subset_changed.connect(self._on_subset_changed)
        studies.part_changed.connect(self._show)
        if without is not None:
            without.changed.connect(self._show)
        self.apply_theme(theme)
        self._show()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        self.setStyleSheet(
            f"#subset_strip {{ background: {theme.raised}; border-bottom: 1px solid {theme.border}; }}"
            f"#subset_name {{ color: {theme.accent}; font-weight: bold; }}"
        )
        self._show()

    def _on_subset_changed(self, _subset: Subset | None) -> None:
        self._show()

    def _on_figure_asked(self, name: str) -> None:
        run, subset = self._results.run, self._results.subset
        if run is not None and subset is not None and self._making is not None:
            question = of_trades(run, subset.trade_ids, subset.name, name)
            self._making.ask(question, self.statistics, self.statistics.rect())

    def _on_clear_clicked(self) -> None:
        self._results.show_subset(None)

    def _show(self) -> None:
        run, subset = self._results.run, self._results.subset
        self.setVisible(subset is not None)
        if run is None or subset is None:
            return
        count = subset.trade_ids.size
        trades = tr_count("{n} trade", "{n:,} trades", count)
        self.name.setText(f"{shown(subset.name)} ({trades})")
        self._show_without()
        self._studies.want_part()
        part = self._studies.part
        self.statistics.setText("" if part is None else self._beside(part.metrics, run.metrics))

    def _show_without(self) -> None:
        if self._without is None:
            return
        why_not = self._without.why_not()
        self.without_button.setEnabled(not why_not and not self._without.is_running)
        tip = tr("Run the rules again without these entries, and compare: others take their place")
        self.without_button.setToolTip(why_not or tip)
        self.without_button.setAccessibleName(tr("Run without them"))

    def _fill_menu(self) -> None:
        self._menu.clear()
        for mask in _MASKS:
            title = self._without.title(mask) if self._without is not None else ""
            if title:
                action = self._menu.addAction(title)
                action.setObjectName(f"without_{mask}")
                action.triggered.connect(partial(self._run_without, mask))

    def _run_without(self, mask: Mask, _is_checked: object = None) -> None:
        if self._without is not None:
            self._without.run(mask)

    def _beside(self, part: TradeMetrics, whole: TradeMetrics) -> str:
        muted = self._theme.muted
        return " &nbsp;·&nbsp; ".join(
            f"{shown(title).replace('&', '&amp;')} "
            f"<a href='{name}' style='color:{self._theme.text}; text-decoration:none'>"
            f"<b>{_text(part, name, kind)}</b></a> "
            f"<span style='color:{muted}'>({_text(whole, name, kind)})</span>"
            for name, title, kind in _SHOWN
        )


def _text(metrics: TradeMetrics, name: str, kind: Kind) -> str:
    value = getattr(metrics, name)
    return "n/a" if value is None else format_value(value, kind, QLocale())
