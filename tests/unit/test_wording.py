import copy
import pickle

from ml4t_desktop.errors import Problem
from ml4t_desktop.wording import Text, joined, mark, meant, say, say_count


def test_a_sentence_is_plain_english_and_remembers_what_it_was_made_of():
    text = say("{file} has {rows:,} rows", file="prices.csv", rows=1234)
    assert text == "prices.csv has 1,234 rows"
    assert text.pattern == "{file} has {rows:,} rows"
    assert text.values == {"file": "prices.csv", "rows": 1234}


def test_a_count_takes_the_sentence_that_fits():
    assert say_count("{n} row", "{n:,} rows", 1) == "1 row"
    assert say_count("{n} row", "{n:,} rows", 0) == "0 rows"
    assert say_count("{n} row of {file}", "{n:,} rows of {file}", 1234, file="a.csv") == (
        "1,234 rows of a.csv"
    )


def test_texts_one_after_the_other_keep_their_parts():
    text = joined(" ", [say("{n} rows.", n=2), "A name."])
    assert text == "2 rows. A name."
    assert [str(value) for value in text.values.values()] == ["2 rows.", "A name."]


def test_a_text_comes_back_whole_from_another_process():
    for text in (mark("Open"), meant("price", "Open"), say_count("{n} row", "{n} rows", 3)):
        unpickled = pickle.loads(pickle.dumps(text))  # noqa: S301 (made here)
        for remade in (unpickled, copy.deepcopy(text)):
            assert isinstance(remade, Text)
            assert (remade, remade.pattern, remade.values) == (text, text.pattern, text.values)
            assert (remade.plural, remade.number, remade.context) == (
                text.plural,
                text.number,
                text.context,
            )


def test_a_problem_as_one_line_can_be_said_in_another_language():
    problem = Problem(what=mark("there is no time"), where="a.csv", fix=mark("Choose a column"))
    line = str(problem)
    assert line == "a.csv: there is no time. Choose a column"
    assert isinstance(line, Text)
    assert set(line.values.values()) == {"a.csv", "there is no time", "Choose a column"}
