"""What every file of the project keeps to."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "ml4t_desktop"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 500
TEXT_SUFFIXES = {
    ".py",
    ".toml",
    ".md",
    ".txt",
    ".cfg",
    ".sh",
    ".json",
    ".qss",
    ".svg",
    ".html",
    ".yml",
    ".ipynb",
    "",
}
EXPECTED = {".ci", ".github", ".gitignore", "LICENSE", "README.md", "ml4t_desktop", "packaging", "pyproject.toml",
            "resources", "tests"}  # fmt: skip
ATTICS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "manager",
    "managers",
    "common",
    "misc",
    "core",
    "base",
}
# Built from parts, so that this file does not find itself.
REGISTRIES = re.compile(
    "|".join(
        (
            "py" + r"pi\.org",
            "python" + r"hosted\.org",
            "conda" + r"\.anaconda",
            "npm" + r"js\.(?:com|org)",
        )
    )
)
MACHINE_PATHS = re.compile(
    "|".join(
        (
            "/ho" + r"me/\w+",
            "/ro" + r"ot/",
            "/wo" + r"rk/",
            "/Us" + r"ers/\w+",
            r"[A-Z]:\\Us" + "ers",
        )
    )
)


def own_files() -> list[Path]:
    """Return the files of the project: those git knows or would add, all of them without git."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listed.returncode == 0 and listed.stdout:
        paths = [ROOT / line for line in listed.stdout.splitlines()]
    else:
        folders = [ROOT / name for name in EXPECTED]
        paths = [path for folder in folders for path in (folder, *folder.rglob("*"))]
    return [path for path in paths if path.is_file() and "__pycache__" not in path.parts]


def texts() -> list[tuple[Path, str]]:
    return [
        (path.relative_to(ROOT), path.read_text(encoding="utf-8"))
        for path in own_files()
        if path.suffix in TEXT_SUFFIXES
    ]


def test_no_module_is_longer_than_can_be_read_in_a_sitting():
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES}
    assert {str(path.relative_to(ROOT)): n for path, n in lengths.items() if n > LONGEST} == {}


def test_modules_are_named_after_what_they_are_about():
    assert [path for path in MODULES if path.stem in ATTICS or path.parent.name in ATTICS] == []


def test_every_module_says_what_it_is_for():
    silent = [
        str(path.relative_to(ROOT))
        for path in MODULES
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def test_every_folder_of_the_package_is_a_package():
    folders = {path.parent for path in MODULES}
    assert [folder for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []


def test_the_top_of_the_tree_holds_what_the_readme_explains():
    found = {path.relative_to(ROOT).parts[0] for path in own_files()}
    assert found == EXPECTED


def test_no_file_names_a_package_registry():
    assert [str(path) for path, text in texts() if REGISTRIES.search(text)] == []


def test_no_file_names_a_path_of_one_machine():
    found = {
        str(path): match[0]
        for path, text in texts()
        # Tests make up folders of users.
        if path.parts[0] != "tests" and (match := MACHINE_PATHS.search(text))
    }
    assert found == {}


def test_no_market_data_but_the_sample_is_kept():
    kept = [
        path.relative_to(ROOT)
        for path in own_files()
        if path.suffix in {".parquet", ".feather", ".arrow"}
    ]
    assert {path.parts[:2] for path in kept} <= {("resources", "samples")}


@pytest.mark.parametrize(
    "command", ["python3 packaging/bootstrap.py", "python3 packaging/bootstrap.py test"]
)
def test_the_commands_of_the_readme_exist(command):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"`{command}`" in readme
    assert (ROOT / command.split()[1]).is_file()


def test_the_programs_of_the_readme_exist():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    programs = re.findall(r"python (tests/\S+\.py)", readme)
    assert programs
    assert [program for program in programs if not (ROOT / program).is_file()] == []


def test_the_readme_points_only_to_files_that_are_there():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#:]+)\)", readme)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_run_of_a_test_is_checked_for_lost_money():
    from ml4t_desktop.engine import report
    from ml4t_desktop.engine.rules import rule_run as rules

    assert rules.build_result is report.build_result
    assert report.build_result.__wrapped__ is not report.build_result
