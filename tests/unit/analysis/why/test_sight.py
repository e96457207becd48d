"""What a Python strategy saw at a bar."""

import polars as pl
import pytest

from ml4t_desktop.analysis.why.bar import explain_bar
from ml4t_desktop.analysis.why.fates import fates
from ml4t_desktop.engine.control import RunControl
from ml4t_desktop.files.scripts.script_handlers import handlers_of
from ml4t_desktop.project.scripts.script_host import ScriptHost
from ml4t_desktop.project.scripts.script_run import run_here
from tests.unit.project.scripts.strategies import HEAD, asked, two_assets, write

ONCE = HEAD + (
    "class Base(Strategy):\n"
    "    def on_bar_end(self, timestamp, context=None):\n"
    "        pass\n"
    "\n"
    "\n"
    "class Once(Base):\n"
    "    def on_market_event(self, event, context=None):\n"
    "        self.seen = getattr(self, 'seen', 0) + 1\n"
    "        if event.asset_id == 'AAA' and self.seen == 5:\n"
    "            print('buying', event.close)\n"
    "            self.buy_percent('AAA', 0.5, price=event.close)\n"
    "        if event.asset_id == 'AAA' and self.seen == 21:\n"
    "            self.close_position('AAA')\n"
)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    path = write(tmp_path_factory.mktemp("script"), ONCE)
    request, script = asked(path, "Once")
    market = two_assets()
    return market, request, run_here(request, script, market, RunControl()), script


def explained(run, t, symbol="AAA"):
    market, request, result, script = run
    row = 2 * t + market.symbols.index(symbol)
    return explain_bar(market, request, result, row, handlers=handlers_of(script, "Once"))


def test_an_order_is_explained_by_the_bar_its_handler_was_called_with(run):
    market = run[0]

    found = explained(run, 2)
    seen = found.sight

    assert found.outcome == "sent"
    assert dict(seen.bar)["close"] == market.prices[3][4] == found.close
    assert dict(seen.signals) == {"s": pytest.approx(market.signals["s"][4])}
    assert seen.quantity == 0
    assert found.orders["requested"].to_list() == found.fills["quantity"].to_list()
    assert found.cash == found.equity == run[2].initial_capital


def test_a_bar_without_an_order_says_which_handlers_were_called(run):
    found = explained(run, 5)

    assert found.outcome == "silent"
    assert found.sight.handlers == ("on_market_event", "on_bar_end")
    assert not found.orders.height


def test_what_is_held_is_held_from_the_bar_after_the_order_to_the_one_after_the_exit(run):
    market, _, result, _ = run
    trade = result.trades.row(0, named=True)
    quantities = [explained(run, t).sight.quantity for t in range(14)]

    assert quantities == [0] * 3 + [trade["quantity"]] * 8 + [0] * 3
    seen = explained(run, 6).sight
    close = market.prices[3][12]
    assert seen.entry_price == trade["entry_price"]
    assert seen.gain == pytest.approx(close / trade["entry_price"] - 1)
    assert explained(run, 6, "BBB").sight.others == 1


def test_what_became_of_every_order_is_counted(run):
    market, request, result, _ = run

    found = fates(market, request, result)

    assert found.select("fate", "bars", "share").rows() == [("filled", 2, 1.0)]


def test_what_was_printed_is_kept_with_its_time(run, tmp_path):
    market, request, _, script = run
    host = ScriptHost()
    try:
        result = host.run(request, script, market, RunControl())
    finally:
        host.close()

    assert result.printed.rows() == [(2, f"buying {market.prices[3][4]}\n")]
    row = 4
    seen = explain_bar(market, request, result, row).sight
    assert seen.printed == f"buying {market.prices[3][4]}"
    assert explain_bar(market, request, result, row + 2).sight.printed == ""


def test_a_close_that_fills_its_own_order_was_decided_without_it(tmp_path):
    path = write(tmp_path, ONCE)
    request, script = asked(path, "Once")
    execution = request.execution.model_copy(update={"fill": "same_close"})
    request = request.model_copy(update={"execution": execution})
    market = two_assets()
    result = run_here(request, script, market, RunControl())

    quantities = [
        explain_bar(market, request, result, 2 * t).sight.quantity for t in (1, 2, 3, 10, 11)
    ]

    bought = result.trades["quantity"][0]
    assert quantities == [0, 0, bought, bought, 0]


def test_a_file_that_is_no_python_names_no_handler(tmp_path, run):
    from dataclasses import replace

    assert handlers_of(replace(run[3], text="class ("), "Once") == ()
    assert isinstance(run[2].printed, pl.DataFrame)
