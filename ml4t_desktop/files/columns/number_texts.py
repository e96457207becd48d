"""Numbers written for people: ``$1,234.50``, ``1.234,50 €``, ``12.5%``, ``(1,000)``, ``3.2M``."""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from ml4t_desktop.wording import mark, say

Decimal = Literal[".", ","]
NO_TEXT = ("", "na", "n/a", "nan", "<na>", "null", "\\n", "#n/a")
NO_NUMBER = (
    *NO_TEXT,
    "none",
    "nil",
    "-",
    "--",
    "\u2014",
    ".",
    "#na",
    "#value!",
    "#div/0!",
    "#ref!",
    "#num!",
    "#name?",
)
FLAGS = {"true": "1", "false": "0"}
_GLANCE = 1_000
_DIGITS = 15  # that a float keeps of any decimal number
_CURRENCY = r"(?i)[$€£¥₹₩₽¢]|\b(?:usd|eur|gbp|chf|jpy|inr|cad|aud|nzd|sek|nok|dkk|hkd|cny)\b"
_BLANKS = r"[\s\u00a0\u202f\u2009'\u2019]"
_GROUPED_BLANKS = rf"^[+-]?\s?\d{{1,3}}({_BLANKS}\d{{3}})+([.,]\d*)?[kmbtKMBT]?$"
_SIZES = {"k": 1e3, "m": 1e6, "b": 1e9, "t": 1e12}
_GROUPED_COMMAS = r"^[+-]?\d{1,3}(,\d{2,3})*,\d{3}(\.\d*)?$"  # 12,34,567 in India
_GROUPED_DOTS = r"^[+-]?\d{1,3}(\.\d{3})+(,\d*)?$"


@dataclass(frozen=True, slots=True, eq=False)
class NumberTexts:
    """Texts read as numbers.

    Parameters
    ----------
    values : Series
        Float64; null where there is no value and where a text is no number.
    remarks : tuple of str
        What was taken away or decided, in words.
    mark : {".", ","}
        The decimal mark they were read with.
    """

    values: pl.Series
    remarks: tuple[str, ...]
    mark: Decimal = "."


def without_words(texts: pl.Series, no_value: tuple[str, ...] = NO_NUMBER) -> pl.Series:
    """Return texts stripped, with the words for no value as null."""
    plain = texts.cast(pl.String).str.strip_chars()
    absent = _says_nothing(plain, no_value)
    return plain.set(absent.fill_null(value=False), None) if absent.any() else plain


def _says_nothing(texts: pl.Series, words: tuple[str, ...]) -> pl.Series:
    """Return which texts are words for no value, also those with a reason as add-ins of vendors leave them."""
    lower = texts.str.to_lowercase()
    return lower.is_in(words) | lower.str.starts_with("#n/a ")


def plain_numbers(texts: pl.Series, decimal: Decimal | None = None) -> pl.Series | None:
    """Return texts as numbers if every value is plainly one and there is a value, else None."""
    first = texts.drop_nulls().head(_GLANCE).str.strip_chars()
    first = first.filter(~_says_nothing(first, NO_NUMBER))
    if not len(first) or _cast(first, decimal).null_count():
        return None
    known = without_words(texts)
    numbers = _cast(known, decimal)
    return numbers if numbers.null_count() == known.null_count() else None


def grouped_numbers(texts: pl.Series) -> pl.Series | None:
    """Return texts as numbers if all are written as 1.234,5 and there is a value, else None."""
    known = without_words(texts)
    fits = known.drop_nulls().str.contains(r"^[+-]?(\d{1,3}(\.\d{3})+|\d+)(,\d*)?$")
    if not len(fits) or not fits.all():
        return None
    dotted = known.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    return dotted.cast(pl.Float64, strict=False)


