"""What is known of a signal, on screen."""

from dataclasses import replace

import pytest

from ml4t_desktop.session.review.signals import SignalStore
from ml4t_desktop.session.runs.results import ResultStore
from ml4t_desktop.session.theme import LIGHT
from ml4t_desktop.views.review.evidence.signals import SignalsPanel, signal_verdict


@pytest.fixture
def panel(qtbot, immediate_jobs, run):
    results = ResultStore()
    signals = SignalStore(immediate_jobs, results)
    panel = SignalsPanel(results, signals, LIGHT)
    qtbot.addWidget(panel)
    panel.resize(1000, 700)
    panel.show()
    results.show_run(run)
    qtbot.waitUntil(lambda: not immediate_jobs.is_busy and signals.review is not None)
    qtbot.waitUntil(lambda: not panel.is_due)
    return panel


def test_every_chart_says_what_it_shows(panel):
    titles = {name: chart.figure.title for name, chart in panel.charts.items()}

    assert titles["returns"] == "Return after it, by tenth"
    assert all(titles.values())
    assert panel.verdict.text()


def test_with_few_assets_it_says_that_values_are_compared_over_time(panel):
    assert "compared over time" in panel.note.text()


@pytest.mark.parametrize(
    ("mean", "said"),
    [
        (0.019, "No relation"),
        (-0.025, "hardly more than chance"),
        (0.04, "followed by higher returns:"),
        (-0.04, "followed by lower returns:"),
    ],
)
def test_what_chance_would_make_is_not_called_an_edge(panel, mean, said):
    review = panel._signals.review
    correlation = replace(review.correlation, mean=mean, error=0.01)

    assert said in signal_verdict(replace(review, correlation=correlation))


def test_context_columns_can_be_chosen_and_texts_are_rows(panel):
    panel.context.setCurrentText("regime")

    assert [panel.grid.verticalHeaderItem(i).text() for i in range(2)] == ["bull", "bear"]
    assert panel.grid.columnCount() == 5


def test_another_signal_can_be_looked_at(qtbot, panel, immediate_jobs):
    panel.choice.setCurrentText("confidence")
    panel.choice.activated.emit(panel.choice.currentIndex())
    qtbot.waitUntil(lambda: not immediate_jobs.is_busy)

    assert panel._signals.review.sample.name == "confidence"


def test_without_a_run_it_says_what_to_do(qtbot, immediate_jobs):
    results = ResultStore()
    panel = SignalsPanel(results, SignalStore(immediate_jobs, results), LIGHT)
    qtbot.addWidget(panel)

    assert panel._stack.currentWidget() is panel.empty
