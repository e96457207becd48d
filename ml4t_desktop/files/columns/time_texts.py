"""Times written as texts, in the usual notations."""

import re
from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.findings import of_this_kind
from ml4t_desktop.wording import joined, mark, say

DateOrder = Literal["day_first", "month_first"]
_SAMPLE = 200
_CLOCKS = ("%H:%M:%S", "%H:%M:%S%.f", "%H:%M", "%H%M%S", "%I:%M:%S %p", "%I:%M %p")
_ZONE = re.compile(r"\d(Z|z| ?UTC| ?GMT|\s?(UTC|GMT)?[+-]\d\d(:?\d\d)?)$")
_ZONE_TAIL = r"\s*(Z|z|UTC|GMT|(UTC|GMT)?[+-]\d\d(:?\d\d)?)$"
_ZONE_NAME = re.compile(r"\d\s+\[?([A-Z][A-Za-z_]+/[A-Za-z_/+\-]+)\]?$")
_LETTERS = re.compile(r"\d\s+[A-Z]{3,4}$")
# Of letters that several zones share (IST), none; CST and BST as where markets write them so.
_OFFSETS: Final = {
    "EST": "-05:00", "EDT": "-04:00", "CST": "-06:00", "CDT": "-05:00", "MST": "-07:00", "MDT": "-06:00",
    "PST": "-08:00", "PDT": "-07:00", "WET": "+00:00", "WEST": "+01:00", "BST": "+01:00", "CET": "+01:00",
    "CEST": "+02:00", "EET": "+02:00", "EEST": "+03:00", "MSK": "+03:00", "HKT": "+08:00", "SGT": "+08:00",
    "JST": "+09:00", "KST": "+09:00", "AEST": "+10:00", "AEDT": "+11:00",
}  # fmt: skip
_WEEKDAY = r"^(?i:mon|tue|wed|thu|fri|sat|sun)[a-zA-Z]*\.?,?\s+"
_MONTHS = r"[A-Za-z]{3,9}\.?[ \-/']?(\d{2}|\d{4})"
_SPANS: Final = (
    (
        re.compile(rf"\d{{4}}[-/.]?M?\d{{2}}|{_MONTHS}|\d{{1,2}}[-/.]\d{{4}}"),
        mark("it names a month and no day"),
    ),
    (
        re.compile(r"\d{4}[ -/.]?[QqT][1-4]|[QqT][1-4][ \-/]?\d{2,4}"),
        mark("it names a quarter and no day"),
    ),
    (
        re.compile(r"\d{4}[ -/.]?(W|KW|CW)\d{1,2}|(W|KW|CW) ?\d{1,2}[ \-/]\d{4}"),
        mark("it names a week and no day"),
    ),
)
_COMMA = re.compile(r":\d\d,\d")
_DIGITS = re.compile(r"-?\d{9,20}(\.\d+)?")

# Day and month cannot be told apart by their shape in these pairs; the values decide.
_TWINS = {
    "%m/%d/%Y": "%d/%m/%Y", "%m-%d-%Y": "%d-%m-%Y", "%m/%d/%y": "%d/%m/%y", "%m-%d-%y": "%d-%m-%y",
}  # fmt: skip
_SHAPES: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"\d{4}-\d{1,2}-\d{1,2}", ("%Y-%m-%d",)),
    (r"\d{4}/\d{1,2}/\d{1,2}", ("%Y/%m/%d",)),
    (r"\d{4}\.\d{1,2}\.\d{1,2}", ("%Y.%m.%d",)),
    (r"\d{8}", ("%Y%m%d",)),
    (r"\d{1,2}\.\d{1,2}\.\d{4}", ("%d.%m.%Y",)),
    (r"\d{1,2}\.\d{1,2}\.\d{2}", ("%d.%m.%y",)),
    (r"\d{4}-W\d{2}-\d", ("%G-W%V-%u",)),
    (r"\d{4}-[A-Za-z]{3}-\d{1,2}", ("%Y-%b-%d",)),
    (r"\d{1,2}[A-Za-z]{3}\d{4}", ("%d%b%Y",)),
    (r"\d{1,2} [A-Za-z]{4,9} \d{4}", ("%d %B %Y",)),
    (r"\d{1,2}/\d{1,2}/\d{4}", ("%m/%d/%Y", "%d/%m/%Y")),
    (r"\d{1,2}-\d{1,2}-\d{4}", ("%m-%d-%Y", "%d-%m-%Y")),
    (r"\d{1,2}/\d{1,2}/\d{2}", ("%m/%d/%y", "%d/%m/%y")),
    (r"\d{1,2}-\d{1,2}-\d{2}", ("%m-%d-%y", "%d-%m-%y")),
    (r"\d{1,2}-[A-Za-z]{3}-\d{4}", ("%d-%b-%Y",)),
    (r"\d{1,2}-[A-Za-z]{3}-\d{2}", ("%d-%b-%y",)),
    (r"\d{1,2} [A-Za-z]{3} \d{4}", ("%d %b %Y",)),
    (r"[A-Za-z]{3} \d{1,2},? \d{4}", ("%b %d, %Y", "%b %d %Y")),
    (r"[A-Za-z]{4,9} \d{1,2},? \d{4}", ("%B %d, %Y", "%B %d %Y")),
)
_LEADS = [(re.compile(rf"({shape})(?:[T ]+(.+))?"), dates) for shape, dates in _SHAPES]


