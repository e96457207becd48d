"""Whether a column goes with returns that were still to come, and with that of its own bar."""

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from ml4t_desktop.analysis.leakage.by_asset import ByAsset
from ml4t_desktop.analysis.leakage.findings import Finding, Level
from ml4t_desktop.analysis.leakage.lag_curves import (
    FEWEST_TIMES,
    HORIZONS,
    LagCurve,
    Sums,
)
from ml4t_desktop.analysis.leakage.panel import REACH
from ml4t_desktop.wording import mark, say, say_count

# Good models reach 0.02 to 0.08 (Grinold and Kahn call 0.05 good, 0.10 exceptional).
_DOUBTFUL: Final = 0.09
_IMPLAUSIBLE: Final = 0.14
_SURE: Final = 5.0  # standard errors: 20 lags, 6 horizons and dozens of columns are looked at
_MARGIN: Final = 2.0
_OWN: Final = 0.10
Part = Literal["value", "change", "mean"]
_FORETELLS: Final = {
    True: mark(
        "It foretells {bars} implausibly well: {figures}. Good predictions reach 0.02 to 0.08."
    ),
    False: mark(
        "It foretells {bars} unusually well: {figures}. Good predictions reach 0.02 to 0.08."
    ),
}
_WORDS: Final[dict[Part, str]] = {
    "value": mark("rank correlation of {value:+.3f} ± {error:.3f}"),
    "change": mark(
        "its change since the bar before has a rank correlation of {value:+.3f} ± {error:.3f}"
    ),
    "mean": mark("its mean over all assets has a rank correlation of {value:+.3f} ± {error:.3f}"),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """One view of a column: its value, its change, or its mean over the assets.

    Parameters
    ----------
    part : {"value", "change", "mean"}
    sums : Sums
        With the returns that the view is compared with.
    own : Sums
        Of those returns with themselves: what a column gets from knowing its own bar.
    assets : ByAsset or None
        For each asset by itself; None where there is one, or for other views than the value.
    """

    part: Part
    sums: Sums
    own: Sums
    assets: ByAsset | None = None

    def ahead(self) -> list["Ahead"]:
        """Return the correlations with returns to come, less what knowing the own bar explains."""
        curve = self.sums.curve()
        now = curve.at(0)[0]
        excess = self.sums.less(now, self.own) if np.isfinite(now) else self.sums
        found = [self._smaller(excess, horizon) for horizon in HORIZONS]
        later = excess.curve()
        for lag in range(2, REACH + 1):
            value, error = later.at(lag)
            found.append(_ahead(self.part, lag, lag, *_least((value, error), curve.at(lag))))
        return [item for item in found if item is not None]

    def _smaller(self, excess: Sums, horizon: int) -> "Ahead | None":
        pair = _least(excess.ahead(horizon), self.sums.ahead(horizon))
        return _ahead(self.part, 1, horizon, *pair)


@dataclass(frozen=True, slots=True)
class Ahead:
    """The correlation with the return from one bar ahead to another, both included."""

    part: Part
    first: int
    last: int
    value: float
    error: float

    @property
    def least(self) -> float:
        """The strength that remains when the correlation is two errors weaker."""
        return abs(self.value) - _MARGIN * self.error

    @property
    def level(self) -> Level:
        """How far it is from what can be."""
        if abs(self.value) < _SURE * self.error or self.least < _DOUBTFUL:
            return "fine"
        return "alarm" if self.least >= _IMPLAUSIBLE else "notice"

    @property
    def bars(self) -> str:
        """The bars ahead in words."""
        if self.first == self.last:
            return (
                mark("the next bar")
                if self.last == 1
                else say("the {last}th bar ahead", last=self.last)
            )
        return say("the next {last} bars", last=self.last)


def future_finding(column: str, evidence: list[Evidence]) -> Finding:
    """Return what the column knows of returns to come."""
    found = [item for part in evidence for item in part.ahead()]
    if not found:
        what = say(
            "It has fewer than {fewest_times} values to compare with returns: nothing can be said.",
            fewest_times=FEWEST_TIMES,
        )
        return Finding(check="too_short", level="notice", column=column, sentence=what)
    worst = max(found, key=lambda item: item.least)
    if worst.level == "fine":
        return _honest(column, found)
    return Finding(
        check="future",
        level=worst.level,
        column=column,
        sentence=say(
            _FORETELLS[worst.level == "alarm"],
            bars=worst.bars,
            figures=figures_of(worst),
        ),
        effect=mark(
            "If it was made with later prices, the backtest earns what nobody could have earned."
        ),
        remedy=mark(
            "Check with which data each value was made and how it is stamped; use it one bar later and see what "
            "is left, or leave it out."
        ),
    )


def figures_of(item: Ahead) -> str:
    """Return a correlation with its error, and of which view of the column it is."""
    return say(_WORDS[item.part], value=item.value, error=item.error)


def _honest(column: str, found: list[Ahead]) -> Finding:
    """Return that a column foretells no more than it may."""
    near = [item for item in found if item.first == 1 and item.part == "value"] or found
    top = max(near, key=lambda item: abs(item.value) / max(item.error, 1e-12))
    is_chance = abs(top.value) < 3 * top.error
    verdict = mark("which may be chance") if is_chance else mark("as honest predictions reach")
    return Finding(
        check="future",
        level="fine",
        column=column,
        sentence=say(
            "It does not foretell more than it may: at most a {figures} with the return of "
            "{bars}, {verdict}.",
            figures=_figures(top),
            bars=top.bars,
            verdict=verdict,
        ),
    )


def shift_finding(column: str, evidence: list[Evidence]) -> Finding | None:
    """Return whether the column moves before the prices it follows: stamped some bars too early."""
    for part in evidence:
        if part.part == "value":
            continue
        curve = part.sums.curve()
        lag = curve.strongest_ahead
        value, error = curve.at(lag)
        now = curve.at(0)[0]
        if not abs(value) - _MARGIN * error >= _IMPLAUSIBLE or abs(value) < _SURE * error:
            continue
        if abs(value) < 2 * abs(now) or not _is_last(curve, lag):
            continue
        return Finding(
            check="shift",
            level="alarm",
            column=column,
            sentence=say_count(
                "It moves a bar before the price: its change goes with the return a bar later "
                "({value:+.2f}) and hardly with that of its own bar ({now:+.2f}).",
                "It moves {n} bars before the price: its change goes with the return {n} bars later "
                "({value:+.2f}) and hardly with that of its own bar ({now:+.2f}).",
                lag,
                value=value,
                now=now,
            ),
            effect=say_count(
                "It looks stamped a bar too early, so that rules act on what happened later.",
                "It looks stamped {n} bars too early, so that rules act on what happened later.",
                lag,
            ),
            remedy=say_count(
                "Use it a bar later, or mend its time stamps.",
                "Use it {n} bars later, or mend its time stamps.",
                lag,
            ),
        )
    return None


def own_bar_finding(column: str, evidence: list[Evidence], *, same_close: bool) -> Finding:
    """Return whether the column knows the return of its own bar, and whether that matters."""
    pairs = [(part.part, *part.sums.curve().at(0)) for part in evidence]
    known = [pair for pair in pairs if np.isfinite(pair[1])]
    if not known:
        return Finding(
            check="own_bar",
            level="fine",
            column=column,
            sentence=mark("Its own bar: too few values."),
        )
    part, value, error = max(known, key=lambda pair: abs(pair[1]) - _MARGIN * pair[2])
    if abs(value) - _MARGIN * error < _OWN or abs(value) < _SURE * error:
        value, error = known[0][1], known[0][2]
        return Finding(
            check="own_bar",
            level="fine",
            column=column,
            sentence=say(
                "It hardly goes with the return of its own bar ({value:+.2f} ± {error:.2f}).",
                value=value,
                error=error,
            ),
        )
    which = {
        "value": mark("its value"),
        "change": mark("its change"),
        "mean": mark("its mean over the assets"),
    }[part]
    sentence = say(
        "It knows the return of its own bar: {which} goes with it ({value:+.2f} ± {error:.2f}).",
        which=which,
        value=value,
        error=error,
    )
    if not same_close:
        return Finding(
            check="own_bar",
            level="fine",
            column=column,
            sentence=say(
                "{sentence} It may, because orders fill at the next open, after that bar.",
                sentence=sentence,
            ),
        )
    return Finding(
        check="own_bar",
        level="notice",
        column=column,
        sentence=sentence,
        effect=mark(
            'With fill = "same_close" the order fills at the very close that the value was made with.'
        ),
        remedy=mark(
            'Set fill = "next_open", or use it one bar later, unless the value is ready before the close.'
        ),
    )


def _least(first: tuple[float, float], second: tuple[float, float]) -> tuple[float, float]:
    """Return the weaker of two correlations with its error; nothing when their signs differ."""
    if first[0] * second[0] <= 0:
        return 0.0, max(first[1], second[1])
    return min(first, second, key=lambda pair: abs(pair[0]))


def _ahead(part: Part, first: int, last: int, value: float, error: float) -> Ahead | None:
    known = bool(np.isfinite(value) and np.isfinite(error))
    return Ahead(part, first, last, value, error) if known else None


def _is_last(curve: LagCurve, lag: int) -> bool:
    """Return whether nothing after a lag comes near to it."""
    later = np.nan_to_num(np.abs(curve.correlation))[REACH + 1 + lag :]
    return bool(abs(curve.at(lag)[0]) > 2 * later.max(initial=0.0))


def _figures(item: Ahead) -> str:
    return say("rank correlation of {value:+.3f} ± {error:.3f}", value=item.value, error=item.error)
