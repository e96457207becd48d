import sys
from pathlib import Path

import pytest

from ml4t_desktop.project import identity
from ml4t_desktop.request import ContextSource, DataSource, Execution, Request


def request(file: str = "prices.csv", context: str = "vix.csv", **parts) -> Request:
    return Request(
        data=DataSource(files=(file,)),
        context=ContextSource(file=context, columns=("VIX",)),
        **parts,
    )


def test_equal_requests_over_equal_data_are_the_same_run():
    assert identity.run_id(request(), "d1") == identity.run_id(request(), "d1")


def test_where_the_files_lie_does_not_make_another_run():
    moved = request("../elsewhere/prices.csv", "/data/vix.csv")
    assert identity.run_id(moved, "d1") == identity.run_id(request(), "d1")


@pytest.mark.parametrize(
    ("other", "digest"),
    [
        (request(), "d2"),
        (request(execution=Execution(fill="same_close")), "d1"),
        (request("other.csv"), "d1"),
    ],
    ids=["data", "execution", "name of a file, by which an asset may be called"],
)
def test_anything_that_may_change_the_result_makes_another_run(other, digest):
    assert identity.run_id(other, digest) != identity.run_id(request(), "d1")


def test_another_version_makes_another_run(monkeypatch):
    before = identity.run_id(request(), "d1")
    monkeypatch.setattr(identity, "__version__", "99.0")
    assert identity.run_id(request(), "d1") != before


def test_an_identity_is_16_hexadecimal_digits():
    found = identity.run_id(request(), "d1")
    assert len(found) == 16
    assert set(found) <= set("0123456789abcdef")


def test_the_versions_are_those_of_what_is_loaded():
    import llvmlite
    import polars as pl

    found = identity.versions()
    assert found["llvmlite"] == llvmlite.__version__
    assert found["polars"] == pl.__version__
    assert found["python"] == ".".join(map(str, sys.version_info[:3]))


def test_paths_on_one_tree_become_relative_to_the_run_folder(tmp_path: Path):
    base, folder = tmp_path / "requests", tmp_path / "runs/today"
    seen = identity.request_seen_from(request("../data/prices.csv"), folder, base=base)
    assert seen.data.files == ("../../data/prices.csv",)
    assert seen.context is not None
    assert seen.context.file == "../../requests/vix.csv"


def test_a_path_on_another_tree_becomes_absolute(tmp_path: Path):
    seen = identity.request_seen_from(request("/far/away.csv"), tmp_path / "run", base=tmp_path)
    assert seen.data.files == (Path("/far/away.csv").resolve().as_posix(),)


def test_a_path_through_a_link_works_from_the_run_folder(tmp_path: Path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data/prices.csv").write_text("here")
    (tmp_path / "deep/er").mkdir(parents=True)
    (tmp_path / "short").symlink_to(tmp_path / "deep/er")
    seen = identity.request_seen_from(
        request("data/prices.csv"), tmp_path / "short/run", base=tmp_path
    )
    (tmp_path / "short/run").mkdir()
    assert (tmp_path / "short/run" / seen.data.files[0]).read_text() == "here"


def test_all_but_the_paths_stays_as_it_was(tmp_path: Path):
    asked = request(execution=Execution(lot_size=0.0), name="a name")
    seen = identity.request_seen_from(asked, tmp_path / "run", base=tmp_path)
    assert seen.model_copy(update={"data": asked.data, "context": asked.context}) == asked
