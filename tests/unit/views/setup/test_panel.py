from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel, QPushButton, QTabBar, QToolButton

from ml4t_desktop.session.request.steps import Step, step_of_key
from ml4t_desktop.session.theme import DARK, LIGHT
from ml4t_desktop.views.setup.column_list import ColumnList
from ml4t_desktop.views.setup.editors import Choice, NumberBox
from ml4t_desktop.views.setup.panel import SetupPanel
from ml4t_desktop.views.setup.rules.clause_editor import ClauseEditor
from tests.unit.session.fakes import (
    PRICES,
    FakeWork,
    fake_session,
    price_look,
    ready_session,
    settle,
)


def panel_of(qtbot, session):
    panel = SetupPanel(session, LIGHT)
    panel.resize(420, 900)
    qtbot.addWidget(panel)
    panel.show()
    return panel


@pytest.fixture
def session(qtbot, tmp_path):
    return ready_session(qtbot, tmp_path)


@pytest.fixture
def panel(qtbot, session):
    return panel_of(qtbot, session)


def editor(panel, kind, key):
    """The editor of a key, on the page that has it."""
    panel.show_step(step_of_key(key))
    return panel.findChild(kind, key)


def choose(panel, key, value):
    choice = editor(panel, Choice, key)
    index = choice.findData(value)
    assert index >= 0, [choice.itemData(i) for i in range(choice.count())]
    choice.setCurrentIndex(index)
    choice.activated.emit(index)


def steps_text(panel):
    steps = panel.findChild(QTabBar, "steps")
    return [steps.tabToolTip(place).rpartition(" (Ctrl+Alt+")[0] for place in range(steps.count())]


def test_before_there_is_a_file_the_first_step_says_what_to_do(qtbot, tmp_path):
    panel = panel_of(qtbot, fake_session(tmp_path))

    assert steps_text(panel)[0] == "Data: No price file yet. Open or drop one"
    assert not panel.findChild(Choice, "data.close").isVisible()


def test_the_buttons_of_the_pages_stand_for_commands(qtbot, panel):
    asked = []
    panel.command_asked.connect(asked.append)

    panel.findChild(QPushButton, "data.add").click()
    panel.show_step(Step.CONTEXT)
    panel.findChild(QPushButton, "context.add").click()

    assert asked == ["file.open", "file.add_context"]


def test_guessed_columns_are_chosen_with_the_reason_as_tip(panel, session):
    close = panel.findChild(Choice, "data.close")
    guess = next(g for g in session.price_looks()[0].inspection.guesses if g.role == "close")

    assert close.value == "close"
    assert close.toolTip() == "Named as the close usually is (95% sure)"
    assert guess.confidence == 0.95


def test_a_column_is_corrected_by_choosing(panel, session):
    choose(panel, "data.close", "open")

    assert session.request.draft.get("data.close") == "open"


def test_a_column_nobody_found_is_asked_for_in_place(qtbot, tmp_path):
    fake = FakeWork(look=lambda path: price_look(path, PRICES.rename({"high": "x1"})))
    session = ready_session(qtbot, tmp_path, fake)
    panel = panel_of(qtbot, session)
    field = panel.findChild(Choice, "data.high").parentWidget()

    assert field._problem.text() == "No column for high. Choose one"
    choose(panel, "data.high", "x1")

    assert field._problem.text() == ""
    assert session.why_not_run() == ""


def test_signals_are_ticked_and_a_rule_that_loses_its_signal_says_so(qtbot, panel, session):
    signals = editor(panel, ColumnList, "data.signals")
    assert [signals.item(i).text() for i in range(signals.count())] == ["pred", "exit_signal"]

    signals.item(1).setCheckState(Qt.CheckState.Unchecked)

    assert session.request.draft.get("data.signals") == ("pred",)
    panel.show_step(Step.STRATEGY)
    problem = editor(panel, ClauseEditor, "strategy.exit")._problem
    assert problem.isVisible()
    assert "'signal.exit_signal' is not among the signals that are ticked" in problem.text()


def test_a_file_is_removed_by_its_button(panel, session):
    panel.findChild(QToolButton, "data.remove").click()

    assert session.request.draft.files == ()


