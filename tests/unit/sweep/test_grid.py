"""The grid of a sweep: texts to axes, axes to requests."""

import pytest

from ml4t_desktop.errors import InputError
from ml4t_desktop.request import parse_request
from ml4t_desktop.sweep.grid import Axis, Grid, parse_axes, parse_axis

REQUEST = parse_request(
    {
        "data": {"files": ["none"], "signals": ["s"]},
        "strategy": {"entry": {"all": [{"column": "signal.s", "op": ">", "value": 0.5}]}},
    }
)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a.b=1,2,2,3", (1, 2, 3)),
        ("a=0.1:0.5:0.1", (0.1, 0.2, 0.3, 0.4, 0.5)),
        ("a=2:8:3", (2, 5, 8)),
        ("a=2:7:3", (2, 5)),
        ("a=next_open, same_close", ("next_open", "same_close")),
        ("a=true,false", (True, False)),
    ],
)
def test_values_are_listed_or_spanned(text, values):
    assert parse_axis(text).values == values


@pytest.mark.parametrize(
    "text", ["a", "a=", "=1", "a=,", "a=3:1:1", "a=1:2:0", "a=x:y:z", "a=0:1:1e-9"]
)
def test_what_is_no_axis_is_refused_with_how_to_write_one(text):
    with pytest.raises(InputError, match="--param"):
        parse_axis(text)


def test_all_wrong_axes_are_told_at_once():
    with pytest.raises(InputError) as caught:
        parse_axes(["a", "b=1", "b=2"])
    assert len(caught.value.problems) == 2


def test_every_combination_has_its_request_the_last_axis_fastest():
    grid = Grid(
        (Axis("strategy.entry.all.0.value", (0.5, 0.9)), Axis("strategy.exits.max_bars", (1, 2)))
    )
    variants = list(grid.variants(REQUEST))
    assert [variant.values for variant in variants] == [(0.5, 1), (0.5, 2), (0.9, 1), (0.9, 2)]
    last = variants[-1].request.strategy
    assert (last.entry.all[0].value, last.exits.max_bars) == (0.9, 2)
    assert REQUEST.strategy.exits.max_bars is None


def test_values_that_make_no_request_are_kept_with_the_reason():
    grid = Grid((Axis("strategy.exits.stop_loss", (0.1, 2.0)),))
    good, bad = grid.variants(REQUEST)
    assert good.request is not None
    assert "strategy.exits.stop_loss" in bad.refused


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("data.start", "all variants share"),
        ("strategy.entry.all.3.value", "no entry '3'"),
        ("strategy.entry.all", "not one value"),
        ("strategy.sizing", "not one value"),
        ("execution.fill.x", "is a value, not a table"),
    ],
)
def test_keys_that_cannot_be_swept_are_told(key, said):
    with pytest.raises(InputError, match=said):
        next(Grid((Axis(key, (1,)),)).variants(REQUEST))
