"""The log: where it is, and that it does not grow for ever."""

import logging

import pytest

from ml4t_desktop.app import logs


@pytest.fixture
def log():
    """A logger of the package whose handlers of a test are taken away again."""
    package = logging.getLogger("ml4t_desktop")
    before, level = list(package.handlers), package.level
    yield logging.getLogger("ml4t_desktop.test")
    for handler in [item for item in package.handlers if item not in before]:
        package.removeHandler(handler)
        handler.close()
    package.setLevel(level)


def test_the_log_is_written_to_the_users_folder(own_folders, log):
    path = logs.log_path()
    logs.configure(path)

    log.info("hello %s", "there")

    assert path.is_relative_to(own_folders)
    assert "INFO ml4t_desktop.test: hello there" in path.read_text()


def test_a_full_log_is_put_aside_and_three_old_ones_are_kept(log, tmp_path, monkeypatch):
    monkeypatch.setattr(logs, "_LARGEST", 2_000)
    path = tmp_path / "logs" / "ml4t-desktop.log"
    logs.configure(path)

    for number in range(200):
        log.info("line %d of the log", number)

    files = {item.name: item.stat().st_size for item in path.parent.iterdir()}
    assert set(files) == {path.name, *(f"{path.name}.{number}" for number in (1, 2, 3))}
    assert all(size <= 2_000 for size in files.values())
    assert "line 199 of the log" in path.read_text()
    lines = [
        line
        for number in (3, 2, 1)
        for line in (path.parent / f"{path.name}.{number}").read_text().splitlines()
    ]
    lines += path.read_text().splitlines()
    numbers = [int(line.split("line ")[1].split()[0]) for line in lines]
    assert numbers == list(range(numbers[0], 200)), "no line is lost between two files"


def test_a_place_that_cannot_be_written_to_stops_nothing(log, tmp_path):
    (tmp_path / "file").write_text("")

    logs.configure(tmp_path / "file" / "log.txt")
    log.info("said to nobody")
