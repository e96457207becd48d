"""The examples that ship with the application run as they stand."""

import json
import os
import subprocess
import sys
from pathlib import Path

from ml4t_desktop.files.scripts.script import read_script

EXAMPLES = Path(__file__).resolve().parents[3] / "resources/examples"


def test_the_example_of_the_scripting_interface_runs(tmp_path):
    command = [sys.executable, str(EXAMPLES / "run_strategy.py")]
    environment = __import__("os").environ | {"PYTHONPATH": str(EXAMPLES.parents[1])}
    said = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert said.count("above") == 2
    assert "decided on {'ml_pred_5d'" in said


def notebook() -> dict:
    return json.loads((EXAMPLES / "predictions_to_trades.ipynb").read_text(encoding="utf-8"))


def test_the_example_notebook_runs_from_its_first_cell_to_its_last(tmp_path):
    cells = ["".join(cell["source"]) for cell in notebook()["cells"] if cell["cell_type"] == "code"]
    script = tmp_path / "notebook.py"
    script.write_text("\n\n".join(cells), encoding="utf-8")
    variables = os.environ | {"PYTHONPATH": str(EXAMPLES.parents[1]), "MPLBACKEND": "Agg"}
    said = subprocess.run(
        [sys.executable, str(script)],
        cwd=tmp_path, env=variables, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert "0 of 20 runs with signals that know nothing did as well" in said.stdout
    assert said.stdout.rstrip().endswith("True True"), "what was saved is read as it was"
    assert (tmp_path / "example-run" / "trades.parquet").is_file()


def test_the_example_notebook_is_kept_without_what_it_printed():
    book = notebook()
    assert book["nbformat"] == 4
    assert len(json.dumps(book)) < 20_000
    for cell in book["cells"]:
        assert cell["metadata"] == {}
        assert cell["id"]
        if cell["cell_type"] == "code":
            assert cell["outputs"] == []
            assert cell["execution_count"] is None


def test_the_example_strategy_is_one_the_window_can_show():
    (found,) = read_script(EXAMPLES / "confident_strategy.py").classes
    assert found.problems == ()
    assert {item.name: item.unit for item in found.parameters}["max_percent"] == "%"
