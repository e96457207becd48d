"""The leak checks of a request, or of files that no request names yet."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ml4t_desktop.errors import Cancelled, InputError
from ml4t_desktop.request import ContextSource, DataSource, PredictionSource, Request

if TYPE_CHECKING:  # polars and numba load with the first check
    from ml4t_desktop.analysis.leakage import LeakReport
    from ml4t_desktop.analysis.leakage.watch import Watch
    from ml4t_desktop.files.loaded import LoadedMarket
    from ml4t_desktop.files.quality import QualityReport

_READING = 0.2  # the share of the work that reading is taken for


def check_request(
    request: Request,
    base: Path,
    *,
    loaded: "LoadedMarket | None" = None,
    watch: "Watch | None" = None,
) -> "LeakReport":
    """Return what the columns of a request know that they should not know.

    Columns of the price files that say which rows a model was trained on are read too.

    Parameters
    ----------
    base : Path
        The folder from which the request's paths work.
    loaded : LoadedMarket, optional
        The market of the request, where it is in memory.
    watch : Watch, optional
        Told the progress, and able to cancel.

    Raises
    ------
    InputError
        If the files cannot be read; with every problem.
    Cancelled
        If the watch says so.
    """
    from ml4t_desktop.analysis.leakage import check_leaks
    from ml4t_desktop.analysis.leakage.watch import Stretch, Unwatched
    from ml4t_desktop.files.market_files import read_market

    watch = watch or Unwatched()
    watch.check()
    data = _with_splits(request.data, base)
    if loaded is None or data != request.data:
        loaded = read_market(
            data,
            request.context,
            base=base,
            progress=lambda share: watch.advance(_READING * share),
            cancelled=lambda: _is_cancelled(watch),
        )
    return check_leaks(loaded.market, request, Stretch(watch, _READING, 1.0))


def request_of_files(reports: "Sequence[QualityReport]") -> Request | None:
    """Return a request without rules for files that were looked at, with the columns as recognised.

    The first file of context is matched to all files of prices; None without a usable file of
    prices.
    """
    usable = [report for report in reports if report.is_usable]
    prices = [report for report in usable if report.kind == "prices"]
    contexts = [report for report in usable if report.kind == "context"]
    predicted = [report for report in usable if report.kind == "predictions"]
    if not prices:
        return None
    first = prices[0]
    data = DataSource(
        files=tuple(str(path.absolute()) for report in prices for path in report.files),
        time=_column(first, "time"),
        asset=_column(first, "asset"),
        open=_column(first, "open"),
        high=_column(first, "high"),
        low=_column(first, "low"),
        close=_column(first, "close"),
        volume=_column(first, "volume"),
        signals=tuple(
            guess.column
            for report in (first, *predicted)
            for guess in report.columns
            if guess.role == "signal"
        ),
        predictions=_predictions(predicted),
    )
    context = contexts[0] if contexts else None
    return Request(
        data=data,
        context=None
        if context is None
        else ContextSource(
            file=str(context.path.absolute()),
            time=_column(context, "time"),
            columns=tuple(guess.column for guess in context.columns if guess.role == "context"),
        ),
    )


def _predictions(reports: "Sequence[QualityReport]") -> PredictionSource | None:
    if not reports:
        return None
    return PredictionSource(
        files=tuple(str(report.path.absolute()) for report in reports),
        time=_column(reports[0], "time"),
        asset=_column(reports[0], "asset"),
    )


def _is_cancelled(watch: "Watch") -> bool:
    try:
        watch.check()
    except Cancelled:
        return True
    return False


def _column(report: "QualityReport", role: str) -> str | None:
    found = (guess.column for guess in report.columns if guess.role == role)
    return next((name for name in found if name not in report.made), None)


def _with_splits(data: DataSource, base: Path) -> DataSource:
    """Return the data with the columns that may say train or test among the signals."""
    from ml4t_desktop.analysis.leakage.splits import may_be_split
    from ml4t_desktop.files.formats.tables import table_schema

    found: list[set[str]] = []
    for name in data.files:
        try:
            found.append(set(table_schema(base / name)))
        except InputError:  # told when the file is read
            return data
    roles = (data.time, data.asset, data.open, data.high, data.low, data.close, data.volume)
    in_all = set.intersection(*found).difference(data.signals, roles)
    more = sorted(may_be_split(in_all))
    return data.model_copy(update={"signals": (*data.signals, *more)}) if more else data
