"""Every number on screen tells how it is made: by a click, the Enter key, and from the menu."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from ml4t_desktop.session.review.making import MakingStore
from ml4t_desktop.session.review.reviews import ReviewStore
from ml4t_desktop.session.review.signals import SignalStore
from ml4t_desktop.session.review.studies import StudyStore
from ml4t_desktop.session.review.validity import ValidityStore
from ml4t_desktop.session.runs.results import ResultStore
from ml4t_desktop.session.theme import DARK, LIGHT
from ml4t_desktop.views.review.evidence.signals import SignalsPanel
from ml4t_desktop.views.review.evidence.validity import ValidityPanel
from ml4t_desktop.views.review.making_card import MakingCard
from ml4t_desktop.views.review.overview.panel import OverviewPanel
from ml4t_desktop.views.review.seen import SeenPanel
from ml4t_desktop.views.review.study.breakdowns import BreakdownsPanel
from ml4t_desktop.views.review.study.distribution import DistributionPanel
from ml4t_desktop.views.review.study.drawdowns import DrawdownsPanel
from ml4t_desktop.views.review.study.excursions import ExcursionsPanel
from ml4t_desktop.views.review.study.months import MonthsPanel
from ml4t_desktop.views.review.study.rolling import RollingPanel
from ml4t_desktop.views.review.trades.panel import TradesPanel

PATIENCE_MS = 30_000


class Desk:
    """A window with one panel and the card."""

    def __init__(self, qtbot, jobs, run) -> None:
        self.qtbot, self.jobs = qtbot, jobs
        self.results = ResultStore()
        self.reviews = ReviewStore(jobs, self.results)
        self.studies = StudyStore(jobs, self.results)
        self.making = MakingStore(jobs, self.results)
        self.window = QWidget()
        self.window.resize(1200, 800)
        qtbot.addWidget(self.window)
        self.card = MakingCard(self.making, LIGHT, self.window)
        self.run = run

    def show(self, panel: SeenPanel):
        panel.setParent(self.window)
        panel.resize(self.window.size())
        panel.show()
        self.window.show()
        self.card.raise_()
        self.results.show_run(self.run)
        # A panel asks for what it shows when its parts are made: neither is waited for alone.
        self.qtbot.waitUntil(
            lambda: not panel.is_due and not self.jobs.is_busy, timeout=PATIENCE_MS
        )
        return panel

    def answer(self):
        self.qtbot.waitUntil(lambda: self.making.making is not None, timeout=PATIENCE_MS)
        self.qtbot.waitUntil(self.card.isVisible, timeout=PATIENCE_MS)
        return self.making.making.made


@pytest.fixture
def desk(qtbot, immediate_jobs, run):
    made = Desk(qtbot, immediate_jobs, run)
    yield made
    made.making.close()


def test_a_click_on_a_tile_opens_the_card_and_esc_closes_it(desk):
    panel = desk.show(OverviewPanel(desk.results, desk.reviews, LIGHT, making=desk.making))
    tile = next(tile for tile in panel.tiles.tiles if tile.name == "sharpe")
    QTest.mouseClick(tile, Qt.MouseButton.LeftButton)
    assert desk.answer().name == "sharpe"
    assert "Mean of the daily returns" in desk.card.text()
    assert desk.card.value.text() == panel.statistics.text_of("sharpe")
    QTest.keyClick(desk.card.body, Qt.Key.Key_Escape)
    assert not desk.card.isVisible()
    assert desk.making.question is None


def test_enter_on_a_statistic_tells_how_it_is_made_in_the_column_of_the_cursor(desk):
    panel = desk.show(OverviewPanel(desk.results, desk.reviews, LIGHT, making=desk.making))
    table = panel.statistics
    table.setCurrentItem(table._rows["win_rate"], 3)
    QTest.keyClick(table, Qt.Key.Key_Return)
    made = desk.answer()
    assert (made.name, made.of) == ("win_rate", "Long trades")
    assert desk.card.of.text() == "Long trades"


def test_what_is_undefined_says_why_and_what_it_would_have_been_made_of(desk):
    panel = desk.show(OverviewPanel(desk.results, desk.reviews, LIGHT, making=desk.making))
    panel.ask("expectancy_r")
    made = desk.answer()
    assert desk.card.value.text() == "n/a"
    assert made.reason
    assert made.reason in desk.card.body.toPlainText()


def test_the_button_of_the_card_makes_its_trades_the_part_that_is_looked_at(desk):
    panel = desk.show(OverviewPanel(desk.results, desk.reviews, LIGHT, making=desk.making))
    panel.ask("max_drawdown")
    held = desk.answer().part.trade_ids
    desk.card.trades_button.click()
    assert desk.results.subset.trade_ids.tolist() == held.tolist()


def test_a_link_leads_to_the_input_and_the_arrow_back(desk):
    panel = desk.show(OverviewPanel(desk.results, desk.reviews, LIGHT, making=desk.making))
    panel.ask("calmar")
    desk.answer()
    assert desk.card.back_button.isHidden()
    desk.card.body.anchorClicked.emit("statistic:max_drawdown")
    desk.qtbot.waitUntil(lambda: desk.card.title.text() == "Maximum drawdown", timeout=PATIENCE_MS)
    desk.card.back_button.click()
    desk.qtbot.waitUntil(lambda: desk.card.title.text() == "Calmar ratio", timeout=PATIENCE_MS)


def test_the_card_is_copied_as_text_and_recoloured(desk):
    panel = desk.show(OverviewPanel(desk.results, desk.reviews, LIGHT, making=desk.making))
    panel.ask("profit_factor")
    desk.answer()
    desk.card.copy_button.click()
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("Profit factor\t")
    assert "gross profit / |gross loss|" in copied
    desk.card.apply_theme(DARK)
    assert DARK.surface in desk.card.styleSheet()


def test_a_click_beside_the_card_closes_it(desk):
    panel = desk.show(OverviewPanel(desk.results, desk.reviews, LIGHT, making=desk.making))
    panel.ask("sharpe")
    desk.answer()
    QTest.mouseClick(panel.chart_bar, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert not desk.card.isVisible()


def test_the_card_stays_within_the_window(desk):
    panel = desk.show(OverviewPanel(desk.results, desk.reviews, LIGHT, making=desk.making))
    desk.window.resize(760, 420)
    for name in ("initial_capital", "sharpe", "periods_per_year"):
        panel.ask(name)
        desk.answer()
        assert desk.window.rect().contains(desk.card.geometry()), name


@pytest.mark.parametrize(
    ("by", "column"), [("year", "sharpe"), ("asset", "profit_factor"), ("months", "ytd")]
)
def test_a_number_of_a_breakdown_tells_how_it_is_made(desk, by, column):
    panel = desk.show(BreakdownsPanel(desk.results, desk.reviews, LIGHT, desk.studies, desk.making))
    panel.choose(by)
    model = panel.table.frame_model
    place = [item.name for item in model.columns].index(column)
    index = model.index(0, place)
    panel.table.setCurrentIndex(index)
    centre = panel.table.visualRect(index).center()
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=centre)
    made = desk.answer()
    assert made.of == model.value(0, 0)
    assert made.value == pytest.approx(model.value(0, place))


def test_a_number_of_a_drawdown_tells_how_it_is_made(desk):
    panel = desk.show(DrawdownsPanel(desk.results, desk.studies, LIGHT, desk.making))
    panel.table.setCurrentIndex(panel.table.frame_model.index(1, 1))
    assert panel.ask_current()
    made = desk.answer()
    assert made.name == "depth"
    assert made.value == pytest.approx(panel.table.frame_model.value(1, 1))


def test_a_month_of_the_heatmap_tells_how_it_is_made(desk):
    panel = desk.show(MonthsPanel(desk.results, desk.studies, LIGHT, desk.making))
    shown = panel.heatmap.values[0, 2]
    centre = panel.heatmap.cell(0, 2).center().toPoint()
    QTest.mouseClick(panel.heatmap, Qt.MouseButton.LeftButton, pos=centre)
    made = desk.answer()
    assert made.of == "2020-03"
    assert made.value == pytest.approx(shown)


def test_a_figure_and_a_bar_of_a_distribution_tell_how_they_are_made(desk):
    panel = desk.show(DistributionPanel(desk.results, desk.studies, LIGHT, desk.making))
    panel.trades.ask("median")
    assert desk.answer().name == "median"
    tallest = int(panel.trades.heights.argmax())
    height = panel.trades.heights[tallest]
    panel.trades.ask_bar(tallest)
    desk.qtbot.waitUntil(lambda: desk.making.making is not None, timeout=PATIENCE_MS)
    assert desk.making.making.made.value == height


def test_a_rolling_line_tells_how_its_last_value_is_made(desk):
    panel = desk.show(RollingPanel(desk.results, desk.studies, LIGHT, desk.making))
    assert panel.ask_current()
    made = desk.answer()
    assert made.name == "total_return"
    assert made.of.startswith("63 days to ")


def test_a_figure_behind_the_verdict_tells_how_it_is_made(desk):
    validity = ValidityStore(desk.jobs, desk.results, desk.reviews)
    panel = desk.show(ValidityPanel(desk.results, validity, LIGHT, desk.making))
    item = panel.figures.topLevelItem(3)
    panel.figures.setCurrentItem(item, 2)
    QTest.keyClick(panel.figures, Qt.Key.Key_Return)
    made = desk.answer()
    assert made.name == "sharpe.low"
    remark = panel.verdict.findChild(QWidget, "how_interval")
    QTest.mouseClick(remark, Qt.MouseButton.LeftButton)
    assert desk.answer().name == "sharpe.low"


def test_a_figure_of_a_signal_tells_how_it_is_made(desk):
    signals = SignalStore(desk.jobs, desk.results)
    panel = desk.show(SignalsPanel(desk.results, signals, LIGHT, desk.making))
    panel.verdict.linkActivated.emit("t")
    assert desk.answer().name == "t"
    panel.charts["returns"].ask_current()
    desk.qtbot.waitUntil(lambda: desk.making.making is not None, timeout=PATIENCE_MS)
    assert desk.making.making.made.name == "spread"
    panel.grid.setCurrentCell(0, 1)
    assert panel.grid.ask_current()
    assert desk.answer().name.startswith("context.")


def test_a_figure_of_the_totals_tells_how_it_is_made_of_the_trades_shown(desk):
    panel = desk.show(TradesPanel(desk.results, LIGHT, making=desk.making))
    panel.bar.search.setText("bbb")
    mine = desk.run.result.trades.filter(symbol="BBB")
    panel.bar.totals.linkActivated.emit("fees")
    made = desk.answer()
    assert made.value == pytest.approx(mine["fees"].sum())
    assert made.part.trade_ids.tolist() == sorted(mine["trade_id"])
    assert panel.ask_current()
    assert desk.answer().name == "pnl"
    assert desk.card.value.text() in panel.bar.totals.text()


def test_every_figure_of_the_totals_can_be_reached_by_the_keyboard(desk):
    panel = desk.show(TradesPanel(desk.results, LIGHT, making=desk.making))
    line, asked = panel.bar.totals, []
    line.figure_asked.connect(lambda name, _place: asked.append(name))
    desk.window.activateWindow()
    desk.qtbot.waitUntil(desk.window.isActiveWindow, timeout=PATIENCE_MS)
    line.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(line, Qt.Key.Key_Tab)
    QTest.keyClick(line, Qt.Key.Key_Tab)
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert asked == ["pnl"]
    assert desk.answer().name == "pnl"


def test_a_figure_of_another_stop_and_target_tells_how_it_is_made(desk):
    request = SimpleNamespace(edit=lambda _key, _value: None)
    panel = desk.show(
        ExcursionsPanel(desk.results, desk.studies, request, LIGHT, making=desk.making)
    )
    panel.stop_on.setChecked(True)
    panel.stop.setValue(2.0)
    panel.told.linkActivated.emit("stopped")
    made = desk.answer()
    worst = desk.run.result.trades.filter(status="closed")["mae"]
    assert made.value == (worst <= -0.02).sum()
    assert panel.ask_current()
    assert desk.answer().name == "pnl_after"
    assert desk.card.value.text() in panel.told.text()