def test_context_is_chosen_by_columns_and_removed(qtbot, panel, session, tmp_path):
    session.intake.add_files([tmp_path / "context.csv"])
    settle(qtbot, session)
    panel.show_step(Step.CONTEXT)
    columns = editor(panel, ColumnList, "context.columns")

    columns.item(0).setCheckState(Qt.CheckState.Unchecked)
    assert session.request.draft.get("context.columns") == ("regime",)
    choose(panel, "context.match", "asof")
    assert session.request.draft.get("context.match") == "asof"
    panel.findChild(QToolButton, "context.remove").click()

    assert session.request.draft.get("context") is None


def test_a_context_without_a_ticked_column_says_so_in_place(qtbot, panel, session, tmp_path):
    session.intake.add_files([tmp_path / "context.csv"])
    settle(qtbot, session)
    session.request.edit("context.columns", ())

    assert (
        steps_text(panel)[1] == "Context: No context column is ticked. Tick one, or remove the file"
    )


def test_exits_limits_and_sizing_are_edited_in_the_request(panel, session):
    editor(panel, QCheckBox, "strategy.exits.stop_loss.tick").click()
    editor(panel, NumberBox, "strategy.exits.stop_loss").setValue(7.5)
    editor(panel, NumberBox, "strategy.limits.max_positions").setValue(3)
    choose(panel, "strategy.limits.rank_by", "bar.volume")
    choose(panel, "strategy.sizing.helper", "size_by_confidence")
    editor(panel, NumberBox, "strategy.sizing.max_percent").setValue(25)

    draft = session.request.draft
    assert draft.get("strategy.exits.stop_loss") == 0.075
    assert draft.get("strategy.limits.max_positions") == 3
    assert draft.get("strategy.limits.rank_by") == "bar.volume"
    assert draft.get("strategy.sizing") == {
        "helper": "size_by_confidence",
        "confidence": "signal.pred",
        "max_percent": 0.25,
    }
    assert session.why_not_run() == ""


def test_an_entry_by_limit_is_edited_in_the_request_and_goes_with_a_rebalancing(panel, session):
    choose(panel, "strategy.entry_order.type", "limit")
    editor(panel, NumberBox, "strategy.entry_order.offset").setValue(0.5)
    editor(panel, NumberBox, "strategy.entry_order.good_for_bars").setValue(3)
    assert session.request.draft.get("strategy.entry_order") == {
        "type": "limit",
        "offset": 0.005,
        "good_for_bars": 3,
    }
    assert session.why_not_run() == ""

    choose(panel, "strategy.sizing.helper", "rebalance_to_weights")

    assert not editor(panel, Choice, "strategy.entry_order.type").isVisible()
    assert session.why_not_run() == ""


def test_sizes_by_kelly_and_by_volatility_begin_with_values_that_run(panel, session):
    choose(panel, "strategy.sizing.helper", "fractional_kelly")
    assert session.request.draft.get("strategy.sizing.probability") == "signal.pred"
    assert session.why_not_run() == ""

    choose(panel, "strategy.sizing.helper", "inverse_volatility")
    editor(panel, NumberBox, "strategy.sizing.window").setValue(10)

    assert session.request.draft.get("strategy.sizing.window") == 10
    assert not editor(panel, NumberBox, "strategy.sizing.window").parentWidget().isHidden()
    assert session.why_not_run() == ""


def test_risk_limits_are_ticked_and_without_any_the_request_has_none(panel, session):
    on_loss = editor(panel, Choice, "risk.on_loss")
    assert not on_loss.isVisible()
    editor(panel, QCheckBox, "risk.max_gross_exposure.tick").click()
    assert not on_loss.isVisible()
    editor(panel, QCheckBox, "risk.max_drawdown.tick").click()
    editor(panel, NumberBox, "risk.max_drawdown").setValue(15)
    assert on_loss.isVisible()
    choose(panel, "risk.on_loss", "halt")

    assert session.request.draft.get("risk") == {
        "max_gross_exposure": 1.0,
        "max_drawdown": 0.15,
        "on_loss": "halt",
    }
    assert "2 risk limits" in steps_text(panel)[-1]
    for name in ("max_gross_exposure", "max_drawdown"):
        editor(panel, QCheckBox, f"risk.{name}.tick").click()

    assert session.request.draft.get("risk") is None
    assert session.why_not_run() == ""


