"""What an analyst is told of how a file was taken, and why one was not."""

from pathlib import Path

from ml4t_desktop.files.inspection import inspect_file
from ml4t_desktop.session.data.intake_remarks import about_prices
from ml4t_desktop.session.looks import Look

BARS = "date,open,high,low,close\n2024-01-02,1,2,1,{last}\n2024-01-03,1,2,1,{last}\n"


def told(path: Path, text: str) -> list[str]:
    path.write_text(text, encoding="utf-8")
    look = Look(inspect_file(path))
    return [str(notice.problem) for notice in about_prices(look, is_remembered=False)]


def test_bars_that_are_whole_need_no_word(tmp_path):
    assert told(tmp_path / "bars.csv", BARS.format(last="2")) == []


def test_a_price_that_is_no_number_is_named_with_what_it_holds(tmp_path):
    said, *_ = told(tmp_path / "bars.csv", BARS.format(last="true"))
    assert "no column is recognised as" in said
    assert "the columns are: date, open, high, low, close" in said
    assert "“close” holds Boolean" in said


def test_a_file_without_a_price_says_which_columns_there_are_and_no_more(tmp_path):
    said, *_ = told(tmp_path / "words.csv", "first,second\na,b\nc,d\n")
    assert "no column is recognised as time, open, high, low, close" in said
    assert "the columns are: first, second" in said
    assert "holds" not in said
