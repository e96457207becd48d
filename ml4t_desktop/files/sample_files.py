"""Sample files that run: a made-up market, its context, and a request."""

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.market.sample import WARM_UP, SampleArrays, sample_market_arrays
from ml4t_desktop.request import ContextSource, DataSource, Request, parse_request, request_toml
from ml4t_desktop.wording import mark, say

PRICES, CONTEXT, REQUEST = "sample_prices.parquet", "sample_context.csv", "sample_request.toml"
_SMALL, _LARGE = (40, 750), (500, 2520)
_PRICE_COLUMNS = ("open", "high", "low", "close", "volume")


def write_sample(folder: Path, *, small: bool) -> Path:
    """Write prices with predictions, context and a request that runs; return the request's path.

    Parameters
    ----------
    folder : Path
        Made if it does not exist; files of the same names are replaced.
    small : bool
        40 assets by 750 days, else 500 by 2,520.

    Raises
    ------
    InputError
        If the folder cannot be written to.
    """
    assets, days = _SMALL if small else _LARGE
    arrays = sample_market_arrays(assets=assets, days=days)
    request = sample_request(arrays.dates[WARM_UP].item())
    path = folder / REQUEST
    try:
        folder.mkdir(parents=True, exist_ok=True)
        sample_prices(arrays).write_parquet(folder / PRICES, compression="zstd", statistics=True)
        sample_context(arrays).write_csv(folder / CONTEXT)
        path.write_text(request_toml(request), encoding="utf-8", newline="\n")
    except OSError as error:
        what = say("cannot be written to ({reason})", reason=error.strerror or str(error))
        raise InputError(
            Problem(where=str(folder), what=what, fix=mark("Name another folder"))
        ) from error
    return path


def sample_prices(arrays: SampleArrays) -> pl.DataFrame:
    """Return bars and predictions as a frame, one row per day and asset."""
    day, asset = np.nonzero(arrays.present)
    bars = {name: arrays.prices[place, day, asset] for place, name in enumerate(_PRICE_COLUMNS)}
    signals = {
        name: pl.Series(name, values[day, asset], nan_to_null=True).cast(pl.Float32)
        for name, values in arrays.signals.items()
    }
    symbols = pl.Series("symbol", arrays.symbols)[asset]
    dates = pl.Series("date", arrays.dates[day]).cast(pl.Date)
    return pl.DataFrame({"date": dates, "symbol": symbols, **bars, **signals}).with_columns(
        pl.col("volume").cast(pl.Int64)
    )


def sample_context(arrays: SampleArrays) -> pl.DataFrame:
    """Return the context as a frame, one row per day."""
    labels = [arrays.regime.value(row) for row in range(len(arrays.regime))]
    return pl.DataFrame(
        {
            "date": pl.Series(arrays.dates).cast(pl.Date),
            "VIX": arrays.vix,
            "breadth": pl.Series(arrays.breadth, nan_to_null=True),
            "regime": pl.Series(labels, dtype=pl.String),
        }
    )


def sample_request(start: date) -> Request:
    """Return the request of the sample: buy what the model ranks high, but not in a panic."""
    data = DataSource(
        files=(PRICES,),
        time="date",
        asset="symbol",
        open="open",
        high="high",
        low="low",
        close="close",
        volume="volume",
        signals=("ml_pred_5d", "confidence", "exit_signal"),
        start=start,
    )
    context = ContextSource(file=CONTEXT, time="date", columns=("VIX", "breadth", "regime"))
    return parse_request(
        {
            "name": "Sample: buy what the model ranks high",
            "data": data.model_dump(),
            "context": context.model_dump(),
            "strategy": _STRATEGY,
            "costs": {
                "commission": {"model": "percent", "rate": 0.0005},
                "slippage": {"model": "percent", "rate": 0.0002},
            },
            "account": {"initial_capital": 100_000.0},
        },
        "sample",
    )


_STRATEGY = {
    "entry": {
        "all": [
            {"column": "signal.ml_pred_5d", "op": ">", "value": 0.8},
            {"column": "signal.confidence", "op": ">", "value": 0.5},
            {"column": "context.VIX", "op": "<=", "value": 30.0},
        ]
    },
    "exit": {"any": [{"column": "signal.exit_signal", "op": ">", "value": 0.85}]},
    "sizing": {"helper": "buy_percent", "percent": 0.08},
    "exits": {"stop_loss": 0.08, "take_profit": 0.15, "evaluate": "close"},
    "limits": {"max_positions": 12, "rank_by": "signal.ml_pred_5d"},
}
