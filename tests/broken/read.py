"""What each file that only looks broken is read as."""

# Name: closes by time and symbol, symbols, what is said beside.
READ: dict[str, tuple[tuple[float, ...], tuple[str, ...] | None, tuple[str, ...]]] = {
    "right_in_wrong_name.csv": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BBB"),
        (),
    ),
    "right_in_wrong_name.parquet": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BBB"),
        (),
    ),
    "right_in_wrong_name.xlsx": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BBB"),
        (),
    ),
    "right_in_wrong_name.gz": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BBB"),
        (),
    ),
    "right_twice.csv.gz": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BBB"),
        (),
    ),
    "right_with_rest.csv.gz": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BBB"),
        (),
    ),
    "one_row.csv": ((1000.5,), ("AAA",), ()),
    "cut_in_a_number.csv": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.0),
        ("AAA", "BBB"),
        ("1 row with fewer cells than the header has names (row 8); t",),
    ),
    "quote_inside.csv": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", 'B"B"B', "BBB"),
        (),
    ),
    "quote_doubled_wrongly.csv": (
        (1000.5, 20.0, 20.5, 1001.5, 1002.25, 21.0, 1003.0, 21.5),
        ('"BBB', "AAA", "BBB"),
        (),
    ),
    "line_end_in_quotes.csv": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BB\nB", "BBB"),
        (),
    ),
    "mixed_line_ends.csv": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BBB"),
        (),
    ),
    "all_three_line_ends.csv": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BBB"),
        (),
    ),
    "two_closes.csv": (
        (1000.25, 19.75, 1001.25, 20.25, 1002.0, 20.75, 1002.75, 21.25),
        ("AAA", "BBB"),
        (
            "names that occur again are numbered: close_2",
            "there is no open; the close of the same bar stands for it",
            "is taken as the close, though there is 'close_2' too",
        ),
    ),
    "two_dates.csv": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BBB"),
        (
            "names that occur again are numbered: date_2",
            "is taken as the time, though there is 'date_2' too",
        ),
    ),
    "same_names_but_case.csv": (
        (1000.25, 19.75, 1001.25, 20.25, 1002.0, 20.75, 1002.75, 21.25),
        ("AAA", "BBB"),
        (
            "there is no open; the close of the same bar stands for it",
            "is taken as the close, though there is 'close' too",
        ),
    ),
    "all_names_alike.csv": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BBB"),
        (
            "names that occur again are numbered: x_2, x_3, x_4, x_5, x_6",
            "is taken as the time: its values are times",
            "is taken as the open: four columns side by side, the second ",
            "is taken as the high: four columns side by side, the second ",
            "is taken as the low: four columns side by side, the second t",
            "is taken as the close: four columns side by side, the second",
            "is taken as the volume: a column that is never negative, beh",
            "is taken as the asset: a text that differs between rows of o",
        ),
    ),
    "blank_names.csv": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BBB"),
        (),
    ),
    "all_names_blank.csv": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BBB"),
        (
            "1 line above the header left out; the table has no header; t",
            "is taken as the time: its values are times",
            "is taken as the open: four columns side by side, the second ",
            "is taken as the high: four columns side by side, the second ",
            "is taken as the low: four columns side by side, the second t",
            "is taken as the close: four columns side by side, the second",
            "is taken as the volume: a column that is never negative, beh",
            "is taken as the asset: a text that differs between rows of o",
        ),
    ),
    "huge_name.csv": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BBB"),
        (),
    ),
    "huge_cell.csv": ((1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5), None, ()),
    "strange_names.csv": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BBB"),
        (),
    ),
    "many_columns.csv": ((1.5, 1.5, 1.5), ("AAA",), ()),
    "invalid_utf8.csv": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BBB", "BäB"),
        ("read as text in cp1252",),
    ),
    "invalid_utf8_late.csv": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BBB", "Zürich"),
        ("read as text in cp1252",),
    ),
    "lonely_surrogate.csv": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "B", "BBB", "í\xa0€"),
        ("read as text in cp1252",),
    ),
    "two_marks_of_utf8.csv": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BBB"),
        (),
    ),
    "utf16_without_mark.csv": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BBB"),
        ("read as text in utf-16-le",),
    ),
    "utf32.csv": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BBB"),
        ("read as text in utf-32",),
    ),
    "utf7.csv": ((20.0, 1000.5, 20.5, 1001.5, 21.0, 1002.25, 21.5, 1003.0), ("+AMQ", "AAA"), ()),
    "largest_price.csv": ((1.5, 1e308, 3.5, 4.5), ("largest_price",), ()),
    "digits_400_after_point.csv": ((1.5, 2.3333333333333335, 3.5, 4.5), None, ()),
    "mixed_currencies.csv": (
        (1.5, 2.5, 3.5, 4.5),
        ("mixed_currencies",),
        ("texts read as numbers: signs of currency are left out",),
    ),
    "high_below_low.csv": (
        (10.0, 10.0),
        ("AAA",),
        ("1 bar has a high or low that does not contain open and close",),
    ),
    "close_outside.csv": (
        (50.0, 10.0),
        ("AAA",),
        ("1 bar has a high or low that does not contain open and close",),
    ),
    "negative_volume.csv": (
        (10.0, 10.0),
        ("AAA",),
        ("1 bar with a negative or infinite volume (row 1)",),
    ),
    "inf_in_signal.csv": ((10.0, 10.0), ("AAA",), ()),
    "nan_symbol.csv": ((20.0, 10.0), ("NA", "NAN"), ()),
    "number_symbols.csv": ((20.0, 10.0), ("0005", "0700"), ()),
    "same_bar_twice.csv": (
        (10.0,),
        ("AAA",),
        ("1 row identical to another (row 2); one is used",),
    ),
    "unsorted.csv": ((2.5, 4.5, 3.5, 1.5), ("unsorted",), ()),
    "year_one.csv": (
        (1.5, 2.5),
        ("year_one",),
        ("lies outside of the years 1800 to 2200; 2 rows of this kind ",),
    ),
    "year_9999.csv": (
        (1.5, 3.5, 4.5, 2.5),
        ("year_9999",),
        ("lies outside of the years 1800 to 2200",),
    ),
    "undecided_orders.csv": (
        (1.5, 2.5, 3.5, 4.5),
        ("undecided_orders",),
        ("day and month cannot be told apart; read as month before day",),
    ),
    "mixed_days_and_hours.csv": ((1.5, 2.5, 3.5, 4.5), None, ()),
    "mixed_zones.csv": ((1.5, 2.5, 3.5), ("mixed_zones",), ()),
    "second_60.csv": ((1.5, 2.5, 3.5, 4.5), ("second_60",), ()),
    "epoch_fraction.csv": (
        (1.5, 2.5),
        ("epoch_fraction",),
        ("its numbers are read as seconds since 1970",),
    ),
    "scientific_epoch.csv": (
        (1.5, 2.5),
        ("scientific_epoch",),
        ("its numbers are read as seconds since 1970",),
    ),
    "sum_at_the_end.csv": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BBB"),
        ("1 line below the table left out (“Total,,8178.75,8186.75,817",),
    ),
    "two_digit_years.csv": (
        (1.5, 2.5, 3.5, 4.5),
        ("two_digit_years",),
        ("read as day before month, as '30/01/24' (row 1) cannot be th",),
    ),
    "array_signal.parquet": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BBB"),
        ("are columns of their own: ",),
    ),
    "struct_signal.parquet": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BBB"),
        ("are columns of their own: ",),
    ),
    "map_signal.parquet": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BBB"),
        ("holds Map(String, Float64), neither numbers nor texts, and i",),
    ),
    "binary_text_symbol.parquet": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BBB"),
        (),
    ),
    "number_text_close.parquet": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BBB"),
        (),
    ),
    "object_numbers.parquet": (
        (1e20, 1e20, 1e20, 1e20, 1e20, 1e20, 1e20, 1e20),
        ("AAA", "BBB"),
        ("8 bars have a high or low that does not contain open and clo",),
    ),
    "half_floats.parquet": (
        (1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5),
        ("AAA", "BBB"),
        ("8 bars have a high or low that does not contain open and clo",),
    ),
    "unsigned_extremes.parquet": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BBB"),
        (),
    ),
    "offset_zone.parquet": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BBB"),
        (),
    ),
    "names_blank.parquet": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BBB"),
        (),
    ),
    "dictionary_close.parquet": (
        (1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5),
        ("AAA", "BBB"),
        ("8 bars have a high or low that does not contain open and clo",),
    ),
    "dictionary_of_texts_close.parquet": (
        (1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5, 1.5),
        ("AAA", "BBB"),
        ("8 bars have a high or low that does not contain open and clo",),
    ),
    "large_texts.parquet": (
        (1000.5, 20.0, 1001.5, 20.5, 1002.25, 21.0, 1003.0, 21.5),
        ("AAA", "BBB"),
        (),
    ),
}
