"""Heavy work about a run on the way waits for the last one of a drag."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QObject

from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.files.market_files import read_market
from ml4t_desktop.files.sample_files import write_sample
from ml4t_desktop.project.run import execute
from ml4t_desktop.request import load_request
from ml4t_desktop.session.runs.rest import Rest
from ml4t_desktop.session.runs.results import ResultStore


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory):
    path = write_sample(tmp_path_factory.mktemp("sample"), small=True)
    request = load_request(path)
    return execute(
        request, read_market(request.data, request.context, base=path.parent), RunControl()
    )


@pytest.fixture
def owner(qapp):
    return QObject()


def test_a_run_that_was_asked_for_is_not_waited_for(owner, run):
    results = ResultStore()
    rest = Rest(results, lambda: None, owner)

    results.show_run(run)

    assert not rest.holds()


def test_work_about_a_run_on_the_way_is_asked_for_once_when_no_other_came(qtbot, owner, run):
    results, asked = ResultStore(), []
    rest = Rest(results, lambda: asked.append(rest.holds()), owner, milliseconds=20)

    results.show_run(run)
    for step in (replace(run), replace(run), replace(run)):
        results.show_rerun(step)
        assert rest.holds()
        assert rest.is_wanted

    qtbot.waitUntil(lambda: asked == [False])
    qtbot.wait(40)
    assert asked == [False]


def test_nothing_is_asked_for_that_nobody_wants_any_more(qtbot, owner, run):
    results, asked = ResultStore(), []
    rest = Rest(results, lambda: asked.append(1), owner, milliseconds=5)

    results.show_run(run)
    results.show_rerun(replace(run))
    assert rest.holds()
    results.show_run(None)
    qtbot.wait(20)

    assert asked == []
    assert not rest.is_wanted
