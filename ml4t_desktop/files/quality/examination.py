"""All checks of bars, one after the other."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.files.bar_checks import outside_range, stale_bars
from ml4t_desktop.files.quality.coverage import Coverage, coverage
from ml4t_desktop.files.quality.finding import Finding
from ml4t_desktop.files.quality.gaps import (
    day_calendars,
    expected_times,
    late_and_early,
    lonely_bars,
    missing_bars,
    missing_days,
    missing_rows,
)
from ml4t_desktop.files.quality.jumps import Jumps, jump_findings, jumps
from ml4t_desktop.files.quality.order import repeated_bars, unsorted_rows
from ml4t_desktop.files.quality.prices import (
    bad_prices,
    bad_volumes,
    impossible_bars,
    without_range,
)
from ml4t_desktop.files.quality.sessions import session_findings, zone_doubts
from ml4t_desktop.files.quality.signals import signal_findings
from ml4t_desktop.files.quality.subject import Subject
from ml4t_desktop.files.quality.volumes import stale, volumes
from ml4t_desktop.files.row_origin import in_file_order
from ml4t_desktop.files.watch import NOBODY, Watch
from ml4t_desktop.market.market import PREVIOUS
from ml4t_desktop.wording import joined


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Examination:
    """What the checks of bars found.

    Parameters
    ----------
    findings : tuple of Finding
    calendar : str
        The calendars gaps were looked for by.
    coverage : Coverage or None
        None when no bar is usable.
    """

    findings: tuple[Finding, ...]
    calendar: str
    coverage: Coverage | None


# Prices may be anything a float holds; what comes out infinite or of no value is no finding.
@np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore")
def examine(subject: Subject, watch: Watch = NOBODY) -> Examination:
    """Return everything that is found about bars and signals.

    Parameters
    ----------
    watch : Watch
        Told how far it is, asked between the checks whether to stop.
    """
    findings = [*bad_prices(subject.raw, subject.repairs), *bad_volumes(subject.raw)]
    findings += [
        *unsorted_rows(in_file_order(subject.raw)),
        *repeated_bars(subject.raw, subject.repairs),
    ]
    if not subject.bars.time.size:
        return Examination(findings=tuple(findings), calendar="", coverage=None)
    watch.advance(0.1)
    groups = expected_times(subject)
    calendars = day_calendars(subject, groups)
    watch.advance(0.2)
    missing = missing_rows(subject, groups)
    watch.advance(0.25)
    moves = jumps(subject)
    watch.advance(0.45)
    checks: tuple[Callable[[], list[Finding]], ...] = (
        lambda: impossible_bars(subject),
        lambda: without_range(subject),
        lambda: jump_findings(subject, moves),
        lambda: missing_days(subject, calendars),
        lambda: lonely_bars(subject, groups),
        lambda: session_findings(subject, groups),
        lambda: stale(subject),
        lambda: signal_findings(subject, watch.between(0.6, 0.85)),
        lambda: missing_bars(subject, missing),
        lambda: late_and_early(subject),
        lambda: volumes(subject),
        lambda: zone_doubts(subject),
    )
    shares = np.linspace(0.45, 0.6, 8).tolist() + np.linspace(0.85, 0.95, 4).tolist()
    for check, share in zip(checks, shares, strict=True):
        watch.advance(share)
        findings += check()
    watch.advance(0.95)
    return Examination(
        findings=tuple(findings),
        calendar=joined(", ", [calendar.name for _, calendar in calendars]),
        coverage=coverage(subject, missing, _suspicious(subject, moves)),
    )


def _suspicious(subject: Subject, moves: Jumps) -> NDArray[np.bool_]:
    """Return the rows whose prices are doubtful."""
    length = stale_bars(subject.bars, subject.market.rows[PREVIOUS])
    rows = outside_range(subject.market.prices) | (length > 0)
    rows[moves.split] = True
    rows[moves.spike] = True
    rows[moves.other] = True
    return rows
