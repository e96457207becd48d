"""Values as JSON has them."""

import math
from datetime import date, datetime

import numpy as np


def numbers(values: np.ndarray) -> list[float | None]:
    """Return numbers with twelve digits; NaN is null."""
    return [None if math.isnan(value) else float(f"{value:.12g}") for value in values.tolist()]


def plain(value: object) -> str | float | int | None:
    """Return a value as JSON has it: times as texts, numbers that are none as null."""
    if isinstance(value, datetime):
        has_clock = bool(value.hour or value.minute or value.second)
        return value.strftime("%Y-%m-%d %H:%M:%S" if has_clock else "%Y-%m-%d")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return float(f"{value:.10g}") if math.isfinite(value) else None
    return value if isinstance(value, str | int) else None
