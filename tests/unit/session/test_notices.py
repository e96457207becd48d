from ml4t_desktop.errors import Problem
from ml4t_desktop.session.notices import Notice, NoticeStore
from ml4t_desktop.session.steps import Step


def test_a_message_replaces_the_one_before_and_can_be_taken_away(qapp):
    store, told = NoticeStore(), []
    store.message_changed.connect(told.append)

    store.show("first")
    store.show("second", [Notice(Problem(where="p.csv", what="is bad", fix="Mend it"), Step.DATA)])
    store.clear()
    store.clear()

    assert [item.text() if item else None for item in told] == [
        "first",
        "second\np.csv: is bad. Mend it",
        None,
    ]


def test_only_an_error_makes_a_message_an_error(qapp):
    store = NoticeStore()

    store.show("x", [Notice(Problem(what="y", severity="warning"))])
    assert not store.message.is_error
    store.show("x", [Notice(Problem(what="y"))])
    assert store.message.is_error
