"""A market cut into pieces anywhere gives the run that it gives in one piece, to the last bit."""

import random
from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ml4t_desktop.backtest.context import HistoricalContext
from ml4t_desktop.engine.rules.chunked_rules import run_rules_in_pieces
from ml4t_desktop.engine.rules.rule_run import run_rules
from ml4t_desktop.engine.strategies.chunked_walk import run_strategy_in_pieces
from ml4t_desktop.engine.strategies.context_feed import RecordedContext
from ml4t_desktop.engine.strategies.strategy import Strategy
from ml4t_desktop.engine.strategies.walk import run_strategy
from ml4t_desktop.market import Market
from ml4t_desktop.market.corporate_actions import with_corporate_actions
from ml4t_desktop.market.lagging import lagged
from ml4t_desktop.market.timeline import PiecesInMemory
from ml4t_desktop.request import Account, Request
from ml4t_desktop.request.risk import RiskLimits
from ml4t_desktop.request.sizing import RebalanceToWeights
from ml4t_desktop.result.run_result import RunResult
from tests.oracle.market_of import market_of
from tests.oracle.markets import Scenario, rules_scenario
from tests.oracle.requests import SIGNALS
from tests.properties.markets import CHANCES
from tests.properties.test_corporate_actions import some_actions

TABLES = ("trades", "fills", "orders", "equity", "cash_flows", "risk_events")
SCENARIOS = st.integers(min_value=0, max_value=10**6).map(rules_scenario)
CUTS = st.lists(st.integers(min_value=1, max_value=59), max_size=6)


@dataclass(frozen=True)
class Decision:
    """What a strategy does at a timestamp with an asset."""

    t: int
    asset: int
    what: str
    quantity: float
    near: float
    time_in_force: str
    days: int


KINDS = (
    "market",
    "limit",
    "stop",
    "stop_limit",
    "trail_percent",
    "trail_amount",
    "bracket",
    "limit_bracket",
    "oco",
    "close",
    "percent",
    "good_till_date",
    "cancel",
    "weights",
)
DECISIONS = st.lists(
    st.builds(
        Decision,
        t=st.integers(-1, 59),
        asset=st.integers(0, 5),
        what=st.sampled_from(KINDS),
        quantity=st.sampled_from([-300.0, -50.0, -7.0, 1.0, 50.0, 300.0]),
        near=st.sampled_from([0.97, 1.0, 1.03]),
        time_in_force=st.sampled_from(["gtc", "day", "ioc", "fok"]),
        days=st.integers(0, 6),
    ),
    max_size=40,
)


class Script(Strategy):
    """Carries out decisions, and writes down everything it is told or asks for."""

    def __init__(self, symbols: tuple[str, ...], decisions: list[Decision]) -> None:
        self.log: list[Any] = []
        self._symbols = symbols
        self._decisions = decisions
        self._price: dict[str, float] = {}
        self._ids: list[int] = []
        self._t = -1
        self._now = None

    def on_start(self):
        self._decide()

    def on_market_event(self, event, context=None):
        self._price[event.asset_id] = event.close
        self.log.append((event, None if context is None else dict(context)))

    def on_bar_end(self, timestamp, context=None):
        self._t, self._now = self._t + 1, timestamp
        self._decide()
        if self._t % 3 == 0:
            self.log += [self.get_cash(), self.get_portfolio_value(), self.open_orders()]
            self.log += [self.open_trade(symbol) for symbol in self._symbols]

    def _decide(self) -> None:
        for decision in self._decisions:
            if decision.t == self._t:
                try:
                    self._carry_out(decision)
                except ValueError as error:
                    self.log.append(str(error))

    def _carry_out(self, decision: Decision) -> None:
        symbol = self._symbols[decision.asset % len(self._symbols)]
        price = self._price.get(symbol, 20.0)
        near, quantity = price * decision.near, decision.quantity
        by_type = {
            "market": {},
            "limit": {"limit_price": near},
            "stop": {"stop_price": near},
            "stop_limit": {"stop_price": near, "limit_price": near * 1.01},
            "trail_percent": {"trail_percent": 0.03},
            "trail_amount": {"trail_amount": 0.5},
        }
        match decision.what:
            case "bracket" | "limit_bracket" as what:
                self._ids.append(
                    self.submit_bracket(
                        symbol,
                        abs(quantity),
                        limit_price=near if what == "limit_bracket" else None,
                        stop_loss=0.03,
                        take_profit=0.05,
                        trailing_stop=0.04 if decision.days else None,
                    )
                )
            case "oco":
                self._ids += self.submit_oco(symbol, -abs(quantity), price * 1.03, price * 0.97)
            case "close":
                self.close_position(symbol)
            case "percent":
                self.buy_percent(symbol, 0.3, price)
            case "good_till_date" if self._now is not None:
                until = self._now + timedelta(days=decision.days)
                self.submit_order(symbol, quantity, "limit", limit_price=near, expires=until)
            case "cancel":
                self.log += [self.cancel_order(one) for one in self._ids[-2:]]
            case "weights":
                self.rebalance_to_weights({symbol: 0.3}, {symbol: price})
            case what if what in by_type:
                kind = "trailing_stop" if what.startswith("trail") else what
                self._ids.append(
                    self.submit_order(
                        symbol,
                        quantity,
                        kind,
                        time_in_force=decision.time_in_force,
                        **by_type[what],
                    )
                )