def dates_note(where: str, zone: str) -> Problem:
    """Return the note that midnights of a zone are read as the dates they are there."""
    what = say("its times are the midnights of {zone}; they are read as dates", zone=zone)
    return Problem(where=where, what=what, severity="note")


def parse_time_texts(
    column: pl.Series,
    where: str,
    order: DateOrder | None = None,
    rows: NDArray[np.int64] | None = None,
) -> tuple[pl.Series, tuple[Problem, ...]]:
    """Return a column of texts as Date or Datetime (UTC when the texts carry a zone), and warnings.

    Parameters
    ----------
    order : {"day_first", "month_first"} or None
        How 03/04/2024 is read; None means judged by all values.
    rows : ndarray of int64 or None
        The 0-based row of the table of each text; None for 0, 1, 2, …

    Raises
    ------
    InputError
        If the notation is not known or a row does not follow it.
    """
    if not len(column):
        return column.cast(pl.Datetime("us")), ()
    texts = column.str.strip_chars().str.replace(_WEEKDAY, "")
    if _COMMA.search(str(texts[0])):  # 09:30:00,125 as Python's logs have it
        texts = texts.str.replace(r"(:\d\d),(\d)", "${1}.${2}")
    short = _with_offsets(texts, where)
    if short is not None:
        read, notes = parse_time_texts(short[0], where, order, rows)
        return read, (*notes, short[1])
    sample = texts.head(_SAMPLE).unique(maintain_order=True).to_list()
    if all(_DIGITS.fullmatch(text) for text in sample):
        return _epoch_texts(texts, where), ()
    named = {match[1] if (match := _ZONE_NAME.search(text)) else "" for text in sample}
    if named and "" not in named:
        return _with_named_zone(texts, named, where, order, rows)
    zoned = all(_ZONE.search(text) and ":" in text for text in sample)
    if zoned:
        local = _local_midnights(texts, sample, where)
        if local is not None:
            return local
        texts, sample = _with_zone(texts), _with_zone(pl.Series(sample)).to_list()
    dates = _date_formats(sample)
    if not dates:
        what = say("'{sample}' is no time that can be read", sample=sample[0])
        fix = mark("Write times such as 2024-01-31 or 2024-01-31 09:30:00")
        span = span_named(sample[0])
        if span:
            what = say("{what}: {span}", what=what, span=span)
            fix = mark("Give the day from which its values were known, such as 2024-01-31")
        raise InputError(Problem(where=say("{where}, row 1", where=where), what=what, fix=fix))
    if order is not None and len(dates) > 1 and set(dates) & {*_TWINS, *_TWINS.values()}:
        first = "%d" if order == "day_first" else "%m"
        dates = tuple(form for form in dates if form.startswith(first))
    parsed = {form: _parse(texts, form, sample, zoned=zoned) for form in dates}
    form = min(parsed, key=lambda name: parsed[name].null_count())
    if parsed[form].null_count():
        _refuse_rows(texts, parsed[form], where)
    return _decided(texts, parsed, form, where, rows)


