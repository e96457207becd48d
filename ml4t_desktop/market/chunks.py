"""Pieces of a market made into markets of their own, each with the bars before it that still count.

A chunk begins with carried timestamps: at their true times, but with carried rows only. Its own
timestamps follow, complete. Ordinals and previous rows are those of the whole market, symbol changes
included; what a carried row looks back on is there only as far as the look-back goes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.market.action_table import RENAMING
from ml4t_desktop.market.columns import Column, TextColumn
from ml4t_desktop.market.lagging import lagged, rows_before, taken
from ml4t_desktop.market.market import ASSET, ORDINAL, PREVIOUS, Market
from ml4t_desktop.market.timeline import Pieces, part_of

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookBack:
    """How many bars of each asset a chunk needs from before it.

    Parameters
    ----------
    bars : int
        At least that many, as far as there are.
    step : int
        Bars are left behind in groups of so many: a rolling sum over a ring of `step` places then
        adds in the same order as over the whole market.
    """

    bars: int = 1
    step: int = 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chunk:
    """A piece as a market with what was carried over.

    Parameters
    ----------
    market : Market
    first : int
        Its first own timestamp; those before were carried.
    end : int
        The one after its last own timestamp; what follows is a look ahead at the next time.
    before : int
        Number of timestamps of the whole market before its own.
    times : ndarray of int64
        Index in the whole market of each timestamp.
    rows : ndarray of int64
        Number in the whole market of each row.
    """

    market: Market
    first: int
    end: int
    before: int
    times: Rows
    rows: Rows

    @property
    def first_row(self) -> int:
        """The first row that was not carried."""
        return int(self.market.row_start[self.first])


class _TimelineContext(Mapping[str, Column]):
    """The context of some timestamps of a timeline, looked up when it is asked for: it may still grow."""

    def __init__(self, context: Mapping[str, Column], times: Rows) -> None:
        self._context = context
        self._times = times

    def __getitem__(self, name: str) -> Column:
        return part_of(self._context[name], self._times)

    def __iter__(self) -> Iterator[str]:
        return iter(self._context)

    def __len__(self) -> int:
        return len(self._context)


class Chunker:
    """Makes chunks of pieces, one after the other.

    Parameters
    ----------
    pieces : Pieces
    look_back : LookBack
    looks_ahead : bool
        End each chunk but the last with the first time of the next, without rows: for a walk that needs
        to know whether a day is over.
    live : Market, optional
        The timeline with a context that is still being written: it is looked up whenever it is asked for.
    lag : mapping of str to int, optional
        Columns that are used some bars later, as `lagging.lagged` has it.
    """

    def __init__(
        self,
        pieces: Pieces,
        look_back: LookBack,
        *,
        looks_ahead: bool = False,
        live: Market | None = None,
        lag: Mapping[str, int] | None = None,
    ) -> None:
        self._pieces = pieces
        self._timeline = lagged(pieces.timeline if live is None else live, lag)
        self._lag = {name: bars for name, bars in (lag or {}).items() if bars}
        bars = max((look_back.bars, *self._lag.values()))
        self._look_back = LookBack(bars=bars, step=look_back.step)
        self._undelayed: dict[str, Column] = {}
        self._looks_ahead = looks_ahead
        assets = len(self._timeline.symbols)
        self._seen = np.zeros(assets, np.int64)
        self._offset = np.zeros(assets, np.int64)
        self._last_row = np.full(assets, -1, np.int64)
        self._row_count = 0
        self._number = 0
        self._chunk: Chunk | None = None
        self._previous: Rows = np.zeros(0, np.int64)
        self._heirs = _Heirs(self._timeline)
        self._live = live is not None

    @property
    def count(self) -> int:
        """Number of chunks."""
        return len(self._pieces.bounds) - 1

    def next(self, needed_rows: Rows | None = None, needed_times: Rows | None = None) -> Chunk:
        """Return the next chunk.

        Parameters
        ----------
        needed_rows, needed_times : ndarray of int64
            Rows and timestamps of the last chunk (its own numbers) that the next one has to know beside
            what the look-back asks for.
        """
        carried, times = self._carried(needed_rows, needed_times)
        piece = self._pieces.piece(self._number)
        first, last = self._pieces.bounds[self._number : self._number + 2]
        self._number += 1
        self._chunk = self._joined(carried, times, piece, first, last)
        return self._chunk

    def last_before(self, piece: Market, asset: int, t: int) -> tuple[int, int]:
        """Return number and ordinal of an asset's last bar before a timestamp of a piece, -1 for none.

        For `_Heirs`, while the piece is being indexed.
        """
        rows = np.flatnonzero(piece.rows[ASSET, : int(piece.row_start[t])] == asset)
        ordinal = int(self._seen[asset] + self._offset[asset]) + rows.size - 1
        number = int(self._row_count + rows[-1]) if rows.size else int(self._last_row[asset])
        return number, ordinal

    def follow(self, asset: int, ordinal: int) -> None:
        """Let the ordinals of an asset that had no bar yet go on from another one's."""
        self._offset[asset] = ordinal + 1

    def _carried(self, needed_rows: Rows | None, needed_times: Rows | None) -> tuple[Rows, Rows]:
        """Return the rows of the last chunk to carry, and the timestamps of the whole market."""
        chunk = self._chunk
        if chunk is None:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        market = chunk.market
        asset = market.rows[ASSET]
        place = market.rows[ORDINAL] - self._offset[asset]
        bars, step = self._look_back.bars, self._look_back.step
        left = np.maximum(self._seen - bars, 0) // step * step
        kept = place >= left[asset]
        if needed_rows is not None:
            kept[needed_rows] = True
        kept[self._heirs.pinned(chunk.rows, self._previous, bars, self._seen)] = True
        if step > 1:
            group = place // step * self._seen.size + asset
            kept |= np.isin(group, group[kept & (place < left[asset])])
        carried = np.flatnonzero(kept)
        with_rows = np.searchsorted(market.row_start, carried, side="right") - 1
        own_last = np.array([chunk.end - 1], np.int64)
        more = np.zeros(0, np.int64) if needed_times is None else needed_times
        times = chunk.times[np.unique(np.concatenate((with_rows, own_last, more)))]
        return carried, times

    def _joined(self, carried: Rows, times: Rows, piece: Market, first: int, last: int) -> Chunk:
        """Return the chunk of carried rows and a piece, and note where it ends."""
        before = self._chunk
        own_asset = piece.rows[ASSET]
        count = carried.size
        rows = np.empty((3, count + own_asset.size), np.int32)
        numbers = np.concatenate(
            (
                before.rows[carried] if before is not None else carried,
                self._row_count + np.arange(own_asset.size),
            )
        )
        rows[ASSET, count:] = own_asset
        previous = np.empty(numbers.size, np.int64)
        if before is not None:
            rows[:2, :count] = before.market.rows[:2, carried]
            previous[:count] = self._previous[carried]
        self._index(piece, first, rows[:, count:], previous[count:])
        rows[PREVIOUS] = _places(numbers, previous)
        ahead = self._looks_ahead and last < self._timeline.time_count
        all_times = np.concatenate((times, np.arange(first, last + ahead)))
        self._previous = previous
        self._row_count += own_asset.size
        row_start = np.concatenate(
            (
                np.searchsorted(
                    before.times[_time_of(before, carried)] if before is not None else carried,
                    times,
                ),
                count + piece.row_start,
                [numbers.size] * int(ahead),
            )
        ).astype(np.int64)
        return Chunk(
            market=self._market(before, carried, piece, rows, row_start, all_times),
            first=times.size,
            end=times.size + last - first,
            before=first,
            times=all_times,
            rows=numbers,
        )

    def _market(
        self,
        before: Chunk | None,
        carried: Rows,
        piece: Market,
        rows: NDArray[np.int32],
        row_start: Rows,
        times: Rows,
    ) -> Market:
        timeline = self._timeline
        prices = np.empty((5, rows.shape[1]))
        prices[:, carried.size :] = piece.prices
        signals = dict(piece.signals)
        if before is not None:
            for place, values in enumerate(before.market.prices):
                prices[place, : carried.size] = values[carried]
            signals = {
                name: _concatenated(part_of(before.market.signals[name], carried), column)
                for name, column in piece.signals.items()
            }
        signals |= self._delayed(carried, piece, rows, signals)
        context = _TimelineContext(timeline.context, times)
        if not self._live:
            context = MappingProxyType(dict(context))
        return Market(
            timestamps=timeline.timestamps[times],
            row_start=row_start,
            symbols=timeline.symbols,
            prices=prices,
            rows=rows,
            signals=MappingProxyType(signals),
            context=context,
            has_context=timeline.has_context[times],
            time_zone=timeline.time_zone,
            source=timeline.source,
            actions=timeline.actions,
        )

    def _delayed(
        self,
        carried: Rows,
        piece: Market,
        rows: NDArray[np.int32],
        signals: Mapping[str, Column],
    ) -> dict[str, Column]:
        """Return the signals that are used later; carried rows were delayed in their own chunk."""
        made: dict[str, Column] = {}
        for name in self._lag.keys() & signals.keys():
            whole = piece.signals[name]
            if name in self._undelayed:
                whole = _concatenated(part_of(self._undelayed[name], carried), whole)
            late = taken(whole, rows_before(rows[PREVIOUS], self._lag[name]))
            own = np.arange(carried.size, rows.shape[1])
            before = part_of(signals[name], np.arange(carried.size))
            made[name] = _concatenated(before, part_of(late, own))
            self._undelayed[name] = whole
        return made

    def _index(self, piece: Market, first: int, rows: NDArray[np.int32], previous: Rows) -> None:
        """Write ordinals and previous rows (numbers of the whole market) of a piece's own rows."""
        asset = rows[ASSET]
        assets = self._seen.size
        order = np.argsort(asset, kind="stable")
        counts = np.bincount(asset, minlength=assets)
        starts = np.cumsum(counts) - counts
        present = np.flatnonzero(counts)
        numbers = order + self._row_count
        previous[order[1:]] = numbers[:-1]
        heads = order[starts[present]]
        previous[heads] = self._last_row[present]
        new = self._seen[present] == 0
        head_of = dict(zip(present[new].tolist(), heads[new].tolist(), strict=True))
        self._heirs.link(self, piece, first, head_of, previous)
        place = np.arange(asset.size) - np.repeat(starts, counts)
        rows[ORDINAL, order] = place + np.repeat(self._seen + self._offset, counts)
        self._seen += counts
        self._last_row[present] = numbers[starts[present] + counts[present] - 1]


