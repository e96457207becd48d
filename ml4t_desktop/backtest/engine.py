"""The engine as quants drive it from Python."""

import hashlib
import inspect
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar, runtime_checkable

from pydantic import ValidationError

from ml4t_desktop import __version__
from ml4t_desktop.backtest.result import BacktestResult
from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.engine.strategy import Strategy
from ml4t_desktop.engine.walk import run_strategy
from ml4t_desktop.errors import InputError
from ml4t_desktop.files.context import with_context_values
from ml4t_desktop.files.corporate_actions import read_corporate_actions, with_action_rows
from ml4t_desktop.market import Market, TextColumn
from ml4t_desktop.market.corporate_actions import CorporateAction, with_corporate_actions
from ml4t_desktop.market.period import between
from ml4t_desktop.request import Account, Costs, Execution
from ml4t_desktop.request.toml import validation_problems
from ml4t_desktop.request.value import Value
from ml4t_desktop.units import end_microseconds, microseconds

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
        `ParquetDataFeed`, `CSVDataFeed` or `DataFrameFeed`.
    strategy : Strategy
    initial_capital : float
        Wins over that of `account`; 100,000 when neither is given.
    context_data : mapping of datetime to mapping, optional
        Market-wide values, numbers or texts; naive and aware timestamps both count as UTC.
    context_match : {"exact", "asof"}
        The value of the bar's own timestamp, or the latest at or before it.
    execution, costs, account : values of the request, or dicts with the keys of a request file
    corporate_actions : sequence of corporate actions, or a path, optional
        `CashDividend`, `StockSplit` and the like, or a file of them; each is applied before anything
        trades on its ex-date.

    Raises
    ------
    InputError
        If settings are impossible, or a corporate action names an asset that is not in the data; also a
        `ValueError`.
    """

    def __init__(  # noqa: PLR0913 (all but two by keyword)
        self,
        data_feed: DataFeed,
        strategy: Strategy,
        *,
        initial_capital: float | None = None,
        context_data: Mapping[Any, Mapping[str, Any]] | None = None,
        context_match: Literal["exact", "asof"] = "exact",
        execution: Execution | Mapping[str, Any] | None = None,
        costs: Costs | Mapping[str, Any] | None = None,
        account: Account | Mapping[str, Any] | None = None,
        corporate_actions: Sequence[CorporateAction] | str | Path | None = None,
    ) -> None:
        self.execution = _settings(Execution, execution, "execution")
        self.costs = _settings(Costs, costs, "costs")
        money = _settings(Account, account, "account")
        if initial_capital is not None:
            values = {**money.model_dump(), "initial_capital": float(initial_capital)}
            money = _settings(Account, values, "account")
        self.account = money
        self.strategy = strategy
        self.has_context = context_data is not None
        market = data_feed.market
        if context_data is not None:
            market = with_context_values(market, context_data, context_match)
        if isinstance(corporate_actions, str | Path):
            market, _ = with_action_rows(market, read_corporate_actions(Path(corporate_actions)))
        elif corporate_actions is not None:
            market = with_corporate_actions(market, corporate_actions)
        self.market = market

    def run(
        self,
        start_date: date | datetime | None = None,
        end_date: date | datetime | None = None,
        progress: Callable[[float], None] | None = None,
        cancel: RunControl | Callable[[], bool] | None = None,
    ) -> BacktestResult:
        """Run the strategy and return the result; an exception of the strategy surfaces as it is.

        Parameters
        ----------
        start_date, end_date : date or datetime, optional
            Both included; an end that is a date includes its whole day.
        progress : callable, optional
            Told the share done, 0 to 1.
        cancel : RunControl or callable, optional
            A control to cancel from another thread, or a function that says whether to stop.

        Raises
        ------
        Cancelled
            If the run was cancelled.
        """
        market = between(
            self.market,
            None if start_date is None else microseconds(start_date),
            None if end_date is None else end_microseconds(end_date),
        )
        control = cancel if isinstance(cancel, RunControl) else RunControl()
        asks = cancel if cancel is not None and not isinstance(cancel, RunControl) else None
        run_id = self._run_id(market)
        begun = time.perf_counter()
        result = run_strategy(
            market,
            self.strategy,
            execution=self.execution,
            costs=self.costs,
            account=self.account,
            control=control,
            progress=progress,
            should_stop=asks,
            has_context=self.has_context,
        )
        seconds = time.perf_counter() - begun
        phases = {"read": 0.0, "prepare": 0.0, "engine": seconds, "write": 0.0}
        return BacktestResult(result, run_id, phases)

    def _run_id(self, market: Market) -> str:
        """Return a hash of version, strategy (source and plain attributes), settings and market."""
        digest = hashlib.sha256(__version__.encode())
        for value in (self.execution, self.costs, self.account):
            digest.update(value.model_dump_json().encode())
        try:
            digest.update(inspect.getsource(type(self.strategy)).encode())
        except (OSError, TypeError):
            digest.update(type(self.strategy).__qualname__.encode())
        plain = {
            name: value
            for name, value in sorted(vars(self.strategy).items())
            if isinstance(value, bool | int | float | str)
        }
        digest.update(repr((plain, market.symbols, market.time_zone, self.has_context)).encode())
        actions = market.actions.arrays()
        for array in (
            market.timestamps, market.row_start, market.rows, market.prices, *actions,
        ):  # fmt: skip
            digest.update(array.tobytes())
        for columns in (market.signals, market.context):
            for name, column in columns.items():
                is_text = isinstance(column, TextColumn)
                digest.update(repr((name, column.labels if is_text else ())).encode())
                digest.update((column.codes if is_text else column).tobytes())
        return digest.hexdigest()[:16]


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