class Listening(Script):
    """Is told of its fills too."""

    def on_fill_event(self, fill):
        self.log.append(fill)


def market_with(case: Scenario, chance: random.Random) -> Market:
    """The market of a scenario, at times with corporate actions, at times with several bars a day."""
    market = market_of(case.bars, case.context, SIGNALS)
    if chance.random() < 0.5:
        since = market.timestamps - market.timestamps[0]
        stamps = market.timestamps[0] + since // chance.choice([2, 3, 8])
        market = replace(market, timestamps=stamps)
    if chance.random() < 0.4 and len(market.symbols) > 1:
        market = with_corporate_actions(market, some_actions(market, chance, chance.randint(1, 8)))
    return market


def account_of(case: Scenario, chance: random.Random) -> Account:
    """The account of a scenario, at times with settlement, interest and borrow fees."""
    account = case.request.account
    if chance.random() < 0.5:
        return account
    more = {"settlement_days": chance.choice([0, 2]), "interest_rate": 0.05, "borrow_rate": 0.03}
    more["funding"] = chance.choice(
        [
            None,
            {"rate": 0.001, "interval": "8h"},
            {"column": "signal.score"},
            {"column": "context.VIX"},
        ]
    )
    return Account.model_validate({**account.model_dump(), **more})


def request_of(case: Scenario, chance: random.Random) -> Request:
    """The request of a scenario, at times rebalancing to weights."""
    request = case.request.model_copy(update={"account": account_of(case, chance)})
    if chance.random() < 0.6:
        return request
    sizing = RebalanceToWeights(
        weights=chance.choice(["equal", "inverse_volatility"]),
        window=chance.choice([2, 3, 5]),
        schedule=chance.choice(["bar", "week", "month"]),
    )
    strategy = request.strategy.model_copy(update={"sizing": sizing})
    return request.model_copy(update={"strategy": strategy})


def in_pieces(market: Market, cuts: list[int]) -> PiecesInMemory:
    count = market.time_count
    return PiecesInMemory(market, tuple(sorted({0, count, *(cut for cut in cuts if cut < count)})))


def assert_same(whole: RunResult, parts: RunResult) -> None:
    for name in TABLES:
        left, right = getattr(whole, name), getattr(parts, name)
        assert left.schema == right.schema, name
        assert left.equals(right), name


@given(SCENARIOS, CUTS, CHANCES)
def test_rules_give_the_same_in_any_pieces(
    case: Scenario, cuts: list[int], chance: random.Random
) -> None:
    market, request = market_with(case, chance), request_of(case, chance)
    whole = run_rules(market, request)
    assert_same(whole, run_rules_in_pieces(in_pieces(market, cuts), request))


@given(SCENARIOS, CHANCES)
def test_rules_give_the_same_in_pieces_of_one_timestamp(
    case: Scenario, chance: random.Random
) -> None:
    market, request = market_with(case, chance), request_of(case, chance)
    pieces = in_pieces(market, list(range(1, market.time_count)))
    assert_same(run_rules(market, request), run_rules_in_pieces(pieces, request))


