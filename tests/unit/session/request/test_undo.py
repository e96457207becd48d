"""Undo and redo of the request store, with a clock that a test turns."""

from types import SimpleNamespace

import pytest

from ml4t_desktop.request import load_request
from ml4t_desktop.session.request.request_store import RequestStore
from ml4t_desktop.session.request.undo import UndoStack

CAPITAL, RATE = "account.initial_capital", "account.borrow_rate"


@pytest.fixture
def clock():
    return SimpleNamespace(now=100.0)


@pytest.fixture
def store(qapp, clock):
    return RequestStore(undo=UndoStack(lambda: clock.now))


def capital(store):
    return store.draft.get(CAPITAL)


def steps_back(store):
    count = 0
    while store.undo() is not None:
        count += 1
    return count


def test_edits_are_taken_back_one_by_one_and_done_again(store):
    first = store.draft
    store.edit("account.type", "margin")
    store.edit("execution.fill", "same_close")
    last = store.draft

    assert store.last_change.name == "fill of market orders"
    assert store.undo().name == "fill of market orders"
    assert store.undo().name == "type of account"
    assert store.draft == first
    assert store.undo() is None
    assert store.next_change.name == "type of account"
    store.redo()
    store.redo()

    assert store.draft == last
    assert store.redo() is None


def test_an_undo_is_told_like_an_edit_and_clears_the_mark_of_unsaved_changes(store):
    told, marks = [], []
    store.request_changed.connect(told.append)
    store.file_changed.connect(lambda path: marks.append(store.is_modified))
    before = store.draft

    store.edit("account.type", "margin")
    store.undo()

    assert told[-1] == before
    assert marks == [True, False]


def test_a_new_edit_after_an_undo_leaves_nothing_to_do_again(store):
    store.edit("account.type", "margin")
    store.undo()
    store.edit("execution.fill", "same_close")

    assert store.next_change is None
    assert store.redo() is None
    assert store.draft.get("account.type") == "cash"


def test_a_drag_of_a_number_is_one_step(store, clock):
    for value in range(50):
        store.edit(CAPITAL, 1_000.0 + value)
        clock.now += 0.03

    assert steps_back(store) == 1
    assert capital(store) == 100_000.0
    store.redo()
    assert capital(store) == 1_049.0


def test_the_same_number_a_while_later_is_a_step_of_its_own(store, clock):
    store.edit(CAPITAL, 1.0)
    clock.now += 1.5
    store.edit(CAPITAL, 2.0)

    store.undo()

    assert capital(store) == 1.0


def test_two_numbers_in_turn_are_steps_of_their_own(store):
    store.edit(CAPITAL, 1.0)
    store.edit(RATE, 0.5)
    store.edit(CAPITAL, 2.0)

    assert steps_back(store) == 3


def test_a_drag_that_rests_for_long_is_still_one_step_and_the_next_is_another(store, clock):
    store.begin_drag()
    store.edit(CAPITAL, 1.0)
    clock.now += 60
    store.edit(CAPITAL, 2.0)
    store.end_drag()
    store.begin_drag()
    store.edit(CAPITAL, 3.0)
    store.end_drag()

    store.undo()
    assert capital(store) == 2.0
    store.undo()

    assert capital(store) == 100_000.0


def test_a_drag_back_to_where_it_began_is_no_step(store):
    store.edit(CAPITAL, 1.0)
    store.edit(CAPITAL, 2.0)
    store.edit(CAPITAL, 100_000.0)

    assert store.last_change is None


def test_choices_made_quickly_are_steps_of_their_own(store):
    store.edit("execution.fill", "same_close")
    store.edit("execution.fill", "next_close")

    store.undo()

    assert store.draft.get("execution.fill") == "same_close"


def test_an_edit_right_after_an_undo_does_not_join_what_came_before(store):
    store.edit(CAPITAL, 1.0)
    store.edit(RATE, 0.5)
    store.undo()
    store.edit(CAPITAL, 2.0)

    store.undo()

    assert capital(store) == 1.0


def test_a_change_can_be_given_its_name(store):
    store.replace(store.draft.edited("execution.fill", "same_close"), "preset vectorbt")

    assert store.undo().name == "preset vectorbt"


def test_no_more_than_the_latest_steps_are_kept(qapp):
    store = RequestStore(undo=UndoStack(limit=3))
    for name in ("margin", "cash", "margin", "cash", "margin"):
        store.edit("account.type", name)

    assert steps_back(store) == 3
    assert store.draft.get("account.type") == "cash"


def test_another_request_forgets_the_steps_of_the_one_before(store, tmp_path):
    path = tmp_path / "r.toml"
    path.write_text('[data]\nfiles = ["p.csv"]\n')
    for begin in (store.clear, lambda: store.open(path), lambda: store.open_copy(path)):
        store.edit("account.type", "margin")
        begin()
        assert store.undo() is None


def test_a_file_that_cannot_be_opened_leaves_the_steps(store, tmp_path):
    store.edit("account.type", "margin")
    bad = tmp_path / "bad.toml"
    bad.write_text("data = [")

    with pytest.raises(Exception, match="bad"):
        store.open(bad)

    assert store.undo().name == "type of account"


def test_steps_before_a_save_point_at_the_same_files_from_the_new_folder(store, tmp_path):
    (tmp_path / "deep").mkdir()
    store.edit("data.files", (str(tmp_path / "p.csv"),))
    store.edit("data.files", (str(tmp_path / "p.csv"), str(tmp_path / "q.csv")))
    store.undo()
    store.save(tmp_path / "deep" / "r.toml")
    assert not store.is_modified

    store.redo()
    assert store.draft.files == ("../p.csv", "../q.csv")
    assert store.resolved(store.draft.files[1]) == tmp_path / "q.csv"
    assert store.is_modified
    store.undo()

    assert not store.is_modified
    assert load_request(tmp_path / "deep" / "r.toml").data.files == ("../p.csv",)
