"""What is checked: the bars as the files have them, and the market that can be made of them."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.files.bar_checks import in_order, leaving_out, neighbours, with_usable_prices
from ml4t_desktop.files.bars import Bars
from ml4t_desktop.files.row_origin import RowOrigin
from ml4t_desktop.market import Market
from ml4t_desktop.market.market import ASSET, HIGH, LOW
from ml4t_desktop.request import Repairs
from ml4t_desktop.units import MICROSECONDS_PER_DAY
from ml4t_desktop.wording import say_count


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Subject:
    """Bars under examination.

    Parameters
    ----------
    raw : Bars
        Every row of the files, in their order, or with an origin that tells it.
    bars : Bars
        The rows with usable prices, the first for each asset and time, sorted by both.
    market : Market
        Of `bars`, row by row; with the predictions and corporate actions of the request.
    moment : ndarray of int64, shape (N,)
        Timestamp index of every row.
    first, last : ndarray of int64, shape (A,)
        Timestamp index of the first and last bar of each asset.
    repairs : Repairs
    """

    raw: Bars
    bars: Bars
    market: Market
    moment: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    repairs: Repairs

    @property
    def source(self) -> str:
        """The files, in a few words."""
        return source_text(self.raw)

    @property
    def asset(self) -> NDArray[np.int32]:
        """Asset index of every row."""
        return self.market.rows[ASSET]

    @property
    def is_close_only(self) -> bool:
        """Whether no bar has a range."""
        return bool(np.all(self.market.prices[HIGH] == self.market.prices[LOW]))

    @property
    def is_intraday(self) -> bool:
        """Whether some day has bars at several times."""
        days = self.market.timestamps // MICROSECONDS_PER_DAY
        return bool(np.any(days[1:] == days[:-1]))


def subject_of(raw: Bars, repairs: Repairs) -> Subject:
    """Return the bars of files with the market that can be made of them, maybe an empty one."""
    bars, _ = with_usable_prices(raw, leaving_out(repairs))
    bars = in_order(bars)
    repeated = neighbours(bars)
    if repeated.any():
        bars = bars.take(np.flatnonzero(np.concatenate(([True], ~repeated))))
    bars = bars.with_present_symbols()
    market = Market.build(
        timestamp=bars.time,
        asset=bars.asset,
        symbols=bars.symbols,
        prices=bars.prices,
        signals=bars.signals,
        time_zone="UTC" if any(file.zoned for file in raw.files) else None,
        source=tuple(file.source for file in raw.files),
    )
    return _subject(raw, bars, market, repairs)


def subject_of_market(market: Market, origin: RowOrigin, repairs: Repairs) -> Subject:
    """Return what `subject_of` makes of the files of a market whose rows all became bars as they stand."""
    bars = origin.bars(market)
    signals = {name: market.signals[name] for name in origin.signals}
    return _subject(bars, bars, replace(market, signals=signals), repairs)


def _subject(raw: Bars, bars: Bars, market: Market, repairs: Repairs) -> Subject:
    moment = market.row_times()
    first = np.full(len(market.symbols), max(market.time_count, 1) - 1)
    last = np.zeros(len(market.symbols), np.int64)
    np.minimum.at(first, bars.asset, moment)
    np.maximum.at(last, bars.asset, moment)
    return Subject(
        raw=raw,
        bars=bars,
        market=market,
        moment=moment,
        first=first,
        last=last,
        repairs=repairs,
    )


def source_text(bars: Bars) -> str:
    """Return the name of the file, or of the first of several."""
    names = [file.source for file in bars.files]
    if len(names) == 1:
        return names[0]
    more = len(names) - 1
    return say_count("{name} and {n} other file", "{name} and {n} other files", more, name=names[0])
