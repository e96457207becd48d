"""What the sources say in plain literals: words on screen that no catalogue knows."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MARKED = frozenset({"tr", "tr_count", "say", "say_count", "mark", "meant"})
# Calls that put their first texts, or those of these names, on the screen.
SHOWING = frozenset(
    {
        "setText", "setToolTip", "setWindowTitle", "setAccessibleName", "setAccessibleDescription", "setTitle",
        "setPlaceholderText", "setStatusTip", "setWhatsThis", "setSuffix", "setPrefix", "setSpecialValueText",
        "setHtml", "setLabel", "setLabelText", "setInformativeText", "addAction", "addMenu", "addItem", "addItems",
        "addTab", "addRow", "addButton", "setHeaderLabels", "setHorizontalHeaderLabels", "showMessage", "drawText",
        "QLabel", "QPushButton", "QToolButton", "QCheckBox", "QRadioButton", "QGroupBox", "QAction", "QMenu",
        "QTreeWidgetItem", "QListWidgetItem", "QTableWidgetItem", "TextItem", "announce",
    }
)  # fmt: skip
SHOWN_BY_NAME = frozenset({"what", "fix", "title", "tip", "header", "hint", "meaning", "summary"})
# Errors that a user can meet; what others say is for who calls, and stays English like their names.
TOLD = frozenset({"InputError", "RunFailed", "StrategyFailed", "Undefined", "Problem"})
LOGS = frozenset({"debug", "info", "warning", "error", "exception", "critical"})

_MARKUP = re.compile(
    r"<[^>]*>|&\w+;|https?:\S*|--[\w-]+|#\w+|"
    r"\b(?:background|border|color|font|margin|padding|text|image)[\w-]*: *[^;]*;?"
)
_SHEET = re.compile(r"[\w#:)] ?\{+\s*[\w-]+: ")
_PROSE = re.compile(r"[A-Za-z]{2,}[,;:.)]* \(?[A-Za-z]{2,}")
_BESIDE_VALUE = re.compile(r"[A-Za-z]{2,}[,:]? \{\}|\{\} [A-Za-z]{2,}")
_WORD = re.compile(r"[A-Za-z]{2,}")
_DATE = re.compile(r"[dMyHhmsz :.,%{}]+")
_GLUE = re.compile(r"\s+[a-z]{2,}\s+")


@dataclass(frozen=True, slots=True)
class Literal:
    """A text in the sources, with a place ``{}`` for every value of an f-string."""

    path: str
    line: int
    text: str
    why: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text!r} {self.why}"


def bare(text: str) -> str:
    """Return a text without markup, styles and formats of dates."""
    plain = " ".join(_MARKUP.sub(" ", text).split())
    return "" if _DATE.fullmatch(plain) or _SHEET.search(text) else plain


def literals_of(path: Path, name: str) -> Iterator[Literal]:
    """Yield the literals of a module that look like words for people and are not marked as such."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    yield from _Reader(name, tree).found()


