"""The run by calendar year and month: account and trades side by side, and the table of months."""

from collections.abc import Mapping
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.analysis.account.drawdowns import underwater
from ml4t_desktop.analysis.account.performance import NOT_POSITIVE, sharpe_ratio, yearly_volatility
from ml4t_desktop.analysis.account.returns import PeriodReturns, equity_times, period_returns
from ml4t_desktop.analysis.trades.breakdowns import GROUP, breakdown
from ml4t_desktop.analysis.undefined import Statistics, Undefined, finite
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.units import MICROSECONDS_PER_DAY

Span = Literal["year", "month"]
_UNITS: Final[Mapping[Span, Literal["Y", "M"]]] = {"year": "Y", "month": "M"}
# The account in a year or month, after its name.
ACCOUNT_STATISTICS: Final = (
    "total_return", "benchmark_return", "excess_return", "volatility", "sharpe", "max_drawdown",
    "exposure", "best_month", "worst_month",
)  # fmt: skip
_ONLY_YEARS: Final = ("best_month", "worst_month")
MONTH_NAMES: Final = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
)  # fmt: skip
MONTHS: Final[Mapping[str, type[pl.DataType]]] = {
    "year": pl.String,
    **dict.fromkeys(MONTH_NAMES, pl.Float64),
    "ytd": pl.Float64,
}


def calendar_breakdown(
    result: RunResult, by: Span, benchmark: PeriodReturns | None = None
) -> pl.DataFrame:
    """Return the account and the closed trades of every year or month.

    Parameters
    ----------
    result : RunResult
    by : {"year", "month"}
    benchmark : PeriodReturns, optional
        For `benchmark_return` and `excess_return`, null without.

    Returns
    -------
    DataFrame
        `group` ("2024", "2024-03"), `ACCOUNT_STATISTICS`, then those of `breakdowns.BREAKDOWN`, one row
        for each year or month that has an equity point. The drawdown of a span starts from the equity
        before it. Null where undefined; the trades of a span without any are zero in number.
    """
    rows = [_account(part) for part in span_parts(result, by)]
    account = pl.DataFrame(
        rows, schema={GROUP: pl.String, **dict.fromkeys(ACCOUNT_STATISTICS, pl.Float64)}
    )
    if benchmark is not None:
        labels, returns = _growth(benchmark.days, benchmark.returns, _UNITS[by])
        theirs = pl.DataFrame({GROUP: labels, "benchmark_return": returns})
        account = account.drop("benchmark_return").join(
            theirs, on=GROUP, how="left", maintain_order="left"
        )
        account = account.with_columns(
            pl.col("benchmark_return").fill_nan(None),
            excess_return=(pl.col("total_return") - pl.col("benchmark_return")).fill_nan(None),
        ).select(GROUP, *ACCOUNT_STATISTICS)
    if by == "month":
        account = account.drop(_ONLY_YEARS)
    traded = breakdown(result.trades, by).with_columns(pl.col(GROUP).cast(pl.String))
    whole = account.join(traded, on=GROUP, how="left", maintain_order="left")
    none = [name for name in _ZERO_WITHOUT if name in whole.columns]
    labels = pl.Enum(account[GROUP].to_list())
    return whole.with_columns(pl.col(none).fill_null(0), pl.col(GROUP).cast(labels))


def monthly_table(result: RunResult) -> pl.DataFrame:
    """Return the return of every month, a row for each year, and of the year.

    Returns
    -------
    DataFrame of `MONTHS`
        Fractions; null for months without an equity point or after the equity was not positive.
    """
    periods = period_returns(result)
    labels, returns = _growth(periods.days, periods.returns, "M")
    years, of_years = _growth(periods.days, periods.returns, "Y")
    rows: dict[str, dict[str, object]] = {
        year: {"year": year, "ytd": float(value)}
        for year, value in zip(years, of_years, strict=True)
    }
    for label, value in zip(labels, returns, strict=True):
        year, _, month = label.partition("-")
        rows[year][MONTH_NAMES[int(month) - 1]] = float(value)
    frame = pl.DataFrame(list(rows.values()), schema=dict(MONTHS))
    return frame.with_columns(pl.col(pl.Float64).fill_nan(None))


