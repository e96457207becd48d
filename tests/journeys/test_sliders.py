"""Numbers that are dragged: the whole backtest follows, and one undo takes the drag back."""

from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.views.setup.editors import Slider
from tests.journeys.window import PATIENCE_MS

STOP = "strategy.exits.stop_loss"


def test_with_live_on_the_run_follows_a_slider_and_one_undo_takes_the_drag_back(analyst):
    analyst.open_sample()
    analyst.run()
    session, qtbot = analyst.session, analyst.qtbot
    before = session.request.draft.get(STOP)
    analyst.window.desk.carry_out("run.live")
    analyst.window.show_step(Step.STRATEGY)
    slider = analyst.window.findChild(Slider, f"{STOP}.slider")

    slider.setSliderDown(True)
    for place in (10, 9, 8, 7):
        slider.setValue(place)
        qtbot.wait(20)
    slider.setSliderDown(False)

    dragged = session.request.draft.get(STOP)
    assert dragged != before
    qtbot.waitUntil(
        lambda: session.results.run.request.strategy.exits.stop_loss == dragged,
        timeout=PATIENCE_MS,
    )
    assert session.request.last_change.name == "stop loss"
    session.request.undo()
    assert session.request.draft.get(STOP) == before
    qtbot.waitUntil(
        lambda: session.results.run.request.strategy.exits.stop_loss == before,
        timeout=PATIENCE_MS,
    )
    analyst.wait()
