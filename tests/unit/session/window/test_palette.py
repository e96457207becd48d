import pytest

from ml4t_desktop.session.window.palette import Entry, fit, found


def entries(*titles, kind="File"):
    return tuple(Entry(id=title, title=title, kind=kind) for title in titles)


def titles(found_entries):
    return [entry.title for entry in found_entries]


def test_letters_at_the_beginning_of_words_count_most():
    assert titles(found(entries("Cancel all", "Save as", "Sample"), "sa"))[:2] != ["Cancel all"]
    assert titles(found(entries("Stop all", "Save as"), "sa"))[0] == "Save as"
    assert titles(found(entries("Previous panel", "Price chart"), "pc"))[0] == "Price chart"


def test_every_typed_word_has_to_be_there_in_any_order():
    known = entries("Open folder", "Open", "Add context")

    assert titles(found(known, "fold op")) == ["Open folder"]
    assert found(known, "xyz") == ()
    assert found(known, "") == known


def test_the_kind_is_searched_too_and_counts_less():
    known = (
        Entry(id="1", title="Light", kind="View · Theme"),
        Entry(id="2", title="Theme of the chart", kind="View"),
    )
    assert titles(found(known, "theme")) == ["Theme of the chart", "Light"]


def test_what_can_be_had_comes_before_what_cannot():
    known = (
        Entry(id="1", title="Undo", kind="Edit", why_not="There is nothing to undo"),
        Entry(id="2", title="Undo", kind="Edit"),
    )
    assert [entry.id for entry in found(known, "und")] == ["2", "1"]


@pytest.mark.parametrize(("text", "word"), [("save", "vs"), ("", "a"), ("run", "runs")])
def test_letters_out_of_order_are_not_found(text, word):
    assert fit(text, word) is None


def test_capitals_make_no_difference():
    assert titles(found(entries("Export Run"), "EXPORT run")) == ["Export Run"]
