"""Sweeps in the window's state: which numbers vary, and what becomes of a chosen variant."""

import pytest

from ml4t_desktop.files.sample_files import write_sample
from ml4t_desktop.session.jobs import ImmediateExecutor
from ml4t_desktop.session.session import make_session
from ml4t_desktop.session.work import real_work
from ml4t_desktop.sweep.grid import Axis, Grid
from tests.unit.session.fakes import settle

KEY = "strategy.exits.stop_loss"


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    return write_sample(tmp_path_factory.mktemp("sample"), small=True)


@pytest.fixture
def session(qtbot, tmp_path, sample):
    made = make_session(ImmediateExecutor(), real_work(), tmp_path / "settings.toml")
    made.request.open(sample)
    settle(qtbot, made)
    yield made
    made.close()


def test_the_numbers_of_the_request_are_told_in_words(session):
    numbers = {item.key: item for item in session.sweeps.numbers()}
    clause = next(item for key, item in numbers.items() if key.startswith("strategy.entry.all.0"))
    column = session.request.draft.get("strategy.entry")["all"][0]["column"]
    assert column.partition(".")[2] in clause.title
    assert "account.initial_capital" in numbers
    assert not any("protect_entry_bar" in key for key in numbers)  # a flag is no number


def test_a_sweep_leaves_its_trials_and_what_they_came_to(qtbot, session):
    with qtbot.waitSignal(session.sweeps.swept) as caught:
        session.sweeps.start(Grid((Axis(KEY, (0.05, 0.1)),)), "sharpe")
    settle(qtbot, session)
    state = session.sweeps.state
    assert caught.args == [state]
    assert len(state.digest) == 64
    # Variants are counted on a thread of their own, beside what the sweep itself waits for.
    qtbot.waitUntil(lambda: len(session.trials.trials(state.digest)) == 2)
    assert len(session.trials.trials(state.digest).sharpes) == 2
    assert [trial.status for trial in state.trials] == ["done", "done"]
    assert state.summary.best is not None
    session.sweeps.choose_metric("num_trades")
    best = session.sweeps.state.summary.best
    assert best.metrics.num_trades == max(trial.metrics.num_trades for trial in state.trials)


def test_a_chosen_variant_becomes_the_request_and_can_be_taken_back(qtbot, session):
    before = session.request.draft
    session.sweeps.start(Grid((Axis(KEY, (0.03, 0.07)),)), "sharpe")
    settle(qtbot, session)
    session.sweeps.load(session.sweeps.state.trials[1])
    assert session.request.draft.get(KEY) == 0.07
    assert session.request.last_change.name == "values of the sweep"
    session.request.undo()
    assert session.request.draft == before


def test_what_makes_no_request_is_told(qtbot, session):
    session.sweeps.start(Grid((Axis(KEY, (5.0, 7.0)),)), "sharpe")
    settle(qtbot, session)
    assert session.sweeps.state is None
    assert KEY in session.sweeps.problems[0].what


def test_an_incomplete_request_is_not_swept(session):
    session.request.clear()
    assert session.sweeps.why_not() == "Complete the set-up first"
