"""What the bars of a market are, as a hash that does not depend on how many pieces they came in."""

import hashlib

import numpy as np

from ml4t_desktop.market.columns import Column, TextColumn
from ml4t_desktop.market.market import ASSET, Market
from ml4t_desktop.market.timeline import Pieces


class Fingerprint:
    """Hashes of the columns of a market, fed with its rows in order of time."""

    def __init__(self) -> None:
        self._columns: dict[str, hashlib._Hash] = {}

    def add(self, market: Market) -> None:
        """Take the rows of a market, or of the next piece of it."""
        self._add("timestamps", market.timestamps)
        self._add("counts", np.diff(market.row_start))
        self._add("asset", market.rows[ASSET])
        for place, values in enumerate(market.prices):
            self._add(f"price {place}", values)
        for name, column in market.signals.items():
            self._add(f"signal {name}", _plain(column))

    def _add(self, name: str, values: np.ndarray) -> None:
        self._columns.setdefault(name, hashlib.sha256()).update(np.ascontiguousarray(values).data)

    def digest(self) -> bytes:
        """Return the hash of all columns."""
        whole = hashlib.sha256()
        for name, column in self._columns.items():
            whole.update(name.encode())
            whole.update(column.digest())
        return whole.digest()


def _plain(column: Column) -> np.ndarray:
    """Return numbers as they are, and for each text a number made of it."""
    if not isinstance(column, TextColumn):
        return column
    marks = [hashlib.sha256(label.encode()).digest()[:8] for label in column.labels]
    return np.array([*(int.from_bytes(mark) for mark in marks), 0], np.uint64)[column.codes]


class FingerprintedPieces:
    """Pieces of a market whose fingerprint is taken while they are read, each once and in order.

    Parameters
    ----------
    pieces : Pieces
    fingerprint : Fingerprint
    """

    def __init__(self, pieces: Pieces, fingerprint: Fingerprint) -> None:
        self._pieces = pieces
        self._fingerprint = fingerprint
        self.timeline = pieces.timeline
        self.bounds = pieces.bounds

    def piece(self, number: int) -> Market:
        """Return the bars of a piece."""
        piece = self._pieces.piece(number)
        self._fingerprint.add(piece)
        return piece
