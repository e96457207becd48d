"""What makes the installers parses, and everything it names is there; nothing is built here."""

import ast
import configparser
import json
import plistlib
import re
import shutil
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from ml4t_desktop.session.releases import read_release

ROOT = Path(__file__).resolve().parents[3]
PACKAGING = ROOT / "packaging"
SPEC = PACKAGING / "ml4t_desktop.spec"
INSTALLER = PACKAGING / "windows" / "installer.iss"
WORKFLOW = ROOT / ".github" / "workflows" / "release.yml"
SHELL_SCRIPTS = [
    *sorted((PACKAGING / "macos").glob("*.sh")),
    PACKAGING / "linux" / "postinst",
    PACKAGING / "linux" / "postrm",
]


def entry(section: str = "Desktop Entry") -> dict[str, str]:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(PACKAGING / "linux" / "ml4t-desktop.desktop", encoding="utf-8")
    return dict(parser[section])


def test_the_recipe_parses_and_its_files_are_there():
    tree = ast.parse(SPEC.read_text(encoding="utf-8"))
    assert tree.body
    for name in ("packaging/launch.py", "ml4t_desktop/export/report/report.css"):
        assert (ROOT / name).is_file()


def test_the_recipe_takes_every_folder_of_resources_with_it():
    text = SPEC.read_text(encoding="utf-8")
    for folder in (ROOT / "resources").iterdir():
        if folder.is_dir():
            assert f'"{folder.name}"' in text


def test_the_recipe_takes_every_data_file_beside_the_code_with_it():
    text = SPEC.read_text(encoding="utf-8")
    beside = [
        path
        for path in (ROOT / "ml4t_desktop").rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc", ".so"} and path.name != "py.typed"
    ]
    assert {path.name for path in beside if path.name not in text} == set()


def test_the_recipe_leaves_out_no_module_that_the_application_imports():
    left_out = set(re.findall(r'"([A-Za-z0-9_.]+)"', excludes_of(SPEC)))
    compiler = {"numba", "llvmlite"}  # the engine is shipped compiled
    imported = {
        name
        for path in (ROOT / "ml4t_desktop").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in imports(node)
    }
    assert imported & (left_out - compiler) == set()


def excludes_of(spec: Path) -> str:
    text = spec.read_text(encoding="utf-8")
    return text[text.index("excludes = [") : text.index("]", text.index("excludes = ["))]


