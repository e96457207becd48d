"""Texts on screen can be translated: what the sources must keep to for it."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

from ml4t_desktop.engine.kernel.codes import REASON_TEXTS, STATUS_NAMES, TRADE_REASONS
from ml4t_desktop.result.schema import NOTES
from ml4t_desktop.session.words import word
from ml4t_desktop.wording import Text
from tests.architecture.literals import literals_of

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "ml4t_desktop"
PATTERNS = {"tr": 1, "say": 1, "tr_count": 2, "say_count": 2}  # and how many patterns come first
OF_COUNT = {"n"}

# Where words stay English, and why.
ENGLISH = {
    "cli/arguments.py": "the command line",
    "cli/main.py": "the command line",
    "cli/option_values.py": "the command line",
    "cli/quality_text.py": "the command line",
    "cli/sweep_text.py": "the command line",
    "cli/terminal.py": "the command line",
    "app/headless.py": "the command line",
    "app/report_file.py": "the command line",
    "app/self_check.py": "the command line",
    "app/crash_reports.py": "reports for those who mend the program",
    "backtest/": "told to who writes Python, as Python tells it",
    "engine/strategies/broker.py": "told to who writes Python, as Python tells it",
    "engine/strategies/context.py": "told to who writes Python, as Python tells it",
    "engine/orders.py": "told to who writes Python, as Python tells it",
    "engine/strategies/strategy.py": "told to who writes Python, as Python tells it",
    "export/code/conditions.py": "a script in Python",
    "export/code/sizes.py": "a script in Python",
    "export/code/script.py": "a script in Python",
    "export/code/strategy.py": "a script in Python",
    "export/code/weights.py": "a script in Python",
    "export/code/certificate.py": "a script in Python",
    "export/records.py": "a file that other programs read",
    "export/shap.py": "a file that other programs read",
    "export/report/": "the report, which is English",
    "engine/kernel/": "codes of the tables, which `session.words` translates",
    "engine/risk_events.py": "codes of the tables, which `session.words` translates",
    "result/schema.py": "codes of the tables, which `session.words` translates",
}
# Literals that nobody sees, and what they are.
UNSEEN = {
    "cash flows": "a key", "rows where": "a key", "left out": "a state", "by column": "a tag", "by rate": "a tag",
    "price {}": "hashed", "signal {}": "hashed", "(the bar of the example)": "a name of a column of its own",
    "context, {}, '{}'": "a place in the words of a request", "def {}({})": "Python", "Text size": "a key",
    "inverse normal": "of a formula", "chance of more in chi-square": "of a formula",
    "Input should be": "of pydantic", "must be": "of pydantic",
    "Sample: buy what the model ranks high": "the name of a request in a file",
    "the run was cancelled": "nobody is told of what he asked for himself",
    "… {} earlier characters are left out …\n{}": "of what a strategy printed",
}  # fmt: skip


def calls(names: set[str]) -> Iterator[tuple[str, ast.Call]]:
    """Yield every call of a plain function of these names, with its place."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            if is_call and node.func.id in names:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def places(pattern: str) -> set[str]:
    """Return the names of the places of a pattern."""
    return {name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None}


def test_every_place_of_a_text_has_its_value():
    wrong = []
    for where, call in calls(set(PATTERNS)):
        name = call.func.id
        patterns = [node.value for node in call.args[: PATTERNS[name]] if isinstance(node, ast.Constant)]  # fmt: skip
        if not patterns or any(keyword.arg is None for keyword in call.keywords):
            continue  # a constant, checked where it is made
        given = {keyword.arg for keyword in call.keywords}
        counted = OF_COUNT if name.endswith("count") else set()
        named = set().union(*map(places, patterns)) if given or counted else set()
        if named - counted != given - counted:
            wrong.append(f"{where}: {sorted(named)} is asked for, {sorted(given)} given")
    assert wrong == []


def test_every_text_is_found_for_the_catalogue():
    """What stands within an f-string is not found there, and stays English in every language."""
    with (ROOT / "resources" / "translations" / "ml4t_desktop.pot").open("rb") as file:
        known = {text for item in read_po(file) for text in _texts_of(item.id)}
    unknown = [
        f"{where}: {node.value!r}"
        for where, call in calls(set(PATTERNS))
        for node in call.args[: PATTERNS[call.func.id]]
        if isinstance(node, ast.Constant) and node.value not in known
    ]
    assert unknown == []


def _texts_of(found: str | tuple[str, ...]) -> tuple[str, ...]:
    return (found,) if isinstance(found, str) else found


def test_no_text_for_the_screen_is_a_plain_literal():
    paths = (path.relative_to(PACKAGE).as_posix() for path in sorted(PACKAGE.rglob("*.py")))
    found = [
        str(item)
        for name in paths
        if not name.startswith(tuple(ENGLISH))
        for item in literals_of(PACKAGE / name, name)
        if item.text not in UNSEEN and "\\N{" not in item.text
    ]
    assert found == [], "wrap them in tr, say or mark, or say in ENGLISH or UNSEEN why not"


def test_what_is_excepted_is_still_there():
    assert [name for name in ENGLISH if not (PACKAGE / name).exists()] == []
    sources = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    gone = [text for text in UNSEEN if "{" not in text and text not in sources]
    assert gone == []


def test_every_code_of_the_tables_is_a_word_on_screen(monkeypatch):
    said = {}
    monkeypatch.setattr(
        "ml4t_desktop.session.words.shown", lambda text: said.setdefault(text, text)
    )
    codes = [code for code in (*REASON_TEXTS, *STATUS_NAMES, *TRADE_REASONS, *NOTES) if code]
    for code in codes:
        word(code)
    assert [text for text in said if not isinstance(text, Text)] == []
    assert len(said) == len(set(codes))
