"""A user's Python strategy: loaded from what was read and trusted, and run over a market."""

import builtins
import linecache
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Protocol

from ml4t_desktop.errors import Cancelled, InputError, Problem, SourceLine, StrategyFailed
from ml4t_desktop.files.scripts.script import Script, ScriptClass, read_script
from ml4t_desktop.request import PythonStrategy, Request
from ml4t_desktop.wording import mark, say

if TYPE_CHECKING:  # the engine loads while the file is looked at
    from ml4t_desktop.engine.control import RunControl
    from ml4t_desktop.engine.strategies.strategy import Strategy
    from ml4t_desktop.market import Market
    from ml4t_desktop.result.run_result import RunResult

_MODULE = "ml4t_strategy"


class ScriptRunner(Protocol):
    """Runs the Python strategy of a request, here or in a process of its own."""

    def __call__(
        self, request: Request, script: Script, market: "Market", control: "RunControl"
    ) -> "RunResult":
        """Return the result; raises `StrategyFailed` and `Cancelled`."""
        ...


def script_of(request: Request, base: Path) -> Script:
    """Return the file of a request's Python strategy, with class and parameters checked.

    Raises
    ------
    InputError
        With everything that is wrong with file, class and parameters.
    """
    python = request.strategy.python
    assert python is not None  # noqa: S101 (whoever asks has looked)
    script = read_script(base / python.file)
    check_script(script, python)
    return script


def check_script(script: Script, python: PythonStrategy) -> None:
    """Refuse a class or values that cannot be run.

    Raises
    ------
    InputError
        With everything that is wrong with them.
    """
    problems = [item for item in script_problems(script, python) if item.severity == "error"]
    if problems:
        raise InputError(problems)


def script_problems(script: Script, python: PythonStrategy) -> tuple[Problem, ...]:
    """Return what keeps a class of a file from being run, and what is doubtful about it."""
    place = "strategy.python.class"
    chosen = script.class_called(python.class_)
    if chosen is None:
        there = ", ".join(item.name for item in script.classes)
        what = say(
            "{path} has no strategy called {class_}", path=script.path.name, class_=python.class_
        )
        fix = (
            say("There are {there}", there=there)
            if there
            else mark("A strategy is a class that derives from Strategy")
        )
        return (Problem(where=place, what=what, fix=fix),)
    return (*chosen.problems, *_of_parameters(chosen, python))


def _of_parameters(chosen: ScriptClass, python: PythonStrategy) -> Iterator[Problem]:
    known = {item.name: item for item in chosen.parameters}
    for name, value in python.parameters.items():
        place = f"strategy.python.parameters.{name}"
        if name not in known:
            what = say("{chosen} declares no parameter '{name}'", chosen=chosen.name, name=name)
            fix = say("It has {known}", known=", ".join(known)) if known else mark("It has none")
            yield Problem(where=place, what=what, fix=fix)
        elif wrong := known[name].misfit(value):
            yield Problem(where=place, what=wrong)


def run_here(
    request: Request, script: Script, market: "Market", control: "RunControl"
) -> "RunResult":
    """Run the Python strategy of a request in this process; see `ScriptRunner`."""
    from ml4t_desktop.engine.strategies.walk import run_strategy

    python = request.strategy.python
    assert python is not None  # noqa: S101 (whoever asks has looked)
    check_script(script, python)
    with _loadable(script), told_of(script):
        strategy = make_strategy(script, python)
        return run_strategy(
            market,
            strategy,
            execution=request.execution,
            costs=request.costs,
            account=request.account,
            control=control,
            has_context=request.context is not None,
            risk=request.risk,
        )


def make_strategy(script: Script, python: PythonStrategy) -> "Strategy":
    """Return an object of the chosen class with its parameters set; this runs the file.

    Attributes are set before ``__init__`` is called, so that it can use them.
    """
    from ml4t_desktop.engine.strategies.strategy import Strategy

    module = ModuleType(_MODULE)
    module.__file__ = str(script.path)
    sys.modules[_MODULE] = module  # dataclasses and pickles look their module up
    exec(compile(script.text, str(script.path), "exec"), vars(module))  # noqa: S102 (trusted before)
    kind = getattr(module, python.class_, None)
    if not (isinstance(kind, type) and issubclass(kind, Strategy)):
        message = say("{class_} is no Strategy once the file has been run", class_=python.class_)
        raise StrategyFailed(message)
    declared = script.class_called(python.class_)
    known = {item.name: item for item in declared.parameters} if declared is not None else {}
    values = {name: known[name].fitted(value) for name, value in python.parameters.items()}
    strategy = kind.__new__(kind)
    if not isinstance(strategy, Strategy):
        message = say("{class_}.__new__ returns no Strategy", class_=python.class_)
        raise StrategyFailed(message)
    attributes, arguments = _sorted_out(kind, values)
    for name, value in attributes.items():
        setattr(strategy, name, value)
    kind.__init__(strategy, **arguments)
    return strategy


def _sorted_out(kind: type, values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the values that are attributes, and those that are arguments of ``__init__``."""
    from ml4t_desktop.backtest.parameters import Parameter

    are_declared = {
        name
        for owner in kind.__mro__
        for name, item in vars(owner).items()
        if isinstance(item, Parameter)
    }
    attributes = {name: value for name, value in values.items() if name in are_declared}
    return attributes, {name: v for name, v in values.items() if name not in are_declared}


@contextmanager
def _loadable(script: Script) -> Iterator[None]:
    """Let a file import what lies beside it, and tracebacks show the text that is run."""
    folder = str(script.path.parent)
    lines = script.text.splitlines(keepends=True)
    linecache.cache[str(script.path)] = (len(script.text), None, lines, str(script.path))
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        sys.path.remove(folder)
        sys.modules.pop(_MODULE, None)
        for name, _ in script.modules:
            sys.modules.pop(
                name.removesuffix(".py").replace("/__init__", "").replace("/", "."), None
            )


@contextmanager
def told_of(script: Script) -> Iterator[None]:
    """Turn whatever the user's code raises into words with the user's own lines.

    What was raised without any of them is a fault of the program, or of the request, and goes on.

    Raises
    ------
    StrategyFailed
    """
    try:
        yield
    except (Cancelled, StrategyFailed):
        raise
    except BaseException as error:
        lines = user_lines(error, script)
        if not lines and not isinstance(error, SystemExit | MemoryError):
            raise
        raise StrategyFailed(_words(error), lines) from error


def user_lines(error: BaseException, script: Script) -> tuple[SourceLine, ...]:
    """Return the lines of the user's files on the way to an error, the innermost last."""
    if isinstance(error, SyntaxError) and error.filename and Path(error.filename) in script.files:
        code = (error.text or "").strip()
        return (SourceLine(Path(error.filename), error.lineno or 1, "<module>", code),)
    files = {str(path) for path in script.files}
    return tuple(
        SourceLine(Path(frame.filename), frame.lineno or 0, frame.name, (frame.line or "").strip())
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename in files
    )


def _words(error: BaseException) -> str:
    """Return an exception as one sentence."""
    if isinstance(error, SystemExit):
        return say("the strategy ended its process itself, by sys.exit({code!r})", code=error.code)
    if isinstance(error, MemoryError):
        return mark("there was not enough memory for what the strategy does")
    if isinstance(error, RecursionError):
        return mark("a function of the strategy calls itself without end")
    kind = type(error)
    name = kind.__name__ if kind.__module__ == builtins.__name__ else kind.__qualname__
    text = " ".join(str(error).split())
    return f"{name}: {text}" if text else name
