"""The figures behind the verdict: intervals, sureness, costs, and other assumptions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QLocale, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from ml4t_desktop.session.formats import Kind, format_value
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.review.evidence_words import ASSUMPTIONS, COST_STEPS
from ml4t_desktop.tables.frame_model import PLAIN_ROLE
from ml4t_desktop.views.review.menus import open_menu

if TYPE_CHECKING:  # the analysis loads polars, after the window is visible
    from ml4t_desktop.analysis.validity.stress import Variant
    from ml4t_desktop.analysis.validity.verdict import Evidence

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_NOT_KNOWN: Final = "n/a"
_NAME: Final = PLAIN_ROLE + 10  # of a figure, in its cell


class FigureTable(QTreeWidget):
    """Rows of figures under headings; nothing in it can be changed.

    Signals
    -------
    number_asked : str, QRect
        How a figure is made was asked for: its name, and its place in the table.
    """

    number_asked = Signal(str, QRect)

    def __init__(self, headers: tuple[str, ...], name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(shown(name))
        self.setColumnCount(len(headers))
        self.set_headings([shown(title) for title in headers])
        self.setRootIsDecorated(False)
        self.setIndentation(10)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setStyleSheet("QTreeView::item { padding: 2px 4px; }")
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in range(1, len(headers)):
            self.headerItem().setTextAlignment(column, _RIGHT)
        self.itemClicked.connect(self._on_item_clicked)

    def set_headings(self, titles: list[str]) -> None:
        """Name the columns; tips say the whole names, which narrow columns cut."""
        self.setHeaderLabels(titles)
        for column, title in enumerate(titles):
            self.headerItem().setToolTip(column, title)

    def ask_current(self) -> bool:
        """Ask how the figure with the cursor is made, else the first of its row; say whether there is one."""
        item = self.currentItem()
        if item is None:
            return False
        names = [item.data(column, _NAME) for column in range(self.columnCount())]
        column = max(self.currentColumn(), 0)
        found = column if names[column] else next((i for i, name in enumerate(names) if name), -1)
        if found < 0:
            return False
        place = self.visualRect(self.indexFromItem(item, found))
        self.number_asked.emit(names[found], place.translated(self.viewport().pos()))
        return True

    def _on_item_clicked(self, _item: QTreeWidgetItem, _column: int) -> None:
        if QGuiApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier:
            self.ask_current()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102, N802 (Qt's)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.ask_current():
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: D102, N802 (Qt's)
        open_menu(self, event.globalPos(), ((tr("How it is made"), self.ask_current),))

    def _fit_titles(self) -> None:
        """Let titles fill the room that is left, or have all they need where not half of that is left."""
        header = self.header()
        others = sum(header.sectionSize(column) for column in range(1, self.columnCount()))
        is_roomy = self.viewport().width() - others >= self.sizeHintForColumn(0) / 2
        modes = QHeaderView.ResizeMode
        mode = modes.Stretch if is_roomy else modes.ResizeToContents
        if header.sectionResizeMode(0) != mode:
            header.setSectionResizeMode(0, mode)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802 (Qt's)
        super().resizeEvent(event)
        self._fit_titles()

    def changeEvent(self, event: QEvent) -> None:  # noqa: D102, N802 (Qt's)
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            for place in range(self.topLevelItemCount()):
                item = self.topLevelItem(place)
                if item is not None and item.isFirstColumnSpanned():
                    item.setForeground(0, self.palette().placeholderText())

    def add_heading(self, title: str) -> None:
        """Add a heading over the rows that follow."""
        item = QTreeWidgetItem(self, [shown(title)])
        font = item.font(0)
        font.setBold(True)
        item.setFont(0, font)
        item.setForeground(0, self.palette().placeholderText())
        item.setFlags(Qt.ItemFlag.ItemIsEnabled)
        item.setFirstColumnSpanned(True)

    def add_row(
        self,
        title: str,
        texts: tuple[str, ...],
        tip: str = "",
        values: tuple[object, ...] = (),
        names: tuple[str, ...] = (),
    ) -> None:
        """Add a row of texts, with what they stand for where a copy is to have it in full.

        `names` are those of its figures, by which one can ask how they are made.
        """
        item = QTreeWidgetItem(self, [shown(title), *texts])
        for column in range(1, self.columnCount()):
            item.setTextAlignment(column, _RIGHT)
        for column in range(self.columnCount()):
            item.setToolTip(column, shown(tip))
        for column, value in enumerate(values, 1):
            item.setData(column, PLAIN_ROLE, value)
        for column, name in enumerate(names, start=1):
            item.setData(column, _NAME, name)

    def text_of(self, title: str, column: int = 1) -> str:
        """Return a text of the row with a title; empty without such a row."""
        for place in range(self.topLevelItemCount()):
            item = self.topLevelItem(place)
            if item is not None and item.text(0) == shown(title):
                return item.text(column)
        return ""


class EvidenceTable(FigureTable):
    """Intervals, how sure the Sharpe ratio is, and the way from gross to net."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(
            (tr("Figure"), tr("This run"), tr("From"), tr("To")),
            tr("How sure the figures are"),
            parent,
        )
        self.setObjectName("evidence")

    def show_evidence(self, evidence: Evidence) -> None:
        """Show the figures of a run."""
        self.clear()
        self._show_intervals(evidence)
        self._show_sharpe(evidence)
        self._show_costs(evidence)

    def _show_intervals(self, evidence: Evidence) -> None:
        from ml4t_desktop.analysis.definitions import DEFINITIONS

        known = {definition.name: definition for definition in DEFINITIONS}
        redrawn, locale = evidence.redrawn, QLocale()
        self.add_heading(tr("90 % OF REDRAWN HISTORIES"))
        if redrawn is None:
            self.add_row(tr("Too few returns to redraw"), ("", "", ""))
        else:
            tip = tr(
                "Daily returns drawn again {paths:,} times in blocks of {block} on average "
                "(stationary bootstrap), always with the same random numbers.",
                paths=redrawn.paths,
                block=redrawn.block,
            )
            for item in redrawn.intervals:
                definition = known[item.name]
                values = (item.value, item.low, item.high)
                texts = tuple(format_value(value, definition.kind, locale) for value in values)
                self.add_row(
                    definition.title,
                    texts,
                    f"{shown(definition.formula)}\n{shown(tip)}",
                    values,
                    _ends(item.name),
                )
            self.add_row(
                tr("Chance of a loss"), (_percent(redrawn.loss), "", ""),
                tr("Share of the redrawn histories that end below the initial capital.\n{tip}", tip=tip),
                names=("loss",),
            )  # fmt: skip
        for item in evidence.trade_intervals:
            definition = known[item.name]
            values = (item.value, item.low, item.high)
            texts = tuple(format_value(value, definition.kind, locale) for value in values)
            tip = tr("Weeks of trades drawn again: trades entered in the same week stay together.")
            self.add_row(
                definition.title,
                texts,
                f"{shown(definition.formula)}\n{shown(tip)}",
                values,
                _ends(item.name),
            )

    def _show_sharpe(self, evidence: Evidence) -> None:
        from ml4t_desktop.analysis.undefined import Undefined

        self.add_heading(tr("HOW SURE THE SHARPE RATIO IS"))
        sample, found = evidence.sample, evidence.deflated
        if isinstance(sample, Undefined) or isinstance(found, Undefined):
            reason = sample.reason if isinstance(sample, Undefined) else ""
            self.add_row(tr("Sharpe ratio"), (_NOT_KNOWN, "", ""), reason, names=("probability",))
            return
        year = evidence.periods_per_year
        self.add_row(
            tr("Probability above zero"), (_value(sample.probability_above(0.0), "percent"), "", ""),
            tr("Probabilistic Sharpe ratio (Bailey and Lopez de Prado): skew and fat tails are taken into account."),
            names=("probability",),
        )  # fmt: skip
        self.add_row(
            tr("Variants tried on this data"), (format_value(found.trials, "count", QLocale()), "", ""),
            tr("Every run of another request on the same data counts, this one included."),
            names=("trials",),
        )  # fmt: skip
        self.add_row(
            tr("Best that chance would find"), (_value(found.hurdle * year**0.5, "ratio"), "", ""),
            tr("The highest Sharpe ratio to be expected among so many variants without any edge, annualised."),
            names=("hurdle",),
        )  # fmt: skip
        self.add_row(
            tr("Deflated Sharpe ratio"), (_value(found.probability, "percent"), "", ""),
            tr("Probability that the true Sharpe ratio exceeds the best that chance would find."),
            names=("deflated",),
        )  # fmt: skip
        needed = sample.shortest_track_record()
        years = needed if isinstance(needed, Undefined) else needed / year
        self.add_row(
            tr("Years needed to be 95 % sure"), (_value(years, "ratio"), "", ""),
            (tr("Shortest track record for a Sharpe ratio above zero; there are {count} years.",
            count=format_value(sample.count / year, "ratio", QLocale()))),
            names=("track_record",),
        )  # fmt: skip

    def _show_costs(self, evidence: Evidence) -> None:
        view, locale = evidence.costs, QLocale()
        self.add_heading(tr("FROM GROSS TO NET"))
        for step in view.steps:
            if step.amount or step.name in {"before", "net"}:
                self.add_row(
                    COST_STEPS[step.name],
                    (format_value(step.amount, "money", locale), "", ""),
                    names=(step.name,),
                )
        self.add_row(
            tr("Costs could be multiplied by"), (_value(view.break_even, "ratio"), "", ""),
            tr("By what commission and slippage could be multiplied until nothing is left, the trades being the same."),
            names=("break_even",),
        )  # fmt: skip
        self.add_row(
            tr("Costs paid, of value traded"), (_value(view.paid_rate, "percent"), "", ""),
            tr("Commission and slippage over quantity times price of all fills."),
            names=("paid_rate",),
        )  # fmt: skip
        self.add_row(
            tr("Costs that leave nothing"), (_value(view.bearable_rate, "percent"), "", ""),
            tr("The rate of the value traded at which the net profit would be zero."),
            names=("bearable_rate",),
        )  # fmt: skip


