"""Which handlers of a strategy a Python file defines, read without running it."""

import ast
from typing import Final

from ml4t_desktop.files.scripts.script import Script

HANDLERS: Final = ("on_market_event", "on_event", "on_bar_end")  # as they are called at a bar


def handlers_of(script: Script, name: str) -> tuple[str, ...]:
    """Return the handlers that are called at a bar, of a class and of its bases in the file.

    Returns
    -------
    tuple of str
        Of `HANDLERS`, in their order; nothing where the file cannot be read as Python, or they come from
        elsewhere.
    """
    try:
        tree = ast.parse(script.text)
    except (SyntaxError, ValueError):
        return ()
    classes = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
    found: set[str] = set()
    waiting, seen = [name], set[str]()
    while waiting:
        current = waiting.pop()
        node = classes.get(current)
        if node is None or current in seen:
            continue
        seen.add(current)
        found |= {item.name for item in node.body if isinstance(item, ast.FunctionDef)}
        waiting += [base.id for base in node.bases if isinstance(base, ast.Name)]
    return tuple(handler for handler in HANDLERS if handler in found)
