"""The cases in backtesting.py, which trades one asset."""

import time

import numpy as np
import pandas as pd
from backtesting import Backtest, Strategy

from tests.parity.cases import Fill, OrderCase, Outcome, RuleCase, Trip, level


class Rules(Strategy):
    """Enters and leaves as a case says."""

    case = None

    def init(self):
        pass

    def next(self):
        case, bar = self.case, len(self.data) - 1
        if self.position:
            if case.leave[bar, 0]:
                self.position.close()
        elif case.enter[bar, 0] and not self.orders:
            close = self.data.Close[-1]
            size = case.quantity
            if size is None:
                size = float(np.floor(self.equity * case.percent / close))
            legs = {}
            if case.stop_loss is not None:
                legs["sl"] = level(close, -case.stop_loss)
            if case.take_profit is not None:
                legs["tp"] = level(close, case.take_profit)
            if size > 0:
                self.buy(size=size, **legs)


class Planned(Strategy):
    """Gives the orders of a case."""

    case = None

    def init(self):
        pass

    def next(self):
        for order in self.case.orders:
            if order.bar == len(self.data) - 1:
                give = self.buy if order.quantity > 0 else self.sell
                give(size=abs(order.quantity), limit=order.limit, stop=order.stop)


def run(case: RuleCase | OrderCase) -> Outcome:
    """Return what backtesting.py makes of a case."""
    names = ["Open", "High", "Low", "Close", "Volume"]
    table = pd.DataFrame(
        dict(zip(names, case.bars.prices[:, :, 0], strict=True)),
        index=pd.DatetimeIndex(case.bars.days.astype("datetime64[ns]")),
    )
    kind = Rules if isinstance(case, RuleCase) else Planned
    begun = time.perf_counter()
    test = Backtest(table, kind, cash=case.capital, commission=case.commission)
    stats = test.run(case=case)
    seconds = time.perf_counter() - begun
    symbol = case.bars.symbols[0]
    trades = stats["_trades"]
    trips, fills = [], []
    for row in trades.itertuples():
        entry, exit_ = row.EntryPrice, row.ExitPrice
        trips.append(
            Trip(row.EntryBar, symbol, row.ExitBar, float(row.Size), entry, exit_, row.PnL)
        )
        fees = [abs(row.Size) * price * case.commission for price in (entry, exit_)]
        fills.append(Fill(row.EntryBar, symbol, float(row.Size), entry, fees[0]))
        fills.append(Fill(row.ExitBar, symbol, -float(row.Size), exit_, fees[1]))
    for trade in stats["_strategy"].trades:  # still open
        fees = abs(trade.size) * trade.entry_price * case.commission
        fills.append(Fill(trade.entry_bar, symbol, float(trade.size), trade.entry_price, fees))
    return Outcome(
        fills=tuple(sorted(fills)),
        trips=tuple(trips),
        final_value=float(stats["Equity Final [$]"]),
        seconds=seconds,
    )
