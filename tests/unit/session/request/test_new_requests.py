import pytest

from ml4t_desktop.request import preset
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.settings import SettingsStore
from tests.unit.session.fakes import fake_session, ready_session


@pytest.fixture
def session(qtbot, tmp_path):
    return ready_session(qtbot, tmp_path)


def test_at_first_new_requests_are_the_usual_ones(qapp, tmp_path):
    session = fake_session(tmp_path)

    assert session.request.draft == Draft.empty()
    assert session.new_requests.is_usual
    assert "no commission" in session.new_requests.meaning()


def test_what_the_present_request_has_is_what_new_ones_begin_with_at_the_next_start_too(
    session, tmp_path
):
    session.request.edit("account.initial_capital", 12_345.0)
    session.request.edit("costs.commission", {"model": "percent", "rate": 0.002})
    session.request.edit("execution.lot_size", 0.0)
    session.new_requests.take_present()

    assert session.request.draft.files  # the present one is left alone
    session.document.clear()
    again = fake_session(tmp_path)

    for request in (session.request, again.request):
        assert request.draft.get("account.initial_capital") == 12_345.0
        assert request.draft.get("costs.commission") == {"model": "percent", "rate": 0.002}
        assert request.draft.get("execution.lot_size") == 0.0
        assert request.draft.get("strategy.entry") is None
        assert not request.is_modified
    assert "12345" in again.new_requests.meaning().replace(",", "")


def test_a_request_that_is_opened_from_a_file_keeps_its_own(session, tmp_path):
    session.request.save(tmp_path / "mine.toml")
    session.request.edit("account.initial_capital", 5.0)
    session.new_requests.take_present()

    session.request.open(tmp_path / "mine.toml")

    assert session.request.draft.get("account.initial_capital") == 100_000.0


def test_a_preset_can_be_what_they_trade_like(session):
    session.document.clear()
    session.new_requests.take_preset("zipline")

    assert session.request.draft != Draft.empty()
    assert preset("zipline").changes(session.request.draft.raw) == ()
    session.new_requests.reset()
    assert session.request.draft == Draft.empty()
    assert session.new_requests.is_usual


def test_a_request_with_anything_in_it_is_not_replaced(session):
    session.document.clear()
    session.request.edit("name", "mine")

    session.new_requests.take_preset("zipline")

    assert session.request.draft.get("name") == "mine"
    assert preset("zipline").changes(session.request.draft.raw) != ()


def test_what_is_not_complete_is_not_taken_and_says_why(session):
    session.request.edit("account.initial_capital", -5.0)

    assert "account.initial_capital" in session.new_requests.why_not_take()


def test_funding_by_a_column_of_the_data_stays_with_that_data(session):
    session.request.edit("account.funding", {"column": "signal.pred"})
    assert not session.new_requests.why_not_take()

    session.new_requests.take_present()
    session.document.clear()

    assert session.request.draft.get("account.funding") is None


def test_settings_that_no_request_could_have_are_told_and_not_used(qapp, tmp_path):
    (tmp_path / "settings.toml").write_text("[defaults.account]\ninitial_capital = -1\n")

    session = fake_session(tmp_path)

    [problem] = session.new_requests.problems
    assert "initial_capital" in problem.where
    assert session.request.draft == Draft.empty()
    assert SettingsStore(tmp_path / "settings.toml").settings.defaults  # and not thrown away
