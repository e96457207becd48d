import polars as pl
import pytest

from ml4t_desktop.files.columns.number_texts import read_numbers, without_words


def numbers(*texts, decimal=None):
    read = read_numbers(without_words(pl.Series("x", texts)), decimal)
    return read.values.to_list(), " ".join(read.remarks)


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (["$1,234.50", "$0.99"], [1234.5, 0.99]),
        (["1.234,50 €", "0,99 €"], [1234.5, 0.99]),
        (["1 234,5", "12 345,75"], [1234.5, 12345.75]),
        (["1\u202f234.5", "7"], [1234.5, 7.0]),
        (["1'234.5", "7.25"], [1234.5, 7.25]),
        (["12.5%", "-3%"], [0.125, -0.03]),
        (["(1,000)", "5"], [-1000.0, 5.0]),
        (["\u22123.5", "1"], [-3.5, 1.0]),
        (["3.2M", "950K", "1.5B", "12"], [3.2e6, 950e3, 1.5e9, 12.0]),
        (["1,234", "12,345,678"], [1234.0, 12345678.0]),
        (["0,5", "1,25"], [0.5, 1.25]),
        (["1.234.567", "12"], [1234567.0, 12.0]),
        (["USD 12.5", "usd 3"], [12.5, 3.0]),
        (["1e-3", "2E5"], [0.001, 2e5]),
        (["true", "False"], [1.0, 0.0]),
        (["n/a", "1", "-", "#DIV/0!"], [None, 1.0, None, None]),
    ],
)
def test_numbers_written_for_people_are_read(texts, values):
    assert numbers(*texts)[0] == pytest.approx(values)


@pytest.mark.parametrize(
    "text", ["2024-01-31", "10:30", "AAPL", "1-2", "1,23,4", "12 34", "%", "$"]
)
def test_what_is_no_number_stays_none(text):
    assert numbers(text, "1")[0] == [None, 1.0]


def test_the_decimal_mark_can_be_said():
    assert numbers("1,234", decimal=",")[0] == [1.234]
    assert numbers("1,234", decimal=".")[0] == [1234.0]
    assert numbers("12.345", decimal=",")[0] == [12345.0]


def test_what_was_decided_is_said():
    assert "thousands" in numbers("1,234")[1]
    assert 'decimal = ","' in numbers("1,234")[1]
    assert "percentages are read as fractions" in numbers("5%")[1]
    assert "not every number has a % sign" in numbers("5%", "0.3")[1]
    assert numbers("1.5", "2")[1] == ""
