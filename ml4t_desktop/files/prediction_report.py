"""How predictions of other files met the bars, in words."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.findings import counted, listed, time_text
from ml4t_desktop.market import Market
from ml4t_desktop.request import PredictionSource
from ml4t_desktop.units import MICROSECONDS_PER_DAY
from ml4t_desktop.wording import mark, say, say_count

if TYPE_CHECKING:  # reads this module
    from ml4t_desktop.files.predictions import Predictions

_FEW = 0.5
_MATCHED = {  # by how, and whether they are known later
    ("asof", False): mark("matched by asset and time (the latest at or before the bar)"),
    ("asof", True): mark(
        "matched by asset and time (the latest at or before the bar, known {lag} later)"
    ),
    ("exact", False): mark("matched by asset and time (the same time)"),
    ("exact", True): mark("matched by asset and time (the same time, known {lag} later)"),
}


def report_of(
    market: Market,
    predictions: "Predictions",
    asset: NDArray[np.int64],
    row: NDArray[np.int64],
    matched: NDArray[np.bool_],
    source: PredictionSource,
) -> list[Problem]:
    """Return how many bars got a prediction and which predictions met no bar."""
    where, bars = predictions.source, market.row_count
    count = int(matched.sum())
    if not count:
        raise InputError(_no_match(market, predictions, asset, source))
    used = np.zeros(predictions.time.size, np.bool_)
    used[row[matched]] = True
    met = int(used.sum())
    words = say(_MATCHED[source.match, source.lag is not None], lag=source.lag)
    what = say_count(
        "{n} of {bars:,} bars has a prediction, {words}; {met:,} of {size:,} predictions used",
        "{n:,} of {bars:,} bars have a prediction, {words}; {met:,} of {size:,} predictions used",
        count,
        bars=bars,
        words=words,
        met=met,
        size=used.size,
    )
    found = [Problem(where=where, what=what, severity="warning" if count < _FEW * bars else "note")]
    if predictions.asset is not None:
        present = (
            set(np.unique(predictions.asset.codes[asset < 0]).tolist())
            if (asset < 0).any()
            else set()
        )
        strangers = [predictions.asset.labels[code] for code in sorted(present)]
        if strangers:
            what = say(
                "{count} without prices: {strangers}",
                count=counted(len(strangers), "asset"),
                strangers=listed(strangers),
            )
            found.append(Problem(where=where, what=what, severity="warning"))
        lacking = np.setdiff1d(np.arange(len(market.symbols)), asset)
        if lacking.size:
            names = [market.symbols[i] for i in lacking]
            what = say(
                "{count} without predictions: {names}",
                count=counted(len(names), "asset"),
                names=listed(names),
            )
            found.append(Problem(where=where, what=what, severity="warning"))
    lost = np.flatnonzero(~used & (asset >= 0))
    if lost.size and source.match == "exact":
        first = lost[np.argmin(predictions.time[lost])]
        what = say(
            "{size} without a bar at their time, the first for {asset_name} at {time}",
            size=counted(lost.size, "prediction"),
            asset_name=asset_name(predictions, int(first)),
            time=time_text(int(predictions.time[first])),
        )
        found.append(Problem(where=where, what=what, severity="warning"))
    if predictions.zoned != (market.time_zone is not None):
        what = (
            mark("the predictions carry a time zone and the prices do not; those count as UTC")
            if predictions.zoned
            else mark("the prices carry a time zone and the predictions do not; those count as UTC")
        )
        fix = mark('Say the zone of the other: time_zone = "…"')
        found.append(Problem(where=where, what=what, fix=fix, severity="warning"))
    days = market.timestamps // MICROSECONDS_PER_DAY
    intraday = bool(np.any(days[1:] == days[:-1]))
    if predictions.whole_days and intraday and source.match == "asof" and source.lag is None:
        what = mark("predictions of a day are used from its first minute on; were they known then?")
        fix = mark('If they use its close, set lag = "1d" in [data.predictions]')
        found.append(Problem(where=where, what=what, fix=fix, severity="warning"))
    return found


def _no_match(
    market: Market, predictions: "Predictions", asset: NDArray[np.int64], source: PredictionSource
) -> Problem:
    if not predictions.time.size:
        return Problem(
            where=predictions.source,
            what=mark("there are no rows"),
            fix=mark("Give a file with rows"),
        )
    if not (asset >= 0).any() and predictions.asset is not None:
        what = say(
            "no prediction is for an asset of the prices: {labels} against {symbols}",
            labels=listed(predictions.asset.labels),
            symbols=listed(market.symbols),
        )
        return Problem(
            where=predictions.source, what=what, fix=mark("Name the column of symbols: asset")
        )
    first, last = (time_text(int(t)) for t in (predictions.time.min(), predictions.time.max()))
    bars = say(
        "{timestamps} to {timestamps2}",
        timestamps=time_text(int(market.timestamps[0])),
        timestamps2=time_text(int(market.timestamps[-1])),
    )
    what = say(
        "no prediction is for the time of a bar: they go from {first} to {last}, the bars "
        "from {bars}",
        first=first,
        last=last,
        bars=bars,
    )
    fix = mark('Check the times and the zone; match = "asof" takes the latest one before a bar')
    if source.match == "asof":
        fix = mark("Check the times, max_age and lag")
    return Problem(where=predictions.source, what=what, fix=fix)


def asset_name(predictions: "Predictions", row: int) -> str:
    """Return which asset a prediction is for."""
    asset = predictions.asset
    return mark("the asset") if asset is None else asset.labels[asset.codes[row]]
