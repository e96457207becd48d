"""Strategies that people know, made from the columns of the data that is open."""

from collections.abc import Mapping
from typing import Any, Final

from ml4t_desktop.project.strategy_presets import StrategyPreset
from ml4t_desktop.session.looks import Levels
from ml4t_desktop.session.request.columns import RuleColumn
from ml4t_desktop.wording import mark, say

_ASSETS: Final = 50  # where nobody knows how many there are
_MONTH: Final = 21  # bars
_SHARE: Final = 0.05
_POSITIONS: Final = 20
_HIGH, _MIDDLE = 0.7, 0.5  # of a column about which nothing is known


def shipped_strategies(
    columns: tuple[RuleColumn, ...],
    levels: Mapping[str, Levels],
    assets: int,
    account: Mapping[str, Any],
) -> tuple[StrategyPreset, ...]:
    """Return the strategies that come along, with the columns there are.

    Parameters
    ----------
    columns : tuple of RuleColumn
        What rules can use.
    levels : mapping of str to Levels
        Typical values of signals, by their short names.
    assets : int
        How many there are; 0 when that is not known.
    account : mapping
        The account of the request, as short positions need one of another type.
    """
    made = _Maker(columns, levels, assets or _ASSETS)
    return (
        made.top_tenth(),
        made.top_and_bottom_fifth(account),
        made.calm_market(),
        made.held_with_stop(),
        made.by_confidence(),
        made.crossing(),
    )


class _Maker:
    """Makes the strategies of one data."""

    def __init__(
        self, columns: tuple[RuleColumn, ...], levels: Mapping[str, Levels], assets: int
    ) -> None:
        numbers = [item.name for item in columns if item.kind == "number"]
        signals = [name for name in numbers if name.startswith("signal.")]
        context = [name for name in numbers if name.startswith("context.")]
        sure = [name for name in signals if "conf" in name.lower() or "prob" in name.lower()]
        plain = [name for name in signals if name not in sure and "exit" not in name.lower()]
        self._signal = (plain or signals or ["signal.prediction"])[0]
        self._sure = (sure or ["signal.confidence"])[0]
        self._fear = next((name for name in context if "vix" in name.lower()), "context.VIX")
        self._assets = assets
        found = levels.get(self._signal.partition(".")[2])
        self._high = found.high if found is not None else _HIGH
        self._middle = found.middle if found is not None else _MIDDLE

    def top_tenth(self) -> StrategyPreset:
        count = max(round(self._assets / 10), 1)
        return _preset(
            mark("Top tenth, rebalanced monthly"),
            say(
                "Holds the {count} assets with the highest {signal} in equal parts, chosen anew each month.",
                count=count,
                signal=self._short,
            ),
            entry=_all(_clause(self._signal, "top_n", count)),
            sizing={"helper": "rebalance_to_weights", "weights": "equal", "schedule": "month"},
        )

    def top_and_bottom_fifth(self, account: Mapping[str, Any]) -> StrategyPreset:
        count = max(round(self._assets / 5), 1)
        made = _preset(
            mark("Long the top fifth, short the bottom fifth"),
            say(
                "Buys the {count} assets with the highest {signal}, sells the {count} lowest short, and holds "
                "each for {bars} bars, a month of days. Sets a margin account, which short positions need.",
                count=count,
                signal=self._short,
                bars=_MONTH,
            ),
            direction="both",
            entry=_all(_clause(self._signal, "top_n", count)),
            short_entry=_all(_clause(self._signal, "bottom_n", count)),
            exits={"max_bars": _MONTH},
            sizing={"helper": "buy_percent", "percent": round(1 / (2 * count), 4)},
            limits={"max_positions": 2 * count},
        )
        margin = {**account, "type": "margin"}
        return StrategyPreset(made.name, made.note, {**made.tables, "account": margin})

    def calm_market(self) -> StrategyPreset:
        return _preset(
            mark("Threshold in calm markets"),
            say(
                "Buys when {signal} is high and the VIX is at most 25; leaves at its middle.",
                signal=self._short,
            ),
            entry=_all(_clause(self._signal, ">=", self._high)),
            exit={"any": (_clause(self._signal, "<=", self._middle),)},
            filter=_all(_clause(self._fear, "<=", 25.0)),
            **self._usual,
        )

    def held_with_stop(self) -> StrategyPreset:
        return _preset(
            mark("Held five bars with a stop"),
            say(
                "Buys when {signal} is high, and leaves after five bars or at a loss of 5 %.",
                signal=self._short,
            ),
            entry=_all(_clause(self._signal, ">=", self._high)),
            exits={"stop_loss": 0.05, "max_bars": 5, "evaluate": "intrabar"},
            **self._usual,
        )

    def by_confidence(self) -> StrategyPreset:
        sizing = {"helper": "size_by_confidence", "confidence": self._sure, "max_percent": 0.1}
        return _preset(
            mark("Sized by confidence"),
            say(
                "Buys when {signal} is high, more the surer the model is; leaves at its middle.",
                signal=self._short,
            ),
            entry=_all(_clause(self._signal, ">=", self._high)),
            exit={"any": (_clause(self._signal, "<=", self._middle),)},
            **{**self._usual, "sizing": sizing},
        )

    def crossing(self) -> StrategyPreset:
        return _preset(
            mark("Signal crosses its middle"),
            say(
                "Buys when {signal} rises above its middle, and leaves when it falls below.",
                signal=self._short,
            ),
            entry=_all(_clause(self._signal, "crosses_above", self._middle)),
            exit={"any": (_clause(self._signal, "crosses_below", self._middle),)},
            **self._usual,
        )

    @property
    def _short(self) -> str:
        return self._signal.partition(".")[2]

    @property
    def _usual(self) -> dict[str, Any]:
        return {
            "sizing": {"helper": "buy_percent", "percent": _SHARE},
            "limits": {"max_positions": _POSITIONS, "rank_by": self._signal},
        }


def _preset(name: str, note: str, **strategy: Any) -> StrategyPreset:
    return StrategyPreset(name, note, {"strategy": strategy})


def _all(*clauses: dict[str, Any]) -> dict[str, Any]:
    return {"all": clauses}


def _clause(column: str, op: str, value: float) -> dict[str, Any]:
    return {"column": column, "op": op, "value": value}
