import pytest

from ml4t_desktop.session.settings import SettingsStore
from ml4t_desktop.session.window.commands import command
from ml4t_desktop.session.window.tour import TOUR
from tests.unit.session.fakes import fake_session, ready_session


@pytest.fixture
def session(qapp, tmp_path):
    return fake_session(tmp_path)


def go_to(tour, key):
    tour.start()
    while tour.step.key != key:
        tour.forward()


def test_it_has_six_to_nine_steps_and_names_commands_there_are():
    assert 6 <= len(TOUR) <= 9
    for step in TOUR:
        assert step.title
        assert step.text.endswith((".", "?"))
        assert step.targets
        assert not step.command or command(step.command)


def test_it_is_offered_until_somebody_took_left_or_declined_it(session, tmp_path):
    tour = session.tour
    assert tour.is_offered

    tour.start()
    tour.leave()

    assert not tour.is_offered
    assert SettingsStore(tmp_path / "settings.toml").settings.tour == "left"
    tour.decline()
    assert SettingsStore(tmp_path / "settings.toml").settings.tour == "declined"


def test_a_state_nobody_knows_offers_it_again(qapp, tmp_path):
    (tmp_path / "settings.toml").write_text('tour = "lost"\n')

    assert SettingsStore(tmp_path / "settings.toml").settings.tour == "new"


def test_it_goes_on_when_data_is_there(qtbot, tmp_path):
    session = fake_session(tmp_path)
    session.tour.start()

    session.request.edit("data.files", ("prices.parquet",))

    assert session.tour.step.key == "strategy"


def test_a_rule_that_changes_goes_on_a_while_after_the_last_change(qtbot, session):
    go_to(session.tour, "threshold")
    clause = {"column": "bar.close", "op": ">", "value": 1.0}
    session.request.edit("strategy.entry", {"all": (clause,)})
    assert session.tour.step.key == "threshold"

    with qtbot.waitSignal(session.tour.changed, timeout=10_000):
        session.request.edit("strategy.entry", {"all": (clause | {"value": 2.0},)})

    assert session.tour.step.key == "run"


def test_other_changes_are_not_what_the_threshold_waits_for(session):
    go_to(session.tour, "threshold")

    session.request.edit("account.initial_capital", 5.0)

    assert not session.tour._settled.isActive()


def test_who_is_one_step_ahead_is_followed_and_who_is_further_is_not(session):
    go_to(session.tour, "overview")
    session.tour.note("validity")
    assert session.tour.step.key == "overview"

    session.tour.note("trade")

    assert session.tour.step.key == "why"


def test_opening_what_is_to_be_read_stays_there(session):
    go_to(session.tour, "why")

    session.tour.note("why")

    assert session.tour.step.key == "why"


def test_what_was_done_before_need_not_be_done_again(qtbot, tmp_path):
    session = ready_session(qtbot, tmp_path)
    steps = {step.key: step for step in TOUR}

    assert session.tour.is_done(steps["sample"])
    assert not session.tour.is_done(steps["run"])
    assert not session.tour.is_done(steps["trade"])


def test_nothing_is_noted_outside_the_tour(session):
    session.tour.note("sample")

    assert session.tour.step is None
    assert session.tour.place == 0
