"""Whether a column was scaled with the mean and deviation of its whole history."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.analysis.leakage.findings import Finding
from ml4t_desktop.analysis.leakage.panel import Panel
from ml4t_desktop.wording import mark, say

_EXACT: Final = 1e-5
_FEWEST: Final = 100
Floats = NDArray[np.float64]


def scale_finding(column: str, values: Floats, panel: Panel) -> Finding | None:
    """Return whether a column has mean 0 and deviation 1 to five digits over all its history.

    Over all rows, or for each asset; values scaled within each timestamp are fine. Scaling that was
    done on a longer history than the one at hand cannot be seen, nor can other kinds of scaling.
    """
    known = panel.is_bar & np.isfinite(values)
    if np.count_nonzero(known) < _FEWEST or _is_scaled_by_time(values, known, panel):
        return None
    if _is_standard(values[known]):
        how = mark("over all rows")
    elif panel.segments.size > 2 and _is_standard_by_asset(values, known, panel):
        how = mark("for each asset")
    else:
        return None
    return Finding(
        check="scale",
        level="notice",
        column=column,
        sentence=say(
            "It has mean 0 and standard deviation 1 {how}, to five digits: it was scaled with "
            "its whole history.",
            how=how,
        ),
        effect=mark(
            "A fixed threshold then depends on values that were not known yet; ranks of a time do not."
        ),
        remedy=mark(
            "Scale it with past values only, or use it in rankings rather than against a threshold."
        ),
    )


def _is_standard(values: Floats) -> bool:
    if values.size < _FEWEST or abs(float(values.mean())) > _EXACT:
        return False
    deviation = float(values.std())
    sample = deviation * (values.size / (values.size - 1)) ** 0.5
    return min(abs(deviation - 1.0), abs(sample - 1.0)) < _EXACT


def _is_standard_by_asset(values: Floats, known: NDArray[np.bool_], panel: Panel) -> bool:
    pairs = zip(panel.segments[:-1].tolist(), panel.segments[1:].tolist(), strict=True)
    parts = (values[start:stop][known[start:stop]] for start, stop in pairs)
    long_enough = [part for part in parts if part.size >= _FEWEST]
    return bool(long_enough) and all(_is_standard(part) for part in long_enough)


def _is_scaled_by_time(values: Floats, known: NDArray[np.bool_], panel: Panel) -> bool:
    counts = np.bincount(panel.time[known], minlength=panel.time_count)
    several = counts > 1
    if not several.any():
        return False
    means = (
        np.bincount(panel.time[known], values[known], panel.time_count)[several] / counts[several]
    )
    return bool(np.abs(means).max() < 1e-3)
