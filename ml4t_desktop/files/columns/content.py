"""What the values of columns tell about their roles, where names do not."""

import re
from collections.abc import Mapping

import polars as pl

from ml4t_desktop.files.columns.clocks import holds_clocks, is_clock_name
from ml4t_desktop.files.columns.names import folded, reason_to_ignore, usual_role
from ml4t_desktop.files.columns.number_texts import read_numbers, without_words
from ml4t_desktop.files.columns.times import are_epochs, can_be_times
from ml4t_desktop.wording import mark

Found = dict[str, tuple[str, str]]
_SAMPLE = 1_000
_PRICES = ("open", "high", "low", "close")
_MOST = 0.99
_NUMBERED = re.compile(r"(id|code|key|number|no)$")
_NEAR = 0.5  # high and low of one bar are not farther apart than this share of the price


def roles_by_content(sample: pl.DataFrame, known: Mapping[str, str]) -> Found:
    """Return roles that names do not tell, each with its column and the reason.

    Parameters
    ----------
    sample : DataFrame
        Rows of the table, all or the first ones.
    known : mapping of str to str
        Columns by role, as named.
    """
    head = sample.head(_SAMPLE)
    found: Found = {}
    taken = set(known.values())
    if "time" not in known:
        column = next((n for n in head.columns if n not in taken and _is_time(head[n])), None)
        reason = mark("its values are times")
        if column is None:
            column = next((n for n in head.columns if n not in taken and are_epochs(head[n])), None)
            reason = mark("its numbers count the time since 1970")
        if column is not None:
            found["time"] = (column, reason)
            taken.add(column)
    time = known.get("time") or found.get("time", (None, ""))[0]
    if time is not None and "clock" not in known:
        clock = _clock(head, time, taken)
        if clock is not None:
            found["clock"] = (clock, mark("times of day beside a column of dates"))
            taken.add(clock)
    if not {"open", "high", "low", "close"} & set(known):
        found |= _prices(head, taken)
        taken |= {column for column, _ in found.values()}
    if "asset" not in known and time is not None:
        clock = known.get("clock") or found.get("clock", (None, ""))[0]
        asset = _asset(sample, [name for name in (time, clock) if name], taken)
        if asset is not None:
            found["asset"] = (asset, mark("a text that differs between rows of one time"))
    return found


def _is_time(column: pl.Series) -> bool:
    readable = column.dtype.is_temporal() or column.dtype == pl.String
    known = column.drop_nulls()
    return readable and len(known) > 0 and column.dtype != pl.Time and can_be_times(known)


def _clock(head: pl.DataFrame, time: str, taken: set[str]) -> str | None:
    """Return the column of times of day that belongs to a column of whole days."""
    from ml4t_desktop.errors import InputError
    from ml4t_desktop.files.columns.times import read_times

    candidates = [
        name
        for name in head.columns
        if name not in taken and name != time and holds_clocks(head[name])
        and usual_role(name) in (None, "time")  # symbols such as 0700 are no times of day
        and (is_clock_name(name) or head[name].dtype in (pl.String, pl.Time))
    ]  # fmt: skip
    if not candidates:
        return None
    try:
        whole = read_times(head[time].drop_nulls(), "").whole_days
    except InputError:
        return None
    return min(candidates, key=lambda name: not is_clock_name(name)) if whole else None


def _prices(head: pl.DataFrame, taken: set[str]) -> Found:
    """Return four columns side by side of which the second is the highest and the third the lowest."""
    names = [
        name
        for name in head.columns
        if name not in taken and usual_role(name) is None and reason_to_ignore(name) is None
    ]  # fmt: skip
    read = {name: _as_numbers(head[name]) for name in names}
    numbers = pl.DataFrame([column for column in read.values() if column is not None])
    names = numbers.columns
    for place in range(len(names) - 3):
        group = names[place : place + 4]
        if _are_bars(numbers.select(group).drop_nulls()):
            reason = mark(
                "four columns side by side, the second the highest and the third the lowest"
            )
            found = {role: (name, reason) for role, name in zip(_PRICES, group, strict=True)}
            after = names[place + 4 : place + 5]
            if after and bool((numbers[after[0]].drop_nulls() >= 0).all()):
                found["volume"] = (
                    after[0],
                    mark("a column that is never negative, behind the prices"),
                )
            return found
    return {}


def _as_numbers(column: pl.Series) -> pl.Series | None:
    """Return a column of numbers, or of texts that are all numbers, as numbers; None of another."""
    if column.dtype != pl.String:
        return column if column.dtype.is_numeric() else None
    texts = without_words(column)
    values = read_numbers(texts).values
    return values.alias(column.name) if values.null_count() == texts.null_count() else None


def _are_bars(frame: pl.DataFrame) -> bool:
    if frame.height < 2:
        return False
    first, high, low, last = (frame[name].cast(pl.Float64) for name in frame.columns)
    if float(low.min() or 0) <= 0 or high.equals(low):  # pyright: ignore[reportArgumentType] # numbers
        return False
    inside = (high >= first) & (high >= last) & (low <= first) & (low <= last)
    near = (high - low) <= _NEAR * high
    return float((inside & near).mean() or 0) >= _MOST  # pyright: ignore[reportArgumentType] # a share


def _asset(sample: pl.DataFrame, times: list[str], taken: set[str]) -> str | None:
    """Return the text that tells rows of one time apart; a sample of one asset has no such rows."""
    if not sample.select(times).is_duplicated().any():
        return None
    for name, kind in sample.schema.items():
        words = kind == pl.String or isinstance(kind, pl.Categorical | pl.Enum)
        numbered = kind.is_integer() and _NUMBERED.search(folded(name)) is not None
        if name in taken or name in times or not (words or numbered):
            continue
        texts = sample[name].head(_SAMPLE).cast(pl.String)
        if numbered and sample[name].n_unique() > sample.height // 2:
            continue  # a number of the row
        if words and (holds_clocks(texts) or can_be_times(texts.drop_nulls())):
            continue
        if not sample.select(*times, name).is_duplicated().any():
            return name
    return None
