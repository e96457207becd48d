"""Python strategies in a process of their own: what comes back, and what cannot hurt the window."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.errors import Cancelled, InputError, StrategyFailed
from ml4t_desktop.project.scripts.market_file import map_market, write_market
from ml4t_desktop.project.scripts.script_host import ScriptHost
from ml4t_desktop.project.scripts.script_panel import ScriptPanel
from ml4t_desktop.project.scripts.script_run import run_here
from tests.unit.project.scripts.strategies import CALM, HEAD, asked, two_assets, write

TABLES = ("trades", "fills", "orders", "equity", "cash_flows", "risk_events")


@pytest.fixture(scope="module")
def host():
    made = ScriptHost()
    made.warm()
    yield made
    made.close()


def strategy(body: str, before: str = "") -> str:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return f"{HEAD}{before}class Own(Strategy):\n{lines}"


def wait_for_here(host):
    deadline = time.monotonic() + 60
    while "here" not in host.output and time.monotonic() < deadline:
        time.sleep(0.01)


def run(host, tmp_path, text, kind="Own", control=None, **parameters):
    request, script = asked(write(tmp_path, text), kind, **parameters)
    return host.run(request, script, two_assets(), control or RunControl())


def test_a_run_in_another_process_gives_the_tables_of_one_in_this_to_the_last_bit(host, tmp_path):
    request, script = asked(write(tmp_path, CALM), "Calm", share=0.3)
    market = two_assets()
    there, here = (runner(request, script, market, RunControl()) for runner in (host.run, run_here))
    assert there.fills.height >= 2
    for name in TABLES:
        assert getattr(there, name).equals(getattr(here, name)), name


def test_progress_comes_from_the_other_process(host, tmp_path):
    control = RunControl()
    run(host, tmp_path, CALM, "Calm", control)
    assert control.progress in (0.0, 1.0)  # polled: a run this short may be over before
    slow = strategy(
        "def on_market_event(self, event, context=None):\n    import time; time.sleep(0.01)"
    )
    run(host, tmp_path, slow, control=control)
    assert control.progress > 0.5


def test_an_endless_loop_is_cancelled_and_the_next_strategy_runs(host, tmp_path):
    control = RunControl()
    endless = strategy("def on_start(self):\n    print('here', flush=True)\n    while True: pass")
    ended = []

    def work():
        with pytest.raises(Cancelled):
            run(host, tmp_path, endless, control=control)
        ended.append(time.perf_counter())

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    wait_for_here(host)
    control.cancel()
    thread.join()
    assert ended
    assert run(host, tmp_path, CALM, "Calm").fills.height


def test_an_exception_is_told_with_the_users_own_line_and_the_prints_before_it(host, tmp_path):
    text = strategy(
        "def on_market_event(self, event, context=None):\n"
        "    print('price', event.close)\n"
        "    self.divided(event.close)\n"
        "def divided(self, price):\n"
        "    return price / 0"
    )
    with pytest.raises(StrategyFailed) as caught:
        run(host, tmp_path, text)
    assert (
        str(caught.value)
        == "strategy.py, line 9, in divided: ZeroDivisionError: float division by zero"
    )
    assert [(item.line, item.code) for item in caught.value.lines] == [
        (7, "self.divided(event.close)"),
        (9, "return price / 0"),
    ]
    assert host.output == "price 100.0\n"


def test_what_a_helper_refuses_is_told_at_the_line_that_called_it(host, tmp_path):
    text = strategy(
        "def on_event(self, event):\n    self.buy_percent(event.asset_id, 2.0, event.close)"
    )
    with pytest.raises(StrategyFailed, match=r"line 6, in on_event: ValueError: percent must lie"):
        run(host, tmp_path, text)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("import sys; sys.exit('enough')", r"sys\.exit\('enough'\)"),
        ("import os; os._exit(3)", "ended its process itself, with exit code 3"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "ended from outside"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "crashed .SIGSEGV."),
        ("raise MemoryError", "not enough memory"),
        ("self.on_start()", "calls itself without end"),
        ("input()", "EOFError"),
    ],
)
def test_a_strategy_that_ends_its_process_is_told_in_words(host, tmp_path, body, said):
    with pytest.raises(StrategyFailed, match=said):
        run(host, tmp_path, strategy(f"def on_start(self):\n    print('last')\n    {body}"))
    assert host.output.startswith("last\n")


def test_a_worker_killed_from_outside_is_told_and_another_takes_its_place(host, tmp_path):
    endless = strategy("def on_start(self):\n    print('here', flush=True)\n    while True: pass")

    def kill():
        wait_for_here(host)
        os.kill(host.running_pid, signal.SIGKILL)

    thread = threading.Thread(target=kill, daemon=True)
    thread.start()
    with pytest.raises(StrategyFailed, match="ended from outside"):
        run(host, tmp_path, endless)
    thread.join()
    assert run(host, tmp_path, CALM, "Calm").fills.height


def test_a_flood_of_prints_keeps_its_end(host, tmp_path):
    text = strategy(
        "def on_start(self):\n    for i in range(300_000): print('line', i)\n    print('the end')"
    )
    run(host, tmp_path, text)
    assert host.output.endswith("line 299999\nthe end\n")
    assert len(host.output) < 2_000_000


def test_each_run_begins_without_what_the_one_before_left(host, tmp_path):
    text = strategy(
        "def on_start(self):\n    import math\n    print(getattr(math, 'left', 'clean'))\n    math.left = 'used'"
    )
    for _ in range(2):
        run(host, tmp_path, text)
        assert host.output == "clean\n"


def test_a_file_that_fails_to_load_is_told_with_its_line(host, tmp_path):
    with pytest.raises(StrategyFailed, match=r"strategy\.py, line 4: ModuleNotFoundError"):
        run(host, tmp_path, strategy("pass", before="import nowhere_to_be_found\n"))


def test_settings_the_engine_refuses_stay_an_error_of_the_request(host, tmp_path):
    request, script = asked(write(tmp_path, CALM), "Calm")
    account = {"type": "margin", "funding": {"column": "signal.no", "interval": "8h"}}
    raw = request.model_dump(by_alias=True, exclude_none=True) | {"account": account}
    raw["data"]["signals"] = ["no"]
    from ml4t_desktop.request import parse_request

    with pytest.raises(InputError, match="no"):
        host.run(parse_request(raw), script, two_assets(), RunControl())


def test_after_closing_nothing_runs(tmp_path):
    host = ScriptHost()
    host.warm()
    host.close()
    with pytest.raises(Cancelled):
        run(host, tmp_path, CALM, "Calm")


def test_a_market_handed_over_in_a_file_is_the_same(tmp_path):
    market = two_assets()
    write_market(tmp_path / "market", market)
    other = map_market(tmp_path / "market")
    assert (other.prices == market.prices).all()
    assert (other.signals["s"] == market.signals["s"]).all()
    assert other.symbols == market.symbols
    assert not other.prices.flags.writeable


def test_the_panel_keeps_the_last_of_what_was_written(tmp_path):
    panel = ScriptPanel.create(tmp_path / "panel")
    other = ScriptPanel(tmp_path / "panel")
    panel.write("first ä\n")
    assert other.new_text() == "first ä\n"
    assert other.new_text() == ""
    for number in range(100_000):
        panel.write(f"{number}\n")
    told = other.new_text()
    assert told.startswith("… ")
    assert told.endswith("99998\n99999\n")


@pytest.mark.skipif(sys.platform == "win32", reason="there are no groups of processes")
def test_what_a_strategy_has_started_ends_with_it(host, tmp_path):
    place = tmp_path / "pids"
    text = strategy(
        "def on_start(self):\n"
        "    import os, subprocess, sys, time\n"
        "    child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "    fork = os.fork()\n"
        "    if not fork:\n"
        "        time.sleep(600)\n"
        f"    open({str(place)!r}, 'w').write(f'{{child.pid}} {{fork}}')"
    )
    run(host, tmp_path, text)

    pids = [int(pid) for pid in place.read_text().split()]
    deadline = time.monotonic() + 20
    while (left := [pid for pid in pids if is_alive(pid)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []


def is_alive(pid):
    """Return whether a process runs; one that nobody has asked about since its end does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
