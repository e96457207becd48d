"""How what the trades shown add up to is made, open trades included."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import polars as pl

from ml4t_desktop.analysis.making.derivation import Derivation, Input, Part, Recipe, Sample
from ml4t_desktop.analysis.making.measuring import measured
from ml4t_desktop.analysis.making.scopes import PartScope
from ml4t_desktop.analysis.making.spans import titled
from ml4t_desktop.result.run_result import RunResult
from ml4t_desktop.wording import mark

_SHOWN: Final = "shown"
_OF: Final = mark("Trades shown in the table")
_SOURCE: Final = mark("The rows of the trades table that are shown, open trades among them.")
# Title, meaning and input of the sum of a column.
_SUMS: Final[Mapping[str, tuple[str, str, str]]] = {
    "pnl": (
        mark("P&L"),
        mark("Sum of profits and losses after fees; open trades are marked at the last close."),
        mark("Sum of the profits and losses of the trades shown"),
    ),
    "fees": (mark("Fees"), mark("Sum of the fees."), mark("Sum of the fees of the trades shown")),
    "slippage": (
        mark("Slippage"),
        mark("Sum of the slippage."),
        mark("Sum of the slippage of the trades shown"),
    ),
}


class TotalsScope:
    """Trades that are shown, as `trade_totals.TradeNumbers` adds them up.

    Parameters
    ----------
    trades : DataFrame of `schema.TRADES`
        Those shown, closed ones in the order in which they closed.
    """

    def __init__(self, result: RunResult, trades: pl.DataFrame) -> None:
        self._trades = trades
        self._closed = PartScope(result, trades, _OF)

    def explain(self, name: str) -> Derivation:
        """Return how ``shown``, ``pnl``, ``fees``, ``slippage`` or a statistic of the closed trades is made."""
        if name == _SHOWN:
            meaning = mark("Number of rows of the trades table that are shown.")
            recipe = Recipe(formula="trades", inputs=(self._number(),), part=self._part())
            title = mark("Trades shown")
            return titled(name, title, "", "count", meaning, recipe, source=_SOURCE)
        if name not in _SUMS:
            return self._closed.explain(name)
        title, meaning, what = _SUMS[name]
        total = measured("sum", "sum", what, "money", self._sample(name))
        recipe = Recipe(formula="sum", inputs=(total, self._number()), part=self._part())
        return titled(name, title, _OF, "money", meaning, recipe, source=_SOURCE)

    def _number(self) -> Input:
        return measured("count", "trades", mark("Trades shown"), "count", self._sample())

    def _sample(self, column: str = "") -> Sample:
        ids = self._trades["trade_id"].to_numpy().astype(np.int64)
        if not column:
            return Sample("trades", ids, np.ones(ids.size))
        values = self._trades[column].cast(pl.Float64).to_numpy()
        there = ~np.isnan(values)
        return Sample("trades", ids[there], values[there])

    def _part(self) -> Part:
        ids = np.sort(self._trades["trade_id"].to_numpy().astype(np.int64))
        return Part(things="trades", count=ids.size, trade_ids=ids, name=mark("trades shown"))
