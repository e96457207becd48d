"""What the checks found, in words and numbers."""

from dataclasses import dataclass
from typing import Final, Literal

from ml4t_desktop.analysis.leakage.lag_curves import LagCurve
from ml4t_desktop.analysis.leakage.reruns import LagEffect

Level = Literal["alarm", "notice", "fine"]
Check = Literal[
    "future", "shift", "own_bar", "target", "name", "day", "period", "scale", "split", "lag_effect", "too_short",
]  # fmt: skip
_RANK: Final[dict[Level, int]] = {"alarm": 0, "notice": 1, "fine": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check says about one column.

    Parameters
    ----------
    check : str
        Which check.
    level : {"alarm", "notice", "fine"}
        An alarm is hardly ever wrong; a notice is for the analyst to judge; fine is told as well.
    column : str
        Full name such as ``signal.ml_pred_5d``.
    sentence : str
        What was found, with its numbers.
    effect : str
        What it does to a backtest; empty where it does nothing.
    remedy : str
        What to do; empty where there is nothing to do.
    """

    check: Check
    level: Level
    column: str
    sentence: str
    effect: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ColumnReport:
    """What is known of one column.

    Parameters
    ----------
    column : str
        Full name.
    compared : str
        What its values are compared with, in words.
    value, change : LagCurve or None
        Rank correlation of the value, and of its change since the bar before, by lag. None for what
        has no numbers.
    linear : LagCurve or None
        The same of the value with standard scores instead of ranks.
    lag_bars : int
        Bars by which the request delays the column already.
    effect : LagEffect or None
        What one bar more does to the result; None where the rules do not use the column.
    findings : tuple of Finding
        Alarms first.
    """

    column: str
    compared: str
    value: LagCurve | None = None
    change: LagCurve | None = None
    linear: LagCurve | None = None
    lag_bars: int = 0
    effect: LagEffect | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def name(self) -> str:
        """The column's own name."""
        return self.column.partition(".")[2]

    @property
    def level(self) -> Level:
        """The gravest level found."""
        return gravest(self.findings)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LeakReport:
    """What the leak checks found.

    Parameters
    ----------
    columns : tuple of ColumnReport
        Signals, then context, as the market has them.
    """

    columns: tuple[ColumnReport, ...]

    def all_findings(self) -> tuple[Finding, ...]:
        """Return every finding, alarms first."""
        return in_order([finding for column in self.columns for finding in column.findings])

    @property
    def level(self) -> Level:
        """The gravest level found."""
        return gravest(self.all_findings())


def in_order(findings: "tuple[Finding, ...] | list[Finding]") -> tuple[Finding, ...]:
    """Return findings with alarms first, else as they were."""
    return tuple(sorted(findings, key=lambda finding: _RANK[finding.level]))


def gravest(findings: tuple[Finding, ...]) -> Level:
    """Return the gravest level of findings, fine when there is none."""
    levels: list[Level] = [finding.level for finding in findings]
    return min(levels, key=lambda level: _RANK[level]) if levels else "fine"