def imports(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return set()


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize("script", SHELL_SCRIPTS, ids=lambda script: script.name)
def test_shell_scripts_parse(script):
    checked = subprocess.run(["bash", "-n", script], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_the_menu_entry_opens_the_files_whose_types_are_declared():
    declared = {
        kind.attrib["type"]
        for kind in ET.parse(PACKAGING / "linux" / "ml4t-desktop.xml").getroot()  # noqa: S314 (own file)
    }
    assert set(entry()["MimeType"].rstrip(";").split(";")) == declared
    assert entry()["Exec"].endswith(" %f")
    assert entry()["Terminal"] == "false"


def test_projects_and_requests_have_a_type():
    text = (PACKAGING / "linux" / "ml4t-desktop.xml").read_text(encoding="utf-8")
    patterns = re.findall(r'pattern="([^"]+)"', text)
    assert "*.ml4t" in patterns
    assert any(Path("sample_request.toml").match(pattern) for pattern in patterns)


def test_the_package_lays_everything_where_its_menu_entry_looks(tmp_path, scripts, monkeypatch):
    debian = scripts["debian"]
    monkeypatch.setattr(debian, "architecture", lambda: "amd64")
    frozen = tmp_path / "frozen"
    frozen.mkdir()
    (frozen / "ml4t-desktop").write_bytes(b"x" * 4096)
    root = tmp_path / "root"
    debian.lay_out(frozen, root, "1.2.3")
    command = entry()["Exec"].split()[0]
    link = root / command.lstrip("/")
    assert (root / str(link.readlink()).lstrip("/")).is_file()
    icons = root / "usr/share/icons/hicolor/scalable/apps"
    assert (icons / f"{entry()['Icon']}.svg").is_file()
    control = (root / "DEBIAN/control").read_text(encoding="utf-8")
    assert "Version: 1.2.3\n" in control
    assert "@" not in control.replace("ml4t-desktop@users", "")
    assert {path.name for path in (root / "DEBIAN").iterdir()} == {"control", "postinst", "postrm"}


@pytest.mark.parametrize("name", ["postinst", "postrm"])
def test_installing_and_removing_touch_no_folder_of_a_person(name):
    text = (PACKAGING / "linux" / name).read_text(encoding="utf-8")
    assert not re.search(r"\brm\b|/home|\$HOME|~", text)


def test_the_installer_for_windows_packs_files_that_are_there():
    text = INSTALLER.read_text(encoding="utf-8")
    sections = re.findall(r"^\[(\w+)\]$", text, re.MULTILINE)
    assert {"Setup", "Files", "Icons", "Registry"} <= set(sections)
    assert len(sections) == len(set(sections))
    assert "PrivilegesRequired=lowest" in text
    assert "Root: HKLM" not in text
    assert re.search(r"^AppId=\{\{[0-9A-F-]{36}\}$", text, re.MULTILINE)
    assert (ROOT / "LICENSE").is_file()
    assert 'Name: "{app}\\_internal"' in text  # an upgrade clears this, and nothing of the user's
    assert "[UninstallDelete]" not in text


def test_the_installer_for_windows_and_the_recipe_agree_on_the_program():
    program = re.search(r'#define Program "([\w-]+)\.exe"', INSTALLER.read_text(encoding="utf-8"))
    assert program is not None
    assert f'NAME = "{program[1]}"' in SPEC.read_text(encoding="utf-8")


def test_what_the_bundle_for_macos_may_do_is_readable():
    with (PACKAGING / "macos" / "entitlements.plist").open("rb") as stream:
        assert all(value is True for value in plistlib.load(stream).values())


def test_the_workflow_parses_and_names_scripts_that_are_there():
    text = WORKFLOW.read_text(encoding="utf-8")
    named = set(re.findall(r"packaging[/\\][\w./\\-]+\.(?:py|sh|ps1|iss|txt)", text))
    assert len(named) >= 6
    assert [name for name in named if not (ROOT / name.replace("\\", "/")).is_file()] == []
    yaml = pytest.importorskip("yaml")
    jobs = yaml.safe_load(text)["jobs"]
    systems = {
        entry["os"].split("-")[0] for entry in jobs["build"]["strategy"]["matrix"]["include"]
    }
    assert systems == {"ubuntu", "windows", "macos"}
    for job in jobs.values():
        assert all("uses" in step or "run" in step for step in job["steps"])


def test_the_workflow_holds_no_key():
    text = WORKFLOW.read_text(encoding="utf-8")
    for value in re.findall(r"(?:CERTIFICATE|PASSWORD|IDENTITY|APPLE_ID|TEAM_ID): (.*)", text):
        assert value.startswith("${{ secrets."), value


def test_the_icon_for_windows_holds_its_pictures(scripts):
    icons = scripts["icons"]
    pictures = {16: b"small", 256: b"the large one"}
    data = icons.ico(pictures)
    kind, count = int.from_bytes(data[2:4], "little"), int.from_bytes(data[4:6], "little")
    assert (kind, count) == (1, 2)
    for place, picture in enumerate(pictures.values()):
        entry = data[6 + 16 * place : 22 + 16 * place]
        length, start = (int.from_bytes(entry[at : at + 4], "little") for at in (8, 12))
        assert data[start : start + length] == picture


def test_sizes_are_told_by_part(scripts, tmp_path):
    (tmp_path / "_internal" / "polars").mkdir(parents=True)
    (tmp_path / "_internal" / "polars" / "a.so").write_bytes(b"x" * 3_000_000)
    (tmp_path / "_internal" / "libz.so.1").write_bytes(b"x" * 1_000_000)
    lines = scripts["bill"].sizes(tmp_path).splitlines()
    assert lines[0].split()[0] == "3.0"
    assert lines[0].endswith("Polars: reads, joins and sorts tables")
    assert lines[-1].split() == ["4.0", "MB", "in", "all"]


def test_licences_leave_out_what_is_needed_to_build_only(scripts):
    shipped = scripts["licences"].shipped("ml4t-desktop")
    assert {"polars", "numpy", "pyarrow", "shiboken6", "xlsxwriter"} <= shipped
    assert not {"numba", "llvmlite", "pytest", "pyinstaller"} & shipped


def test_the_smoke_test_tells_a_program_that_fails(scripts, tmp_path, capsys):
    if sys.platform == "win32":
        pytest.skip("needs a script with a shebang")
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\necho 'it broke' >&2\nexit 3\n")
    program.chmod(0o755)
    assert scripts["smoke"].main([str(program)]) == 1
    told = capsys.readouterr().out
    assert "FAILED  says its version: --version ended with 3:\nit broke" in told


def test_what_the_workflow_publishes_is_what_the_application_reads(
    scripts, tmp_path, monkeypatch, capsys
):
    (tmp_path / "SHA256SUMS-linux-x86_64.txt").write_text("abc  ml4t-desktop-1.2.0.tar.xz\n")
    monkeypatch.chdir(tmp_path)

    assert scripts["release_file"].main(["v1.2.0", "https://example.org/v1.2.0", "Faster."]) == 0
    text = capsys.readouterr().out

    found = read_release(text.encode(), "here")
    assert (found.version, found.page, found.notes) == (
        "1.2.0",
        "https://example.org/v1.2.0",
        "Faster.",
    )
    assert json.loads(text)["files"] == {"ml4t-desktop-1.2.0.tar.xz": "sha256:abc"}


@pytest.mark.parametrize("arguments", [[], ["1.0"], ["1.0", "http://example.org"]])
def test_a_release_needs_a_version_and_a_page(scripts, capsys, arguments):
    assert scripts["release_file"].main(arguments) == 2
    assert "release.json" in capsys.readouterr().err


def test_the_recipe_takes_the_address_of_newer_versions_with_it():
    assert '"update_address.txt"' in SPEC.read_text(encoding="utf-8")
    assert "ML4T_UPDATE_ADDRESS" in WORKFLOW.read_text(encoding="utf-8")


def test_every_step_of_the_workflow_is_meant_for_a_system_there_is():
    yaml = pytest.importorskip("yaml")
    jobs = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]
    for name, job in jobs.items():
        needed = job.get("needs", [])
        assert set([needed] if isinstance(needed, str) else needed) <= set(jobs), name
        for step in job["steps"]:
            conditions = re.findall(r"runner\.os == '(\w+)'", step.get("if", ""))
            assert set(conditions) <= {"Linux", "Windows", "macOS"}
            assert re.fullmatch(r"[\w.-]+/[\w.-]+@v\d+", step.get("uses", "a/b@v1"))


def test_expressions_of_the_workflow_name_what_there_is():
    text = WORKFLOW.read_text(encoding="utf-8")
    known = r"matrix\.(os|program)|runner\.os|github\.(token|ref|repository)|secrets\.[A-Z_]+"
    for expression in re.findall(r"\$\{\{ (.*?) \}\}", text):
        assert re.fullmatch(known, expression), expression
    named = set(re.findall(r"secrets\.([A-Z_]+)", text))
    assert all(
        f"#   {name}" in text or f", {name}" in text or f"   {name}" in text for name in named
    )


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_the_commands_of_the_workflow_parse_as_shell():
    yaml = pytest.importorskip("yaml")
    jobs = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]
    scripts = [
        re.sub(r"\$\{\{.*?\}\}", "x", step["run"])
        for job in jobs.values()
        for step in job["steps"]
        if "run" in step and step.get("shell", "bash") == "bash"
    ]
    assert len(scripts) > 8
    for script in scripts:
        checked = subprocess.run(
            ["bash", "-n"], input=script, capture_output=True, text=True, check=False
        )
        assert checked.returncode == 0, f"{script}: {checked.stderr}"


