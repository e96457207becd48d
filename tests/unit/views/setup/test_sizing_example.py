from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QToolButton

from ml4t_desktop.plots.painted.size_curve import SizeCurve
from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.session.sizing_view import size
from ml4t_desktop.session.theme import LIGHT
from ml4t_desktop.views.setup.panel import SetupPanel
from ml4t_desktop.views.setup.sizing_example import SizingExampleBox
from tests.unit.analysis.rules.test_sizing_example import BARS, SIGNALS, SIZINGS, request_with
from tests.unit.engine.trial import market_of
from tests.unit.session.fakes import FakeWork, ready_session, settle


def box_of(qtbot, tmp_path, sizing, number=0):
    view = size(market_of(BARS, signals=SIGNALS), request_with(sizing), number)
    session = ready_session(qtbot, tmp_path, FakeWork(size=view))
    session.request.edit("data.signals", ("pred", "exit_signal", "confidence"))
    session.request.edit("strategy.sizing", sizing)
    panel = SetupPanel(session, LIGHT)
    qtbot.addWidget(panel)
    panel.setLocale(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    panel.resize(420, 900)
    panel.show()
    panel.show_step(Step.STRATEGY)
    qtbot.waitUntil(lambda: not session.markets.is_reading)
    settle(qtbot, session)
    return panel.findChild(SizingExampleBox)


def test_an_example_is_told_step_by_step_and_marked_on_the_curve(qtbot, tmp_path):
    box = box_of(qtbot, tmp_path, SIZINGS[1])

    assert box.steps == (
        ("Bar", "B on 2024-01-01, close 20.00"),
        ("Signal", "s 0.95, confidence 0.8"),
        ("Size", "40 % of 10,000.00 = 4,000.00"),
        ("Order", "buy 200"),
        ("Fill", "200 at 21.02"),
        ("Costs", "commission 42.04, slippage 4.20 (in the price)"),
        ("Cash", "5,753.76 left"),
    )
    assert box.findChild(SizeCurve).marked == (0.8, 0.4)
    assert not box.findChild(QToolButton, "example_previous").isEnabled()
    assert box.findChild(QToolButton, "example_next").isEnabled()


def test_a_reduced_order_says_so(qtbot, tmp_path):
    box = box_of(qtbot, tmp_path, {"helper": "buy_percent", "percent": 1.0})

    assert dict(box.steps)["Fill"].startswith("471 at 21.02, reduced from 500: ")
    assert not box.findChild(SizeCurve).isVisible()