def span_named(text: str) -> str:
    """Return what a text says that names a month, a quarter or a week, and no day; empty for any other."""
    return next((said for shape, said in _SPANS if shape.fullmatch(text.strip())), "")


def _with_offsets(texts: pl.Series, where: str) -> tuple[pl.Series, Problem] | None:
    """Return texts whose zones are letters such as EST with offsets, and a note; None of any others."""
    if not _LETTERS.search(str(texts[0])):
        return None
    letters = texts.str.extract(r"\d\s+([A-Z]{3,4})$").unique().to_list()
    if None in letters or not {*letters} <= {*_OFFSETS}:
        return None
    for name in letters:
        texts = texts.str.replace(rf"\s+{name}$", _OFFSETS[name])
    said = joined(
        ", ",
        [say("{name} UTC{offset}", name=name, offset=_OFFSETS[name]) for name in sorted(letters)],
    )
    what = say("the letters of zones are read as {said}", said=said)
    return texts, Problem(where=where, what=what, severity="note")


def _decided(
    texts: pl.Series,
    parsed: dict[str, pl.Series],
    form: str,
    where: str,
    rows: NDArray[np.int64] | None,
) -> tuple[pl.Series, tuple[Problem, ...]]:
    """Return the times of one notation, and on what grounds day and month were told apart."""
    best = parsed[form]
    other = _TWINS.get(form) or {v: k for k, v in _TWINS.items()}.get(form, "")
    twin = parsed.get(other)
    if twin is None or twin.equals(best):
        return best, ()
    if twin.null_count():
        place = int(twin.is_null().arg_true()[0])
        row = (place if rows is None else int(rows[place])) + 1
        what = say(
            "read as {spoken}, as '{texts}' (row {row}) cannot be the other way",
            spoken=_spoken(form),
            texts=texts[place],
            row=row,
        )
        return best, (Problem(where=where, what=what, severity="note"),)
    if _goes_on(twin) and not _goes_on(best):
        form, best = other, twin
    warning = Problem(
        where=where,
        what=say("day and month cannot be told apart; read as {spoken}", spoken=_spoken(form)),
        fix=mark(
            'Say it below “How the files are written”, as “Dates”: date_order = "day_first" or '
            '"month_first"; or write dates as 2024-01-31'
        ),
        severity="warning",
    )
    return best, (warning,)


def _goes_on(times: pl.Series) -> bool:
    """Return whether every new time is later than those before, as in blocks of one asset each."""
    return times.unique(maintain_order=True).is_sorted()


def _local_midnights(
    texts: pl.Series, sample: Sequence[str], where: str
) -> tuple[pl.Series, tuple[Problem, ...]] | None:
    """Return the dates of texts that are the midnights of a zone other than UTC, else None."""
    plain = [re.sub(_ZONE_TAIL, "", text) for text in sample]
    offsets = {text[len(start) :].strip() for text, start in zip(sample, plain, strict=True)}
    if offsets <= {"Z", "z", "UTC", "GMT", "+00:00", "+0000", "+00", "-00:00"}:
        return None
    dates = _date_formats(plain)
    if len(dates) != 1 or not all((_clock_of(text) or "").startswith("00:00") for text in plain):
        return None
    read = _parse(texts.str.replace(_ZONE_TAIL, ""), dates[0], plain, zoned=False)
    if read.null_count() or read.dtype == pl.Date or not (read == read.dt.truncate("1d")).all():
        return None
    return read.cast(pl.Date), (dates_note(where, mark("their zone")),)