_ZERO_WITHOUT: Final = (
    "num_trades", "winners", "losers", "scratch_trades", "trades_pnl", "gross_profit",
    "gross_loss", "trade_fees", "trade_slippage",
)  # fmt: skip


class SpanPart:
    """The equity points and days of one year or month.

    Parameters
    ----------
    label : str
    times, equity : ndarray, shape (n,)
    before : float
        The equity before the first.
    is_in : ndarray of bool, shape (n,)
        Whether there were positions.
    days : PeriodReturns
    """

    def __init__(
        self,
        label: str,
        times: NDArray[np.int64],
        equity: NDArray[np.float64],
        before: float,
        is_in: NDArray[np.bool_],
        days: PeriodReturns,
    ) -> None:
        self.label, self.times, self.equity = label, times, equity
        self.before, self.is_in, self.periods = before, is_in, days


def span_parts(result: RunResult, by: Span) -> list[SpanPart]:
    """Return the years or months of a run that have an equity point, in order of time."""
    times = equity_times(result)
    if not len(times):
        return []
    periods = period_returns(result)
    equity = result.equity["equity"].to_numpy()
    is_in = result.equity["open_positions"].to_numpy() > 0
    of_points = _spans(times // MICROSECONDS_PER_DAY, _UNITS[by])
    of_days = _spans(periods.days, _UNITS[by])
    parts: list[SpanPart] = []
    for span in np.unique(of_points):
        first, end = np.searchsorted(of_points, span), np.searchsorted(of_points, span, "right")
        start, stop = np.searchsorted(of_days, span), np.searchsorted(of_days, span, "right")
        parts.append(
            SpanPart(
                str(span),
                times[first:end],
                equity[first:end],
                float(equity[first - 1]) if first else result.initial_capital,
                is_in[first:end],
                PeriodReturns(
                    days=periods.days[start:stop],
                    equity=periods.equity[start:stop],
                    returns=periods.returns[start:stop],
                    per_year=periods.per_year,
                ),
            )
        )
    return parts


def account_statistics(part: SpanPart) -> Statistics:
    """Return the statistics of the account in one year or month, by name."""
    _, monthly = _growth(part.periods.days, part.periods.returns, "M")
    values: Statistics = {
        "volatility": yearly_volatility(part.periods.returns, part.periods.per_year),
        "sharpe": sharpe_ratio(part.periods.returns, part.periods.per_year),
        "exposure": float(np.mean(part.is_in)),
        "best_month": float(monthly.max()),
        "worst_month": float(monthly.min()),
        "total_return": NOT_POSITIVE,
        "max_drawdown": NOT_POSITIVE,
    }
    if part.before > 0:
        values["total_return"] = float(part.equity[-1]) / part.before - 1.0
        values["max_drawdown"] = float(underwater(part.equity, part.before).min())
    return {name: finite(value) for name, value in values.items()}


def _account(part: SpanPart) -> dict[str, str | float | None]:
    return {
        GROUP: part.label,
        **{
            name: None if isinstance(value, Undefined) else value
            for name, value in account_statistics(part).items()
        },
    }  # pyright: ignore[reportReturnType]  (texts are none of them)


def _spans(days: NDArray[np.int64], unit: Literal["Y", "M"]) -> NDArray[np.datetime64]:
    return days.astype("datetime64[D]").astype(f"datetime64[{unit}]")


def _growth(
    days: NDArray[np.int64], returns: NDArray[np.float64], unit: Literal["Y", "M"]
) -> tuple[list[str], NDArray[np.float64]]:
    """Return the spans that days lie in, and the returns of these compounded in each."""
    spans = _spans(days, unit)
    first = np.flatnonzero(np.diff(spans.astype(np.int64), prepend=np.iinfo(np.int64).min))
    if not len(first):
        return [], np.empty(0)
    return [str(span) for span in spans[first]], np.multiply.reduceat(1.0 + returns, first) - 1.0
