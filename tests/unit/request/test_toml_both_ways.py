"""Requests written as files and read again: the same value, and the same text."""

import tomllib
from datetime import UTC, date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ml4t_desktop.request import (
    Account,
    FundingColumn,
    FundingRate,
    Request,
    parse_request,
    request_toml,
)
from ml4t_desktop.request.conditions import COUNT_OPS, ORDER_OPS

SMALLEST = '[data]\nfiles = ["bars.parquet"]\nsignals = ["s"]\n'


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
numbers = st.floats(-1e9, 1e9, allow_nan=False) | st.integers(-1000, 1000)
positives = st.floats(1e-6, 1e9)
fractions = st.floats(1e-6, 1.0)
open_fractions = st.floats(1e-6, 0.999)
columns = st.sampled_from(
    ["bar.close", "bar.volume", "signal.s", "signal.my signal", "context.VIX"]
)


def maybe(strategy):
    return st.none() | strategy


def table(required, optional):
    return st.fixed_dictionaries(required, optional=optional)


clause_of = st.one_of(
    table({"column": columns, "op": st.sampled_from(sorted(ORDER_OPS)), "value": numbers}, {}),
    table(
        {
            "column": columns,
            "op": st.sampled_from([*sorted(ORDER_OPS), "==", "!="]),
            "other": columns,
        },
        {},
    ),
    table(
        {
            "column": columns,
            "op": st.sampled_from(["==", "!="]),
            "value": numbers | texts | st.booleans(),
        },
        {},
    ),
    table(
        {
            "column": columns,
            "op": st.just("in"),
            "value": st.lists(numbers | texts, min_size=1, max_size=4),
        },
        {},
    ),
    table(
        {
            "column": columns,
            "op": st.just("between"),
            "value": st.tuples(numbers, numbers).map(sorted),
        },
        {},
    ),
    table(
        {"column": columns, "op": st.sampled_from(sorted(COUNT_OPS)), "value": st.integers(1, 9)},
        {},
    ),
    table({"column": columns, "op": st.just("is_null")}, {}),
)
conditions = st.recursive(
    clause_of,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=6,
)
sizings = st.one_of(
    table({"helper": st.just("buy_percent"), "percent": fractions}, {}),
    table(
        {
            "helper": st.just("size_by_confidence"),
            "confidence": st.just("signal.s"),
            "max_percent": fractions,
        },
        {},
    ),
    table({"helper": st.just("fixed_value"), "value": positives}, {}),
    table(
        {"helper": st.just("rebalance_to_weights")},
        {
            "schedule": st.sampled_from(["bar", "week", "month"]),
            "gross": fractions,
            "close_missing": st.booleans(),
        },
    ),
)
commissions = st.one_of(
    table({"model": st.just("percent"), "rate": fractions}, {}),
    table(
        {"model": st.just("per_share"), "rate": positives}, {"minimum": positives, "cap": fractions}
    ),
    table(
        {
            "model": st.just("tiered"),
            "tiers": st.just([{"up_to": 5.0, "rate": 0.1}, {"rate": 0.05}]),
        },
        {},
    ),
    table({"model": st.just("maker_taker"), "maker": numbers, "taker": numbers}, {}),
)
requests = table(
    {
        "data": table(
            {
                "files": st.lists(texts, min_size=1, max_size=3),
                "signals": st.just(["s", "my signal"]),
            },
            {
                "time": texts,
                "asset": texts,
                "start": st.dates() | st.datetimes(),
                "end": st.dates() | st.datetimes(timezones=st.just(UTC)),
                "repairs": table({}, {"bad_price": st.sampled_from(["refuse", "drop"])}),
            },
        ),
        "context": table(
            {"file": texts, "columns": st.just(["VIX"])},
            {"match": st.sampled_from(["exact", "asof"]), "lag": st.sampled_from(["1d", "90min"])},
        ),
    },
    {
        "name": texts,
        "strategy": table(
            {},
            {
                "entry": conditions,
                "exit": conditions,
                "filter": conditions,
                "sizing": sizings,
                "exits": table(
                    {},
                    {
                        "stop_loss": open_fractions,
                        "max_bars": st.integers(1, 50),
                        "evaluate": st.just("intrabar"),
                    },
                ),
                "limits": table({}, {"max_positions": st.integers(1, 9), "rank_by": columns}),
            },
        ),
        "execution": table(
            {},
            {"lot_size": positives, "participation": fractions, "protect_entry_bar": st.booleans()},
        ),
        "costs": table(
            {}, {"commission": commissions, "slippage": st.just({"model": "spread", "width": 0.01})}
        ),
        "account": table(
            {},
            {
                "type": st.sampled_from(["cash", "margin"]),
                "multiplier": positives | st.dictionaries(texts, positives, max_size=3),
            },
        ),
    },
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(requests)
def test_a_request_written_as_toml_reads_back_equal(raw):
    request = parse_request(raw)
    written = request_toml(request)
    again = parse_request(tomllib.loads(written))
    assert again == request
    assert request_toml(again) == written
    assert isinstance(again, Request)


def test_funding_comes_back_as_it_was_and_every_eight_hours_when_not_told():
    for funding, meant in (
        ({"rate": -0.0001}, FundingRate(rate=-0.0001, interval="8h")),
        ({"column": "signal.s"}, FundingColumn(column="signal.s")),
    ):
        request = parse_request(tomllib.loads(SMALLEST) | {"account": {"funding": funding}})
        assert request.account.funding == meant
        assert parse_request(tomllib.loads(request_toml(request))) == request
        assert Account.model_validate(request.account.model_dump()) == request.account


def test_delays_of_columns_are_kept_in_the_file_and_none_is_no_delay():
    raw = {"data": {"files": ["p.csv"], "signals": ["a", "b"], "lag": {"b": 2, "a": 1}}}
    request = parse_request(raw)

    assert request.data.lag == {"a": 1, "b": 2}
    assert parse_request(tomllib.loads(request_toml(request))) == request
    without = parse_request({"data": {"files": ["p.csv"], "signals": ["a"], "lag": {"a": 0}}})
    assert without == parse_request({"data": {"files": ["p.csv"], "signals": ["a"]}})
    assert "lag" not in request_toml(without)


def test_a_python_strategy_is_kept_with_its_parameters():
    values = {"b": 2, "a": 0.5, "c": True, "day": date(2024, 1, 31)}
    python = {"file": "mine.py", "class": "Mine", "parameters": values}
    request = parse_request({"data": {"files": ["x"]}, "strategy": {"python": python}})
    assert parse_request(tomllib.loads(request_toml(request))) == request
    kept = request.strategy.python
    assert (kept.class_, dict(kept.parameters)) == ("Mine", values)
    assert isinstance(kept.parameters["b"], int)
