"""The table of drawdowns: its columns, and the frame they show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.tables.breakdown_columns import NOT_DEFINED
from ml4t_desktop.tables.column import Column, Kind
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # polars loads after the window is visible
    import polars as pl

    from ml4t_desktop.analysis.account.drawdowns import Drawdown

NOT_RECOVERED: Final = mark("not recovered")


def drawdown_columns(*, has_clock: bool) -> tuple[Column, ...]:
    """Return the columns of the table of drawdowns."""
    time: Kind = "time" if has_clock else "date"
    return (
        Column(name="rank", header="", kind="count", tip=tr("1 is the deepest")),
        Column(name="depth", header=tr("Depth"), kind="percent", is_signed=True, tip=tr("Lowest equity over the peak")),
        Column(name="money", header=tr("Money"), kind="money", is_signed=True,
        tip=tr("Equity lost from peak to trough")),
        Column(name="start", header=tr("Start"), kind=time, tip=tr("The last peak before it")),
        Column(name="trough", header=tr("Trough"), kind=time, tip=tr("The lowest point")),
        Column(name="recovery", header=tr("Recovery"), kind=time,
        tip=tr("At the peak again"), missing=shown(NOT_RECOVERED)),
        Column(name="days_down", header=tr("Days down"), kind="count", tip=tr("From the peak to the lowest point")),
        Column(name="days_up", header=tr("Days to recover"), kind="count",
        missing=NOT_DEFINED, tip=tr("From the lowest point to the recovery")),
        Column(name="days", header=tr("Days in all"), kind="count",
        tip=tr("From the peak to the recovery, or to the end")),
        Column(name="trades", header=tr("Trades"), kind="count", tip=tr("Open at some time from peak to trough")),
        Column(name="trades_pnl", header=tr("P&L"), kind="money", is_signed=True, tip=tr("What these trades made")),
    )  # fmt: skip


def drawdown_frame(
    drawdowns: Sequence[Drawdown], held: Sequence[tuple[int, float]], *, is_zoned: bool = False
) -> pl.DataFrame:
    """Return drawdowns as a frame, the deepest first.

    `held` are the number of trades held in each on the way down, and their profit; `is_zoned` says whether
    the times carry a zone.
    """
    import polars as pl

    rows = [
        {
            "rank": number,
            "depth": item.depth,
            "money": item.money,
            "start": item.start,
            "trough": item.trough,
            "recovery": item.recovery,
            "days_down": item.days_to_trough,
            "days_up": None if item.recovery is None else item.days - item.days_to_trough,
            "days": item.days,
            "trades": trades,
            "trades_pnl": pnl,
        }
        for number, (item, (trades, pnl)) in enumerate(zip(drawdowns, held, strict=True), start=1)
    ]
    times = dict.fromkeys(("start", "trough", "recovery"), pl.Int64)
    numbers = dict.fromkeys(
        ("depth", "money", "days_down", "days_up", "days", "trades_pnl"), pl.Float64
    )
    schema = {"rank": pl.Int64, "trades": pl.Int64, **times, **numbers}
    frame = pl.DataFrame(rows, schema_overrides=schema, schema=list(rows[0]) if rows else schema)
    return frame.with_columns(
        pl.col(list(times)).cast(pl.Datetime("us", "UTC" if is_zoned else None))
    )
