"""The user guide."""

import re

import pytest

from ml4t_desktop.analysis.definitions import DEFINITIONS
from ml4t_desktop.app.docking.panels import PANELS
from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.session.resources import resource_path
from ml4t_desktop.session.window.commands import COMMANDS
from ml4t_desktop.session.window.guide import page, pages, place_of_panel, plain, search


def test_every_file_of_the_guide_is_a_page_and_begins_with_its_title():
    files = {path.stem for path in resource_path("help").glob("*.md")}

    assert files <= {item.name for item in pages()}
    assert all(item.text.startswith("# ") and item.title for item in pages())


def test_every_link_leads_to_a_page_or_gives_a_command():
    names = {item.name for item in pages()} | {f"command:{item.id}" for item in COMMANDS}
    links = [
        (item.name, link) for item in pages() for link in re.findall(r"\]\(([^)]*)\)", item.text)
    ]

    assert links
    assert [(name, link) for name, link in links if link.removesuffix(".md") not in names] == []


def test_every_statistic_stands_on_its_page_with_its_formula():
    text = page("statistics").text

    assert all(f"**{definition.title}**" in text for definition in DEFINITIONS)
    assert "Net profit / initial capital." in text


def test_every_key_of_the_keyboard_stands_on_its_page():
    text = page("shortcuts").text

    assert all(item.shortcut in text for item in COMMANDS if item.shortcut)


LOOKED_AT = [panel.key for panel in PANELS if panel.key != "setup"]
LOOKED_AT += [f"setup.{step.name.lower()}" for step in Step]


@pytest.mark.parametrize("panel", LOOKED_AT)
def test_every_panel_and_every_step_has_a_page_that_is_about_it(panel):
    found, heading = place_of_panel(panel)

    assert found != place_of_panel("")[0], "the first page is for those who look at nothing yet"
    headings = {plain(line) for line in found.text.splitlines() if line.startswith("#")}
    assert not heading or heading in headings


def test_words_are_found_in_one_paragraph_whatever_their_order_and_capitals():
    hits = search("SHARPE deflated")

    assert {"validity"} <= {hit.page.name for hit in hits}
    assert all("sharpe" in f"{hit.heading} {hit.excerpt}".lower() for hit in hits[:1])


def test_a_heading_with_the_words_comes_before_other_places():
    hits = search("rebalancing")

    assert hits[0].heading == "Rebalancing"


@pytest.mark.parametrize("words", ["", "   ", "qwertzuiop"])
def test_nothing_is_found_for_nothing(words):
    assert search(words) == ()
