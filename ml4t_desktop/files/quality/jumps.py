"""Jumps of the price: splits that are not adjusted for, single wrong prices, and the rest."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.files.findings import counted, time_text
from ml4t_desktop.files.quality.finding import Finding
from ml4t_desktop.files.quality.places import cut, first_bars, places_of
from ml4t_desktop.files.quality.subject import Subject
from ml4t_desktop.market import action_table
from ml4t_desktop.market.blocks import slices
from ml4t_desktop.market.market import CLOSE, HIGH, LOW, OPEN, PREVIOUS, VOLUME
from ml4t_desktop.wording import mark, say, say_count

_LEAST = float(np.log(1.2))
_UNUSUAL = 6.0  # times the usual move of the asset
_NORMAL = 1.4826  # a median absolute deviation as a standard deviation
_JUMP = float(np.log(2.0))
_SPIKE = float(np.log(1.4))
_BACK = 0.25  # share of the jump that may be left of it afterwards
_SOON = 3
_WINDOW = 10
_WHOLE: Final = np.array([2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 100], np.float64)
_PARTS: Final = np.array([1.5], np.float64)
_NEAR_WHOLE = 0.04
_NEAR_PART = 0.02
_VOLUME_SHARE = 0.4
_CALM = 0.25  # share of the jump that the range of its bar may have: a split trades as usual
_NEWS = 2.5  # times the money that usually changes hands


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Jumps:
    """Rows with unusual moves, by what they look like.

    Parameters
    ----------
    split, spike, other : ndarray of int64
        Rows of the market.
    ratio : ndarray of float64
        New shares for an old one that each split looks like; below 1 for a reverse split.
    """

    split: NDArray[np.int64]
    ratio: NDArray[np.float64]
    spike: NDArray[np.int64]
    other: NDArray[np.int64]


def jumps(subject: Subject) -> Jumps:
    """Return the unusual moves of a market.

    A move is unusual when the close changes by a fifth at least and by six times what is usual for
    the asset. In days of large moves, or when much more money than usual changes hands, it is taken
    for real. Else one that is undone within three bars is a spike; one that is near the ratio of a
    split, stays, and has no unusual range within its bar looks like a split, 3:2 only when the volume
    moves the other way. Of the rest, those that halve or double count.
    """
    market = subject.market
    close, previous = market.prices[CLOSE], market.rows[PREVIOUS]
    move = _moves(close, previous)
    size = np.abs(move)
    candidates = np.flatnonzero(size > _LEAST)
    if not candidates.size:
        return Jumps(split=candidates, ratio=np.zeros(0), spike=candidates, other=candidates)
    usual = _usual_moves(subject, size, previous)
    candidates = candidates[size[candidates] > _UNUSUAL * usual[subject.asset[candidates]]]
    del size
    if not candidates.size:
        return Jumps(split=candidates, ratio=np.zeros(0), spike=candidates, other=candidates)
    has_actions = _with_actions(subject)
    order = np.argsort(subject.asset, kind="stable")
    place = np.empty(order.size, np.int64)
    place[order] = np.arange(order.size)
    split: list[tuple[int, float]] = []
    spike: list[int] = []
    other: list[int] = []
    undone: set[int] = set()
    for row in candidates.tolist():
        if row in undone or row in has_actions:
            continue
        after = _own(subject, order, place, row, 1, _SOON)
        back = _return(close, int(previous[row]), after, float(move[row]))
        earlier = _own(subject, order, place, row, -_WINDOW, -1)
        size = abs(float(move[row]))
        lately = float(np.median(np.abs(move[earlier]))) * _NORMAL if earlier.size else 0.0
        is_news = size < _UNUSUAL * lately or _is_news(subject, order, place, row)
        if back is not None and size >= _SPIKE and not is_news:
            spike.append(row)
            undone.update(after[: back + 1].tolist())
            continue
        is_lasting = back is None and not is_news  # a split or wrong price is no news
        ratio = _split_ratio(subject, order, place, row) if is_lasting else None
        if ratio is not None:
            split.append((row, ratio))
        elif size > _JUMP:
            other.append(row)
    return Jumps(
        split=np.array([row for row, _ in split], np.int64),
        ratio=np.array([ratio for _, ratio in split], np.float64),
        spike=np.array(spike, np.int64),
        other=np.array(other, np.int64),
    )


def _moves(close: NDArray[np.float64], previous: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return the logarithmic move of every close, 0 at the first bar of an asset."""
    move = np.empty(close.size)
    for rows in slices(close.size):
        change = np.log(close[rows] / close[previous[rows]])
        move[rows] = np.where(previous[rows] >= 0, change, 0.0)
    return move