def test_limits_that_contradict_each_other_are_told_in_the_step(panel, session):
    editor(panel, QCheckBox, "risk.max_gross_exposure.tick").click()
    editor(panel, QCheckBox, "risk.max_net_exposure.tick").click()
    editor(panel, NumberBox, "risk.max_net_exposure").setValue(150)

    assert "cannot exceed" in steps_text(panel)[-1]
    assert "cannot exceed" in session.why_not_run()


def test_funding_is_chosen_by_its_kind_and_taken_away(panel, session):
    choose(panel, "account.funding.kind", "rate")
    editor(panel, NumberBox, "account.funding.rate").setValue(-0.02)
    assert session.request.draft.get("account.funding") == {"rate": -0.0002, "interval": "8h"}
    choose(panel, "account.funding.kind", "column")
    assert session.request.draft.get("account.funding") == {"column": "signal.pred"}
    choose(panel, "account.funding.column", "signal.exit_signal")
    assert session.why_not_run() == ""
    choose(panel, "account.funding.kind", "none")

    assert session.request.draft.get("account.funding") is None
    assert editor(panel, Choice, "account.funding.kind").value == "none"


def test_weights_by_a_signal_begin_with_the_first_one(panel, session):
    choose(panel, "strategy.sizing.helper", "rebalance_to_weights")
    choose(panel, "strategy.sizing.weights", "signal")
    assert session.request.draft.get("strategy.sizing.by") == "signal.pred"
    assert session.why_not_run() == ""

    choose(panel, "strategy.sizing.weights", "equal")

    assert session.request.draft.get("strategy.sizing.by") is None
    assert session.why_not_run() == ""


def test_short_rules_appear_with_both_sides_and_a_cash_account_is_told(panel, session):
    panel.show_step(Step.STRATEGY)
    short = editor(panel, ClauseEditor, "strategy.short_entry")
    assert not short.isVisible()

    choose(panel, "strategy.direction", "both")
    assert short.isVisible()
    assert session.why_not_run().startswith("Strategy: a cash account cannot sell short")
    choose(panel, "account.type", "margin")

    assert session.why_not_run() == ""


def test_costs_and_capital_are_edited_in_the_request(panel, session):
    choose(panel, "costs.commission.model", "per_share")
    editor(panel, NumberBox, "costs.commission.minimum").setValue(2)
    choose(panel, "costs.slippage.model", "percent")
    editor(panel, NumberBox, "account.initial_capital").setValue(250_000)

    request = session.request.draft.request()
    assert request.costs.commission.model_dump() == {
        "model": "per_share",
        "rate": 0.005,
        "minimum": 2.0,
        "cap": 0.01,
    }
    assert request.costs.slippage.rate == 0.0005
    assert request.account.initial_capital == 250_000.0


def test_showing_a_request_in_every_form_changes_nothing_of_it(qtbot, tmp_path):
    path = tmp_path / "r.toml"
    path.write_text(
        """
        [data]
        files = ["p.csv"]
        signals = ["pred"]
        start = 2024-01-02
        end = 2024-01-03T10:00:00Z
        [context]
        file = "context.csv"
        columns = ["VIX"]
        match = "asof"
        max_age = "5d"
        [strategy]
        direction = "both"
        entry = { not = { column = "signal.pred", op = ">", value = 0.1234567890123 } }
        exit = { column = "signal.pred", op = "in", value = [1.0, 2.0] }
        filter = { any = [{ all = [] }, { column = "context.VIX", op = "<", other = "bar.close" }] }
        short_entry = { column = "signal.pred", op = "rising" }
        sizing = { helper = "size_by_confidence", confidence = "context.VIX", max_percent = 0.0312345 }
        exits = { trailing_stop = 0.05, max_bars = 7, evaluate = "intrabar" }
        [execution]
        participation = 0.123
        [costs]
        commission = { model = "tiered", tiers = [{ up_to = 10.0, rate = 0.1 }, { rate = 0.05 }] }
        slippage = { model = "volume_share" }
        [account]
        type = "contracts"
        multiplier = { ES = 50.0 }
        """
    )
    session = fake_session(tmp_path)
    panel = panel_of(qtbot, session)
    session.intake.add_files([path])
    settle(qtbot, session)
    before = session.request.draft

    for step in Step:
        panel.show_step(step)
    panel.apply_theme(DARK)

    assert session.request.draft == before
    assert session.why_not_run() == ""
    assert not session.request.is_modified


