import pytest

from ml4t_desktop.errors import InputError
from ml4t_desktop.request import load_request
from ml4t_desktop.session.request.request_store import RequestStore


@pytest.fixture
def store(qapp):
    return RequestStore()


@pytest.fixture
def changes(store):
    seen = []
    store.request_changed.connect(seen.append)
    return seen


def test_an_edit_is_told_after_it_happened(store, changes):
    store.edit("account.initial_capital", 5_000.0)

    assert [draft.get("account.initial_capital") for draft in changes] == [5_000.0]
    assert store.draft == changes[0]


def test_an_edit_that_changes_nothing_is_not_told(store, changes):
    store.edit("account.type", "cash")

    assert changes == []


def test_a_new_request_is_modified_by_an_edit_and_not_after_it_is_taken_back(store):
    states = []
    store.file_changed.connect(lambda path: states.append(store.is_modified))

    store.edit("name", "x")
    store.edit("name", "y")
    store.edit("name", "")

    assert states == [True, False]


def test_a_saved_request_is_read_back_equal_with_paths_from_its_folder(store, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "projects").mkdir()
    path = tmp_path / "projects" / "r.toml"
    store.edit("data.files", (str(tmp_path / "data" / "p.parquet"),))
    store.edit("context", {"file": str(tmp_path / "c.csv"), "columns": ("VIX",)})

    store.save(path)

    assert load_request(path) == store.draft.request()
    assert store.draft.files == ("../data/p.parquet",)
    assert store.draft.context_file == "../c.csv"
    assert store.resolved("../data/p.parquet") == tmp_path / "data" / "p.parquet"
    assert not store.is_modified
    other = RequestStore()
    other.open(path)
    assert other.draft == store.draft


def test_saving_elsewhere_keeps_pointing_at_the_same_files(store, tmp_path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    store.edit("data.files", (str(tmp_path / "p.csv"),))
    store.save(tmp_path / "r.toml")

    store.save(tmp_path / "deep" / "er" / "r.toml")

    assert store.draft.files == ("../../p.csv",)
    assert store.resolved(store.draft.files[0]) == tmp_path / "p.csv"


def test_a_request_opened_as_a_copy_has_no_file_and_points_at_the_same_data(store, tmp_path):
    path = tmp_path / "r.toml"
    path.write_text('[data]\nfiles = ["p.csv"]\n')

    store.open_copy(path)

    assert store.path is None
    assert not store.is_modified
    assert store.resolved(store.draft.files[0]) == tmp_path / "p.csv"
    with pytest.raises(ValueError, match="no file"):
        store.save()


def test_a_file_that_cannot_be_opened_leaves_the_request_as_it_was(store, tmp_path, changes):
    store.edit("name", "kept")
    bad = tmp_path / "bad.toml"
    bad.write_text("data = [")

    with pytest.raises(InputError, match=r"bad\.toml"):
        store.open(bad)

    assert store.draft.get("name") == "kept"
    assert len(changes) == 1


def test_a_folder_that_cannot_be_written_to_is_told_and_the_request_stays_modified(store, tmp_path):
    store.edit("name", "x")

    with pytest.raises(InputError, match="cannot be written"):
        store.save(tmp_path / "missing" / "r.toml")

    assert store.is_modified
    assert store.path is None


def test_saving_leaves_nothing_but_the_file(store, tmp_path):
    store.edit("data.files", ("p.csv",))

    store.save(tmp_path / "r.toml")

    assert [item.name for item in tmp_path.iterdir()] == ["r.toml"]


def test_saving_elsewhere_keeps_pointing_at_the_same_corporate_actions(store, tmp_path):
    (tmp_path / "deep").mkdir()
    store.edit("data.files", ("p.csv",))
    store.edit("data.corporate_actions", str(tmp_path / "a.csv"))
    store.save(tmp_path / "r.toml")

    store.save(tmp_path / "deep" / "r.toml")

    assert store.draft.get("data.corporate_actions") == "../a.csv"