def test_what_the_application_needs_is_shipped_and_what_only_tests_need_is_not(scripts):
    left_out = set(scripts["licences"].modules_left_out())
    assert {"pytest", "hypothesis", "numba", "ruff"} <= left_out
    imported = {
        name.partition(".")[0]
        for path in (ROOT / "ml4t_desktop").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in imports(node)
    }
    assert imported & left_out <= {"numba", "llvmlite"}


def test_time_zones_have_names_on_windows_too():
    """Windows has no list of time zones; Python reads that of tzdata."""
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert any(line.startswith("tzdata") and "win32" in line for line in stated["dependencies"])


# What Inno Setup 6 knows of each section that is used.
SETUP_KEYS = {
    "AppId", "AppName", "AppVersion", "AppVerName", "DefaultDirName", "DefaultGroupName", "DisableProgramGroupPage",
    "DisableDirPage", "PrivilegesRequired", "ArchitecturesAllowed", "ArchitecturesInstallIn64BitMode", "MinVersion",
    "LicenseFile", "OutputDir", "OutputBaseFilename", "SetupIconFile", "UninstallDisplayIcon", "UninstallDisplayName",
    "Compression", "SolidCompression", "ChangesAssociations", "CloseApplications", "RestartApplications", "WizardStyle",
    "SignTool", "SignedUninstaller",
}  # fmt: skip
PARAMETERS = {
    "Languages": {"Name", "MessagesFile"},
    "Tasks": {"Name", "Description", "Flags"},
    "InstallDelete": {"Type", "Name"},
    "Files": {"Source", "DestDir", "Flags"},
    "Icons": {"Name", "Filename", "Tasks"},
    "Registry": {"Root", "Subkey", "ValueType", "ValueName", "ValueData", "Flags", "Tasks"},
    "Run": {"Filename", "Parameters", "Description", "Flags"},
}
FLAGS = {
    "unchecked", "recursesubdirs", "createallsubdirs", "ignoreversion", "uninsdeletekey", "uninsdeletevalue", "nowait",
    "postinstall", "skipifsilent",
}  # fmt: skip
CONSTANTS = {"app", "localappdata", "autoprograms", "autodesktop", "cm:CreateDesktopIcon"}