def jump_findings(subject: Subject, found: Jumps) -> list[Finding]:
    """Return findings on unusual moves."""
    where = say(
        "{source}, column '{close}'", source=subject.source, close=subject.raw.files[0].roles.close
    )
    findings: list[Finding] = []
    if found.split.size:
        findings.append(_splits(subject, found, where))
    if found.spike.size:
        findings.append(
            Finding(
                kind="spike",
                severity="warning",
                title=mark("Prices that jump and return"),
                where=where,
                what=say_count(
                    "{n} close far from the bars before and after is undone within {soon} bars "
                    "({first_bars})",
                    "{n:,} closes far from the bars before and after are undone within {soon} bars "
                    "({first_bars})",
                    found.spike.size,
                    soon=_SOON,
                    first_bars=first_bars(subject.market, found.spike),
                ),
                effect=mark(
                    "Rules may buy or sell at a price that never was, and profit from its return"
                ),
                advice=mark(
                    "Compare them with another source; mend the file, or leave the bars out of it"
                ),
                places=places_of(subject.bars, found.spike, _changes(subject, found.spike)),
                measure=mark("Change"),
            )
        )
    if found.other.size:
        findings.append(
            Finding(
                kind="jump",
                severity="warning",
                title=mark("Large jumps"),
                where=where,
                what=say(
                    "{size} more than halved or doubled within a bar ({first_bars})",
                    size=counted(found.other.size, "close"),
                    first_bars=first_bars(subject.market, found.other),
                ),
                effect=mark("A single such bar may make the whole result"),
                advice=mark(
                    "See whether it was news, or a change of the share that the prices are not "
                    "adjusted for"
                ),
                places=places_of(subject.bars, found.other, _changes(subject, found.other)),
                measure=mark("Change"),
            )
        )
    findings += _adjusted_twice(subject)
    return findings


def _splits(subject: Subject, found: Jumps, where: str) -> Finding:
    market = subject.market
    named: list[str] = []
    lines = ["symbol,ex_date,kind,ratio"]
    for row, ratio in zip(found.split.tolist(), found.ratio.tolist(), strict=True):
        symbol = market.symbols[subject.asset[row]]
        when = time_text(int(market.timestamps[subject.moment[row]]))
        named.append(
            say(
                "{symbol} {ratio_text} at {when}",
                symbol=symbol,
                ratio_text=ratio_text(ratio),
                when=when,
            )
        )
        lines.append(f"{symbol},{when[:10]},split,{ratio:.10g}")
    verb = mark("looks like a split") if len(named) == 1 else mark("look like splits")
    return Finding(
        kind="split",
        severity="warning",
        title=mark("Splits not adjusted for"),
        where=where,
        what=say(
            "{count} {verb} that the prices are not adjusted for ({cut})",
            count=counted(len(named), "move"),
            verb=verb,
            cut=cut(named),
        ),
        effect=mark("A position seems to lose or win as much within a bar, and stops are hit"),
        advice=mark("Use adjusted prices, or tell the splits by a file of corporate actions"),
        places=places_of(subject.bars, found.split, found.ratio),
        measure=mark("New shares for one"),
        actions="\n".join(lines),
    )


def ratio_text(ratio: float) -> str:
    """Return a ratio of new to old shares as ``3:2``, ``1:10``."""
    for old in (1, 2, 3, 4):
        if abs(ratio * old - round(ratio * old)) < 1e-6 and ratio >= 1:
            return f"{round(ratio * old)}:{old}"
    inverse = 1 / ratio
    for new in (1, 2, 3, 4):
        if abs(inverse * new - round(inverse * new)) < 1e-6:
            return f"{new}:{round(inverse * new)}"
    return f"{ratio:.4g}:1"


def _usual_moves(
    subject: Subject, size: NDArray[np.float64], previous: NDArray[np.int32]
) -> NDArray[np.float64]:
    """Return the usual size of a move of each asset, of all its moves but those of nothing."""
    frame = pl.DataFrame({"asset": subject.asset, "size": size})
    frame = frame.filter(pl.Series(previous >= 0)).group_by("asset").agg(pl.col("size").median())
    usual = np.zeros(len(subject.market.symbols))
    usual[frame["asset"].to_numpy()] = frame["size"].to_numpy() * _NORMAL
    return usual


def _own(
    subject: Subject,
    order: NDArray[np.int64],
    place: NDArray[np.int64],
    row: int,
    first: int,
    last: int,
) -> NDArray[np.int64]:
    """Return the rows of the asset from `first` to `last` bars after a row, as far as there are any."""
    at = int(place[row])
    rows = order[max(at + first, 0) : max(at + last + 1, 0)]
    return rows[subject.asset[rows] == subject.asset[row]]


def _return(
    close: NDArray[np.float64], before: int, after: NDArray[np.int64], move: float
) -> int | None:
    """Return the place of the first bar after a jump that is back where it came from."""
    left = np.abs(np.log(close[after] / close[before])) < _BACK * abs(move)
    return int(np.argmax(left)) if left.any() else None


