"""What is said of keys of the request is said of controls in the window."""

import re
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.request import load_request
from ml4t_desktop.session.language import shown
from ml4t_desktop.session.on_screen import ON_SCREEN
from ml4t_desktop.session.problem_words import place_words, problem_words
from ml4t_desktop.wording import mark, say

TEMPLATE = Path(__file__).parents[3] / "resources/translations/ml4t_desktop.pot"
# A key of the request, as a file or the command line writes it.
KEY = re.compile(
    r"\[(data|context|strategy|execution|costs|account|risk)"
    r"|\b(account|strategy|data|execution|costs)\.[a-z_]{3,}"
    r"|\b[a-z]+(_[a-z]+)* = [\"…]"
    r"|(^| )--[a-z]"
)
NEVER_ON_SCREEN = ("ml4t_desktop/backtest/", "ml4t_desktop/sweep/grid.py")  # Python, command line
OF_FILES = {  # they speak of the text of a file that is none of a request
    "is no preset of a strategy: [preset] and [strategy] belong in it",
    "Presets of strategies (*.strategy.toml)",
}


def texts():
    with TEMPLATE.open("rb") as file:
        catalog = read_po(file)
    for message in catalog:
        for text in [message.id] if isinstance(message.id, str) else message.id:
            if text and not all(
                place.startswith(NEVER_ON_SCREEN) for place, _ in message.locations
            ):
                yield text


def places(pattern):
    return {name for _, name, _, _ in string.Formatter().parse(pattern) if name}


def test_no_text_of_the_window_speaks_of_a_key():
    spoken = {text for text in texts() if KEY.search(text)}

    assert spoken - set(ON_SCREEN) - OF_FILES == set()


def test_every_text_with_other_words_on_screen_is_still_said():
    assert set(ON_SCREEN) - set(texts()) == set()


@pytest.mark.parametrize("said", ON_SCREEN)
def test_words_on_screen_speak_of_no_key_and_have_the_values_of_the_original(said):
    assert not KEY.search(ON_SCREEN[said])
    assert places(ON_SCREEN[said]) <= places(said)


def test_the_command_line_speaks_of_keys_and_the_window_of_controls():
    fix = mark('Mend the file, or set bad_price = "drop" in [data.repairs]')

    assert "bad_price" in str(fix)
    assert shown(fix) == (
        "Mend the file, or choose “Drop the row” for “Bad prices” in the step Data"
    )


def test_a_text_within_another_is_said_as_the_window_says_it(tmp_path):
    file = tmp_path / "r.toml"
    file.write_text('[data]\nfiles = ["p.csv"]\n[strategy]\ndirection = "short"\n')
    with pytest.raises(InputError) as refused:
        load_request(file)
    (problem,) = refused.value.problems

    assert 'set account.type to "margin"' in str(problem)
    assert "choose Margin as “Account” in the step Capital" in problem_words(problem)


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("request, account.type", "Capital, type of account"),
        ("costs.commission.rate", "Execution & costs, commission rate"),
        ("strategy.entry.all[1].column", "Strategy, entry, part 2"),
        ("strategy.short_exit", "Strategy, short exit"),
        ("strategy.python.file", "Strategy, Python file"),
        ("request, strategy", "Strategy"),
        ("prices.csv, column 'close', row 17", "prices.csv, column 'close', row 17"),
        ("data.csv", "data.csv"),
        ("mine.toml, account.type", "mine.toml, account.type"),
        ("", ""),
    ],
)
def test_a_place_in_the_request_is_a_step_and_what_is_set_there(where, words):
    assert place_words(where) == words


def test_a_problem_is_told_with_its_place_and_what_to_do():
    problem = Problem(
        where="request, execution.fill", what=say("must be {x}", x="a"), fix=mark("Add it")
    )

    assert problem_words(problem) == "Execution & costs, fill of market orders: must be a. Add it"