def installer_lines() -> list[tuple[str, str]]:
    """Return every line of the script that is neither empty, a remark nor for the preprocessor."""
    section, lines = "", []
    for line in map(str.strip, INSTALLER.read_text(encoding="utf-8").splitlines()):
        if found := re.fullmatch(r"\[(\w+)\]", line):
            section = found[1]
        elif line and not line.startswith((";", "#")):
            lines.append((section, line))
    return lines


@pytest.mark.parametrize(("section", "line"), installer_lines())
def test_every_line_of_the_installer_for_windows_is_one_that_it_understands(section, line):
    if section == "Setup":
        key, equals, value = line.partition("=")
        assert key in SETUP_KEYS
        assert equals
        assert value
        return
    parameter = re.compile(r'\s*(\w+): (?:"((?:[^"]|"")*)"|([^";]+))(?:;|$)')
    at = 0
    while at < len(line):
        found = parameter.match(line, at)
        assert found, line[at:]
        assert found[1] in PARAMETERS[section]
        if found[1] == "Flags":
            assert set(found[3].split()) <= FLAGS
        for constant in re.findall(r"(?<!\{)\{([^#{}]+)\}", found[2] or ""):
            assert constant in CONSTANTS
        at = found.end()


def test_what_the_installer_for_windows_defines_it_uses_and_the_other_way_round():
    text = INSTALLER.read_text(encoding="utf-8")
    defined = set(re.findall(r"^#define (\w+)", text, re.MULTILINE)) | {"Version"}
    assert set(re.findall(r"\{#(\w+)\}", text)) == defined
    assert text.count("#ifdef") + text.count("#ifndef") == text.count("#endif")


def test_a_task_of_the_installer_for_windows_is_one_that_can_be_chosen():
    text = INSTALLER.read_text(encoding="utf-8")
    offered = set(re.findall(r'^Name: "(\w+)"; Description', text, re.MULTILINE))
    assert set(re.findall(r"Tasks: (\w+)", text)) == offered
