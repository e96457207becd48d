"""Corporate actions as values: what is refused, and how a market takes them up."""

from datetime import date, datetime

import pytest

from ml4t_desktop.errors import InputError
from ml4t_desktop.market.corporate_actions import (
    CashDividend,
    Delisting,
    Merger,
    SpinOff,
    StockDividend,
    StockSplit,
    SymbolChange,
    with_corporate_actions,
)
from ml4t_desktop.market.market import ORDINAL, PREVIOUS
from ml4t_desktop.market.period import between
from ml4t_desktop.units import microseconds
from tests.unit.engine.trial import FLAT, day, market_of

NAN = float("nan")


@pytest.mark.parametrize(
    ("make", "place"),
    [
        (lambda: CashDividend("A", day(1), 0.0), "amount"),
        (lambda: CashDividend("A", day(1), NAN), "amount"),
        (lambda: CashDividend("A", day(1), True), "amount"),
        (lambda: CashDividend("A", "2024-01-02", 1.0), "ex_date"),
        (lambda: CashDividend("", day(1), 1.0), "asset_id"),
        (lambda: StockSplit("A", day(1), -2.0), "ratio"),
        (lambda: StockDividend("A", day(1), "0.1"), "ratio"),
        (lambda: Merger("A", day(1)), "cash"),
        (lambda: Merger("A", day(1), cash=-1.0), "cash"),
        (lambda: Merger("A", day(1), ratio=0.5), "new_asset_id"),
        (lambda: Merger("A", day(1), cash=5.0, new_asset_id="B"), "ratio"),
        (lambda: Merger("A", day(1), ratio=1.0, new_asset_id="A"), "new_asset_id"),
        (lambda: SpinOff("A", day(1), "B", 0.0), "ratio"),
        (lambda: SymbolChange("A", day(1), "A"), "new_asset_id"),
        (lambda: Delisting("A", day(1), -0.01), "price"),
    ],
)
def test_an_impossible_value_is_refused_by_its_name(make, place):
    with pytest.raises(InputError) as caught:
        make()
    assert [problem.where.rpartition(", ")[2] for problem in caught.value.problems] == [place]


def test_all_impossible_values_of_an_action_are_told_at_once():
    with pytest.raises(InputError) as caught:
        SpinOff("A", day(1), "A", -1.0)
    assert len(caught.value.problems) == 2


def test_unknown_symbols_are_refused_all_at_once():
    market = market_of({"A": [FLAT] * 3, "B": [FLAT] * 3})
    actions = [
        CashDividend("X", day(1), 1.0),
        StockSplit("A", day(1), 2.0),
        Merger("A", day(1), ratio=1.0, new_asset_id="Y"),
    ]
    with pytest.raises(InputError) as caught:
        with_corporate_actions(market, actions)
    told = [(problem.where, problem.what) for problem in caught.value.problems]
    assert told == [
        ("corporate_actions[0]", "there is no asset 'X' in the data; there are A, B"),
        ("corporate_actions[2]", "there is no asset 'Y' in the data; there are A, B"),
    ]


def test_what_is_no_corporate_action_is_refused():
    with pytest.raises(
        InputError, match=r"corporate_actions\[0\]: is no corporate action, but dict"
    ):
        with_corporate_actions(market_of([FLAT]), [{"asset_id": "A"}])


def test_actions_are_kept_by_time_whatever_the_order_given():
    market = market_of({"A": [FLAT] * 3, "B": [FLAT] * 3})
    actions = [
        StockSplit("B", day(2), 2.0),
        CashDividend("B", date(2024, 1, 3), 1.0),
        CashDividend("A", datetime(2024, 1, 2), 1.0),
        CashDividend("A", day(2), 2.0),
    ]
    tables = [with_corporate_actions(market, given).actions for given in (actions, actions[::-1])]
    for table in tables:
        assert table.time.tolist() == [microseconds(day(t)) for t in (1, 2, 2, 2)]
        assert table.asset.tolist() == [0, 0, 1, 1]
        assert table.first.tolist() == [1.0, 2.0, 1.0, 2.0]


def test_a_cut_market_keeps_the_actions_of_its_days():
    market = with_corporate_actions(
        market_of([FLAT] * 5), [CashDividend("A", day(t), t + 1.0) for t in range(5)]
    )
    part = between(market, microseconds(day(1)), microseconds(day(3)))
    assert part.actions.first.tolist() == [2.0, 3.0, 4.0]


def test_a_new_symbol_continues_the_bars_of_the_old_one():
    bars = {"N": [None, None, FLAT, FLAT], "O": [FLAT, FLAT, None, None]}
    market = with_corporate_actions(market_of(bars), [SymbolChange("O", day(2), "N")])
    assert market.rows[PREVIOUS].tolist() == [-1, 0, 1, 2]
    assert market.rows[ORDINAL].tolist() == [0, 1, 2, 3]
    part = between(market, microseconds(day(1)), None)
    assert part.rows[PREVIOUS].tolist() == [-1, 0, 1]


def test_a_symbol_with_a_history_of_its_own_keeps_it():
    bars = {"N": [FLAT, None, FLAT], "O": [FLAT, FLAT, None]}
    plain = market_of(bars)
    market = with_corporate_actions(plain, [SymbolChange("O", day(2), "N")])
    assert market.rows.tolist() == plain.rows.tolist()
