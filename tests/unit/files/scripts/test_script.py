"""Python files looked into without running them."""

from datetime import date

import pytest

from ml4t_desktop.errors import InputError
from ml4t_desktop.files.scripts.script import read_script
from tests.unit.project.scripts.strategies import HEAD, write


def only(tmp_path, text, name="Own"):
    return read_script(write(tmp_path, text)).class_called(name)


def test_a_file_is_never_run_to_find_its_classes(tmp_path):
    mark = tmp_path / "mark"
    text = f"open({str(mark)!r}, 'w')\n{HEAD}class Own(Strategy):\n    '''First line.'''\n"
    found = only(tmp_path, text)
    assert (found.summary, found.line) == ("First line.", 5)
    assert not mark.exists()


@pytest.mark.parametrize(
    "head",
    [
        "from ml4t_desktop.backtest import Strategy as S\nclass Own(S): pass\n",
        "import ml4t_desktop.backtest as bt\nclass Own(bt.Strategy): pass\n",
        "import ml4t_desktop.backtest\nclass Own(ml4t_desktop.backtest.Strategy): pass\n",
        "from ml4t_desktop.backtest import *\nclass Base(Strategy): pass\nclass Own(Base): pass\n",
    ],
)
def test_strategies_are_found_however_the_base_is_called(tmp_path, head):
    assert only(tmp_path, head) is not None


def test_classes_that_are_no_strategies_are_left_out(tmp_path):
    text = f"{HEAD}class Other: pass\nclass Own(Strategy): pass\nclass Strategy2(dict): pass\n"
    assert [item.name for item in read_script(write(tmp_path, text)).classes] == ["Own"]


def test_both_ways_to_declare_parameters_are_read(tmp_path):
    text = HEAD + (
        "class Base(Strategy):\n"
        "    level = Parameter(0.5, 0.0, 1.0, unit='%', help='How much')\n"
        "class Own(Base):\n"
        "    days: float = Parameter(5, low=1)\n"
        "    def __init__(self, most: int = 3, *, calm: bool = True, mode: Literal['a', 'b'] = 'a'):\n"
        "        pass\n"
    )
    found = {item.name: item for item in only(tmp_path, text).parameters}
    kinds = {name: (item.kind, item.default) for name, item in found.items()}
    assert kinds == {
        "days": ("number", 5.0),
        "most": ("whole", 3),
        "calm": ("flag", True),
        "mode": ("text", "a"),
        "level": ("number", 0.5),
    }
    assert found["mode"].choices == ("a", "b")
    assert (found["level"].low, found["level"].high, found["level"].unit) == (0.0, 1.0, "%")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (2.0, "must be at most 1, it is 2"),
        (-1, "must be at least 0, it is -1"),
        (True, "must be a number, it is True"),
        ("x", "must be a number, it is 'x'"),
        (1, ""),
    ],
)
def test_values_are_held_against_the_declaration(tmp_path, value, said):
    text = f"{HEAD}class Own(Strategy):\n    level = Parameter(0.5, low=0.0, high=1.0)\n"
    assert only(tmp_path, text).parameters[0].misfit(value) == said


@pytest.mark.parametrize(
    ("body", "severity", "said"),
    [
        ("level = Parameter(1 + len('x'))", "error", "line 5: the parameter 'level' is not written in plain"),
        ("level = Parameter(2.0, high=1.0)", "error", "the default of 'level' must be at most 1"),
        ("level = Parameter(0.5, lwo=0.0)", "error", "has no 'lwo'"),
        ("level = Parameter(low=0.0)", "error", "needs one default"),
        ("def __init__(self, most): pass", "error", "'most' of __init__ has no default"),
        ("def on_event(self): pass", "error", "Write def on_event(self, event)"),
        ("async def on_start(self): pass", "error", "is async"),
        ("def on_event(self, event):\n        yield 1", "error", "contains yield"),
        ("def on_event(self, event):\n        return 5", "warning", "returns a value in line 6"),
        ("def on_market_evnt(self, e, c): pass", "warning", "Did you mean on_market_event?"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_told_before_anything_runs(tmp_path, body, severity, said):
    (problem,) = only(tmp_path, f"{HEAD}class Own(Strategy):\n    {body}\n").problems[:1]
    assert problem.severity == severity
    assert said in str(problem)


def test_a_plain_strategy_has_nothing_wrong_with_it(tmp_path):
    body = "def on_event(self, event):\n        return self.close_position(event.asset_id)"
    assert only(tmp_path, f"{HEAD}class Own(Strategy):\n    {body}\n").problems == ()


def test_a_file_that_is_not_python_is_told_with_its_line(tmp_path):
    with pytest.raises(InputError, match=r"strategy\.py, line 2: is not Python"):
        read_script(write(tmp_path, "x = 1\ndef (:\n"))


def test_modules_beside_the_file_are_part_of_it(tmp_path):
    (tmp_path / "own_tools.py").write_text("import deeper\n")
    (tmp_path / "deeper.py").write_text("A = 1\n")
    text = f"import json, own_tools\n{HEAD}class Own(Strategy): pass\n"
    first = read_script(write(tmp_path, text))
    assert [name for name, _ in first.modules] == ["own_tools.py", "deeper.py"]
    (tmp_path / "deeper.py").write_text("A = 2\n")
    assert read_script(first.path).digest != first.digest


def test_a_file_has_one_name_however_it_is_reached(tmp_path):
    path = write(tmp_path, f"{HEAD}class Own(Strategy): pass\n")
    (tmp_path / "below").mkdir()
    assert read_script(tmp_path / "below" / ".." / path.name).path == path


def test_dates_and_what_may_be_left_out_are_parameters_too(tmp_path):
    text = HEAD + (
        "from datetime import date\n"
        "import datetime\n"
        "class Own(Strategy):\n"
        "    floor: float | None = Parameter(None, low=1.0)\n"
        "    def __init__(self, begin: date = date(2018, 1, 31), end: 'datetime.date | None' = None,\n"
        "                 stop: Optional[float] = None, most: int | None = None, calm: bool | None = None,\n"
        "                 mode: Optional[Literal['a', 'b']] = None, other: dict | None = None):\n"
        "        pass\n"
    )
    found = {item.name: item for item in only(tmp_path, text).parameters}
    kinds = {name: (item.kind, item.default) for name, item in found.items()}

    assert kinds == {
        "floor": ("number", None),
        "begin": ("date", date(2018, 1, 31)),
        "end": ("date", None),
        "stop": ("number", None),
        "most": ("whole", None),
        "calm": ("flag", None),
        "mode": ("text", None),
    }
    assert found["mode"].choices == ("a", "b")
    assert [found["begin"].is_optional, found["end"].is_optional] == [False, True]
    assert found["end"].misfit(date(2020, 1, 1)) == ""
    assert found["begin"].misfit("2020-01-01") == "must be a date, it is '2020-01-01'"
    assert found["stop"].misfit(0.1) == ""


def test_a_date_that_is_none_is_told(tmp_path):
    text = f"{HEAD}from datetime import date\nclass Own(Strategy):\n    day = Parameter(date(2024, 2, 31))\n"

    (problem,) = only(tmp_path, text).problems

    assert "not written in plain values" in problem.what
