from concurrent.futures import ThreadPoolExecutor

import pytest

from ml4t_desktop.request import load_request
from ml4t_desktop.session.document import autosave as autosave_module
from ml4t_desktop.session.document.autosave import Autosave
from ml4t_desktop.session.document.recovery import Keeping, read_kept
from ml4t_desktop.session.jobs import JobRunner
from ml4t_desktop.session.notices import NoticeStore
from ml4t_desktop.session.request.request_store import RequestStore
from tests.unit.session.document.test_recovery import DRAFT, leave_behind

CAPITAL = "account.initial_capital"


class Window:
    """The stores that autosave needs, as one window has them."""

    def __init__(self, qtbot, folder):
        self.qtbot, self.folder = qtbot, folder
        self.request, self.notices = RequestStore(), NoticeStore()
        self.autosave = Autosave(
            self.request, self.notices, JobRunner(ThreadPoolExecutor(1)), Keeping(folder)
        )

    def look(self):
        with self.qtbot.waitSignal(self.autosave.looked):
            self.autosave.look()

    def settle(self):
        self.qtbot.waitUntil(lambda: self.autosave.is_up_to_date)

    def kept(self):
        files = list(self.folder.glob("*.toml")) if self.folder.exists() else []
        return [read_kept(file) for file in files]


@pytest.fixture
def window(qtbot, tmp_path):
    made = Window(qtbot, tmp_path / "recovery")
    yield made
    made.autosave.close()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "r.toml"
    path.write_text('[data]\nfiles = ["p.csv"]\n')
    return path


def test_an_edit_is_kept_with_absolute_paths_and_the_request_has_no_file(window):
    window.request.edit("data.files", ("p.csv",))
    window.settle()

    [kept] = window.kept()
    assert kept.path is None
    assert kept.draft.files == (window.request.resolved("p.csv").as_posix(),)


def test_the_latest_of_many_edits_is_kept(window):
    for number in range(200):
        window.request.edit(CAPITAL, float(number))
    window.settle()

    [kept] = window.kept()
    assert kept.draft.get(CAPITAL) == 199.0


def test_edits_that_never_pause_are_kept_all_the_same(window):
    values = iter(range(100_000))

    def drag():
        window.request.edit(CAPITAL, float(next(values)))
        kept = window.kept()
        return len(kept) == 1 and kept[0] and (kept[0].draft.get(CAPITAL) or 0) > 1.0

    window.qtbot.waitUntil(drag, timeout=5_000)


def test_the_file_of_the_request_is_not_touched(window, file):
    before = file.read_bytes(), file.stat().st_mtime_ns
    window.request.open(file)
    window.request.edit(CAPITAL, 7.0)
    window.settle()

    assert (file.read_bytes(), file.stat().st_mtime_ns) == before
    [kept] = window.kept()
    assert kept.path == file
    assert kept.draft.get(CAPITAL) == 7.0


@pytest.mark.parametrize("end", ["save", "undo", "clear"])
def test_nothing_is_kept_once_there_is_nothing_to_lose(window, file, end):
    window.request.open(file)
    window.request.edit(CAPITAL, 7.0)
    window.settle()
    assert len(window.kept()) == 1

    getattr(window.request, end)()
    window.settle()

    assert window.kept() == []


def test_closing_leaves_nothing(window):
    window.request.edit(CAPITAL, 7.0)
    window.settle()

    window.autosave.close()

    assert list(window.folder.iterdir()) == []


def test_edits_left_behind_are_taken_up_and_kept_here(window, file):
    left = leave_behind(window.folder, DRAFT, file)
    before = file.read_bytes()
    window.look()

    [kept] = window.autosave.found
    window.autosave.take(kept)
    window.settle()

    assert window.request.draft == DRAFT
    assert window.request.path == file
    assert window.request.is_modified
    assert window.autosave.found == ()
    window.qtbot.waitUntil(lambda: not left.exists())
    assert [item.draft for item in window.kept()] == [DRAFT]
    assert file.read_bytes() == before


def test_edits_of_a_file_that_was_written_since_become_a_new_request(window, file):
    leave_behind(window.folder, DRAFT.edited("data.files", ("p.csv",)), file)
    file.write_text('[data]\nfiles = ["newer.csv"]\n')
    window.look()

    window.autosave.take(window.autosave.found[0])

    assert window.request.path is None
    assert window.request.draft.files == ((file.parent / "p.csv").as_posix(),)
    assert "as a new request" in window.notices.message.title
    assert load_request(file).data.files == ("newer.csv",)


def test_edits_left_behind_can_be_removed_one_by_one(window):
    leave_behind(window.folder, DRAFT.edited("name", "older"))
    leave_behind(window.folder, DRAFT)
    told = []
    window.autosave.changed.connect(lambda: told.append(len(window.autosave.found)))
    window.look()

    window.autosave.discard(window.autosave.found[0])

    assert told == [2, 1]
    assert [kept.name for kept in window.kept()] == ["older"]


def test_a_folder_that_cannot_be_read_holds_nothing(qtbot, tmp_path):
    (tmp_path / "file").write_text("")
    window = Window(qtbot, tmp_path / "file" / "recovery")

    window.look()

    assert window.autosave.found == ()
    window.autosave.close()


def test_a_second_window_that_took_them_first_is_said(window):
    leave_behind(window.folder)
    window.look()
    [kept] = window.autosave.found
    kept.file.unlink()

    window.autosave.take(kept)

    assert "another window" in window.notices.message.title
    assert not window.request.is_modified


def test_a_full_disk_is_told_once_and_tried_again(window, monkeypatch):
    def full(self, draft, path, history):
        raise OSError(28, "No space left on device")

    told = []
    window.notices.message_changed.connect(told.append)
    monkeypatch.setattr(autosave_module, "_RETRY_MS", 50)
    with monkeypatch.context() as patch:
        patch.setattr(Keeping, "write", full)
        window.request.edit(CAPITAL, 1.0)
        window.qtbot.waitUntil(lambda: told != [])
        window.request.edit(CAPITAL, 3.0)
        window.qtbot.wait(200)
        assert not window.autosave.is_up_to_date

    window.settle()

    assert len(told) == 1
    assert "No space left on device" in told[0].text()
    assert window.kept()[0].draft.get(CAPITAL) == 3.0