class _Reader:
    def __init__(self, name: str, tree: ast.Module) -> None:
        self._name, self._tree = name, tree
        self._skipped = set(_docstrings(tree)) | set(_for_callers(tree))
        self._shown: dict[int, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                self._shown.update(_shown_by(node))

    def found(self) -> Iterator[Literal]:
        yield from self._within(self._tree)

    def _within(self, node: ast.AST) -> Iterator[Literal]:
        if id(node) in self._skipped:
            return
        text = _text(node)
        if text is not None and (why := self._why(node, text)):
            yield Literal(self._name, node.lineno, text, why)
        if isinstance(node, ast.Call) and _called(node) in MARKED:
            yield from self._of_marked(node)
            return
        for child in ast.iter_child_nodes(node):
            if not _is_silent(node, child):
                yield from self._within(child)

    def _of_marked(self, node: ast.Call) -> Iterator[Literal]:
        """Yield words that are put into a text, where no translation reaches them."""
        for part in (*node.args, *(word.value for word in node.keywords)):
            if not isinstance(part, ast.Constant):
                yield from self._within(part)
        is_counted = _called(node).endswith("_count")
        if not all(map(_is_literal if is_counted else _is_found, node.args[: 1 + is_counted])):
            yield Literal(self._name, node.lineno, ast.unparse(node.args[0]), "is in no catalogue")
        for word in node.keywords:
            for text in _chosen(word.value):
                if _WORD.search(bare(text)) and not re.search(r"[._]|^\w+:", text):
                    yield Literal(self._name, word.value.lineno, text, "is put into a text")

    def _why(self, node: ast.AST, text: str) -> str:
        plain = bare(text)
        if not _WORD.search(plain):
            return ""
        if id(node) in self._shown:
            return self._shown[id(node)]
        if _PROSE.search(plain):
            return "reads like words for people"
        if isinstance(node, ast.JoinedStr) and _BESIDE_VALUE.search(plain):
            return "joins words and values"
        return ""


def _is_silent(node: ast.AST, child: ast.AST) -> bool:
    """Return whether a part of the sources says nothing to anybody."""
    match node:
        case ast.Subscript() | ast.Dict():
            silent = [node.slice] if isinstance(node, ast.Subscript) else node.keys  # keys
        case ast.AnnAssign() | ast.arg():
            silent = [node.annotation]
        case ast.FunctionDef():
            silent = [node.returns]
        case ast.JoinedStr():
            return isinstance(child, ast.Constant)  # read with the whole
        case _:
            is_formula = isinstance(node, ast.keyword) and node.arg == "formula"
            return is_formula or isinstance(node, ast.Compare) or _is_log(node)
    return child in silent


def _is_literal(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant)


def _is_found(node: ast.expr) -> bool:
    """Return whether the extraction finds a text, or it is a constant that is marked where it is made."""
    if isinstance(node, ast.IfExp):
        return all(
            not isinstance(part, ast.Constant) and _is_found(part)
            for part in (node.body, node.orelse)
        )
    return isinstance(node, ast.Constant | ast.Name | ast.Subscript | ast.Call | ast.Attribute)


def _text(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            part.value if isinstance(part, ast.Constant) else "{}" for part in node.values
        )
    return None


def _called(node: ast.Call) -> str:
    function = node.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def _is_log(node: ast.AST) -> bool:
    function = node.func if isinstance(node, ast.Call) else None
    return (
        isinstance(function, ast.Attribute)
        and function.attr in LOGS
        and isinstance(function.value, ast.Name)
        and "log" in function.value.id.lower()
    )


def _chosen(node: ast.AST) -> Iterator[str]:
    """Yield the literals that a value may be."""
    if isinstance(node, ast.Constant | ast.JoinedStr):
        text = _text(node)
        if text is not None:
            yield text
    elif isinstance(node, ast.IfExp):
        yield from _chosen(node.body)
        yield from _chosen(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for part in node.values:
            yield from _chosen(part)


def _shown_by(call: ast.Call) -> Iterator[tuple[int, str]]:
    """Yield the literals that a call shows, and how."""
    name = _called(call)
    if name == "join" and isinstance(call.func, ast.Attribute):
        between = _text(call.func.value)
        if between is not None and _GLUE.fullmatch(between):
            yield id(call.func.value), "joins words"
    if name in SHOWING:
        for part in call.args[name == "setLabel" : 2]:
            for node in _literal_nodes(part):
                yield id(node), f"is shown by {name}"
    for word in call.keywords:
        if word.arg in SHOWN_BY_NAME and name not in MARKED:
            for node in _literal_nodes(word.value):
                yield id(node), f"is shown as {word.arg}"
    if name in TOLD:
        for part in call.args:
            for node in _literal_nodes(part):
                yield id(node), f"is told by {name}"


def _literal_nodes(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.IfExp):
        yield from _literal_nodes(node.body)
        yield from _literal_nodes(node.orelse)
    elif isinstance(node, ast.BinOp):
        yield from _literal_nodes(node.left)
        yield from _literal_nodes(node.right)
    elif isinstance(node, ast.List | ast.Tuple):
        for part in node.elts:
            yield from _literal_nodes(part)
    elif _text(node) is not None:
        yield node


def _docstrings(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield id(node.value)


def _for_callers(tree: ast.Module) -> Iterator[int]:
    """Yield what is said by errors that no user meets, such as a `TypeError` of a wrong call."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        raised: set[str] = set()
        for node in ast.walk(function):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                if _called(node.exc) in TOLD:
                    continue
                raised |= {part.id for part in node.exc.args if isinstance(part, ast.Name)}
                for part in node.exc.args:
                    yield from (id(inner) for inner in ast.walk(part))
        for node in ast.walk(function):
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in raised:
                yield from (id(inner) for inner in ast.walk(node.value))
