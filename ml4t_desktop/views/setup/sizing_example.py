"""The sizing worked out for a bar of the data, or the orders that a rebalancing sends at a date."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.plots.painted.size_curve import SizeCurve
from ml4t_desktop.session.formats import format_value
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.setup.sizing_examples import SizingStore
from ml4t_desktop.session.setup.sizing_words import example_steps, formula_of
from ml4t_desktop.session.sizing_view import SizingView
from ml4t_desktop.views.setup.fields import hint
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # numpy loads after the window is visible
    from ml4t_desktop.analysis.rules.rebalance_preview import RebalancePreview

_COLUMNS: Final = (mark("Asset"), mark("Now"), mark("Target"), mark("Order"))
_MOST_LINES: Final = 500


class SizingExampleBox(QFrame):
    """Shows the example of a store and steps through them."""

    def __init__(self, store: SizingStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sizing_example")
        self._store = store
        self._draft: Draft | None = None
        self._formula = hint()
        self._formula.setObjectName("sizing_formula")
        self._number = QLabel()
        self._number.setObjectName("example_number")
        self._buttons = tuple(
            _button(*what)
            for what in (
                ("example_first", "«", tr("First example")),
                ("example_previous", tr("Previous"), tr("Previous example")),
                ("example_next", tr("Next"), tr("Next example")),
                ("example_last", "»", tr("Last example")),
            )
        )
        self._steps = QGridLayout()
        self._steps.setHorizontalSpacing(10)
        self._steps.setVerticalSpacing(2)
        self._steps.setColumnStretch(1, 1)
        self._labels: list[tuple[QLabel, QLabel]] = []
        self._curve = SizeCurve()
        self._orders = _orders_table()
        self._problem = hint()
        self._problem.setObjectName("example_problem")
        self._build()
        store.view_changed.connect(self._show)

    def show_draft(self, draft: Draft) -> None:
        """Show the formula of the sizing that a draft has."""
        self._draft = draft
        self._formula.setText(formula_of(draft))
        self._show(self._store.view)

    @property
    def steps(self) -> tuple[tuple[str, str], ...]:
        """The steps of the example on screen."""
        return tuple(
            (title.text(), text.text()) for title, text in self._labels if not title.isHidden()
        )

    def _build(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(self._number, 1)
        for button, go in zip(
            self._buttons, (self._first, self._previous, self._next, self._last), strict=True
        ):
            line.addWidget(button)
            button.clicked.connect(go)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._formula)
        layout.addLayout(line)
        layout.addLayout(self._steps)
        for widget in (self._curve, self._orders, self._problem):
            layout.addWidget(widget)

    def _show(self, view: SizingView | None) -> None:
        example = view.example if view is not None else None
        preview = view.preview if view is not None else None
        found = example or preview
        for button in self._buttons:
            button.setVisible(found is not None)
        self._number.setVisible(found is not None)
        if found is not None:
            count = self.locale().toString(found.count)
            number = self.locale().toString(found.number + 1)
            self._number.setText(
                tr("Example {number} of {count}", number=number, count=count)
                if example
                else tr("Date {number} of {count}", number=number, count=count)
            )
            for button in self._buttons[:2]:
                button.setEnabled(found.number > 0)
            for button in self._buttons[2:]:
                button.setEnabled(found.number < found.count - 1)
        self._show_steps(example_steps(example, self.locale()) if example is not None else ())
        curve = view.curve if view is not None else None
        self._curve.setVisible(curve is not None)
        if curve is not None:
            self._curve.show_curve(curve, self._marked(view))
        self._show_orders(preview)
        waiting = tr("An example appears once the data is read and the rule is complete.")
        self._problem.setText(view.problem if view is not None else waiting)
        self._problem.setVisible(bool(self._problem.text()))

    def _marked(self, view: SizingView | None) -> tuple[float, float] | None:
        """Return the confidence and share of the example."""
        if view is None or view.example is None or self._draft is None:
            return None
        sizing = self._draft.get("strategy.sizing") or {}
        value = view.example.values.get(str(sizing.get("confidence") or sizing.get("probability")))
        share = view.example.share
        return (value, share) if isinstance(value, float) and share == share else None  # noqa: PLR0124 (NaN)

    def _show_steps(self, steps: tuple[tuple[str, str], ...]) -> None:
        while len(self._labels) < len(steps):
            pair = (QLabel(), QLabel())
            pair[0].setProperty("role", "hint")
            pair[0].setAlignment(Qt.AlignmentFlag.AlignTop)
            pair[1].setWordWrap(True)
            for column, label in enumerate(pair):
                self._steps.addWidget(label, len(self._labels), column)
            self._labels.append(pair)
        for place, pair in enumerate(self._labels):
            is_used = place < len(steps)
            for column, label in enumerate(pair):
                label.setVisible(is_used)
                if is_used:
                    label.setText(steps[place][column])

    def _show_orders(self, preview: "RebalancePreview | None") -> None:
        self._orders.setVisible(preview is not None)
        if preview is None:
            return
        locale = self.locale()
        moment = format_value(preview.time, "time", locale).removesuffix(" 00:00")
        equity = format_value(preview.equity, "money", locale)
        self._show_steps(
            ((tr("Date"), moment), (tr("Equity"), equity), (tr("Orders"), _counted(preview)))
        )
        lines = preview.lines[:_MOST_LINES]
        more = len(preview.lines) - len(lines)
        self._orders.clearSpans()
        self._orders.setRowCount(len(lines) + (more > 0))
        if more > 0:
            rest = QTableWidgetItem(tr("and {more:,} more", more=more))
            self._orders.setItem(len(lines), 0, rest)
            self._orders.setSpan(len(lines), 0, 1, self._orders.columnCount())
        for row, line in enumerate(lines):
            order = format_value(abs(line.order), "quantity", locale)
            what = _order_words(line.order, order)
            texts = (
                line.symbol,
                format_value(line.weight, "percent", locale),
                format_value(line.target, "percent", locale),
                what,
            )
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                if column:
                    item.setTextAlignment(
                        Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    )
                item.setToolTip(line.status_reason)
                self._orders.setItem(row, column, item)

    def _step(self, way: int) -> None:
        view = self._store.view
        found = (view.example or view.preview) if view is not None else None
        if found is not None:
            self._store.show_number(found.number + way)

    def _previous(self) -> None:
        self._step(-1)

    def _next(self) -> None:
        self._step(1)

    def _first(self) -> None:
        self._store.show_number(0)

    def _last(self) -> None:
        self._step(2**31)


def _counted(preview: "RebalancePreview") -> str:
    orders = [line for line in preview.lines if line.order]
    buys = sum(line.order > 0 for line in orders)
    return tr(
        "{buys} to buy, {count} to sell, {count2} unchanged",
        buys=buys,
        count=len(orders) - buys,
        count2=len(preview.lines) - len(orders),
    )


def _orders_table() -> QTableWidget:
    table = QTableWidget(0, len(_COLUMNS))
    table.setTabKeyNavigation(False)
    table.setObjectName("rebalance_orders")
    table.setAccessibleName(tr("Orders of the rebalancing"))
    for column, title in enumerate(_COLUMNS):
        header = QTableWidgetItem(shown(title))
        header.setToolTip(shown(title))
        table.setHorizontalHeaderItem(column, header)
    table.verticalHeader().setVisible(False)
    table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 8)
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    table.setTabKeyNavigation(False)
    table.setMinimumHeight(210)
    return table


def _button(name: str, text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(name)
    button.setText(text)
    button.setToolTip(shown(tip))
    button.setAccessibleName(shown(tip))
    return button


def _order_words(order: float, quantity: str) -> str:
    if not order:
        return tr("none")
    if order > 0:
        return tr("buy {quantity}", quantity=quantity)
    return tr("sell {quantity}", quantity=quantity)
