"""Files that are not where they should be, may not be read, or change under the reader."""

import contextlib
import os
import sys
import threading
from pathlib import Path

import pytest

from ml4t_desktop.backtest.data import FileFeed
from ml4t_desktop.errors import InputError
from ml4t_desktop.files import market_files
from ml4t_desktop.files.inspection import inspect_file
from ml4t_desktop.files.market_files import read_market
from ml4t_desktop.files.quality import check_file
from ml4t_desktop.request import DataSource
from tests.unit.files.ugly import frame, lines

posix = pytest.mark.skipif(sys.platform == "win32", reason="there are no such files")
NOBODY = 65_534


def assert_refused(path, *words):
    for read in (FileFeed, inspect_file, _as_request):
        with pytest.raises(InputError) as caught:
            read(path)
        said = str(caught.value)
        assert not [word for word in words if word not in said], said
        assert all(problem.fix for problem in caught.value.problems)
    assert not check_file(path).is_usable


def _as_request(path):
    return read_market(DataSource(files=(path.name,)), None, base=path.parent)


@contextlib.contextmanager
def without_rights():
    """Become nobody for a while: the owner of the machine may read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_missing_file_is_told(tmp_path):
    assert_refused(tmp_path / "gone.csv", "gone.csv", "no such file")


def test_a_missing_folder_is_told(tmp_path):
    assert_refused(tmp_path / "gone" / "prices.csv", "prices.csv", "no such file")


def test_a_file_taken_for_a_folder_is_told(tmp_path):
    (tmp_path / "prices.csv").write_text(lines(), encoding="utf-8")
    assert_refused(tmp_path / "prices.csv" / "more.csv", "more.csv")


def test_a_folder_without_tables_is_told(tmp_path):
    (tmp_path / "prices.csv").mkdir()
    assert_refused(tmp_path / "prices.csv", "folder without tables")


def test_a_folder_with_one_broken_file_names_that_file(tmp_path):
    folder = tmp_path / "prices"
    folder.mkdir()
    (folder / "AAA.csv").write_text("date,close\n2024-01-30,1.5\n", encoding="utf-8")
    (folder / "BBB.csv").write_bytes(b"")
    assert_refused(folder, "BBB.csv", "is empty")


@posix
def test_a_link_to_nothing_is_told(tmp_path):
    (tmp_path / "link.csv").symlink_to(tmp_path / "gone.csv")
    assert_refused(tmp_path / "link.csv", "link.csv", "no such file")


@posix
def test_links_in_a_circle_are_told(tmp_path):
    (tmp_path / "one.csv").symlink_to(tmp_path / "two.csv")
    (tmp_path / "two.csv").symlink_to(tmp_path / "one.csv")
    assert_refused(tmp_path / "one.csv", "one.csv", "cannot be read")


@posix
def test_a_pipe_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    assert_refused(tmp_path / "pipe.csv", "pipe.csv", "a device or a pipe")


@posix
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/urandom"])
def test_a_device_is_refused_at_once(device):
    assert_refused(Path(device), device, "a device or a pipe")


@posix
def test_a_link_to_an_endless_device_is_refused_at_once(tmp_path):
    (tmp_path / "prices.csv").symlink_to("/dev/zero")
    assert_refused(tmp_path / "prices.csv", "a device or a pipe")


@posix
@pytest.mark.parametrize("name", ["prices.csv", "prices.parquet", "prices.xlsx"])
def test_a_file_that_may_not_be_read_is_told(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(lines().encode())
    path.chmod(0)
    with without_rights():
        assert_refused(path, name, "cannot be read", "who may read it")


@posix
def test_a_file_in_a_folder_that_may_not_be_entered_is_told(tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir()
    (folder / "prices.csv").write_text(lines(), encoding="utf-8")
    folder.chmod(0)
    try:
        with without_rights():
            assert_refused(folder / "prices.csv", "prices.csv", "who may read it")
            assert_refused(folder, "locked", "who may read it")
    finally:
        folder.chmod(0o700)


def test_a_name_longer_than_any_is_told(tmp_path):
    assert_refused(tmp_path / ("p" * 5_000 + ".csv"), "cannot be read")


def test_a_name_with_a_nought_is_told(tmp_path):
    assert_refused(tmp_path / "pri\0ces.csv", "cannot be read")


@pytest.mark.parametrize("change", ["longer", "shorter", "other", "gone"])
def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, monkeypatch, change):
    path = tmp_path / "prices.csv"
    path.write_text(lines(), encoding="utf-8")
    read = market_files.read_price_files

    def read_then_change(*arguments):
        found = read(*arguments)
        if change == "longer":
            path.write_text(lines() + lines().split("\n")[1] + "\n", encoding="utf-8")
        elif change == "shorter":
            path.write_text(lines()[:200], encoding="utf-8")
        elif change == "other":
            path.write_text(lines().replace("1000.5", "9000.5"), encoding="utf-8")
            os.utime(path, ns=(1, 1))
        else:
            path.unlink()
        return found

    monkeypatch.setattr(market_files, "read_price_files", read_then_change)
    with pytest.raises(InputError, match=r"prices\.csv") as caught:
        _as_request(path)
    assert all(problem.fix for problem in caught.value.problems)


def test_an_arrow_file_overwritten_after_reading_leaves_the_bars_as_they_were(tmp_path):
    path = tmp_path / "prices.arrow"
    frame().write_ipc(path, compression="uncompressed")
    market = FileFeed(path).market
    before = market.prices[3].tolist()
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))
    assert market.prices[3].tolist() == before


def test_a_file_that_is_written_to_all_the_time_is_read_or_refused(tmp_path):
    path = tmp_path / "prices.csv"
    path.write_text(lines(), encoding="utf-8")
    stop = threading.Event()

    def write():
        while not stop.is_set():
            for cut in (50, 200, 400, None):
                path.write_text(lines()[:cut], encoding="utf-8")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for _ in range(20):
            with contextlib.suppress(InputError):
                _as_request(path)
    finally:
        stop.set()
        writer.join()
