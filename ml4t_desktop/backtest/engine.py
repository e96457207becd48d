"""The engine as quants drive it from Python."""

import hashlib
import inspect
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from numbers import Real
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar, runtime_checkable

from pydantic import ValidationError

from ml4t_desktop import __version__
from ml4t_desktop.backtest.context import HistoricalContext
from ml4t_desktop.backtest.parameters import settle_parameters
from ml4t_desktop.backtest.result import BacktestResult
from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.engine.strategies.chunked_walk import run_strategy_in_pieces
from ml4t_desktop.engine.strategies.context_feed import ContextFeed, RecordedContext
from ml4t_desktop.engine.strategies.strategy import Strategy
from ml4t_desktop.engine.strategies.walk import run_strategy
from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.corporate_actions import read_corporate_actions, with_action_rows
from ml4t_desktop.market import Column, Market, TextColumn
from ml4t_desktop.market.corporate_actions import CorporateAction, with_corporate_actions
from ml4t_desktop.market.fingerprint import Fingerprint, FingerprintedPieces
from ml4t_desktop.market.moments import read_moment
from ml4t_desktop.market.period import PiecesBetween, between
from ml4t_desktop.market.read_ahead import ReadAhead
from ml4t_desktop.market.timeline import Pieces
from ml4t_desktop.request import (
    Account,
    ContextSchema,
    Costs,
    Execution,
    FundingColumn,
    RiskLimits,
)
from ml4t_desktop.request.toml import validation_problems
from ml4t_desktop.request.value import Value
from ml4t_desktop.units import end_microseconds, microseconds
from ml4t_desktop.wording import mark, say

Settings = TypeVar("Settings", bound=Value)


@runtime_checkable
class DataFeed(Protocol):
    """What an engine needs of a feed: the market it holds."""

    market: Market


