"""The engine is compiled once, by one process, which never outlives whoever waits for it."""

import hashlib
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ml4t_desktop.cli import main as cli
from ml4t_desktop.engine import compilation
from ml4t_desktop.errors import Cancelled, RunFailed

ROOT = Path(__file__).resolve().parents[3]
CODE = b"machine code\nwith a line end in it"
KEPT = f"entry {hashlib.sha256(CODE).hexdigest()}\n".encode() + CODE
# A program in the compiler's place: tells its id, takes a while, and writes the code above.
COMPILER = f"""
import os, sys, time
with open({{log!r}}, "a") as stream:
    stream.write(f"{{{{os.getpid()}}}}\\n")
time.sleep({{seconds}})
with open(sys.argv[2], "wb") as stream:
    stream.write({KEPT!r})
"""


@pytest.fixture
def file(tmp_path, monkeypatch):
    """Where the code is kept in this test; nothing is there yet."""
    path = tmp_path / "engine" / "program.o"
    monkeypatch.setattr(compilation, "program_file", lambda: path)
    return path


@pytest.fixture
def compiler(tmp_path, monkeypatch):
    """Puts a program into the compiler's place; returns how to read which processes it was."""
    log = tmp_path / "compilers.txt"

    def use(source=COMPILER, seconds=0.0):
        text = source.format(log=str(log), seconds=seconds)
        monkeypatch.setattr(compilation, "_program_call", lambda: [sys.executable, "-c", text])
        return lambda: log.read_text().split() if log.exists() else []

    return use


def never():
    return False


def test_what_was_compiled_is_kept_and_not_compiled_again(file, compiler):
    compilers = compiler()
    assert not compilation.is_compiled()
    assert compilation.program_code(never) == ("entry", CODE)
    assert compilation.is_compiled()
    assert compilation.program_code(never) == ("entry", CODE)
    assert len(compilers()) == 1


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-1], lambda b: b + b"x", lambda b: b"", lambda b: b"\xff\xfe" + b]
)
def test_damaged_code_is_compiled_anew(file, compiler, damage):
    compiler()
    file.parent.mkdir()
    file.write_bytes(damage(KEPT))
    assert not compilation.is_compiled()
    assert compilation.program_code(never) == ("entry", CODE)
    assert file.read_bytes() == KEPT


def test_of_several_that_need_it_at_once_one_compiles_and_all_get_it(file, compiler):
    compilers = compiler(seconds=0.3)
    with ThreadPoolExecutor(4) as threads:
        codes = list(threads.map(compilation.program_code, [never] * 4))
    assert codes == [("entry", CODE)] * 4
    assert len(compilers()) == 1


def test_a_compiler_that_crashes_is_told_with_its_last_words(file, compiler):
    compiler("import sys; sys.exit('first line\\nno registers left')")
    with pytest.raises(RunFailed, match=r"ended with exit code 1 \(no registers left\)"):
        compilation.program_code(never)
    assert not compilation.is_compiled()


@pytest.mark.skipif(sys.platform == "win32", reason="there are no signals")
def test_a_compiler_that_is_killed_is_told_with_its_signal(file, compiler):
    compiler("import os; os.kill(os.getpid(), 9)")
    with pytest.raises(RunFailed, match="ended with signal 9"):
        compilation.program_code(never)


def test_a_compiler_that_writes_nothing_is_told(file, compiler):
    compiler("pass")
    with pytest.raises(RunFailed, match=r"exit code 0 \(it said nothing\)"):
        compilation.program_code(never)


def test_giving_up_ends_the_compiler_and_leaves_no_file(file, compiler):
    compilers = compiler(seconds=60)
    with pytest.raises(Cancelled):
        compilation.program_code(lambda: bool(compilers()))
    if sys.platform != "win32":
        with pytest.raises(ProcessLookupError):
            os.kill(int(compilers()[0]), 0)
    assert not [path for path in file.parent.iterdir() if path.suffix != ".lock"]


def test_giving_up_while_another_compiles_leaves_the_other_alone(file, compiler):
    compilers = compiler(seconds=0.5)
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(compilation.program_code, never)
        while not compilers():
            time.sleep(0.01)
        with pytest.raises(Cancelled):
            compilation.program_code(lambda: True)
        assert first.result() == ("entry", CODE)


def test_a_lock_whose_owner_was_killed_keeps_nobody_waiting(file, compiler):
    compiler()
    file.parent.mkdir()
    left, other = (file.parent / f"{stem}-left" for stem in (file.stem, "another"))
    left.mkdir()
    other.mkdir()
    owner = (
        f"from filelock import FileLock; lock = FileLock({str(file.with_suffix('.lock'))!r});"
        "lock.acquire();"
    )
    with subprocess.Popen(
        [sys.executable, "-c", owner + "print(1, flush=True); input()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        process.stdout.readline()
        is_held = []
        with compilation._alone(file) as is_alone:
            is_held.append(not is_alone)
        process.kill()
    assert is_held == [True]
    assert compilation.program_code(never) == ("entry", CODE)
    assert not left.exists()
    assert other.exists()  # another version of the application may be compiling there


def test_code_that_cannot_be_kept_is_used_all_the_same(file, compiler):
    compiler()
    file.parent.write_text("a file where a folder is wanted")
    assert compilation.program_code(never) == ("entry", CODE)


def test_the_compiler_ends_when_whoever_asked_for_it_is_gone(tmp_path):
    source = """
import sys, time, types
from pathlib import Path
from ml4t_desktop.engine import compilation
slow = types.SimpleNamespace(machine_code=lambda: time.sleep(60))
sys.modules["ml4t_desktop.engine.kernel.program"] = slow
print("begun", flush=True)
compilation.write_program(Path(sys.argv[1]))
"""
    with subprocess.Popen(
        [sys.executable, "-c", source, str(tmp_path / "x.o")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
    ) as process:
        process.stdout.readline()
        process.stdin.close()
        assert process.wait(20) == 1


def test_an_installed_program_compiles_by_its_own_hidden_command(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert compilation._program_call() == [sys.executable]
    written = []
    monkeypatch.setattr(compilation, "write_program", written.append)
    assert cli.main([compilation.COMMAND, str(tmp_path / "x.o")]) == 0
    assert written == [tmp_path / "x.o"]


def test_the_hidden_command_is_not_among_those_that_help_lists(capsys):
    cli.main(["--help"])
    assert compilation.COMMAND not in capsys.readouterr().out


def test_waiting_for_the_compiler_leaves_no_thread(file, compiler):
    compiler()
    before = threading.active_count()
    compilation.program_code(never)
    assert threading.active_count() == before
