"""Corporate actions from files, and through both front doors."""

from datetime import date, datetime

import polars as pl
import pytest

from ml4t_desktop.backtest import BacktestEngine, CashDividend, StockSplit, Strategy
from ml4t_desktop.backtest.data import DataFrameFeed
from ml4t_desktop.errors import InputError
from ml4t_desktop.files.corporate_actions import corporate_action_rows, read_corporate_actions
from ml4t_desktop.files.market_files import read_market
from ml4t_desktop.market.corporate_actions import (
    Delisting,
    Merger,
    SpinOff,
    StockDividend,
    SymbolChange,
)
from ml4t_desktop.project.identity import request_seen_from, run_id
from ml4t_desktop.project.run import run_file
from ml4t_desktop.request import parse_request

ALL_KINDS = """symbol,ex_date,kind,amount,ratio,cash,new_symbol,price
A,2024-01-02,dividend,0.5,,,,
A,2024-01-03,split,,2,,,
A,2024-01-03,Stock Dividend,,0.05,,,
A,2024-01-04,merger,,,30,,
A,2024-01-04,merger,,0.5,,B,
A,2024-01-04,merger,,0.5,30,B,
A,2024-01-05,spin-off,,0.2,,B,
0700,2024-01-05,symbol_change,,,,B,
A,2024-01-06,delisting,,,,,
A,2024-01-06,delisting,,,,,0
"""
DAYS = [datetime(2024, 1, d) for d in range(1, 6)]
BARS = pl.DataFrame(
    {
        "timestamp": DAYS,
        "symbol": ["A"] * 5,
        **{name: [100.0, 100.0, 50.0, 50.0, 55.0] for name in ("open", "high", "low", "close")},
        "s": [1.0, 0.0, 0.0, 0.0, 0.0],
    }
)
TWO = "symbol,ex_date,kind,amount,ratio\nA,2024-01-03,split,,2\nA,2024-01-04,dividend,1,\n"
REQUEST = """
[data]
files = ["bars.csv"]
signals = ["s"]
corporate_actions = "actions.csv"
[strategy]
entry = {column = "signal.s", op = ">", value = 0.5}
sizing = {helper = "fixed_quantity", quantity = 10.0}
"""


def written(folder, text, name="actions.csv"):
    path = folder / name
    path.write_text(text)
    return path


def problems_of(path):
    with pytest.raises(InputError) as caught:
        read_corporate_actions(path)
    return [(problem.where, problem.what) for problem in caught.value.problems]


def test_every_kind_is_read_with_its_numbers(tmp_path):
    rows = read_corporate_actions(written(tmp_path, ALL_KINDS))
    d = [datetime(2024, 1, n) for n in range(7)[1:]]
    assert rows.actions == (
        CashDividend("A", d[1], 0.5),
        StockSplit("A", d[2], 2.0),
        StockDividend("A", d[2], 0.05),
        Merger("A", d[3], cash=30.0),
        Merger("A", d[3], ratio=0.5, new_asset_id="B"),
        Merger("A", d[3], cash=30.0, ratio=0.5, new_asset_id="B"),
        SpinOff("A", d[4], "B", 0.2),
        SymbolChange("0700", d[4], "B"),
        Delisting("A", d[5]),
        Delisting("A", d[5], 0.0),
    )
    assert rows.problems == ()
    assert rows.places[3] == "actions.csv, row 4"


def test_a_parquet_file_reads_the_same(tmp_path):
    frame = pl.DataFrame(
        {"Symbol": ["A"], "Ex Date": [date(2024, 1, 2)], "Type": ["split"], "Ratio": [2]}
    )
    frame.write_parquet(tmp_path / "actions.parquet")
    rows = read_corporate_actions(tmp_path / "actions.parquet")
    assert rows.actions == (StockSplit("A", datetime(2024, 1, 2), 2.0),)


def test_a_table_without_a_needed_column_is_refused_with_its_columns(tmp_path):
    path = written(tmp_path, "symbol,when,what\nA,2024-01-02,split\n")
    with pytest.raises(InputError) as caught:
        read_corporate_actions(path)
    assert [problem.what for problem in caught.value.problems] == [
        "there is no column 'ex_date'",
        "there is no column 'kind'",
    ]
    assert "symbol, when, what" in caught.value.problems[0].fix


def test_every_bad_row_is_told_with_row_and_column(tmp_path):
    text = """symbol,ex_date,kind,amount,ratio,cash,new_symbol,price
A,2024-01-02,bonus,,,,,
A,2024-01-02,split,,-2,,,
,2024-01-02,dividend,,,,,
A,2024-01-02,spin_off,,0.5,,A,
A,2024-01-02,merger,,,,B,
"""
    assert problems_of(written(tmp_path, text)) == [
        ("actions.csv, row 1, column 'kind'", "'bonus' is no kind of corporate action"),
        ("actions.csv, row 2, column 'ratio'", "must be a number above zero, it is -2.0"),
        ("actions.csv, row 3, column 'symbol'", "is empty"),
        ("actions.csv, row 3, column 'amount'", "is empty"),
        ("actions.csv, row 4, column 'new_symbol'", "must be another symbol than 'A'"),
        ("actions.csv, row 5, column 'cash'", "a merger pays cash, or gives shares by a ratio"),
    ]