class BacktestEngine:
    """Runs a `Strategy` over the bars of a feed.

    Parameters
    ----------
    data_feed : DataFeed
        `ParquetDataFeed`, `CSVDataFeed` or `DataFrameFeed`. One that reads in pieces (`chunk_rows`) is run
        in pieces, with the same result.
    strategy : Strategy
    initial_capital : float
        Wins over that of `account`; 100,000 when neither is given.
    context_data : mapping of datetime to mapping, or ContextFeed, optional
        Market-wide values, numbers or texts; naive and aware timestamps both count as UTC. A feed, such as
        `LiveContextSource`, is asked for every timestamp when its turn comes; it does its own matching.
    context_match : {"exact", "asof"}
        The value of the bar's own timestamp, or the latest at or before it.
    context_max_age, context_lag : str, optional
        Spans such as "5d". A value is known `context_lag` after its time; with asof, one whose time is more
        than `context_max_age` before the bar does not count.
    context_schema : ContextSchema, or a dict of its fields, optional
        What every entry of `context_data` must look like.
    execution, costs, account : values of the request, or dicts with the keys of a request file
    corporate_actions : sequence of corporate actions, or a path, optional
        `CashDividend`, `StockSplit` and the like, or a file of them; each is applied before anything
        trades on its ex-date.
    risk : RiskLimits or dict, optional
        What the portfolio may lose and how large it may become; `risk_events` of the result says what
        the limits did.

    Raises
    ------
    InputError
        If settings are wrong, context does not fit its schema, or a corporate action names an asset that is
        not in the data; also a `ValueError`.
    ValueError
        If a `Parameter` of the strategy has a value outside its bounds.
    """

    def __init__(  # noqa: PLR0913 (all but two by keyword)
        self,
        data_feed: DataFeed,
        strategy: Strategy,
        *,
        initial_capital: float | None = None,
        context_data: Mapping[Any, Mapping[str, Any]] | ContextFeed | None = None,
        context_match: Literal["exact", "asof"] = "exact",
        context_max_age: str | None = None,
        context_lag: str | None = None,
        context_schema: ContextSchema | Mapping[str, Any] | None = None,
        execution: Execution | Mapping[str, Any] | None = None,
        costs: Costs | Mapping[str, Any] | None = None,
        account: Account | Mapping[str, Any] | None = None,
        corporate_actions: Sequence[CorporateAction] | str | Path | None = None,
        risk: RiskLimits | Mapping[str, Any] | None = None,
    ) -> None:
        _check_kinds(data_feed, strategy, context_data)
        self.execution = _settings(Execution, execution, "execution")
        self.costs = _settings(Costs, costs, "costs")
        money = _settings(Account, account, "account")
        if initial_capital is not None:
            capital = (
                float(initial_capital) if isinstance(initial_capital, Real) else initial_capital
            )
            values = {**money.model_dump(), "initial_capital": capital}
            money = _settings(Account, values, "account")
        self.account = money
        self.risk = None if risk is None else _settings(RiskLimits, risk, "risk")
        settle_parameters(strategy)
        self.strategy = strategy
        self.has_context = context_data is not None
        self.market = _with_actions(data_feed.market, corporate_actions)
        self.pieces: Pieces | None = getattr(data_feed, "pieces", None)
        self.context_feed: ContextFeed | None = None
        schema = _schema(context_schema)
        if context_data is None or isinstance(context_data, Mapping):
            given = HistoricalContext(
                context_data or {},
                match=context_match,
                max_age=context_max_age,
                lag=context_lag,
                schema=schema,
            )
            context_data = None if context_data is None else given  # else its settings were checked
        else:
            _refuse_second_match(context_match, context_max_age, context_lag, schema)
        if isinstance(context_data, HistoricalContext):
            self.market = context_data.joined(self.market)
        else:
            self.context_feed = context_data

    def run(
        self,
        start_date: date | datetime | str | None = None,
        end_date: date | datetime | str | None = None,
        progress: Callable[[float], None] | None = None,
        cancel: RunControl | Callable[[], bool] | None = None,
    ) -> BacktestResult:
        """Run the strategy and return the result; an exception of the strategy surfaces as it is.

        Parameters
        ----------
        start_date, end_date : date, datetime or text, optional
            Both included; an end that is a date includes its whole day. Texts are of ISO 8601.
        progress : callable, optional
            Told the share done, 0 to 1.
        cancel : RunControl or callable, optional
            A control to cancel from another thread, or a function that says whether to stop.

        Raises
        ------
        InputError
            If one of the dates is none; also a `ValueError`.
        Cancelled
            If the run was cancelled.
        """
        first, last = read_moment(start_date, "start_date"), read_moment(end_date, "end_date")
        start_us = None if first is None else microseconds(first)
        end_us = None if last is None else end_microseconds(last)
        control = cancel if isinstance(cancel, RunControl) else RunControl()
        asks = cancel if cancel is not None and not isinstance(cancel, RunControl) else None
        identity = self._identity()
        fingerprint = Fingerprint()
        pieces = None
        if self.pieces is None:
            market = between(self.market, start_us, end_us)
            fingerprint.add(market)
        else:
            cut = PiecesBetween(self.pieces, self.market, start_us, end_us)
            market = cut.timeline
            pieces = ReadAhead(FingerprintedPieces(cut, fingerprint), _check(control, asks))
        recorded = None
        if self.context_feed is not None:
            funding = self.account.funding
            column = funding.column if isinstance(funding, FundingColumn) else ""
            kind, _, name = column.partition(".")
            numbers = (name,) if kind == "context" else ()
            recorded = RecordedContext(market, self.context_feed, numbers)
            market = recorded.market
        run = (
            partial(run_strategy, market)
            if pieces is None
            else partial(run_strategy_in_pieces, pieces)
        )
        begun = time.perf_counter()
        result = run(
            self.strategy,
            execution=self.execution,
            costs=self.costs,
            account=self.account,
            control=control,
            progress=progress,
            should_stop=asks,
            has_context=self.has_context,
            risk=self.risk,
            recorded=recorded,
        )
        seconds = time.perf_counter() - begun
        _add_market(identity, market, fingerprint)
        # A live context is known only now.
        _add_columns(identity, market.context)
        phases = {"read": 0.0, "prepare": 0.0, "engine": seconds, "write": 0.0}
        return BacktestResult(result, identity.hexdigest()[:16], phases)

    def _identity(self) -> "hashlib._Hash":
        """Return a hash of version, strategy (source and plain attributes) and settings."""
        digest = hashlib.sha256(__version__.encode())
        for value in (self.execution, self.costs, self.account):
            digest.update(value.model_dump_json().encode())
        if self.risk is not None:
            digest.update(self.risk.model_dump_json().encode())
        try:
            digest.update(inspect.getsource(type(self.strategy)).encode())
        except (OSError, TypeError):
            digest.update(type(self.strategy).__qualname__.encode())
        plain = {
            name: value
            for name, value in sorted(vars(self.strategy).items())
            if isinstance(value, bool | int | float | str)
        }
        digest.update(repr((plain, self.has_context)).encode())
        return digest


