"""The table of trades over the chart of the chosen one."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget

from ml4t_desktop.session.arrangements import ArrangementStore
from ml4t_desktop.session.results import ResultStore
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.review.price import PriceChartPanel
from ml4t_desktop.views.review.trades import TradesPanel

_CHART_WIDTH = 480


class TradeReview(QSplitter):
    """Trades above, prices around the chosen one below."""

    def __init__(
        self,
        results: ResultStore,
        theme: Theme,
        arrangements: ArrangementStore | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(Qt.Orientation.Vertical, parent)
        self.setObjectName("review_split")
        self.setChildrenCollapsible(False)
        self.trades = TradesPanel(results, theme, arrangements)
        self.price = PriceChartPanel(results, theme)
        self.price.setMinimumWidth(_CHART_WIDTH)
        self.addWidget(self.trades)
        self.addWidget(self.price)
        self.setSizes([300, 500])

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self.trades.apply_theme(theme)
        self.price.apply_theme(theme)
