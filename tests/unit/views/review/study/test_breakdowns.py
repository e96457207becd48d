"""The breakdowns panel, and the columns of sides and benchmark on the overview."""

import pytest
from PySide6.QtCore import Qt

from ml4t_desktop.session.review.reviews import ReviewStore
from ml4t_desktop.session.runs.results import ResultStore
from ml4t_desktop.session.theme import DARK, LIGHT
from ml4t_desktop.views.review.overview.panel import OverviewPanel
from ml4t_desktop.views.review.study.breakdowns import CHOICES, BreakdownsPanel


@pytest.fixture
def results(qapp) -> ResultStore:
    return ResultStore()


@pytest.fixture
def reviews(results, immediate_jobs) -> ReviewStore:
    return ReviewStore(immediate_jobs, results)


@pytest.fixture
def panel(qtbot, results, reviews) -> BreakdownsPanel:
    panel = BreakdownsPanel(results, reviews, LIGHT)
    qtbot.addWidget(panel)
    panel.show()
    return panel


def shown(panel, header):
    model = panel.table.frame_model
    place = [column.header for column in model.columns].index(header)
    return [model.value(row, place) for row in range(model.rowCount())]


def test_before_any_run_the_next_step_is_told(panel):
    assert "start the run" in panel.empty.text


def test_every_choice_shows_groups_that_add_up_to_the_run(qtbot, panel, results, reviews, run):
    with qtbot.waitSignal(reviews.changed):
        results.show_run(run)
    for name, _title in CHOICES:
        panel.choose(name)
        assert panel.note.text()
        if name == "months":
            assert shown(panel, "Year") == ["2020", "2021"]
        else:
            assert sum(shown(panel, "Trades")) == run.metrics.num_trades, name


def test_groups_are_sorted_by_any_column(qtbot, panel, results, reviews, run):
    with qtbot.waitSignal(reviews.changed):
        results.show_run(run)
    panel.choose("asset")
    header = panel.table.horizontalHeader()
    columns = [column.header for column in panel.table.frame_model.columns]
    header.setSortIndicator(columns.index("P&L"), Qt.SortOrder.DescendingOrder)
    profits = shown(panel, "P&L")
    assert len(profits) == 3
    assert profits == sorted(profits, reverse=True)
    panel.apply_theme(DARK)
    assert shown(panel, "P&L") == profits


def test_sides_and_benchmark_stand_beside_the_whole(qtbot, results, reviews, run):
    overview = OverviewPanel(results, reviews, LIGHT)
    qtbot.addWidget(overview)
    overview.show()
    with qtbot.waitSignal(reviews.changed):
        results.show_run(run)
    table, review = overview.statistics, reviews.review
    assert table.text_of("num_trades", "Long") == str(run.metrics.long_trades)
    assert table.text_of("num_trades", "Short") == str(run.metrics.short_trades)
    assert table.text_of("sharpe", "Long") == ""
    assert table.text_of(
        "total_return", "Benchmark"
    ) == f"{review.benchmark.total_return:.2%}".replace("%", " %")
    assert table.text_of("beta") == f"{review.benchmark.beta:.2f}"


def test_another_benchmark_is_computed_and_shown(qtbot, results, reviews, run):
    overview = OverviewPanel(results, reviews, LIGHT)
    qtbot.addWidget(overview)
    overview.show()
    with qtbot.waitSignal(reviews.changed):
        results.show_run(run)
    names = overview.benchmark.names
    with qtbot.waitSignal(reviews.changed):
        names.activated.emit(names.findData("asset.BBB"))
    assert reviews.review.benchmark.benchmark == "BBB"
    assert names.currentText() == "BBB"
    with qtbot.waitSignal(reviews.changed):
        reviews.choose_benchmark("none")
    assert overview.statistics.text_of("beta") == "n/a"
