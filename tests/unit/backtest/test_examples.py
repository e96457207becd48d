"""The examples that ship with the application run as they stand."""

import subprocess
import sys
from pathlib import Path

from ml4t_desktop.files.scripts import read_script

EXAMPLES = Path(__file__).resolve().parents[3] / "resources/examples"


def test_the_example_of_the_scripting_interface_runs(tmp_path):
    command = [sys.executable, str(EXAMPLES / "run_strategy.py")]
    environment = __import__("os").environ | {"PYTHONPATH": str(EXAMPLES.parents[1])}
    said = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert said.count("above") == 2
    assert "decided on {'ml_pred_5d'" in said


def test_the_example_strategy_is_one_the_window_can_show():
    (found,) = read_script(EXAMPLES / "confident_strategy.py").classes
    assert found.problems == ()
    assert {item.name: item.unit for item in found.parameters}["max_percent"] == "%"
