"""The guide leaves nothing out: what can be asked, written and called is explained in it.

`tests/unit/request/test_help.py` holds the options of execution, account, costs and risk, and their defaults.
"""

import inspect
import re
from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

import pytest
from pydantic import BaseModel

from ml4t_desktop import backtest
from ml4t_desktop.analysis.definitions import DEFINITIONS
from ml4t_desktop.backtest import Strategy
from ml4t_desktop.cli.arguments import COMMANDS, parser_of
from ml4t_desktop.request import Request
from ml4t_desktop.request.conditions import Op
from ml4t_desktop.request.preset_catalogue import PRESETS
from ml4t_desktop.result.run_folder import RISK_TABLE, TABLES
from ml4t_desktop.session.window.guide import page

# These are on the page of execution, where their own tests hold them.
ELSEWHERE = ("execution", "costs", "account", "risk")


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from models_in(inner)


def choices_in(annotation: Any) -> Iterator[object]:
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
        return
    for inner in get_args(annotation):
        yield from choices_in(inner)


def parts(model: type[BaseModel], seen: set[type[BaseModel]]) -> Iterator[type[BaseModel]]:
    """Yield every model a request is made of."""
    if model in seen:
        return
    seen.add(model)
    yield model
    for name, field in model.model_fields.items():
        if model is Request and name in ELSEWHERE:
            continue
        for inner in models_in(field.annotation):
            yield from parts(inner, seen)


REQUEST = [
    (model.__name__, field.alias or name, tuple(choices_in(field.annotation)))
    for model in parts(Request, set())
    for name, field in model.model_fields.items()
]


def words(name: str) -> set[str]:
    """Return what a page writes as code, without quotes, each part of an example of its own too."""
    text = page(name).text
    code = re.findall(r"`([^`\n]+)`", text)
    examples = "\n".join(re.findall(r"```.*?```", text, flags=re.DOTALL))
    return {word.strip('"') for word in code} | set(re.findall(r"[\w.]+", examples))


def test_there_is_much_to_explain():
    assert len(REQUEST) > 70


@pytest.mark.parametrize(("model", "key", "choices"), REQUEST)
def test_every_key_of_a_request_is_explained_with_what_it_can_be(model, key, choices):
    told = words("request")
    told |= {part for word in told if word[:1] == "[" for part in word.strip("[]").split(".")}

    assert key in told, f"{key} of {model}"
    values = {str(choice) for choice in choices if isinstance(choice, str)}
    if key == "op":
        values = set()  # the page of the rules has them
    assert values <= told, f"{key} of {model}"


@pytest.mark.parametrize("op", get_args(Op))
def test_every_comparison_of_a_rule_is_explained(op):
    rows = page("rules").text
    assert f"`{op}`" in rows


def test_every_helper_and_every_method_of_a_strategy_is_explained():
    told = page("scripting").text
    public = [
        name
        for name, member in inspect.getmembers(Strategy)
        if callable(member) and not name.startswith("_")
    ]
    assert len(public) > 15
    assert [name for name in public if f"`{name}" not in told] == []


@pytest.mark.parametrize(
    "helper",
    ["get_position", "get_cash", "get_portfolio_value", "buy_percent", "sell_percent", "close_position",
     "size_by_confidence", "rebalance_to_weights", "get_unrealized_pnl_pct", "submit_order", "submit_bracket",
     "submit_oco", "cancel_order", "open_orders"],
)  # fmt: skip
def test_every_helper_is_explained_with_its_arguments(helper):
    arguments = [
        name for name in inspect.signature(getattr(Strategy, helper)).parameters if name != "self"
    ]
    found = re.search(rf"`{helper}\(([^`]*)\)`", page("scripting").text)

    assert found is not None
    told = [part.split("=")[0].strip(" *") for part in found[1].split(",") if part.strip(" *")]
    assert told == arguments


def test_every_name_of_the_scripting_interface_is_explained():
    told = page("scripting").text + page("python").text + page("moving").text
    assert [name for name in backtest.__all__ if not re.search(rf"\b{name}\b", told)] == []


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_every_preset_is_explained(preset):
    assert f"| `{preset.name}` |" in page("moving").text


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda definition: definition.name)
def test_every_statistic_has_a_formula_and_says_what_it_is_made_of(definition):
    assert definition.title
    assert definition.formula.endswith(".")
    assert definition.inputs
    assert f"**{definition.title}**" in page("statistics").text


def test_every_command_and_every_option_of_the_command_line_is_explained():
    told = page("commands").text
    listed = [name for name, command in COMMANDS.items() if command.does]
    missing = [name for name in listed if name != "open" and f"`{name}" not in told]
    missing += [
        option
        for name in listed
        for action in parser_of(name)._actions
        for option in action.option_strings
        if option.startswith("--") and option != "--help" and f"`{option}" not in told
    ]
    assert missing == []


@pytest.mark.parametrize("name", [*TABLES, RISK_TABLE])
def test_every_table_of_a_run_folder_is_explained(name):
    assert f"`{name}.parquet`" in page("commands").text