@given(SCENARIOS, CUTS, DECISIONS, CHANCES)
def test_a_strategy_is_told_the_same_and_gives_the_same_in_any_pieces(
    case: Scenario, cuts: list[int], decisions: list[Decision], chance: random.Random
) -> None:
    market = market_with(case, chance)
    kind = chance.choice([Script, Listening])
    risk = RiskLimits(
        max_drawdown=0.3,
        max_daily_loss=0.02,
        max_gross_exposure=1.2,
        on_loss=chance.choice(["flatten", "halt"]),
    )
    settings = {
        "execution": case.request.execution,
        "costs": case.request.costs,
        "account": account_of(case, chance),
        "risk": chance.choice([None, risk]),
    }
    scripts = [kind(market.symbols, decisions) for _ in range(2)]
    whole = run_strategy(market, scripts[0], **settings)
    parts = run_strategy_in_pieces(in_pieces(market, cuts), scripts[1], **settings)
    assert repr(scripts[0].log) == repr(scripts[1].log)
    assert_same(whole, parts)


@given(SCENARIOS, CUTS, DECISIONS)
def test_a_context_fed_live_is_kept_over_the_border_of_a_piece(
    case: Scenario, cuts: list[int], decisions: list[Decision]
) -> None:
    market = market_of(case.bars, {}, SIGNALS)
    pieces = in_pieces(market, cuts)
    scripts = [Script(market.symbols, decisions) for _ in range(2)]
    feeds = [
        RecordedContext(source, HistoricalContext(case.context), ("VIX",))
        for source in (market, pieces.timeline)
    ]
    settings = {"account": Account(type="margin", funding={"column": "context.VIX"})}
    whole, parts = (
        run(source, script, has_context=True, recorded=feed, **settings)
        for run, source, script, feed in (
            (run_strategy, feeds[0].market, scripts[0], feeds[0]),
            (run_strategy_in_pieces, pieces, scripts[1], feeds[1]),
        )
    )
    assert repr(scripts[0].log) == repr(scripts[1].log)
    assert_same(whole, parts)


def test_a_piece_without_bars_changes_nothing() -> None:
    case = rules_scenario(3)
    market = market_of(case.bars, case.context, SIGNALS)
    half = market.time_count // 2
    pieces = PiecesInMemory(market, (0, half, half, market.time_count))
    assert_same(run_rules(market, case.request), run_rules_in_pieces(pieces, case.request))


def test_a_market_without_bars_runs_in_pieces() -> None:
    market = market_of(rules_scenario(3).bars, {}, SIGNALS)
    empty = replace(
        market,
        timestamps=market.timestamps[:0],
        row_start=np.zeros(1, np.int64),
        prices=np.zeros((5, 0)),
        rows=np.zeros((3, 0), np.int32),
        signals=MappingProxyType({}),
        has_context=np.zeros(0, np.bool_),
    )
    pieces = PiecesInMemory(empty, (0, 0))
    result = run_strategy_in_pieces(pieces, Script(market.symbols, []))
    assert result.equity.height == 0
    assert result.final_value == 100_000.0


@given(SCENARIOS, CUTS, CHANCES)
def test_risk_limits_of_rules_hold_over_the_border_of_a_piece(
    case: Scenario, cuts: list[int], chance: random.Random
) -> None:
    market, request = market_with(case, chance), request_of(case, chance)
    risk = RiskLimits(
        max_drawdown=chance.choice([None, 0.05, 0.3]),
        max_daily_loss=chance.choice([None, 0.001, 0.01]),
        max_gross_exposure=chance.choice([None, 0.4, 1.2]),
        max_positions=chance.choice([None, 2]),
        on_loss=chance.choice(["flatten", "halt"]),
    )
    request = request.model_copy(update={"risk": risk})
    whole = run_rules(market, request)
    assert_same(whole, run_rules_in_pieces(in_pieces(market, cuts), request))


@given(SCENARIOS, CUTS, CHANCES)
def test_columns_used_later_are_so_over_the_border_of_a_piece(
    case: Scenario, cuts: list[int], chance: random.Random
) -> None:
    market, request = market_with(case, chance), request_of(case, chance)
    lag = {name: chance.choice([0, 1, 2, 5]) for name in (*market.signals, *market.context)}
    data = request.data.model_copy(update={"lag": lag})
    whole = run_rules(lagged(market, lag), request)
    parts = run_rules_in_pieces(in_pieces(market, cuts), request.model_copy(update={"data": data}))
    assert_same(whole, parts)
