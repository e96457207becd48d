"""Trades and the features they were decided on, as the trade-SHAP analysis of ml4t-diagnostic takes them.

That analysis looks a trade up in a table of features by one timestamp alone, and takes the first row that
has it: with several assets it would find the row of another one, and the row of the exit instead of that of
the decision. Here every trade has a row of its own, with the values of its asset at its decision, under a
timestamp that no other trade has.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from ml4t_desktop.export.records import TradesRun, trade_records
from ml4t_desktop.result.schema import CLOSED, ENTRY_CONTEXT, ENTRY_SIGNAL

KEY = "timestamp"
_STEP = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShapInput:
    """Features and trades that belong to each other row by row.

    Parameters
    ----------
    features : DataFrame
        `timestamp`, then the signals and the context of numbers of each closed trade's entry decision,
        Float64 with null where there was none. Compute SHAP values for these rows, in this order.
    records : list of dict
        As `records.trade_records` gives them, `timestamp` the same as in `features`: the exit, a
        microsecond later for every trade before it that has the same; `metadata` says so.
    """

    features: pl.DataFrame
    records: list[dict[str, object]]

    @property
    def names(self) -> list[str]:
        """The columns of the features, without the timestamp."""
        return self.features.columns[1:]


def shap_input(result: TradesRun) -> ShapInput:
    """Return closed trades with the features of their entry decisions.

    Parameters
    ----------
    result : RunResult or BacktestResult
    """
    closed = result.trades.filter(pl.col("status") == CLOSED).sort("trade_id", maintain_order=True)
    records = trade_records(result)
    times = _told_apart(records)
    columns: dict[str, str] = {}
    for name, dtype in closed.schema.items():
        for prefix, kept in ((ENTRY_SIGNAL, ""), (ENTRY_CONTEXT, "context_")):
            if name.startswith(prefix) and dtype.is_numeric():
                columns[f"{kept}{name.removeprefix(prefix)}"] = name
    features = closed.select(
        pl.col(name).cast(pl.Float64).alias(title) for title, name in columns.items()
    )
    key = pl.Series(KEY, times, closed.schema["exit_time"])
    return ShapInput(features=pl.DataFrame([key, *features.get_columns()]), records=records)


def _told_apart(records: list[dict[str, object]]) -> list[datetime]:
    """Give every record a timestamp of its own, and return them."""
    taken: set[datetime] = set()
    later: dict[datetime, datetime] = {}  # where to look on for those that ended at the same time
    for record in records:
        moment, metadata = record[KEY], record["metadata"]
        assert isinstance(moment, datetime)  # noqa: S101 (a closed trade has an exit)
        assert isinstance(metadata, dict)  # noqa: S101 (every record has it)
        own = later.get(moment, moment)
        while own in taken:
            own += _STEP
        taken.add(own)
        later[moment] = own
        if own != moment:
            entry = record["entry_timestamp"]
            assert isinstance(entry, datetime)  # noqa: S101 (every record has it)
            record |= {KEY: own, "duration": own - entry}
            said = metadata.setdefault("adjusted", [])
            said.append("other trades ended at the same time: timestamp is some microseconds later")
    return [record[KEY] for record in records]  # pyright: ignore[reportReturnType]  (checked above)
