"""What a Python strategy saw at a bar: the bar, its signals, the context, and what was held of the asset."""

from dataclasses import dataclass
from datetime import datetime

import polars as pl

from ml4t_desktop.analysis.why.clauses import Known, value_at
from ml4t_desktop.market import Market
from ml4t_desktop.market.market import ASSET
from ml4t_desktop.result.run_result import RunResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a strategy was given when it decided.

    Parameters
    ----------
    bar : tuple of (name, float)
        Prices, and the volume where there is one.
    signals, context : tuple of (name, value)
        None where there is no value: the strategy does not find the name then.
    quantity : float
        Held before the orders of this bar, negative when short.
    entry_price : float or None
        Of what is held, on average.
    gain : float or None
        Of what is held at this close, a fraction of its entry price; before fees.
    others : int
        Other assets held.
    handlers : tuple of str
        Those that were called.
    printed : str
        What the strategy printed at this time, for whatever asset.
    """

    bar: tuple[tuple[str, float], ...]
    signals: tuple[tuple[str, Known], ...]
    context: tuple[tuple[str, Known], ...]
    quantity: float
    entry_price: float | None
    gain: float | None
    others: int
    handlers: tuple[str, ...] = ()
    printed: str = ""


def sight(
    market: Market, result: RunResult, row: int, t: int, handlers: tuple[str, ...] = ()
) -> Sight:
    """Return what a strategy saw at a row of the market, whose timestamp is the `t`-th.

    Parameters
    ----------
    handlers : tuple of str
        Of the strategy, that are called at a bar.
    """
    names = ("open", "high", "low", "close", "volume")
    bar = {name: value_at(market, f"bar.{name}", row) for name in names}
    symbol = str(market.symbols[int(market.rows[ASSET, row])])
    held = _held(result.trades, result.equity["timestamp"][t])
    own = held.filter(pl.col("symbol") == symbol)
    size = float(own["quantity"].sum())
    quantity = float((own["quantity"] * own["sign"]).sum())
    entry = float((own["quantity"] * own["entry_price"]).sum()) / size if size else None
    close = bar["close"]
    gain = None
    if entry and isinstance(close, float):
        gain = (close / entry - 1.0) * (1.0 if quantity >= 0 else -1.0)
    return Sight(
        bar=tuple((name, value) for name, value in bar.items() if isinstance(value, float)),
        signals=tuple((name, value_at(market, f"signal.{name}", row)) for name in market.signals),
        context=tuple((name, value_at(market, f"context.{name}", row)) for name in market.context),
        quantity=quantity,
        entry_price=entry,
        gain=gain,
        others=held.filter(pl.col("symbol") != symbol)["symbol"].n_unique(),
        handlers=handlers,
        printed=_printed(result, t),
    )


def _held(trades: pl.DataFrame, moment: datetime) -> pl.DataFrame:
    """Return the trades whose position was held when the close was decided on.

    What is filled at the very close that decides comes after the decision.
    """
    entered = (pl.col("entry_time") < moment) | (
        (pl.col("entry_time") == moment) & (pl.col("entry_decision_time") < moment)
    )
    left_later = (
        pl.col("exit_time").is_null()
        | (pl.col("exit_time") > moment)
        | ((pl.col("exit_time") == moment) & (pl.col("exit_decision_time") == moment))
    )
    sign = pl.when(pl.col("direction") == "short").then(-1.0).otherwise(1.0)
    return trades.filter(entered & left_later).select(
        "symbol", "quantity", "entry_price", sign=sign
    )


def _printed(result: RunResult, t: int) -> str:
    found = result.printed.filter(pl.col("t") == t)
    return "".join(found["text"].to_list()).strip()
