"""Texts of a column as numbers of its distinct ones, so that each of these is looked at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:  # polars loads after the window is visible
    import polars as pl
    from numpy.typing import NDArray


class CodedTexts:
    """A column of texts.

    Parameters
    ----------
    series : Series of String
    """

    def __init__(self, series: pl.Series) -> None:
        import polars as pl

        distinct = series.drop_nulls().unique()
        self.labels: tuple[str, ...] = tuple(distinct)
        codes = series.cast(pl.Enum(distinct)).to_physical().cast(pl.Int32)
        self._codes: NDArray[np.int32] = codes.fill_null(len(self.labels)).to_numpy()

    def mask(self, hits: list[bool]) -> NDArray[np.bool_]:
        """Return the rows whose text is one of the labels that are hit; a missing text never is."""
        return np.array([*hits, False], np.bool_)[self._codes]
