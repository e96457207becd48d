from ml4t_desktop.errors import Problem
from ml4t_desktop.session.notices import Notice, NoticeStore
from ml4t_desktop.session.request.steps import Step


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


def test_remarks_that_were_read_are_not_told_again_but_errors_are(qapp):
    store = NoticeStore()
    remark, error = Notice(Problem(what="y", severity="note")), Notice(Problem(what="y"))

    for notice, is_told in ((remark, False), (error, True)):
        store.show("x", [notice])
        store.dismiss()
        assert store.message is None
        store.show("x", [notice])
        assert (store.message is not None) == is_told


def test_only_an_error_makes_a_message_an_error(qapp):
    store = NoticeStore()

    store.show("x", [Notice(Problem(what="y", severity="warning"))])
    assert not store.message.is_error
    store.show("x", [Notice(Problem(what="y"))])
    assert store.message.is_error