class VariantTable(FigureTable):
    """The run under other assumptions, side by side."""

    def __init__(self, parent: QWidget | None = None) -> None:
        headers = (
            tr("Assumption"),
            tr("Total return"),
            tr("Sharpe"),
            tr("Worst drawdown"),
            tr("Trades"),
        )
        super().__init__(headers, tr("The run under other assumptions"), parent)
        self.setObjectName("variants")

    def show_variants(self, variants: tuple[Variant, ...], why_none: str = "") -> None:
        """Show what a run makes under each assumption, or why that is not known."""
        self.clear()
        if why_none:
            self.add_row(shown(why_none), ("",) * 4)
            item = self.topLevelItem(0)
            if item is not None:
                item.setFirstColumnSpanned(True)
        locale = QLocale()
        for item in variants:
            texts = (
                format_value(item.total_return, "percent", locale),
                format_value(item.sharpe, "ratio", locale) or _NOT_KNOWN,
                format_value(item.max_drawdown, "percent", locale),
                format_value(item.trades, "count", locale),
            )
            values = (item.total_return, item.sharpe, item.max_drawdown, item.trades)
            figures = ("total_return", "sharpe", "max_drawdown", "trades")
            names = tuple(f"{item.assumption}.{figure}" for figure in figures)
            self.add_row(ASSUMPTIONS[item.assumption], texts, values=values, names=names)


def _ends(name: str) -> tuple[str, str, str]:
    """Return the names of a figure and of the ends of its interval."""
    return name, f"{name}.low", f"{name}.high"


def _percent(value: float) -> str:
    return format_value(value, "percent", QLocale())


def _value(value: object, kind: Kind) -> str:
    from ml4t_desktop.analysis.undefined import Undefined

    return _NOT_KNOWN if isinstance(value, Undefined) else format_value(value, kind, QLocale())