@dataclass(slots=True)
class _Change:
    """A symbol change, and the last bar of the old symbol before it once its time has come."""

    t: int
    old: int
    new: int
    row: int = -1
    ordinal: int = -1


class _Heirs:
    """Symbols that go on under another name, as `succession.with_succession` links them."""

    def __init__(self, timeline: Market) -> None:
        actions = timeline.actions
        times = np.searchsorted(timeline.timestamps, actions.time)
        self._changes = [
            _Change(int(times[i]), int(actions.asset[i]), int(actions.new_asset[i]))
            for i in np.flatnonzero(actions.kind == RENAMING)
        ]

    def link(
        self,
        chunker: Chunker,
        piece: Market,
        first: int,
        head_of: Mapping[int, int],
        previous: Rows,
    ) -> None:
        """Let the first bars of new symbols follow the last ones of the old.

        Parameters
        ----------
        first : int
            The first timestamp of the piece.
        head_of : mapping of int to int
            The first row in the piece of each asset that had none before.
        previous : ndarray of int64
            Written, for those rows.
        """
        for change in self._changes:
            if first <= change.t < first + piece.time_count:
                change.row, change.ordinal = chunker.last_before(
                    piece, change.old, change.t - first
                )
            head = head_of.get(change.new)
            if head is None or change.row < 0 or previous[head] >= 0:
                continue
            t = int(np.searchsorted(piece.row_start, head, side="right")) - 1 + first
            if t >= change.t:
                previous[head] = change.row
                chunker.follow(change.new, change.ordinal)

    def pinned(self, numbers: Rows, previous: Rows, bars: int, seen: Rows) -> Rows:
        """Return the rows of old symbols that the first bars of new ones look back on."""
        kept: list[int] = []
        for change in self._changes:
            number = change.row
            for _ in range(bars if seen[change.new] < bars else 0):
                place = int(np.searchsorted(numbers, number))
                if number < 0 or place == numbers.size or numbers[place] != number:
                    break
                kept.append(place)
                number = int(previous[place])
        return np.array(kept, np.int64)