def read_numbers(
    texts: pl.Series, decimal: Decimal | None = None, *, sizes: bool = True
) -> NumberTexts:
    """Return texts as numbers, whatever notation most of them share.

    Parameters
    ----------
    texts : Series
        Stripped, null where there is no value; see `without_words`.
    decimal : {".", ","} or None
        The decimal mark; None means judged by the values.
    sizes : bool
        Whether ``3.2M`` is 3,200,000.
    """
    numbers = _cast(texts, decimal)
    if numbers.null_count() == texts.null_count():
        return NumberTexts(numbers, (), decimal or ".")
    flags = _cast(texts.str.to_lowercase().replace(FLAGS), decimal)
    if flags.null_count() == texts.null_count():
        return NumberTexts(flags, (), decimal or ".")
    # Distinct texts are few or as many as the rows; the work is never more than for the rows.
    remarks: list[str] = []
    plain = texts.str.replace_all("\u2212", "-", literal=True)
    bracketed = plain.str.contains(r"^\(.+\)$")
    plain = _without(
        plain, r"^\(|\)$", mark("negative numbers are in brackets"), bracketed, remarks
    )
    behind = plain.str.contains(r"^[\d.,'\s]*\d-$").fill_null(value=False)
    if behind.any():
        plain = plain.zip_with(~behind, plain.str.replace(r"^(.*)-$", "-${1}"))
        remarks.append(mark("the sign of negative numbers is behind them"))
    percent = plain.str.contains(r"%\s*$")
    plain = _without(
        plain, r"\s*%\s*$", mark("percentages are read as fractions"), percent, remarks
    )
    if remarks and "percent" in remarks[-1] and not percent.drop_nulls().all():
        remarks.append(mark("not every number has a % sign; those without are taken as they are"))
    money = plain.str.contains(_CURRENCY)
    plain = _without(plain, _CURRENCY, mark("signs of currency are left out"), money, remarks)
    plain = plain.str.strip_chars()
    grouped = plain.str.contains(_GROUPED_BLANKS).fill_null(value=False)
    plain = plain.zip_with(~grouped, plain.str.replace_all(_BLANKS, ""))
    factor = pl.Series("factor", [1.0]).extend_constant(1.0, max(len(plain) - 1, 0))
    if sizes and plain.str.contains(r"(?i)\d[kmbt]$").any():
        suffix = plain.str.extract(r"(?i)\d([kmbt])$").str.to_lowercase()
        factor = suffix.replace_strict(_SIZES, default=1.0, return_dtype=pl.Float64).fill_null(1.0)
        plain = plain.str.replace(r"(?i)(\d)[kmbt]$", "${1}")
        remarks.append(mark("K, M, B and T are thousands, millions, billions and trillions"))
    plain, point = _unmarked(plain, decimal, remarks)
    values = plain.cast(pl.Float64, strict=False)
    scale = pl.select(
        pl.lit(factor)
        * pl.when(bracketed).then(-1.0).otherwise(1.0)
        * pl.when(percent).then(0.01).otherwise(1.0)
    ).to_series()
    scaled = values * scale
    # 8.19M is 8190000, not 8189999.999999999
    scaled = scaled.zip_with(scale == 1.0, scaled.round_sig_figs(_DIGITS))
    return NumberTexts(scaled.alias(texts.name), tuple(remarks), point)


def _cast(texts: pl.Series, decimal: Decimal | None) -> pl.Series:
    """Return texts as plain numbers, null where one is none; with a comma as mark a dot is none."""
    if decimal != ",":
        return texts.str.strip_chars().cast(pl.Float64, strict=False)
    plain = texts.str.strip_chars()
    dotted = plain.str.contains(".", literal=True).fill_null(value=False)
    plain = plain.str.replace(",", ".", literal=True).set(dotted, None)
    return plain.cast(pl.Float64, strict=False)


def _without(
    texts: pl.Series, pattern: str, remark: str, found: pl.Series, remarks: list[str]
) -> pl.Series:
    if not found.any():
        return texts
    remarks.append(remark)
    return texts.str.replace_all(pattern, "")


def _unmarked(
    texts: pl.Series, decimal: Decimal | None, remarks: list[str]
) -> tuple[pl.Series, Decimal]:
    """Return texts without marks of thousands, with a dot as decimal mark, and their mark."""
    commas = texts.str.contains(",", literal=True)
    if decimal is None and not commas.any() and not texts.str.contains(r"\..*\.").any():
        return texts, "."
    point = decimal or _decimal_mark(texts)
    if point == ",":
        remarks.append(mark("commas are decimal marks"))
        dotted = texts.str.contains(".", literal=True).fill_null(value=False)
        fits = ~dotted | texts.str.contains(_GROUPED_DOTS).fill_null(value=False)
        plain = texts.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
        return plain.set(~fits, None), point  # 1.5 among 2,5 is not 15
    grouped = texts.str.contains(_GROUPED_COMMAS)
    if not grouped.any():
        return texts, point
    only = texts.filter(commas.fill_null(value=False)).str.contains(r"^[+-]?\d{1,3},\d{3}$").all()
    remark = mark("commas are marks of thousands")
    remarks.append(
        say('{remark} (set decimal = "," if they are decimal marks)', remark=remark)
        if only
        else remark
    )
    without = texts.str.replace_all(",", "", literal=True)
    return texts.zip_with(~grouped.fill_null(value=False), without), point


def _decimal_mark(texts: pl.Series) -> Decimal:
    """Return the decimal mark, judged by the numbers that have both marks or that fit but one."""
    both = texts.filter(texts.str.contains(r"[.].*,|,.*[.]").fill_null(value=False))
    if len(both):
        after = both.str.contains(r"\.[^,]*$").sum()
        return "." if 2 * after >= len(both) else ","
    commas = texts.filter(texts.str.contains(",", literal=True).fill_null(value=False))
    if not len(commas):  # several dots in one number are marks of thousands
        return "," if texts.str.contains(_GROUPED_DOTS).any() else "."
    fits = commas.str.contains(r"^[+-]?\d{1,3}(,\d{2,3})*,\d{3}$") & ~commas.str.contains(
        r"^[+-]?0"
    )
    return "." if fits.all() else ","
