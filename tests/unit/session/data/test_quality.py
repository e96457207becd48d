"""The store of the quality report: when it is made, kept and thrown away, and repairs from it."""

import pytest

from ml4t_desktop.request import ContextSource
from ml4t_desktop.session.data.quality import data_of
from ml4t_desktop.session.jobs import ImmediateExecutor
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.session import make_session
from ml4t_desktop.session.work import real_work
from tests.unit.files.quality.planted import DAYS, market, planted
from tests.unit.session.fakes import settle


@pytest.fixture
def session(qtbot, tmp_path):
    made = make_session(ImmediateExecutor(), real_work(), tmp_path / "settings.toml")
    frame = planted(market(), "BBB", DAYS[40], high=1.0)
    frame.write_parquet(tmp_path / "bars.parquet")
    made.intake.add_files([tmp_path / "bars.parquet"])
    settle(qtbot, made)
    return made


def checked(qtbot, session):
    session.quality.check()
    settle(qtbot, session)
    return {finding.kind: finding for finding in session.quality.report.findings}


def test_the_data_is_checked_though_the_rules_are_not_complete(qtbot, session):
    session.request.edit("strategy.entry", {"all": ({"column": "signal.none", "op": ">"},)})
    assert session.request.draft.problems()
    assert session.quality.can_check
    assert set(checked(qtbot, session)) == {"impossible_bar"}
    assert session.quality.is_current


def test_a_check_that_was_made_is_not_made_again(qtbot, session):
    checked(qtbot, session)
    report = session.quality.report
    session.request.edit("account.initial_capital", 5000.0)
    session.quality.check()
    settle(qtbot, session)
    assert session.quality.report is report
    session.quality.check_again()
    settle(qtbot, session)
    assert session.quality.report is not report


def test_a_file_that_was_written_anew_is_checked_anew(qtbot, session, tmp_path):
    assert set(checked(qtbot, session)) == {"impossible_bar"}
    market(DAYS[:60]).write_parquet(tmp_path / "bars.parquet")
    assert not session.quality.is_current
    assert checked(qtbot, session) == {}


def test_a_repair_is_one_edit_that_can_be_taken_back(qtbot, session):
    (widen, _) = checked(qtbot, session)["impossible_bar"].repairs
    session.quality.repair(widen)
    assert session.request.draft.request().data.repairs.impossible_bar == "widen"
    assert not session.quality.is_current
    assert checked(qtbot, session)["impossible_bar"].severity == "note"
    session.quality.repair(session.quality.report.findings[0].undo)
    assert session.request.draft.request().data.repairs.impossible_bar == "keep"
    assert checked(qtbot, session)["impossible_bar"].severity == "warning"


def test_without_files_there_is_no_report(qtbot, session):
    checked(qtbot, session)
    session.request.edit("data.files", None)
    assert session.quality.report is None
    assert not session.quality.can_check


def test_a_check_that_is_cancelled_leaves_nothing_behind(qtbot, session):
    session.quality.check()
    assert session.quality.is_checking
    session.quality.cancel()
    assert not session.quality.is_checking
    settle(qtbot, session)
    assert session.quality.report is None
    assert set(checked(qtbot, session)) == {"impossible_bar"}


def test_the_data_part_of_a_draft_has_its_context_and_may_be_incomplete():
    draft = Draft.empty()
    assert data_of(draft) is None
    draft = draft.edited("data.files", ("a.csv",)).edited("context.file", "c.csv")
    data, context = data_of(draft)
    assert data.files == ("a.csv",)
    assert context == ContextSource(file="c.csv")
    assert data_of(draft.edited("data.start", "no date")) is None
