import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

from PySide6.QtWidgets import QProgressBar, QPushButton

from ml4t_desktop.views.shell.progress import RunProgress
from tests.unit.session.fakes import FakeWork, fake_session, ready_session, settle


def finished(request, loaded, control):
    return SimpleNamespace(
        request=request,
        problems=(),
        market=SimpleNamespace(row_count=24_872),
        result=SimpleNamespace(trades=SimpleNamespace(height=806)),
        phases=SimpleNamespace(read=0.5, prepare=0.25, engine=0.25),
    )


def test_the_next_step_is_named_until_the_run_can_start(qtbot, tmp_path):
    session = fake_session(tmp_path)
    progress = RunProgress(session)
    qtbot.addWidget(progress)
    assert progress.phase.text() == "Data: No price file yet. Open or drop one"

    session.intake.add_files([tmp_path / "p.csv"])
    settle(qtbot, session)

    assert progress.phase.text() == "Ready: press F5 to run"


def test_after_a_run_its_size_is_told_and_an_edit_asks_for_another(qtbot, tmp_path):
    session = ready_session(qtbot, tmp_path, FakeWork(execute=finished))
    progress = RunProgress(session)
    qtbot.addWidget(progress)

    with qtbot.waitSignal(session.runs.ended):
        session.runs.start_run()
    assert progress.phase.text() == "Finished in 1.00 s: 24,872 bars, 806 trades"
    session.request.edit("account.initial_capital", 1.0)

    assert progress.phase.text().startswith("The set-up has changed since the run on screen")


def test_a_run_shows_phase_share_and_cancel(qtbot, tmp_path):
    begun = threading.Event()

    def works(request, loaded, control):
        control.start(4)
        control.cells[1] = 1
        begun.set()
        while not control.is_cancelled:
            pass
        control.check()

    session = ready_session(qtbot, tmp_path, FakeWork(execute=works), ThreadPoolExecutor(1))
    progress = RunProgress(session)
    progress.cancel_asked.connect(session.runs.cancel)
    qtbot.addWidget(progress)
    progress.show()
    cancel = progress.findChild(QPushButton, "cancel")
    assert not cancel.isVisible()

    session.runs.start_run()
    qtbot.waitUntil(lambda: progress.phase.text() == "Running… 25%")
    assert progress.findChild(QProgressBar).value() == 250
    cancel.click()
    settle(qtbot, session)

    assert not cancel.isVisible()
    assert progress.phase.text() == "Ready: press F5 to run"
    session.jobs.close()


def test_the_first_use_is_told_beside_the_next_step_and_a_run_says_that_it_waits(qtbot, tmp_path):
    session = ready_session(qtbot, tmp_path)
    progress = RunProgress(session)
    qtbot.addWidget(progress)
    progress.show()

    session.engine._set(is_preparing=True)
    assert progress.phase.text().startswith("Ready: press F5 to run")
    assert (
        "Preparing the engine, once after installing: about half a minute; you can go on"
        in progress.phase.text()
    )
    assert progress.findChild(QProgressBar).isVisible()
    progress._on_progressed("Preparing", 0.0)
    assert "The run waits for it" in progress.phase.text()
    session.engine._set(is_preparing=False)

    assert progress.phase.text() == "Ready: press F5 to run"
    assert not progress.findChild(QProgressBar).isVisible()


def test_a_re_run_that_takes_long_shows_its_phase_and_can_be_cancelled(qtbot, tmp_path):
    def works(request, loaded, control):
        while not control.is_cancelled:
            time.sleep(0.002)
        control.check()

    fake = FakeWork(execute=finished)
    session = ready_session(qtbot, tmp_path, fake, ThreadPoolExecutor(1))
    progress = RunProgress(session)
    progress.cancel_asked.connect(session.live.cancel)
    qtbot.addWidget(progress)
    with qtbot.waitSignal(session.runs.ended):
        session.runs.start_run()
    session.live.switch()
    fake.execute = works
    session.request.edit("account.initial_capital", 1.0)
    bar = progress.findChild(QProgressBar)
    assert bar.isHidden()  # a quick one is over before anybody could read it

    qtbot.waitUntil(lambda: not bar.isHidden())
    assert progress.phase.text().startswith("Running")
    progress.findChild(QPushButton, "cancel").click()

    assert progress.phase.text() == (
        "Cancelled. The next change of the set-up is run again. The last result stays"
    )
    assert bar.isHidden()
    session.jobs.close()


def test_live_says_that_it_is_live_and_that_the_last_result_stays(qtbot, tmp_path):
    session = ready_session(qtbot, tmp_path, FakeWork(execute=finished))
    progress = RunProgress(session)
    qtbot.addWidget(progress)
    with qtbot.waitSignal(session.runs.ended):
        session.runs.start_run()
    session.live.switch()
    assert progress.phase.text() == "Live: finished in 1.00 s: 24,872 bars, 806 trades"
    session.request.edit("strategy.entry", None)

    assert progress.phase.text() == (
        "Strategy: No entry rule. Add a clause. The last result stays until that is mended"
    )
