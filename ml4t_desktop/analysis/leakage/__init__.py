"""Whether columns know what nobody could have known: the leaks that ruin most backtests.

Comes in: a `Market`, and the `Request` that runs on it. Goes out: a frozen `LeakReport` with a
finding for every check, and for every column its correlation with past and future returns.
`check_leaks` does all of it; the modules beside it are one kind of check each.
"""

from ml4t_desktop.analysis.leakage.findings import Check, ColumnReport, Finding, LeakReport, Level
from ml4t_desktop.analysis.leakage.lag_curves import LAGS, LagCurve
from ml4t_desktop.analysis.leakage.report import check_leaks
from ml4t_desktop.analysis.leakage.reruns import LagEffect

__all__ = [
    "LAGS",
    "Check",
    "ColumnReport",
    "Finding",
    "LagCurve",
    "LagEffect",
    "LeakReport",
    "Level",
    "check_leaks",
]
