"""What is doubtful about a market that can be traded: jumps, gaps, constant and empty signals."""

import numpy as np

from ml4t_desktop.errors import Problem, Severity
from ml4t_desktop.files.column_map import Roles
from ml4t_desktop.files.findings import counted, listed, time_text
from ml4t_desktop.market import Market, TextColumn
from ml4t_desktop.market.market import ASSET, CLOSE, HIGH, LOW, PREVIOUS, VOLUME

_JUMP = 0.5
_MANY_EMPTY = 0.5


def market_findings(market: Market, roles: Roles, source: str) -> list[Problem]:
    """Return warnings and notes about a market, each with counts and the first places."""
    findings = [
        _jumps(market, roles, source),
        _missing_bars(market, source),
        _frozen_bars(market, source),
        _volume(market, roles, source),
    ]
    findings += [_signal(market, name, source) for name in market.signals]
    return [finding for finding in findings if finding is not None]


def _jumps(market: Market, roles: Roles, source: str) -> Problem | None:
    close, previous = market.prices[CLOSE], market.rows[PREVIOUS]
    change = np.where(previous >= 0, close / close[previous] - 1.0, 0.0)
    rows = np.flatnonzero((change > _JUMP / (1 - _JUMP)) | (change < -_JUMP))
    if not rows.size:
        return None
    return Problem(
        where=f"{source}, column '{roles.close}'",
        what=f"{counted(rows.size, 'close')} halved or doubled within a bar "
        f"({_places(market, rows)})",
        fix="Check for splits that the prices are not adjusted for",
        severity="warning",
    )


def _missing_bars(market: Market, source: str) -> Problem | None:
    """Bars an asset does not have between its first and its last, at times others have."""
    times, assets = market.row_times(), market.rows[ASSET]
    first = np.full(len(market.symbols), market.time_count)
    last = np.full(len(market.symbols), -1)
    np.minimum.at(first, assets, times)
    np.maximum.at(last, assets, times)
    missing = last - first + 1 - np.bincount(assets, minlength=len(market.symbols))
    with_gaps = np.flatnonzero(missing > 0)
    if not with_gaps.size:
        return None
    worst = with_gaps[np.argsort(-missing[with_gaps], kind="stable")]
    names = [f"{market.symbols[asset]} {missing[asset]:,}" for asset in worst[:6]]
    return Problem(
        where=source,
        what=f"{counted(int(missing.sum()), 'bar')} missing inside the period of "
        f"{counted(with_gaps.size, 'asset')} ({listed(names)})",
        fix="Their orders wait for the next bar, and positions keep the last close",
        severity="note",
    )


def _frozen_bars(market: Market, source: str) -> Problem | None:
    prices, previous = market.prices, market.rows[PREVIOUS]
    flat = (prices[HIGH] == prices[LOW]) & (previous >= 0)
    rows = np.flatnonzero(flat & (prices[CLOSE] == prices[CLOSE][previous]))
    if not rows.size:
        return None
    return Problem(
        where=source,
        what=f"{counted(rows.size, 'bar')} without any movement since the bar before "
        f"({_places(market, rows)})",
        fix="They may be filled in where there was no trading",
        severity="note",
    )


def _volume(market: Market, roles: Roles, source: str) -> Problem | None:
    if roles.volume is None:
        what = "there is no volume; participation and volume-based slippage cannot be used"
        return Problem(where=source, what=what, severity="note")
    rows = np.flatnonzero(market.prices[VOLUME] == 0)
    if not rows.size:
        return None
    return Problem(
        where=f"{source}, column '{roles.volume}'",
        what=f"{counted(rows.size, 'bar')} with a volume of zero ({_places(market, rows)})",
        fix="Orders limited to a share of the volume do not trade there",
        severity="note",
    )


def _signal(market: Market, name: str, source: str) -> Problem | None:
    column = market.signals[name]
    if isinstance(column, TextColumn):
        given, distinct = column.codes >= 0, len(column.labels)
    else:
        given = ~np.isnan(column)
        values = column[given]
        distinct = 2 if values.size and values.min() < values.max() else int(values.size > 0)
        infinite = int(np.isinf(values).sum())
        if infinite:
            return _about(source, name, f"{counted(infinite, 'value')} not finite", "warning")
    if not given.any():
        return _about(source, name, "has no value in any row", "warning")
    if distinct == 1:
        return _about(source, name, "has the same value in every row", "warning")
    empty = 1.0 - float(given.mean())
    if empty <= _MANY_EMPTY:
        return None
    first = time_text(int(market.timestamps[market.row_times()[int(np.argmax(given))]]))
    what = f"has no value in {empty:.0%} of the rows (first value at {first})"
    return _about(source, name, what, "note")


def _about(source: str, name: str, what: str, severity: Severity) -> Problem:
    return Problem(where=f"{source}, column '{name}'", what=what, severity=severity)


def _places(market: Market, rows: np.ndarray) -> str:
    times = market.timestamps[market.row_times()[rows[:6]]]
    symbols = [market.symbols[asset] for asset in market.rows[ASSET, rows[:6]]]
    pairs = zip(symbols, times.tolist(), strict=True)
    return listed([f"{symbol} at {time_text(us)}" for symbol, us in pairs])