def _time_of(chunk: Chunk, rows: Rows) -> Rows:
    """Return the timestamp of the chunk of each row."""
    return np.searchsorted(chunk.market.row_start, rows, side="right") - 1


def _places(numbers: Rows, wanted: Rows) -> Rows:
    """Return the place of each number among ascending ones, -1 where it is not there."""
    if not numbers.size:
        return np.full(wanted.size, -1, np.int64)
    place = np.minimum(np.searchsorted(numbers, wanted), numbers.size - 1)
    return np.where(numbers[place] == wanted, place, -1)


def _concatenated(first: Column, second: Column) -> Column:
    """Return two parts of a column as one; texts get codes into the labels of both."""
    if isinstance(first, TextColumn) and isinstance(second, TextColumn):
        if first.labels == second.labels:
            return TextColumn(np.concatenate((first.codes, second.codes)), first.labels)
        labels = tuple(sorted({*first.labels, *second.labels}))
        codes = {label: code for code, label in enumerate(labels)}
        parts = [
            np.append(np.array([codes[label] for label in part.labels], np.int32), np.int32(-1))[
                part.codes
            ]
            for part in (first, second)
        ]
        return TextColumn(np.concatenate(parts), labels)
    if isinstance(first, TextColumn) or isinstance(second, TextColumn):
        message = "a column holds texts in one piece and numbers in another"
        raise TypeError(message)
    return np.concatenate((first, second))
