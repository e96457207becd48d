"""The rules in vectorbt, with one account for all assets."""

import time

import pandas as pd
import vectorbt as vbt

from tests.parity.cases import Fill, Outcome, RuleCase, Trip


def run(case: RuleCase) -> Outcome:
    """Return what vectorbt makes of a case."""
    bars = case.bars
    index = pd.DatetimeIndex(bars.days.astype("datetime64[ns]"))
    start, high, low, close = (
        pd.DataFrame(bars.prices[i], index=index, columns=list(bars.symbols)) for i in range(4)
    )
    stop = case.stop_loss if case.trailing_stop is None else case.trailing_stop
    begun = time.perf_counter()
    portfolio = vbt.Portfolio.from_signals(
        close,
        entries=pd.DataFrame(case.enter, index=index, columns=close.columns),
        exits=pd.DataFrame(case.leave, index=index, columns=close.columns),
        open=start,
        high=high,
        low=low,
        size=case.quantity,
        fees=case.commission,
        slippage=case.slippage,
        init_cash=case.capital,
        sl_stop=stop,
        sl_trail=case.trailing_stop is not None,
        tp_stop=case.take_profit,
        group_by=True,
        cash_sharing=True,
        call_seq="auto",
    )
    final = float(portfolio.final_value())
    seconds = time.perf_counter() - begun
    fills = tuple(
        Fill(
            int(row["idx"]), bars.symbols[row["col"]],
            float(row["size"]) * (1.0 if row["side"] == 0 else -1.0),
            float(row["price"]), float(row["fees"]),
        )
        for row in portfolio.orders.values
    )  # fmt: skip
    trips = tuple(
        Trip(
            int(row["entry_idx"]), bars.symbols[row["col"]], int(row["exit_idx"]),
            float(row["size"]), float(row["entry_price"]), float(row["exit_price"]),
            float(row["pnl"]),
        )
        for row in portfolio.trades.values
        if row["status"] == 1
    )  # fmt: skip
    return Outcome(fills=fills, trips=trips, final_value=final, seconds=seconds)
