"""A run as the run-artifact loader of the ml4t-diagnostic package reads it."""

import json
from pathlib import Path
from typing import Final, Protocol

import polars as pl

from ml4t_desktop.analysis.account.returns import EquityRun, daily_returns
from ml4t_desktop.export.records import TradesRun
from ml4t_desktop.result.folder import write_file, write_folder
from ml4t_desktop.result.run_folder import parquet_bytes
from ml4t_desktop.result.schema import CLOSED
from ml4t_desktop.wording import mark

ARTIFACT: Final = "artifact.json"
FORMAT: Final = 1

_SIGNED: Final = (
    pl.when(pl.col("direction") == "long").then(pl.col("quantity")).otherwise(-pl.col("quantity"))
)


class ArtifactRun(TradesRun, EquityRun, Protocol):
    """What an artifact is made from: a `RunResult`, or anything with its tables."""

    @property
    def fills(self) -> pl.DataFrame:
        """Fills of `schema.FILLS`."""
        ...


def artifact(result: ArtifactRun, folder: Path | str) -> None:
    """Write the folder that the run-artifact loader reads; an artifact in its place is replaced.

    It holds ``trades.parquet`` (closed trades, negative quantities for shorts, slippage per unit),
    ``fills.parquet``, ``equity.parquet``, ``daily_returns.parquet``, ``portfolio_state.parquet``
    and ``artifact.json`` with the rows of each. Times are naive and in UTC. Slippage of a trade is
    not split by side in a result: all of it stands in ``exit_slippage``. Fills of a symbol that has
    no closed trade are left out, and counted in ``artifact.json``: the package knows the contract
    multiplier of a fill from the trades alone, and sums up no costs without it.

    Parameters
    ----------
    result : RunResult or BacktestResult
    folder : Path or str
        Free, empty, or an artifact written before. Missing parents are made.

    Raises
    ------
    InputError
        If the folder holds something else, or its place cannot be written.
    RunFailed
        If writing failed, for example on a full disk.
    """
    trades = _trades(result.trades)
    fills = _fills(result.fills, trades)
    tables = {
        "trades": trades,
        "fills": fills,
        "equity": result.equity,
        "daily_returns": daily_returns(result),
        "portfolio_state": result.equity,
    }

    def fill(part: Path) -> None:
        for name, table in tables.items():
            write_file(part / f"{name}.parquet", parquet_bytes(_without_zone(table)))
        about = {
            "format": FORMAT,
            "rows": {name: table.height for name, table in tables.items()},
            "fills_left_out": result.fills.height - fills.height,
        }
        write_file(part / ARTIFACT, (json.dumps(about, indent=2) + "\n").encode())

    write_folder(Path(folder), fill, marker=ARTIFACT, kind=mark("run artifact"))


def _trades(trades: pl.DataFrame) -> pl.DataFrame:
    return (
        trades.filter(pl.col("status") == CLOSED)
        .with_columns(
            quantity=_SIGNED,
            entry_slippage=pl.lit(0.0),
            exit_slippage=pl.col("slippage") / (pl.col("quantity") * pl.col("multiplier")),
        )
        .drop("slippage")
    )


def _fills(fills: pl.DataFrame, trades: pl.DataFrame) -> pl.DataFrame:
    """Return the fills of the traded symbols with slippage per unit, as the loader names them."""
    multipliers = trades.select("symbol", "multiplier").unique("symbol")
    return fills.join(multipliers, on="symbol", how="inner", maintain_order="left").with_columns(
        asset=pl.col("symbol"),
        order_id=pl.col("order_id").cast(pl.String),
        slippage=pl.col("slippage") / (pl.col("quantity") * pl.col("multiplier")),
    )


def _without_zone(table: pl.DataFrame) -> pl.DataFrame:
    # The loader compares with naive times.
    zoned = [name for name, dtype in table.schema.items() if dtype == pl.Datetime("us", "UTC")]
    return table.with_columns(pl.col(zoned).dt.replace_time_zone(None)) if zoned else table
