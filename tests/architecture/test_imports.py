"""Who may import whom, held by the linter and by what really is loaded."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GUI = ("PySide6", "shiboken6", "pyqtgraph")
HEADLESS = (
    "market",
    "files",
    "request",
    "engine",
    "result",
    "analysis",
    "export",
    "backtest",
    "project",
    "sweep",
)


def loaded_by(code: str) -> set[str]:
    """Return the top-level modules in memory after running code in a process of its own."""
    ending = "\nimport sys; print(*{name.partition('.')[0] for name in sys.modules})"
    command = [sys.executable, "-c", code + ending]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def modules_of(package: str) -> list[str]:
    folder = ROOT / "ml4t_desktop" / package
    names = (path.relative_to(ROOT).with_suffix("").parts for path in sorted(folder.rglob("*.py")))
    return [".".join(parts).removesuffix(".__init__") for parts in names if parts[-1] != "__main__"]


def test_imports_point_one_way():
    code = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_nothing_below_the_session_loads_qt():
    modules = [module for package in HEADLESS for module in modules_of(package)]
    assert len(modules) > 50
    assert loaded_by("\n".join(f"import {module}" for module in modules)).isdisjoint(GUI)


def test_a_whole_run_of_the_command_line_loads_no_qt(tmp_path):
    code = f"""
from ml4t_desktop.cli import main
assert main(["sample", {str(tmp_path / "sample")!r}]) == 0
request = next(__import__("pathlib").Path({str(tmp_path / "sample")!r}).glob("*.toml"))
assert main(["run", str(request), "--out", {str(tmp_path / "run")!r}]) == 0
"""
    assert loaded_by(code).isdisjoint(GUI)
    assert (tmp_path / "run/manifest.json").is_file()


def test_a_quiet_run_does_not_load_what_draws_progress(tmp_path):
    code = f"""
from ml4t_desktop.cli import main
main(["run", "nowhere.toml", "--out", {str(tmp_path / "run")!r}])
"""
    assert "rich" not in loaded_by(code)


@pytest.mark.parametrize("module", ["cli", "__main__"])
def test_the_command_line_itself_loads_neither_engine_nor_tables(module):
    loaded = loaded_by(f"import ml4t_desktop.{module}")
    assert loaded.isdisjoint({"numba", "polars", "pyarrow", "numpy", *GUI})