def test_no_page_is_wider_than_the_panel(qtbot, panel):
    for place, step in enumerate(Step):
        panel.show_step(step)
        page = panel._page(place)
        area = page.parentWidget()
        assert page.minimumSizeHint().width() <= area.width(), step


def test_the_pages_that_are_not_seen_yet_are_made_after_the_one_that_is(qtbot, panel):
    assert panel.findChild(QPushButton, "data.add") is not None
    assert panel.findChild(ClauseEditor) is None

    qtbot.waitUntil(lambda: len(panel._pages) == len(Step))

    assert panel.current_step is Step.DATA
    assert panel.findChild(ClauseEditor) is not None


def test_every_editor_has_a_name_for_those_who_cannot_see_it(panel):
    for step in Step:
        panel.show_step(step)
    nameless = [
        editor.objectName()
        for kind in (Choice, NumberBox, ColumnList, QCheckBox)
        for editor in panel.findChildren(kind)
        if not editor.accessibleName() and not editor.objectName().startswith("qt_")
    ]

    assert nameless == []


def test_the_file_of_the_request_is_named_in_its_row(panel, session):
    name = session.request.draft.files[0]
    labels = {child.text() for child in panel.findChildren(QLabel)}

    assert Path(name).name in labels


def test_each_step_says_what_it_means_and_what_is_missing(qtbot, panel, session):
    panel.show_step(Step.STRATEGY)
    meaning, lack = (panel.findChild(QLabel, name) for name in ("step_meaning", "step_lack"))

    assert meaning.text().startswith("Enter long when pred\u00a0≥\u00a00.87.")
    assert not lack.isVisible()
    session.request.edit("strategy.entry", None)

    assert lack.isVisible()
    assert lack.text() == "• No entry rule. Add a clause."


def test_the_steps_are_gone_through_by_buttons_and_by_keys(qtbot, panel):
    panel.findChild(QPushButton, "step_next").click()
    assert panel.current_step is Step.CONTEXT
    assert not panel.findChild(QPushButton, "step_run").isVisible()
    with qtbot.waitActive(panel):
        panel.activateWindow()
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    qtbot.keyClick(panel, Qt.Key.Key_5, keys)

    assert panel.current_step is Step.ACCOUNT
    asked = []
    panel.command_asked.connect(asked.append)
    panel.findChild(QPushButton, "step_run").click()
    assert asked == ["run.start"]


def test_the_sentence_of_the_rule_follows_every_edit(qtbot, panel, session):
    panel.show_step(Step.STRATEGY)
    session.request.edit(
        "strategy.entry", {"all": ({"column": "signal.pred", "op": ">", "value": 0.25},)}
    )

    assert "pred\u00a0>\u00a00.25." in panel.findChild(QLabel, "step_meaning").text()


def test_a_clause_is_carried_from_one_rule_to_another(panel, session):
    panel.show_step(Step.STRATEGY)
    before = session.request.draft
    entry, exit_ = (before.get(f"strategy.{name}") for name in ("entry", "exit"))
    rule = panel.findChild(ClauseEditor, "strategy.exit")

    rule.taken.emit("strategy.entry", (0,), "strategy.exit", (0,))

    assert session.request.draft.get("strategy.entry") is None
    taken = session.request.draft.get("strategy.exit")
    assert next(iter(taken.values())) == (*next(iter(entry.values())), *next(iter(exit_.values())))
    session.request.undo()
    assert session.request.draft == before


def test_a_problem_with_a_plain_way_out_has_a_button_for_it_that_can_be_undone(
    qtbot, session, panel
):
    choose(panel, "strategy.direction", "short")
    assert panel.findChild(QPushButton, "step_mend0").text() == "Use a margin account"

    panel.findChild(QPushButton, "step_mend0").click()

    assert session.request.draft.get("account.type") == "margin"
    assert panel.findChild(QPushButton, "step_mend0").isHidden()
    session.request.undo()
    assert session.request.draft.get("account.type") == "cash"
