"""The bars of a report, to look findings up in."""

import weakref
from dataclasses import dataclass

import numpy as np

from ml4t_desktop.files.bars import Bars
from ml4t_desktop.files.row_origin import RowOrigin
from ml4t_desktop.market import Market


@dataclass(frozen=True, slots=True, eq=False)
class ReadBars:
    """Bars that were read for the report, in the order of their files, and the market made of them."""

    raw: Bars
    market: Market | None

    def of(self, symbol: str) -> Bars | None:
        """Return the rows of an asset as the files have them; None when there is no such asset."""
        if symbol not in self.raw.symbols:
            return None
        return self.raw.take(np.flatnonzero(self.raw.asset == self.raw.symbols.index(symbol)))


@dataclass(frozen=True, slots=True, eq=False)
class MarketBars:
    """Bars of a market that others keep: a report does not hold it in memory when they let it go."""

    origin: RowOrigin
    reference: "weakref.ref[Market]"

    @property
    def market(self) -> Market | None:
        """The market, None when it is in memory no more."""
        return self.reference()

    def of(self, symbol: str) -> Bars | None:
        """Return the rows of an asset in order of time; None when there is no such asset, or no market any more."""
        market = self.market
        if market is None or symbol not in market.symbols:
            return None
        return self.origin.bars(market, market.asset_rows(market.symbols.index(symbol)))


SeenBars = ReadBars | MarketBars
