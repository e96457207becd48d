"""Text files whose cells are broken: numbers, times, symbols."""

from collections.abc import Sequence

DAYS = ("2024-01-30", "2024-01-31", "2024-02-01", "2024-02-02")
CLOSES = ("1.5", "2.5", "3.5", "4.5")


def closes(values: Sequence[str], days: Sequence[str] = DAYS, separator: str = ",") -> bytes:
    rows = [separator.join(pair) for pair in zip(days, values, strict=True)]
    return "\n".join([separator.join(["date", "close"]), *rows, ""]).encode()


def days(*values: str) -> bytes:
    return closes([f"{n + 1}.5" for n in range(len(values))], values)


def closing(value: str, separator: str = ",") -> bytes:
    return closes(["1.5", value, "3.5", "4.5"], separator=separator)


def day(value: str) -> bytes:
    return days("2024-01-30", value, "2024-02-01", "2024-02-02")


def bars(*rows: str) -> bytes:
    return "\n".join(["date,symbol,open,high,low,close,volume,ml_pred", *rows, ""]).encode()


def hours(*values: str) -> bytes:
    return days(*(f"2024-03-10 {value}" for value in values))


def made() -> dict[str, bytes]:
    return {
        "word_in_prices.csv": closing("halted"),
        "words_in_prices.csv": closes(["1.5", "halted", "n.v.", "4.5"]),
        "no_value_words.csv": closing("N/A"),
        "nan_price.csv": closing("NaN"),
        "none_price.csv": closing("None"),
        "empty_price.csv": closing(""),
        "inf_price.csv": closing("inf"),
        "minus_inf_price.csv": closing("-Infinity"),
        "overflow_price.csv": closing("1e400"),
        "largest_price.csv": closing("1e308"),
        "digits_400_price.csv": closing("9" * 400),
        "digits_400_after_point.csv": closing("2." + "3" * 400),
        "tiny_price.csv": closing("1e-400"),
        "zero_price.csv": closing("0"),
        "minus_zero_price.csv": closing("-0.0"),
        "negative_price.csv": closing("-2.5"),
        "hex_price.csv": closing("0x10"),
        "fraction_price.csv": closing("2 1/2"),
        "underscored_price.csv": closing("1_000.5"),
        "arabic_digits.csv": closing("\u0662.\u0665"),
        "full_width_digits.csv": closing("\uff12\uff0e\uff15"),
        "two_points.csv": closing("2.5.1"),
        "two_signs.csv": closing("--2.5"),
        "date_among_prices.csv": closing("2-May"),
        "formula_price.csv": closing("=A1+1"),
        "division_by_zero.csv": closing("#DIV/0!"),
        "flags_as_prices.csv": closes(["true", "false", "true", "true"]),
        "mixed_decimal_marks.csv": closes(["1.5", "2,5", "3.5", "4,5"], separator=";"),
        "mixed_thousands.csv": closes(["1.000,5", "1,000.5", "1.001,5", "1,002.5"], separator=";"),
        "mixed_currencies.csv": closes(["$1.5", "2.5 EUR", "3.5", "4.5"]),
        "all_prices_empty.csv": closes([""] * 4),
        "all_prices_words.csv": closes(["a", "b", "c", "d"]),
        "late_word_in_prices.csv": closes(
            [*("1.5" for _ in range(12_000)), "halted"],
            [f"{1700000000 + 86400 * n}" for n in range(12_001)],
        ),
        "high_below_low.csv": bars(
            "2024-01-30,AAA,10,9,11,10,100,0.5", "2024-01-31,AAA,10,11,9,10,100,0.5"
        ),
        "close_outside.csv": bars(
            "2024-01-30,AAA,10,11,9,50,100,0.5", "2024-01-31,AAA,10,11,9,10,100,0.5"
        ),
        "negative_volume.csv": bars(
            "2024-01-30,AAA,10,11,9,10,-5,0.5", "2024-01-31,AAA,10,11,9,10,100,0.5"
        ),
        "words_in_volume.csv": bars(
            "2024-01-30,AAA,10,11,9,10,low,0.5", "2024-01-31,AAA,10,11,9,10,100,0.5"
        ),
        "words_in_signal.csv": bars(
            *(
                f"2024-01-{n},AAA,10,11,9,10,100,{n / 100 if n != 15 else 'buy'}"
                for n in range(10, 20)
            )
        ),
        "inf_in_signal.csv": bars(
            "2024-01-30,AAA,10,11,9,10,100,inf", "2024-01-31,AAA,10,11,9,10,100,0.5"
        ),
        "no_symbol.csv": bars(
            "2024-01-30,AAA,10,11,9,10,100,0.5", "2024-01-31,,10,11,9,10,100,0.5"
        ),
        "blank_symbol.csv": bars(
            "2024-01-30,AAA,10,11,9,10,100,0.5", '2024-01-31,"  ",10,11,9,10,100,0.5'
        ),
        "nan_symbol.csv": bars(
            "2024-01-30,NAN,10,11,9,10,100,0.5", "2024-01-30,NA,20,21,19,20,100,0.5"
        ),
        "number_symbols.csv": bars(
            "2024-01-30,0700,10,11,9,10,100,0.5", "2024-01-30,0005,20,21,19,20,100,0.5"
        ),
        "same_bar_twice.csv": bars(
            "2024-01-30,AAA,10,11,9,10,100,0.5", "2024-01-30,AAA,10,11,9,10,100,0.5"
        ),
        "two_bars_at_one_time.csv": bars(
            "2024-01-30,AAA,10,11,9,10,100,0.5", "2024-01-30,AAA,20,21,19,20,100,0.5"
        ),
        "unsorted.csv": days("2024-02-02", "2024-01-30", "2024-02-01", "2024-01-31"),
        "impossible_day.csv": day("2021-02-30"),
        "impossible_month.csv": day("2024-13-01"),
        "day_zero.csv": day("2024-00-00"),
        "year_zero.csv": day("0000-01-01"),
        "year_one.csv": days("0001-01-01", "0001-01-02"),
        "year_9999.csv": day("9999-12-31"),
        "year_10000.csv": day("10000-01-01"),
        "empty_day.csv": day(""),
        "word_for_day.csv": day("yesterday"),
        "all_words_for_days.csv": days("one", "two", "three", "four"),
        "all_days_empty.csv": days("", "", "", ""),
        "no_value_word_for_day.csv": day("NaT"),
        "mixed_orders.csv": days("2024-01-30", "31/01/2024", "02/01/2024", "2024-02-02"),
        "contradictory_orders.csv": days("30/01/2024", "01/31/2024", "01/02/2024", "02/02/2024"),
        "undecided_orders.csv": days("01/02/2024", "02/02/2024", "03/02/2024", "05/02/2024"),
        "mixed_days_and_hours.csv": days(
            "2024-01-30", "2024-01-31 10:30:00", "2024-02-01", "2024-02-02"
        ),
        "mixed_zones.csv": days(
            "2024-01-30 10:00:00+01:00", "2024-01-31 10:00:00-05:00", "2024-02-01 10:00:00Z"
        ),
        "zone_in_one_row.csv": days(
            "2024-01-30 10:00:00", "2024-01-31 10:00:00+01:00", "2024-02-01 10:00:00"
        ),
        "unknown_zone.csv": days("2024-01-30 10:00 XYZ", "2024-01-31 10:00 XYZ"),
        "hour_25.csv": hours("23:00:00", "25:00:00", "01:00:00", "04:00:00"),
        "minute_61.csv": hours("10:00:00", "10:61:00", "11:00:00", "12:00:00"),
        "second_60.csv": hours("10:00:00", "10:00:60", "11:00:00", "12:00:00"),
        "hour_24.csv": hours("10:00:00", "24:00:00", "11:00:00", "12:00:00"),
        "epoch_1e18_too_far.csv": days("99999999999999999999", "99999999999999999998"),
        "epoch_mixed_units.csv": days("1706572800", "1706659200000", "1706745600"),
        "epoch_negative.csv": days("-1706572800", "-1706659200"),
        "epoch_fraction.csv": days("1706572800.5", "1706659200.5"),
        "epoch_inf.csv": days("1706572800", "inf"),
        "epoch_nan.csv": days("1706572800", "nan"),
        "epoch_zeros.csv": days("0", "0", "0"),
        "small_numbers_as_days.csv": days("1", "2", "3", "4"),
        "scientific_epoch.csv": days("1.7065728e9", "1.7066592e9"),
        "week_as_day.csv": days("2024-W05", "2024-W06"),
        "month_as_day.csv": days("2024-01", "2024-02", "2024-03"),
        "year_as_day.csv": days("2022", "2023", "2024"),
        "two_digit_years.csv": days("30/01/24", "31/01/24", "01/02/24", "02/02/24"),
        "foreign_months.csv": days("30-Okt-2024", "31-Okt-2024"),
    }
