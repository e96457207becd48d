"""How what another stop and target would have made of trades is made."""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.analysis.making.derivation import Derivation, Floats, Input, Part, Recipe, Sample
from ml4t_desktop.analysis.making.measuring import given, measured
from ml4t_desktop.analysis.making.spans import titled
from ml4t_desktop.analysis.trades.excursions import Excursions, levelled
from ml4t_desktop.wording import mark

_NO_TRADES: Final = mark("there are no closed trades")
_SOURCE: Final = mark("Closed rows of the trades table and their excursions.")
_WITH: Final = mark("With this stop and target")
_AS_IS: Final = mark("As they were")


class WhatIfScope:
    """The closed trades that are looked at, with a stop and a target.

    Parameters
    ----------
    of : Excursions
    stop, target : float or None
        As of `excursions.what_if`.
    """

    def __init__(self, of: Excursions, stop: float | None, target: float | None) -> None:
        self._of, self._stop, self._target = of, stop, target
        self._with = levelled(of, stop, target)

    def explain(self, name: str) -> Derivation:
        """Return how one of the figures of `excursions.WhatIf` is made."""
        made: Mapping[str, Callable[[], Derivation]] = {
            "trades": self._trades,
            "stopped": self._stopped,
            "taken": self._taken,
            "doubtful": self._doubtful,
            "pnl_before": self._before,
            "pnl_after": self._after,
            "win_rate_before": lambda: self._rate("win_rate_before", _AS_IS, self._of.pnl),
            "win_rate_after": lambda: self._rate("win_rate_after", _WITH, self._with.pnl),
        }
        return made[name]()

    @property
    def _everyone(self) -> NDArray[np.bool_]:
        return np.ones(self._of.pnl.size, np.bool_)

    def _number(
        self, name: str, title: str, where: NDArray[np.bool_], statistic: str = ""
    ) -> Input:
        ids = self._of.trade_id[where]
        sample = Sample("trades", ids, np.ones(ids.size))
        return measured("count", name, title, "count", sample, statistic)

    def _sum(self, name: str, title: str, values: Floats, where: NDArray[np.bool_]) -> Input:
        sample = Sample("trades", self._of.trade_id[where], values[where])
        return measured("sum", name, title, "money", sample)

    def _part(self, where: NDArray[np.bool_], name: str) -> Part:
        ids = np.sort(self._of.trade_id[where])
        return Part(things="trades", count=ids.size, trade_ids=ids, name=name)

    def _levels(self) -> tuple[Input, ...]:
        found = (
            ("stop", mark("Stop, of the entry price"), self._stop),
            ("target", mark("Target, of the entry price"), self._target),
        )
        return tuple(
            given(name, title, "percent", level)
            for name, title, level in found
            if level is not None
        )

    def _counted(
        self, name: str, title: str, of: str, meaning: str, where: NDArray[np.bool_]
    ) -> Derivation:
        inputs = (self._number("number", title, where), *(self._levels() if of else ()))
        recipe = Recipe(formula="number", inputs=inputs, part=self._part(where, title.lower()))
        return titled(name, title, of, "count", meaning, recipe, source=_SOURCE)

    def _trades(self) -> Derivation:
        meaning = mark("Number of closed trades.")
        return self._counted("trades", mark("Closed trades"), "", meaning, self._everyone)

    def _stopped(self) -> Derivation:
        meaning = mark("Trades whose worst excursion reached the stop.")
        title = mark("Stopped trades")
        return self._counted("stopped", title, _WITH, meaning, self._with.is_stopped)

    def _taken(self) -> Derivation:
        meaning = mark(
            "Trades whose best excursion reached the target, and the worst not the stop."
        )
        title = mark("Trades at the target")
        return self._counted("taken", title, _WITH, meaning, self._with.is_taken)

    def _doubtful(self) -> Derivation:
        meaning = mark("Trades that reached stop and target: they count as stopped.")
        title = mark("Trades that reached both")
        return self._counted("doubtful", title, _WITH, meaning, self._with.is_doubtful)

    def _before(self) -> Derivation:
        title = mark("Sum of profits and losses after fees")
        recipe = Recipe(
            formula="profit",
            inputs=(
                self._sum("profit", title, self._of.pnl, self._everyone),
                self._number("trades", mark("Closed trades"), self._everyone, "trades"),
            ),
            part=self._part(self._everyone, mark("closed trades")),
        )
        meaning = mark("Sum of the profits and losses of the closed trades after fees.")
        return titled("pnl_before", mark("P&L"), _AS_IS, "money", meaning, recipe, source=_SOURCE)

    def _after(self) -> Derivation:
        held = self._with
        is_left = ~(held.is_stopped | held.is_taken)
        recipe = Recipe(
            formula="left + stopped + taken",
            inputs=(
                self._sum("left", mark("P&L of the trades that reached neither"), held.pnl, is_left),
                self._sum("stopped", mark("Sum of -stop * value at entry - fees of those stopped"), held.pnl,
                          held.is_stopped),
                self._sum("taken", mark("Sum of target * value at entry - fees of those at the target"), held.pnl,
                          held.is_taken),
                *self._levels(),
            ),
            part=self._part(self._everyone, mark("closed trades")),
        )  # fmt: skip
        meaning = mark(
            "Sum of the profits and losses after fees, were trades that reached the stop or the target left "
            "exactly there."
        )
        return titled("pnl_after", mark("P&L"), _WITH, "money", meaning, recipe, source=_SOURCE)

    def _rate(self, name: str, of: str, pnl: Floats) -> Derivation:
        recipe = Recipe(
            formula="winners / trades",
            inputs=(
                self._number("winners", mark("Trades with a profit after fees"), pnl > 0),
                self._number("trades", mark("Closed trades"), self._everyone, "trades"),
            ),
            part=self._part(pnl > 0, mark("winning trades")),
        )
        meaning = mark("Share of the closed trades with a profit after fees.")
        reason = "" if pnl.size else _NO_TRADES
        return titled(
            name, mark("Win rate"), of, "percent", meaning, recipe, reason, source=_SOURCE
        )
