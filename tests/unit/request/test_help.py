"""The pages of the guide name what a request can hold, and its real defaults."""

import re
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import pytest
from pydantic import BaseModel

from ml4t_desktop.engine.kernel.codes import TIF_NAMES, TYPE_NAMES
from ml4t_desktop.request import Account, Costs, Execution, RiskLimits

HELP = Path(__file__).parents[3] / "resources" / "help"
PARTS: dict[str, type[BaseModel]] = {
    "execution": Execution,
    "account": Account,
    "costs": Costs,
    "risk": RiskLimits,
}


def keys_of(model: type[BaseModel]) -> Iterator[str]:
    """Yield every key of a part of a request, those of the values inside it too."""
    for name, field in model.model_fields.items():
        yield name
        for inner in models_in(field.annotation):
            yield from keys_of(inner)


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) is Annotated:
        yield from models_in(get_args(annotation)[0])
    elif get_origin(annotation) in (types.UnionType, tuple, dict) or get_args(annotation):
        for inner in get_args(annotation):
            yield from models_in(inner)


def words_of(page: str) -> set[str]:
    """Return what a page writes as code, without quotes."""
    text = (HELP / page).read_text(encoding="utf-8")
    return {word.strip('"') for word in re.findall(r"`([^`\n]+)`", text)}


def section_of(part: str) -> str:
    text = (HELP / "execution.md").read_text(encoding="utf-8")
    start = text.index(f"Options of `[{part}]`")
    following = re.search(r"^#+ ", text[start:], flags=re.MULTILINE)
    return text[start : start + following.start() if following else len(text)]


@pytest.mark.parametrize("part", PARTS)
def test_every_key_of_a_part_is_in_its_section(part: str) -> None:
    told = re.findall(r"[`.]([a-z_]+)[`\]]", section_of(part))
    missing = sorted(set(keys_of(PARTS[part])) - set(told))
    assert missing == []


@pytest.mark.parametrize("part", ["execution", "account"])
def test_the_defaults_told_are_those_of_a_request(part: str) -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|", section_of(part), flags=re.MULTILINE)
    value = PARTS[part]()
    assert {key for key, _ in rows} == set(PARTS[part].model_fields)
    for key, told in rows:
        default = getattr(value, key)
        if default is None:
            assert told == "none", key
        elif isinstance(default, bool):
            assert told == f"`{str(default).lower()}`", key
        elif isinstance(default, str):
            assert told == f'`"{default}"`', key
        else:
            assert float(told.strip("`")) == default, key


def test_every_model_of_costs_has_a_row() -> None:
    models = [
        field.default
        for side in Costs.model_fields.values()
        for model in models_in(side.annotation)
        for name, field in model.model_fields.items()
        if name == "model"
    ]
    assert len(models) > 10
    rows = re.findall(r"^\| `(\w+)`", section_of("costs"), flags=re.MULTILINE)
    assert set(models) == set(rows)


def test_every_time_in_force_and_order_type_is_told() -> None:
    text = (HELP / "execution.md").read_text(encoding="utf-8")
    assert set(TIF_NAMES) <= words_of("execution.md")
    for name in TYPE_NAMES:
        assert re.search(rf"^\| {name.replace('_', '.')} \|", text, flags=re.MULTILINE), name


@pytest.mark.parametrize("page", ["execution.md", "assumptions.md"])
def test_links_of_a_page_lead_to_pages(page: str) -> None:
    links = re.findall(r"\]\(([^)#]+)", (HELP / page).read_text(encoding="utf-8"))
    assert links
    assert all((HELP / link).is_file() for link in links)