def _add_market(digest: "hashlib._Hash", market: Market, fingerprint: Fingerprint) -> None:
    """Add bars, signals and corporate actions."""
    digest.update(repr((market.symbols, market.time_zone)).encode())
    for array in market.actions.arrays():
        digest.update(array.tobytes())
    digest.update(fingerprint.digest())


def _check(control: RunControl, should_stop: Callable[[], bool] | None) -> Callable[[], None]:
    """Return what raises `Cancelled` when somebody wants to stop."""

    def check() -> None:
        if should_stop is not None and should_stop():
            control.cancel()
        control.check()

    return check


def _with_actions(market: Market, given: Sequence[CorporateAction] | str | Path | None) -> Market:
    if given is None:
        return market
    if isinstance(given, str | Path):
        return with_action_rows(market, read_corporate_actions(Path(given)))[0]
    if not isinstance(given, Iterable):
        given = [given]
    return with_corporate_actions(market, given)


def _check_kinds(data_feed: object, strategy: object, context_data: object) -> None:
    """Refuse what cannot be a feed, a strategy or a context.

    Raises
    ------
    InputError
        Naming every such argument.
    """
    problems: list[Problem] = []
    if not isinstance(data_feed, DataFeed):
        what = say("{kind} is no feed", kind=_kind(data_feed))
        fix = mark("Give a ParquetDataFeed, a CSVDataFeed or a DataFrameFeed")
        problems.append(Problem(where="data_feed", what=what, fix=fix))
    if not isinstance(strategy, Strategy):
        what = say("{kind} is no strategy", kind=_kind(strategy))
        fix = mark("Give an object of a class that derives from Strategy")
        problems.append(Problem(where="strategy", what=what, fix=fix))
    if not (context_data is None or isinstance(context_data, Mapping | ContextFeed)):
        what = say("{kind} is no context", kind=_kind(context_data))
        fix = mark("Give a dict of datetimes to dicts of values, or a feed of context")
        problems.append(Problem(where="context_data", what=what, fix=fix))
    if problems:
        raise InputError(problems)


def _kind(given: object) -> str:
    return f"the class {given.__name__}" if isinstance(given, type) else type(given).__name__


def _add_columns(digest: "hashlib._Hash", columns: Mapping[str, Column]) -> None:
    for name, column in columns.items():
        is_text = isinstance(column, TextColumn)
        digest.update(repr((name, column.labels if is_text else ())).encode())
        digest.update((column.codes if is_text else column).tobytes())


def _schema(given: ContextSchema | Mapping[str, Any] | None) -> ContextSchema | None:
    if given is None or isinstance(given, ContextSchema):
        return given
    return _settings(ContextSchema, {"fields": given}, "context_schema")


def _refuse_second_match(
    match: str, max_age: str | None, lag: str | None, schema: ContextSchema | None
) -> None:
    """Refuse what a feed of context brings with it.

    Raises
    ------
    InputError
        Naming every argument that belongs to the feed.
    """
    given = {
        "context_match": match != "exact",
        "context_max_age": max_age is not None,
        "context_lag": lag is not None,
        "context_schema": schema is not None,
    }
    problems = [
        Problem(where=name, what="belongs to the feed of context", fix="Give it to the feed")
        for name, is_given in given.items()
        if is_given
    ]
    if problems:
        raise InputError(problems)


def _settings(
    kind: type[Settings], given: Settings | Mapping[str, Any] | None, where: str
) -> Settings:
    """Return settings given as a value, as a dict, or not at all."""
    if isinstance(given, kind):
        return given
    raw = dict(given or {})
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        problems = validation_problems(error, raw)
        raise InputError(replace(p, where=f"{where}.{p.where}") for p in problems) from error
