"""The cases in backtrader: one strategy for rules, one for planned orders."""

import time

import backtrader as bt
import numpy as np
import pandas as pd

from tests.parity.cases import Bars, Fill, OrderCase, Outcome, RuleCase, Trip, level

TYPES = {
    "market": bt.Order.Market,
    "limit": bt.Order.Limit,
    "stop": bt.Order.Stop,
    "stop_limit": bt.Order.StopLimit,
    "trailing_stop": bt.Order.StopTrail,
}


class Recorded(bt.Strategy):
    """Writes down fills and closed trades."""

    params = (("case", None),)

    def __init__(self):
        days = self.p.case.bars.days.astype("datetime64[D]").tolist()
        self.bar_of = {day: bar for bar, day in enumerate(days)}
        self.symbols = [data._name for data in self.datas]
        self.fills, self.trips = [], []

    def bar(self, number):
        return self.bar_of[bt.num2date(number).date()]

    def notify_order(self, order):
        if order.status == order.Completed:
            done = order.executed
            self.fills.append(
                Fill(self.bar(done.dt), order.data._name, done.size, done.price, done.comm)
            )

    def notify_trade(self, trade):
        if trade.isclosed:
            quantity = trade.history[0].event.size
            paid = trade.history[-1].event.price
            self.trips.append(
                Trip(
                    self.bar(trade.dtopen), trade.data._name, self.bar(trade.dtclose),
                    quantity, trade.price, paid, trade.pnlcomm,
                )
            )  # fmt: skip


class Rules(Recorded):
    """Enters and leaves as a case says."""

    def __init__(self):
        super().__init__()
        self.entering = [None] * len(self.datas)
        self.legs = [()] * len(self.datas)

    def next(self):
        case, bar = self.p.case, len(self) - 1
        for asset, data in enumerate(self.datas):
            held = self.getposition(data).size
            if held:
                self.entering[asset] = None
                if case.leave[bar, asset]:
                    for leg in self.legs[asset]:
                        self.cancel(leg)
                    self.close(data)
            elif case.enter[bar, asset]:
                waiting = self.entering[asset]
                if waiting is None or not waiting.alive():
                    self.enter(asset, data)

    def enter(self, asset, data):
        case, close = self.p.case, data.close[0]
        size = case.quantity
        if size is None:
            size = float(np.floor(self.broker.getvalue() * case.percent / close))
        if size <= 0:
            return
        legs = {}
        if case.stop_loss is not None:
            legs["stop"] = {"exectype": bt.Order.Stop, "price": level(close, -case.stop_loss)}
        if case.take_profit is not None:
            legs["target"] = {"exectype": bt.Order.Limit, "price": level(close, case.take_profit)}
        main = self.buy(data, size=size, transmit=not legs)
        last = list(legs)[-1] if legs else None
        self.entering[asset] = main
        self.legs[asset] = tuple(
            self.sell(data, size=size, parent=main, transmit=name == last, **values)
            for name, values in legs.items()
        )


class Planned(Recorded):
    """Gives the orders of a case."""

    def next(self):
        for order in self.p.case.orders:
            if order.bar == len(self) - 1:
                give = self.buy if order.quantity > 0 else self.sell
                prices = {"price": order.stop if order.limit is None else order.limit}
                if order.type == "stop_limit":
                    prices = {"price": order.stop, "plimit": order.limit}
                if order.type == "trailing_stop":
                    prices = {"trailpercent": order.trail}
                give(size=abs(order.quantity), exectype=TYPES[order.type], **prices)


def frames(bars: Bars) -> list[pd.DataFrame]:
    """Return one frame for each asset."""
    index = pd.DatetimeIndex(bars.days.astype("datetime64[ns]"))
    names = ["open", "high", "low", "close", "volume"]
    return [
        pd.DataFrame(dict(zip(names, bars.prices[:, :, asset], strict=True)), index=index)
        for asset in range(len(bars.symbols))
    ]


def run(case: RuleCase | OrderCase) -> Outcome:
    """Return what backtrader makes of a case."""
    tables = frames(case.bars)
    begun = time.perf_counter()
    cerebro = bt.Cerebro(stdstats=False, tradehistory=True)
    for symbol, table in zip(case.bars.symbols, tables, strict=True):
        cerebro.adddata(bt.feeds.PandasData(dataname=table), name=symbol)
    cerebro.broker.setcash(case.capital)
    cerebro.broker.setcommission(commission=case.commission)
    if isinstance(case, RuleCase) and case.slippage:
        cerebro.broker.set_slippage_perc(case.slippage)
    cerebro.addstrategy(Rules if isinstance(case, RuleCase) else Planned, case=case)
    strategy = cerebro.run()[0]
    seconds = time.perf_counter() - begun
    return Outcome(
        fills=tuple(strategy.fills),
        trips=tuple(strategy.trips),
        final_value=cerebro.broker.getvalue(),
        seconds=seconds,
    )
