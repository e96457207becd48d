"""The sweep panel: numbers chosen, a sweep run, a cell clicked."""

import pytest

from ml4t_desktop.files.sample_files import write_sample
from ml4t_desktop.session.jobs import ImmediateExecutor
from ml4t_desktop.session.session import make_session
from ml4t_desktop.session.theme import DARK, LIGHT
from ml4t_desktop.session.work import real_work
from ml4t_desktop.views.review.runs.sweep import SweepPanel
from tests.unit.session.fakes import settle

STOP = "strategy.exits.stop_loss"


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    return write_sample(tmp_path_factory.mktemp("sample"), small=True)


@pytest.fixture
def session(qtbot, tmp_path, sample):
    made = make_session(ImmediateExecutor(), real_work(), tmp_path / "settings.toml")
    made.request.open(sample)
    made.request.edit(STOP, 0.1)
    settle(qtbot, made)
    yield made
    made.close()


@pytest.fixture
def panel(qtbot, session):
    made = SweepPanel(session, LIGHT)
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    qtbot.waitUntil(lambda: made.rows[0].key is not None)
    return made


def choose(row, key, low, high, steps):
    index = row.choice.findData(key)
    row.choice.setCurrentIndex(index)
    row.choice.activated.emit(index)
    for box, value in ((row.low, low), (row.high, high), (row.steps, steps)):
        box.setValue(value)


def test_a_range_around_the_present_value_is_proposed(panel):
    index = panel.rows[1].choice.findData(STOP)
    panel.rows[1].choice.setCurrentIndex(index)
    panel.rows[1].choice.activated.emit(index)
    values = panel.rows[1].values()
    assert values[0] < 0.1 < values[-1]
    assert len(values) == 7


def test_a_sweep_of_two_numbers_fills_a_map_and_a_click_loads_a_variant(qtbot, session, panel):
    first = panel.rows[0].key
    choose(panel.rows[0], first, 0.6, 0.8, 2)
    choose(panel.rows[1], STOP, 0.05, 0.15, 3)
    assert panel.count.text() == "6 variants"
    panel.start.click()
    settle(qtbot, session)
    qtbot.waitUntil(lambda: panel.heatmap.values.shape == (2, 3))
    assert "Best: Sharpe ratio" in panel.summary.text()
    with qtbot.waitSignal(panel.command_asked) as caught:
        panel.heatmap.cell_chosen.emit(1, 2)
    assert caught.args == ["run.start"]
    assert session.request.draft.get(STOP) == 0.15
    panel.apply_theme(DARK)


def test_the_mean_with_neighbours_is_another_map(qtbot, session, panel):
    choose(panel.rows[0], STOP, 0.02, 0.2, 4)
    panel.start.click()
    settle(qtbot, session)
    qtbot.waitUntil(lambda: panel.heatmap.values.shape == (4, 1))
    plain = panel.heatmap.values.copy()
    panel.steady.click()
    near = panel.heatmap.values
    assert near[0, 0] == pytest.approx((plain[0, 0] + plain[1, 0]) / 2)


def test_what_cannot_be_swept_is_said_where_the_result_would_be(qtbot, session, panel):
    choose(panel.rows[0], STOP, 2.0, 3.0, 2)
    panel.start.click()
    settle(qtbot, session)
    qtbot.waitUntil(lambda: "could not be run" in panel.empty.text)
    assert STOP in panel.empty.text
