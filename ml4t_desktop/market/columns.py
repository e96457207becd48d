"""The two kinds of column a market carries beside prices: numbers and texts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class TextColumn:
    """Texts, stored once each.

    Parameters
    ----------
    codes : ndarray of int32
        Index into `labels` per row; -1 where there is no value.
    labels : tuple of str
        The distinct texts.
    """

    codes: NDArray[np.int32]
    labels: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.codes)

    def value(self, row: int) -> str | None:
        """Return the text of a row, None where there is no value."""
        code = int(self.codes[row])
        return None if code < 0 else self.labels[code]

    def code(self, label: str) -> int:
        """Return the code of a text, -2 (equal to no row's) when it does not occur."""
        return self.labels.index(label) if label in self.labels else -2


# Numbers are float64 with NaN where there is no value.
Column = NDArray[np.float64] | TextColumn


def column_value(column: Column, row: int) -> float | str | None:
    """Return one value of a column, None where there is no value or `row` is negative."""
    if row < 0:
        return None
    if isinstance(column, TextColumn):
        return column.value(row)
    number = float(column[row])
    return None if np.isnan(number) else number