def _with_named_zone(
    texts: pl.Series,
    zones: set[str],
    where: str,
    order: DateOrder | None,
    rows: NDArray[np.int64] | None,
) -> tuple[pl.Series, tuple[Problem, ...]]:
    """Return times that bear the name of their zone, such as US/Eastern."""
    zone = min(zones)
    others = texts.str.extract(r"([A-Za-z_]+/[A-Za-z_/+\-]+)\]?$").ne_missing(zone).arg_true()
    plain = texts.str.replace(r"\s+\[?[A-Za-z_]+/[A-Za-z_/+\-]+\]?$", "")
    if len(others):
        at = [int(row) + 1 for row in others.to_list()]
        what = say(
            "'{texts}' is no time of {zone} as the others are{of_this_kind}",
            texts=texts[at[0] - 1],
            zone=zone,
            of_this_kind=of_this_kind(at),
        )
        fix = mark("Write all times in one zone")
        raise InputError(
            Problem(where=say("{where}, row {at}", where=where, at=at[0]), what=what, fix=fix)
        )
    local, notes = parse_time_texts(plain, where, order, rows)
    if not isinstance(local.dtype, pl.Datetime):
        return local, notes
    try:
        read = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    except pl.exceptions.PolarsError as error:
        fix = mark("Write times with an offset, such as 2024-01-31 09:30:00-05:00")
        raise InputError(
            Problem(where=where, what=say("{zone} is no known zone", zone=zone), fix=fix)
        ) from error
    if read.null_count():
        _refuse_rows(texts, read, where)
    return read, (
        *notes,
        Problem(where=where, what=say("read as times of {zone}", zone=zone), severity="note"),
    )


def _epoch_texts(texts: pl.Series, where: str) -> pl.Series:
    numbers = texts.cast(pl.Int64, strict=False)
    if numbers.null_count():
        numbers = texts.cast(pl.Float64, strict=False)
    if numbers.null_count():
        _refuse_rows(texts, numbers, where)
    return numbers


def _with_zone(texts: pl.Series) -> pl.Series:
    """Return texts with their zone written as +HHMM."""
    return (
        texts.str.replace(r"\s*(Z|z|UTC|GMT)$", "+0000")
        .str.replace(r"\s*(?:UTC|GMT)?([+-]\d\d):?(\d\d)$", "${1}${2}")
        .str.replace(r"(:\d\d(?:\.\d+)?)([+-]\d\d)$", "${1}${2}00")
    )


def _date_formats(sample: Sequence[str]) -> tuple[str, ...]:
    for lead, dates in _LEADS:
        if lead.fullmatch(sample[0]):
            return dates
    return ()


def _parse(texts: pl.Series, date: str, sample: Sequence[str], *, zoned: bool) -> pl.Series:
    """Return texts read with one notation of the date; null where a row does not follow it."""
    if all(_clock_of(text) is None for text in sample):
        days = texts.str.to_date(date, strict=False)
        # Midnight may be written without its clock in a column that has clocks elsewhere.
        if not days.null_count():
            return days
    zone = "%z" if zoned else ""
    spaced = texts.str.replace(r"(\d)T(\d)", "${1} ${2}").str.replace_all("  +", " ")
    best = spaced.str.to_datetime(f"{date} {_CLOCKS[0]}{zone}", strict=False, time_unit="us")
    for clock in _CLOCKS[1:]:
        if not best.null_count():
            return best
        best = _filled(best, spaced, f"{date} {clock}{zone}")
    if best.null_count() and not zoned:
        days = texts.str.to_date(date, strict=False).cast(pl.Datetime("us"))
        best = pl.select(pl.coalesce(best, days)).to_series()
    return best


def _filled(best: pl.Series, texts: pl.Series, form: str) -> pl.Series:
    """Return times with the missing ones read by another notation."""
    more = texts.str.to_datetime(form, strict=False, time_unit="us")
    return (
        more if best.null_count() == len(best) else pl.select(pl.coalesce(best, more)).to_series()
    )


def _clock_of(text: str) -> str | None:
    for lead, _ in _LEADS:
        match = lead.fullmatch(text)
        if match:
            return match[2]
    return None


def _refuse_rows(texts: pl.Series, parsed: pl.Series, where: str) -> None:
    bad = parsed.is_null().arg_true()
    rows = [int(row) + 1 for row in bad.to_list()]
    problem = Problem(
        where=say("{where}, row {rows}", where=where, rows=rows[0]),
        what=say(
            "'{texts}' is no time like the others{of_this_kind}",
            texts=texts[rows[0] - 1],
            of_this_kind=of_this_kind(rows),
        ),
        fix=mark("Write all times in one notation, such as 2024-01-31 09:30:00"),
    )
    raise InputError(problem)


def _spoken(form: str) -> str:
    return mark("month before day") if form.startswith("%m") else mark("day before month")
