from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QPushButton

from ml4t_desktop.analysis.leakage import (
    LAGS,
    ColumnReport,
    Finding,
    LagCurve,
    LagEffect,
    LeakReport,
)
from ml4t_desktop.session.jobs import ImmediateExecutor
from ml4t_desktop.session.session import make_session
from ml4t_desktop.session.theme import DARK, LIGHT
from ml4t_desktop.views.data.graded_table import NAME
from ml4t_desktop.views.data.leaks import LeaksPanel
from ml4t_desktop.views.setup.panel import SetupPanel
from tests.unit.session.fakes import FakeWork, settle


def curve(peak, lag):
    values = np.where(lag == LAGS, peak, 0.0)
    return LagCurve(correlation=values, error=np.full(41, 0.01), pairs=1000)


def report_of(request, base, *, loaded=None, watch=None):
    lag = dict(request.data.lag or {})
    level = "fine" if lag.get("pred") else "alarm"
    found = Finding(
        check="future", level=level, column="signal.pred", sentence="It foretells <much>.",
        effect="Too good.", remedy="Use it later.",
    )  # fmt: skip
    effect = LagEffect(
        final_before=2.0, final_after=1.0, sharpe_before=3.25, sharpe_after=-0.5,
        sharpe_error=0.1, trades_before=3, trades_after=3,
    )  # fmt: skip
    pred = ColumnReport(
        column="signal.pred", compared="the other assets", value=curve(0.4, 2), change=curve(0.3, 1),
        lag_bars=lag.get("pred", 0), effect=effect, findings=(found,),
    )  # fmt: skip
    calm = Finding(check="future", level="fine", column="signal.exit_signal", sentence="Nothing.")
    other = ColumnReport(
        column="signal.exit_signal",
        compared="",
        value=curve(0.0, 1),
        change=curve(0.0, 1),
        findings=(calm,),
    )
    return LeakReport(columns=(other, pred))


@pytest.fixture
def session(qtbot, tmp_path):
    work = replace(FakeWork().work(), check_leaks=report_of)
    made = make_session(ImmediateExecutor(), work, tmp_path / "settings.toml")
    made.intake.add_files([tmp_path / "prices.csv"])
    settle(qtbot, made)
    return made


def panel_of(qtbot, session):
    made = LeaksPanel(session, LIGHT)
    qtbot.addWidget(made)
    made.resize(900, 700)
    return made


@pytest.fixture
def panel(qtbot, session):
    made = panel_of(qtbot, session)
    made.show()
    qtbot.waitUntil(lambda: made.table.topLevelItemCount() == 2)
    settle(qtbot, session)
    return made


@pytest.fixture
def setup(qtbot, session):
    made = SetupPanel(session, LIGHT)
    qtbot.addWidget(made)
    made.show()
    return made


def signal_list(setup):
    return setup.findChild(QListWidget, "data.signals")


def test_nothing_is_checked_before_somebody_looks(qtbot, session):
    made = panel_of(qtbot, session)
    assert session.leaks.report is None

    made.show()
    qtbot.waitUntil(lambda: session.leaks.report is not None)


def test_the_gravest_column_is_shown_first_with_its_figures(panel):
    assert panel.table.chosen_name == "signal.pred"
    item = panel.table.currentItem()
    assert [item.text(column) for column in range(7)] == [
        "pred", "▲ Alarm", "0.000", "0.000", "0.400 at +2", "3.25", "-0.50",
    ]  # fmt: skip
    assert panel.summary.text() == "1 column of 2 with an alarm"
    assert "It foretells &lt;much&gt;." in panel.findings.text.text()
    assert "Too good. Use it later." in panel.findings.text.text()
    assert panel.chart.drawn(0)[0][22] == pytest.approx(0.4)


def test_another_column_brings_its_own_picture(panel):
    panel.table.setCurrentItem(panel.table.topLevelItem(0))

    assert "Nothing." in panel.findings.text.text()
    assert (panel.chart.drawn(0)[0] == 0).all()


def test_one_click_takes_the_column_a_bar_later_and_checks_again(qtbot, session, panel, setup):
    panel.findings.later.click()
    settle(qtbot, session)

    assert session.request.draft.get("data.lag") == {"pred": 1}
    assert panel.summary.text() == "No alarm in 2 columns"
    assert panel.table.currentItem().text(0) == "pred  (one bar later)"
    assert panel.findings.later.text() == "Use it one more bar later"
    listed = signal_list(setup)
    texts = {listed.item(i).data(NAME): listed.item(i).text() for i in range(listed.count())}
    assert texts["pred"] == "pred   ·  one bar later"

    panel.findings.back.click()
    settle(qtbot, session)
    assert session.request.draft.get("data.lag") is None
    assert not panel.findings.back.isVisible()


def test_unticking_a_delayed_column_leaves_a_request_that_runs(qtbot, session, panel, setup):
    session.request.edit("strategy.entry", None)
    session.request.edit("strategy.limits.rank_by", None)
    panel.findings.later.click()
    settle(qtbot, session)
    listed = signal_list(setup)
    row = next(i for i in range(listed.count()) if listed.item(i).data(NAME) == "pred")
    listed.item(row).setCheckState(Qt.CheckState.Unchecked)
    settle(qtbot, session)

    assert session.request.draft.get("data.signals") == ("exit_signal",)
    assert session.request.draft.problems() == ()


def test_the_data_page_leads_to_the_check(qtbot, setup):
    with qtbot.waitSignal(setup.command_asked) as asked:
        setup.findChild(QPushButton, "data.leaks").click()

    assert asked.args == ["view.leaks"]


def test_a_theme_keeps_what_is_shown(panel):
    before = panel.findings.text.text()
    panel.apply_theme(DARK)

    assert panel.table.chosen_name == "signal.pred"
    assert panel.findings.text.text() != before
