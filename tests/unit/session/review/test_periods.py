"""Times that have a name, kept from one day to the next."""

from datetime import date

import pytest

from ml4t_desktop.session.review.periods import PeriodStore

FIRST, LAST = date(2019, 5, 1), date(2019, 8, 31)


def test_a_time_of_ones_own_is_kept_beside_the_known_ones(qtbot, tmp_path):
    path = tmp_path / "periods.toml"
    store = PeriodStore(path)
    known = len(store.periods)
    with qtbot.waitSignal(store.changed):
        store.add(" Trade war ", FIRST, LAST)

    again = PeriodStore(path)

    assert again.own == ("Trade war",)
    assert len(again.periods) == known + 1
    assert (again.periods[-1].first, again.periods[-1].last) == (FIRST, LAST)
    again.remove("Trade war")
    assert PeriodStore(path).own == ()


def test_one_of_the_name_of_a_known_time_takes_its_place(qtbot):
    store = PeriodStore()
    store.add("COVID crash", FIRST, LAST)
    named = [period for period in store.periods if period.name == "COVID crash"]
    assert [(period.first, period.last) for period in named] == [(FIRST, LAST)]


@pytest.mark.parametrize(
    ("name", "first", "last", "said"),
    [
        (" ", FIRST, LAST, "Write a name."),
        ("x", LAST, FIRST, "The last day lies before the first."),
    ],
)
def test_what_is_no_time_is_refused_with_its_reason(qtbot, name, first, last, said):
    store = PeriodStore()
    assert store.why_not(name, first, last) == said
    store.add(name, first, last)
    assert store.own == ()


def test_a_file_that_cannot_be_read_keeps_nobody_from_working(qtbot, tmp_path):
    path = tmp_path / "periods.toml"
    path.write_text(
        '[[period]]\nname = "a"\nfirst = 2020-01-02\nlast = 2020-01-01\n[[period]]\nname = 3\n'
    )
    assert PeriodStore(path).own == ()
    path.write_text("not toml [")
    assert PeriodStore(path).own == ()