def _is_news(
    subject: Subject, order: NDArray[np.int64], place: NDArray[np.int64], row: int
) -> bool:
    """Return whether much more money than usual changed hands; False where no volume is known.

    Of a price that may be wrong the shares count: the lower of both measures.
    """
    close, volume = subject.market.prices[CLOSE], subject.market.prices[VOLUME]
    earlier = _own(subject, order, place, row, -_WINDOW, -1)
    money, shares = _typical(volume[earlier] * close[earlier]), _typical(volume[earlier])
    if not (money > 0 and shares > 0 and volume[row] > 0):
        return False
    return min(volume[row] * close[row] / money, volume[row] / shares) > _NEWS


def _split_ratio(
    subject: Subject, order: NDArray[np.int64], place: NDArray[np.int64], row: int
) -> float | None:
    prices, before = subject.market.prices, int(subject.market.rows[PREVIOUS, row])
    day_range = float(np.log(prices[HIGH, row] / prices[LOW, row]))
    moves = np.log(prices[[OPEN, CLOSE], row] / prices[CLOSE, before])
    sign = -1.0 if moves[1] > 0 else 1.0  # more shares, lower price
    whole, gap = _nearest(_WHOLE, -moves * sign)
    part, part_gap = _nearest(_PARTS, -moves * sign)
    if gap < _NEAR_WHOLE and day_range < _CALM * np.log(whole):
        return whole**sign
    if part_gap < _NEAR_PART and day_range < _CALM * np.log(part):
        volume = prices[VOLUME]
        earlier = _typical(volume[_own(subject, order, place, row, -_WINDOW, -1)])
        later = _typical(volume[_own(subject, order, place, row, 0, _WINDOW - 1)])
        if earlier > 0 and later > 0:
            other_way = np.log(later / earlier) * sign
            return part**sign if other_way > _VOLUME_SHARE * np.log(part) else None
    return None


def _nearest(ratios: NDArray[np.float64], moves: NDArray[np.float64]) -> tuple[float, float]:
    """Return the ratio nearest to one of two moves, and how far it is from it."""
    gaps = np.abs(np.log(ratios)[:, None] - moves).min(axis=1)
    best = int(np.argmin(gaps))
    return float(ratios[best]), float(gaps[best])


def _typical(volume: NDArray[np.float64]) -> float:
    known = volume[~np.isnan(volume)]
    return float(np.median(known)) if known.size else 0.0


def _changes(subject: Subject, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    close = subject.market.prices[CLOSE]
    return close[rows] / close[subject.market.rows[PREVIOUS, rows]] - 1.0


def _with_actions(subject: Subject) -> set[int]:
    """Return the rows at which a corporate action of the request takes effect."""
    actions = subject.market.actions
    rows: set[int] = set()
    for asset, time in zip(actions.asset.tolist(), actions.time.tolist(), strict=True):
        own = np.flatnonzero(subject.asset == asset)
        at = np.searchsorted(subject.market.timestamps[subject.moment[own]], time)
        if at < own.size:
            rows.add(int(own[at]))
    return rows


def _adjusted_twice(subject: Subject) -> list[Finding]:
    """Tell the splits of the request at which the price does not move: it was adjusted before."""
    actions, market = subject.market.actions, subject.market
    close, previous = market.prices[CLOSE], market.rows[PREVIOUS]
    rows: list[int] = []
    for kind, asset, time, ratio in zip(
        actions.kind.tolist(),
        actions.asset.tolist(),
        actions.time.tolist(),
        actions.first.tolist(),
        strict=True,
    ):
        if kind != action_table.SPLIT or abs(np.log(ratio)) < _LEAST:
            continue
        own = np.flatnonzero(subject.asset == asset)
        at = int(np.searchsorted(market.timestamps[subject.moment[own]], time))
        if not 0 < at < own.size:
            continue
        row = int(own[at])
        move = float(np.log(close[row] / close[previous[row]]))
        if abs(move) < abs(move + np.log(ratio)) / 2:
            rows.append(row)
    if not rows:
        return []
    places = np.array(rows, np.int64)
    return [
        Finding(
            kind="split_twice",
            severity="warning",
            title=mark("Splits adjusted for twice"),
            where=subject.source,
            what=say(
                "{count} of the corporate actions without a jump of the price ({first_bars})",
                count=counted(len(rows), "split"),
                first_bars=first_bars(market, places),
            ),
            effect=mark(
                "The prices seem to be adjusted already: a position is multiplied on top of it"
            ),
            advice=mark("Leave these splits out of the file of corporate actions"),
            places=places_of(subject.bars, places, _changes(subject, places)),
            measure=mark("Change"),
        )
    ]
