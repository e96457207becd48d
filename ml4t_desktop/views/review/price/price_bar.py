"""What stands above the price chart: the asset, its trades, panes, shading and how the chart is moved."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QMenu,
    QPushButton,
    QToolButton,
    QWidget,
)

from ml4t_desktop.session.direction import back, onwards
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.views.flow import FlowLayout
from ml4t_desktop.views.review.menus import give_menu

_SHORTEST: Final = 14  # letters that there is room for in the list of assets
_LONGEST: Final = 26


class PriceBar(QWidget):
    """The controls of the price chart; whoever shows it connects them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.symbols = QComboBox()
        self.symbols.setObjectName("symbol_choice")
        self.symbols.setAccessibleName(tr("Asset"))
        self.symbols.setEditable(True)
        self.symbols.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.symbols.setMinimumContentsLength(_SHORTEST)
        completer = QCompleter(self.symbols.model(), self.symbols)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.symbols.setCompleter(completer)
        self.previous_button = _button(back(), tr("Choose the trade before, of this asset"))
        self.next_button = _button(onwards(), tr("Choose the next trade of this asset"))
        self.trade_button = _button(
            tr("Fit trade"), tr("Show the bars around the chosen trade (Ctrl+T)")
        )
        self.all_button = _button(
            tr("Whole history"), tr("Show all bars of the asset (0, or Ctrl+Shift+H)")
        )
        self.in_button = _button("+", tr("Zoom in (+, or the mouse wheel)"))
        self.out_button = _button("\N{MINUS SIGN}", tr("Zoom out (-, or the mouse wheel)"))
        self.panes_menu = QMenu(self)
        self.panes_button = _menu_button(
            tr("Panes"), tr("Choose what is shown below the prices"), self.panes_menu
        )
        self.shading_menu = QMenu(self)
        self.shading_button = _menu_button(
            tr("Shade"), tr("Shade the states of the market behind the prices"), self.shading_menu
        )
        self.log_button = _toggle(
            tr("Log"), tr("Draw equal factors of the price as equal distances")
        )
        self.select_button = _toggle(
            tr("Select"),
            tr(
                "Drag over the chart to look at the trades entered there, everywhere (or drag with Shift)"
            ),
        )
        self.link_button = _toggle(
            tr("Link time"), tr("Show the same time in this chart and in those of the equity")
        )
        layout = FlowLayout(self, spacing=4)
        layout.addWidget(self.symbols)
        layout.addWidget(self.previous_button)
        layout.addWidget(self.next_button)
        layout.add_gap(8)
        for widget in (self.trade_button, self.all_button, self.in_button, self.out_button):
            layout.addWidget(widget)
        layout.add_gap(8)
        for widget in (
            self.panes_button, self.shading_button, self.log_button, self.select_button,
            self.link_button,
        ):  # fmt: skip
            layout.addWidget(widget)

    def fit_symbols(self) -> None:
        """Make room for the name of an asset and the number of its trades."""
        longest = len(self.symbols.itemText(0))  # the assets that were traded come first
        self.symbols.setMinimumContentsLength(min(max(longest, _SHORTEST), _LONGEST))


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(shown(tip))
    button.setAccessibleName(shown(tip))
    if len(text) == 1:
        button.setFixedWidth(button.fontMetrics().averageCharWidth() * 5)
    return button


def _toggle(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(shown(tip))
    button.setAccessibleName(shown(tip))
    button.setCheckable(True)
    return button


def _menu_button(text: str, tip: str, menu: QMenu) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(shown(tip))
    button.setAccessibleName(shown(tip))
    give_menu(button, menu)
    return button
