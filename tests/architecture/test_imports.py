"""Who may import whom, held by the linter and by what really is loaded."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ml4t_desktop.files.sample_files import write_sample

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


def own_imports(path: Path) -> Iterator[str]:
    """Give the modules of ours that a file imports, those within functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_every_import_of_ours_leads_to_a_module_that_exists():
    sources = [
        path
        for folder in ("ml4t_desktop", "tests", "packaging")
        for path in (ROOT / folder).rglob("*.py")
    ]
    lost = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sources
        for name in own_imports(path)
        if name.partition(".")[0] in {"ml4t_desktop", "tests"}
        and not (target := ROOT / name.replace(".", "/")).is_dir()
        and not target.with_suffix(".py").is_file()
    ]
    assert lost == []


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


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The request of a small sample."""
    return write_sample(tmp_path_factory.mktemp("sample"), small=True)


def test_a_quiet_run_loads_neither_qt_nor_compiler_nor_what_it_has_no_use_for(sample, tmp_path):
    command = ["run", str(sample), "--out", str(tmp_path / "run")]
    loaded = loaded_by(f"from ml4t_desktop.cli.main import main; assert main({command!r}) == 0")

    assert loaded.isdisjoint({*GUI, "numba", "pyarrow", "rich", "pandas", "fastexcel", "holidays"})
    assert (tmp_path / "run/manifest.json").is_file()


def test_a_run_reads_its_file_before_it_loads_what_checks_the_request(sample):
    code = f"""
from pathlib import Path
from ml4t_desktop.project.head_start import begin_reading
begun = begin_reading(Path({str(sample)!r}), ())
assert begun.columns(["date", "symbol"]).result().height
"""
    loaded = loaded_by(code)
    assert "polars" in loaded
    assert loaded.isdisjoint({"numpy", "pydantic", "llvmlite", *GUI})


@pytest.mark.parametrize(
    "code",
    [
        "import ml4t_desktop.cli.main",
        "import ml4t_desktop.__main__",
        "from ml4t_desktop.cli.main import main; main(['--version'])",
        "from ml4t_desktop.cli.main import main; main(['run', '--help'])",
        "from ml4t_desktop.cli.main import main; main(['run', '--nonsense'])",
    ],
)
def test_the_command_line_itself_loads_nothing_of_what_it_leads_to(code):
    assert loaded_by(code).isdisjoint({"numba", "polars", "pyarrow", "numpy", "pydantic", *GUI})