def test_dates_and_numbers_that_are_none_are_told_together(tmp_path):
    text = "ticker,ExDate,kind,Amount\nA,2024-01-02,dividend,1\nB,soon,dividend,much\n"
    places = [where for where, _ in problems_of(written(tmp_path, text))]
    assert places == [
        "actions.csv, column 'ExDate', row 2",
        "actions.csv, column 'Amount', row 2",
    ]


def test_repeated_rows_count_once_and_unused_values_are_told():
    frame = pl.DataFrame(
        {
            "symbol": ["A", "A", "A"],
            "ex_date": [date(2024, 1, 2)] * 3,
            "kind": ["dividend", "dividend", "delisting"],
            "amount": [1.0, 1.0, 7.0],
        }
    )
    rows = corporate_action_rows(frame, "actions")
    assert len(rows.actions) == 2
    assert [(p.where, p.severity) for p in rows.problems] == [
        ("actions, column 'amount', row 3", "warning"),
        ("actions, row 2", "warning"),
    ]


def loaded(folder, actions):
    BARS.write_csv(folder / "bars.csv")
    written(folder, actions)
    request = parse_request(
        {"data": {"files": ["bars.csv"], "signals": ["s"], "corporate_actions": "actions.csv"}}
    )
    return request, read_market(request.data, None, base=folder)


def test_a_request_names_a_file_of_corporate_actions(tmp_path):
    request, market = loaded(tmp_path, TWO)
    assert market.market.actions.first.tolist() == [2.0, 1.0]
    assert market.problems == ()
    _, changed = loaded(tmp_path, TWO.replace("dividend,1", "dividend,3"))
    assert changed.digest != market.digest
    moved = request_seen_from(request, tmp_path / "runs" / "one", base=tmp_path)
    assert moved.data.corporate_actions == "../../actions.csv"
    assert run_id(moved, market.digest) == run_id(request, market.digest)


def test_actions_outside_the_data_are_told_and_unknown_symbols_in_it_refused(tmp_path):
    outside = TWO + "A,2030-01-02,split,,2\nX,2030-01-03,split,,2\n"
    _, market = loaded(tmp_path, outside)
    assert [(p.where, p.what) for p in market.problems] == [
        ("actions.csv, row 3", "2 corporate actions before the first or after the last bar")
    ]
    with pytest.raises(InputError, match=r"actions\.csv, row 3: there is no asset 'X' in the data"):
        loaded(tmp_path, TWO + "X,2024-01-03,split,,2\n")


def test_a_run_from_files_books_its_corporate_actions(tmp_path):
    BARS.write_csv(tmp_path / "bars.csv")
    written(tmp_path, TWO)
    run = run_file(written(tmp_path, REQUEST, "request.toml"), tmp_path / "out")
    assert run.result.cash_flows["amount"].to_list() == [20.0]
    assert run.result.trades.select("quantity", "entry_price", "pnl").rows() == [
        (20.0, 50.0, 100.0)
    ]
    again = run_file(tmp_path / "out" / "request.toml", tmp_path / "again")
    assert again.run_id == run.run_id
    assert again.result.equity.equals(run.result.equity)


class BuyTen(Strategy):
    def on_event(self, event):
        if event.timestamp == DAYS[0]:
            self.submit_order("A", 10)


def engine(**more):
    return BacktestEngine(DataFrameFeed(BARS), BuyTen(), **more)


def test_the_engine_takes_actions_from_python_and_from_a_file(tmp_path):
    values = [StockSplit("A", DAYS[2], 2.0), CashDividend("A", DAYS[3].date(), 1.0)]
    from_python = engine(corporate_actions=values).run()
    from_file = engine(corporate_actions=written(tmp_path, TWO)).run()
    assert from_python.equity["equity"].to_list() == [1e5, 1e5, 1e5, 100_020.0, 100_120.0]
    assert from_file.equity.equals(from_python.equity)
    assert from_file.run_id == from_python.run_id != engine().run().run_id


def test_the_engine_refuses_an_unknown_symbol():
    with pytest.raises(ValueError, match="there is no asset 'X'"):
        engine(corporate_actions=[CashDividend("X", DAYS[2], 1.0)])


def test_a_cut_run_meets_the_actions_of_its_days():
    actions = [StockSplit("A", DAYS[2], 2.0), CashDividend("A", DAYS[4], 1.0)]
    result = engine(corporate_actions=actions).run(end_date=DAYS[3])
    assert result.trades["quantity"].to_list() == [20.0]
    assert result.cash_flows.height == 0
