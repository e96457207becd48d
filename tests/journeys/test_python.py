"""An analyst opens a Python strategy, reads it, agrees, tunes and runs it, and sees where it fails."""

import shutil

from PySide6.QtWidgets import QPushButton

from ml4t_desktop.files.sample_files import write_sample
from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.session.resources import resource_path

PATIENCE_MS = 240_000


def test_a_python_strategy_from_file_to_trades_and_to_its_failing_line(analyst, qtbot, tmp_path):
    sample = write_sample(tmp_path / "sample", small=True)
    script = tmp_path / "mine.py"
    shutil.copyfile(resource_path("examples/confident_strategy.py"), script)
    session = analyst.session
    analyst.drop(sample)
    analyst.drop(script)
    assert session.scripts.chosen.name == "Confident"

    analyst.start()  # asked, and not agreed to
    assert len(analyst.dialogs.trust_asked) == 1
    assert session.results.run is None
    analyst.dialogs.trusts = True
    analyst.type_number("strategy.python.parameters.threshold", 0.8)
    with qtbot.waitSignal(session.runs.ended, timeout=PATIENCE_MS):
        analyst.start()
    run = session.results.run
    assert run.metrics.num_trades > 0
    assert run.request.strategy.python.parameters == {"threshold": 0.8}

    broken = script.read_text().replace("profit is None", "profit.nothing")
    script.write_text(broken)
    qtbot.waitUntil(lambda: session.scripts.is_behind, timeout=PATIENCE_MS)
    with qtbot.waitSignal(session.runs.ended, timeout=PATIENCE_MS):
        analyst.start()
    assert len(analyst.dialogs.trust_asked) == 3
    assert analyst.dialogs.trust_asked[-1][1], "it was told that the file has changed"
    assert "AttributeError" in analyst.message
    panel = analyst.window.show_panel("script")
    line = broken.splitlines().index("        if profit.nothing:") + 1
    qtbot.waitUntil(lambda: panel.source.marked_line == line)
    assert session.results.run is run, "what was on screen stays"
    analyst.wait()


def test_rules_and_python_are_switched_with_a_button(analyst, tmp_path):
    analyst.drop(write_sample(tmp_path / "sample", small=True))
    rules = analyst.session.request.draft.get("strategy")
    analyst.window.show_step(Step.STRATEGY)  # its page is made when it is first looked at
    analyst.window.findChild(QPushButton, "strategy_python").click()
    analyst.qtbot.waitUntil(lambda: not analyst.can_run, timeout=PATIENCE_MS)
    analyst.window.findChild(QPushButton, "strategy_rules").click()
    assert analyst.session.request.draft.get("strategy") == rules
    analyst.qtbot.waitUntil(lambda: analyst.can_run, timeout=PATIENCE_MS)
    analyst.wait()
