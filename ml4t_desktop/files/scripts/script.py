"""Files of Python strategies, looked into without running them.

Classes, their parameters and what cannot work are found in the syntax tree alone: a file that
nobody has agreed to trust is never executed.
"""

import ast
import difflib
import hashlib
import io
import os
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.scripts.script_parameters import ScriptParameter, parameters_of
from ml4t_desktop.wording import mark, say

PACKAGE: Final = "ml4t_desktop"
# Each with what it is called with.
HOOKS: Final = {
    "on_start": (),
    "on_market_event": ("event", "context"),
    "on_event": ("event",),
    "on_bar_end": ("timestamp", "context"),
    "on_fill_event": ("fill",),
    "on_end": (),
}
_LARGEST: Final = 2_000_000
_LINE: Final = mark("{where}, line {line}")
_NO_PYTHON: Final = mark("is not Python: {reason}")
_IS_ASYNC: Final = mark("'{name}' is async, so that calling it would do nothing")
_YIELDS: Final = mark("'{name}' contains yield, so that calling it would do nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptClass:
    """A class of a file that is a `Strategy`.

    Parameters
    ----------
    line : int
        Where it begins, from 1.
    summary : str
        The first line of its docstring.
    parameters : tuple of ScriptParameter
        Those of its bases in the file too.
    problems : tuple of Problem
        Errors keep it from being run; warnings do not.
    """

    name: str
    line: int
    summary: str = ""
    parameters: tuple[ScriptParameter, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A Python file as it was read once: what is looked at, trusted and run is the same text.

    Parameters
    ----------
    path : Path
        Absolute.
    text : str
    modules : tuple of (str, bytes)
        Files beside it that it imports, by their paths relative to its folder, and what is in them.
    digest : str
        SHA-256 of the file and its modules, 64 hexadecimal digits.
    classes : tuple of ScriptClass
        In order of the file.
    """

    path: Path
    text: str
    digest: str
    modules: tuple[tuple[str, bytes], ...] = ()
    classes: tuple[ScriptClass, ...] = ()

    def class_called(self, name: str) -> ScriptClass | None:
        """Return a class by its name, None when there is none."""
        return next((item for item in self.classes if item.name == name), None)

    @property
    def files(self) -> tuple[Path, ...]:
        """The file and the modules beside it."""
        return (self.path, *(self.path.parent / name for name, _ in self.modules))


def read_script(path: Path) -> Script:
    """Return what a Python file holds, without running it.

    Raises
    ------
    InputError
        If it cannot be read or is not Python.
    """
    where = path.name
    try:
        raw = path.read_bytes()
    except OSError as error:
        what = say("cannot be read ({reason})", reason=error.strerror)
        fix = mark("Check its path and who may read it")
        raise InputError(Problem(where=str(path), what=what, fix=fix)) from error
    if len(raw) > _LARGEST:
        what = mark("is too large for a file of Python strategies")
        raise InputError(Problem(where=where, what=what))
    tree, text = _parsed(raw, where)
    modules = tuple(_modules(tree, path.parent))
    digest = hashlib.sha256(raw)
    for name, content in modules:
        digest.update(f"\0{name}\0{len(content)}\0".encode())
        digest.update(content)
    return Script(
        path=Path(os.path.normpath(path.absolute())),  # one file has one name, whoever asks
        text=text,
        digest=digest.hexdigest(),
        modules=modules,
        classes=tuple(_classes(tree, where)),
    )


def _parsed(raw: bytes, where: str) -> tuple[ast.Module, str]:
    fix = mark("Mend the line; the file is read again when it is saved")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(raw).readline)
        text = raw.decode(encoding)
        return ast.parse(text), text
    except (SyntaxError, UnicodeDecodeError, ValueError, RecursionError, MemoryError) as error:
        if isinstance(error, SyntaxError) and error.lineno is not None:
            place = say(_LINE, where=where, line=error.lineno)
            what = say(_NO_PYTHON, reason=error.msg)
            raise InputError(Problem(where=place, what=what, fix=fix)) from error
        what = say(_NO_PYTHON, reason=str(error))
        raise InputError(Problem(where=where, what=what, fix=fix)) from error


def _classes(tree: ast.Module, where: str) -> Iterator[ScriptClass]:
    """Yield the strategies of a file, in its order."""
    names, modules = _names_of_strategy(tree)
    known: dict[str, ast.ClassDef] = {}
    for node in tree.body:
        if not isinstance(node, ast.ClassDef):
            continue
        bases = [base for base in node.bases if _is_strategy(base, names, modules)]
        of_file = [
            base.id for base in node.bases if isinstance(base, ast.Name) and base.id in known
        ]
        if not bases and not of_file:
            continue
        known[node.name] = node
        chain = [*_lineage(node, known)]
        parameters, problems = parameters_of(chain, where)
        yield ScriptClass(
            name=node.name,
            line=node.lineno,
            summary=_summary(node),
            parameters=parameters,
            problems=(*problems, *_of_hooks(chain, where)),
        )


def _lineage(node: ast.ClassDef, known: dict[str, ast.ClassDef]) -> Iterator[ast.ClassDef]:
    """Yield a class and its bases in the file, each before what it is made of."""
    yield node
    for base in node.bases:
        if isinstance(base, ast.Name) and base.id in known and base.id != node.name:
            yield from _lineage(known[base.id], known)


def _names_of_strategy(tree: ast.Module) -> tuple[set[str], set[str]]:
    """Return what `Strategy` is called in a file, and what the modules that hold it are called."""
    names, modules = set[str](), set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(PACKAGE):
            for item in node.names:
                called = item.asname or item.name
                if item.name in {"Strategy", "*"}:
                    names.add("Strategy" if item.name == "*" else called)
                elif item.name == "backtest":
                    modules.add(called)
        elif isinstance(node, ast.Import):
            for item in node.names:
                if item.name.startswith(PACKAGE):
                    modules.add(item.asname or item.name)
    return names, modules


def _is_strategy(base: ast.expr, names: set[str], modules: set[str]) -> bool:
    if isinstance(base, ast.Name):
        return base.id in names
    return (
        isinstance(base, ast.Attribute)
        and base.attr == "Strategy"
        and ast.unparse(base.value) in modules
    )


def _summary(node: ast.ClassDef) -> str:
    return (ast.get_docstring(node) or "").partition("\n")[0].strip()


def _of_hooks(chain: list[ast.ClassDef], where: str) -> Iterator[Problem]:
    """Yield what is wrong with the handlers of a class; the nearest one counts."""
    seen: set[str] = set()
    for node in chain:
        for item in node.body:
            if not isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef) or item.name in seen:
                continue
            seen.add(item.name)
            place = say(_LINE, where=where, line=item.lineno)
            if item.name in HOOKS:
                yield from _of_hook(item, place)
            elif item.name.startswith("on_") and not _is_used(item.name, chain):
                close = difflib.get_close_matches(item.name, HOOKS, n=1, cutoff=0.75)
                if close:
                    what = say("'{name}' is never called", name=item.name)
                    fix = say("Did you mean {name}?", name=close[0])
                    yield Problem(where=place, what=what, fix=fix, severity="warning")


def _of_hook(item: ast.FunctionDef | ast.AsyncFunctionDef, place: str) -> Iterator[Problem]:
    own = list(_own_nodes(item))
    if isinstance(item, ast.AsyncFunctionDef) or any(
        isinstance(node, ast.Yield | ast.YieldFrom) for node in own
    ):
        is_async = isinstance(item, ast.AsyncFunctionDef)
        what = say(_IS_ASYNC if is_async else _YIELDS, name=item.name)
        yield Problem(where=place, what=what, fix=mark("Make it a plain function"))
        return
    given = HOOKS[item.name]
    if not item.decorator_list and not _takes(item.args, len(given) + 1):
        written = f"def {item.name}({', '.join(('self', *given))})"
        what = say("'{name}' cannot be called as it is", name=item.name)
        yield Problem(where=place, what=what, fix=say("Write {written}", written=written))
        return
    for node in own:
        if isinstance(node, ast.Return) and not _is_nothing(node.value):
            what = say(
                "'{name}' returns a value in line {line} that nobody reads",
                name=item.name,
                line=node.lineno,
            )
            fix = mark("Orders are made by calling a helper, such as self.buy_percent")
            yield Problem(where=place, what=what, fix=fix, severity="warning")
            return


def _takes(spec: ast.arguments, count: int) -> bool:
    """Return whether a function can be called with so many arguments, and no others."""
    positional = len(spec.posonlyargs) + len(spec.args)
    has_needs = any(default is None for default in spec.kw_defaults)
    is_enough = positional - len(spec.defaults) <= count
    return is_enough and not has_needs and (count <= positional or spec.vararg is not None)


def _is_nothing(value: ast.expr | None) -> bool:
    """Return whether what is returned is nothing, or what a helper gives back by the way."""
    if value is None or (isinstance(value, ast.Constant) and value.value is None):
        return True
    return isinstance(value, ast.Call) and ast.unparse(value.func).startswith(("self.", "super("))


def _own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a function without those of functions inside it."""
    for node in ast.iter_child_nodes(function):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            continue
        yield node
        yield from _own_nodes(node)


def _is_used(name: str, chain: list[ast.ClassDef]) -> bool:
    """Return whether a class calls or hands on a function of its own."""
    return any(
        isinstance(node, ast.Attribute) and node.attr == name
        for owner in chain
        for node in ast.walk(owner)
    )


def _modules(tree: ast.Module, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the files beside a file that it imports, and those that they import."""
    waiting, seen = [tree], set[str]()
    while waiting:
        for name in sorted(_imported(waiting.pop())):
            for relative in (f"{name}.py", f"{name}/__init__.py"):
                path = folder / relative
                if relative in seen or not path.is_file():
                    continue
                seen.add(relative)
                try:
                    content = path.read_bytes()
                    waiting.append(ast.parse(content))
                except (OSError, SyntaxError, ValueError):
                    continue  # told when it is imported
                yield relative, content


def _imported(tree: ast.Module) -> set[str]:
    """Return the modules a file names, as paths without an ending, with the packages above them."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {item.name for item in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{item.name}" for item in node.names}
    found: set[str] = set()
    for name in names:
        parts = name.split(".")
        found |= {"/".join(parts[: count + 1]) for count in range(len(parts))}
    return found
