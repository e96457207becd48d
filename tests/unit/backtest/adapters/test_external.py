"""An external strategy through its adapter: called once per timestamp, sized in units of the account."""

from types import MappingProxyType

import pytest

from ml4t_desktop.backtest.adapters import (
    ExternalStrategyInterface,
    PITData,
    StrategyAdapter,
    StrategySignal,
)
from tests.unit.engine.trial import FLAT, day, fills, market_of, play

FRACTIONS = {"lot_size": 0.0}
MARGIN = {"type": "margin"}


class Recorder(ExternalStrategyInterface):
    """Says what is written for each timestamp, and keeps what it was shown."""

    def __init__(self, wanted=MappingProxyType({})):
        self.wanted = wanted
        self.calls: list[object] = []
        self.seen: list[PITData] = []

    def initialize(self):
        self.calls.append("initialize")

    def generate_signal(self, timestamp, data):
        self.calls.append(timestamp)
        self.seen.append(data)
        return self.wanted.get(timestamp)

    def finalize(self):
        self.calls.append("finalize")


def wants(index, position, confidence=1.0, asset_id="A"):
    return StrategySignal(
        timestamp=day(index), asset_id=asset_id, position=position, confidence=confidence
    )


def test_six_bars_make_six_calls_between_initialize_and_finalize():
    external = Recorder()
    play([FLAT] * 6, StrategyAdapter(external))
    assert external.calls == ["initialize", *(day(i) for i in range(6)), "finalize"]


def test_a_signal_may_be_written_without_the_names_of_its_fields():
    assert StrategySignal(day(1), "A", 0.5, 0.8) == wants(1, 0.5, 0.8)


def test_two_assets_at_one_time_are_shown_together_in_one_call():
    external = Recorder()
    play({"A": [FLAT, FLAT], "B": [(50.0, 50.0, 50.0, 50.0), None]}, StrategyAdapter(external))
    assert [set(data.bars) for data in external.seen] == [{"A", "B"}, {"A"}]
    assert external.seen[1].prices == {"A": 100.0, "B": 50.0}
    assert external.seen[0].context is None


def test_a_signal_is_a_share_of_equity_not_a_quantity():
    # 0.5 * 0.8 * 10 % of 100,000 is 4,000: 40 units at 100.
    external = Recorder({day(0): wants(0, 0.5, confidence=0.8)})
    result = play([FLAT] * 3, StrategyAdapter(external), execution=FRACTIONS)
    assert fills(result) == [(1, "A", pytest.approx(40.0, rel=1e-12), 100.0)]


def test_a_signal_that_stays_trades_once_and_a_flat_one_closes():
    external = Recorder(
        {day(0): wants(0, 1.0), day(1): wants(1, 1.0), day(2): wants(2, 1.0), day(3): wants(3, 0.0)}
    )
    result = play([FLAT] * 6, StrategyAdapter(external), execution=FRACTIONS)
    assert fills(result) == [(1, "A", 100.0, 100.0), (4, "A", -100.0, 100.0)]


def test_a_signal_to_the_other_side_turns_the_position():
    external = Recorder({day(0): wants(0, 1.0), day(2): wants(2, -0.5)})
    result = play([FLAT] * 5, StrategyAdapter(external), execution=FRACTIONS, account=MARGIN)
    assert fills(result) == [(1, "A", 100.0, 100.0), (3, "A", -150.0, 100.0)]


def test_an_own_sizer_gives_weights_and_several_signals_sell_first():
    external = Recorder(
        {
            day(0): [wants(0, 1.0, asset_id="B")],
            day(2): (wants(2, 1.0, asset_id="A"), wants(2, 0.5, asset_id="B")),
        }
    )
    adapter = StrategyAdapter(external, position_sizer=lambda signal: 0.6 * signal.position)
    result = play({"A": [FLAT] * 5, "B": [FLAT] * 5}, adapter, execution=FRACTIONS)
    assert fills(result) == [
        (1, "B", 600.0, 100.0),
        (3, "B", pytest.approx(-300.0), 100.0),
        (3, "A", pytest.approx(600.0), 100.0),
    ]


def test_an_order_that_still_waits_is_replaced_and_not_doubled():
    # B has no bar on day 1: the order of day 0 waits, the signal of day 1 replaces it.
    external = Recorder({day(i): wants(i, 1.0, asset_id="B") for i in range(3)})
    bars = {"A": [FLAT] * 4, "B": [FLAT, None, FLAT, FLAT]}
    result = play(bars, StrategyAdapter(external), execution=FRACTIONS)
    assert fills(result) == [(2, "B", 100.0, 100.0)]


def test_an_adapter_runs_again_as_if_new():
    adapter = StrategyAdapter(Recorder())
    play({"A": [FLAT], "B": [FLAT]}, adapter)
    play({"A": [FLAT]}, adapter)
    assert set(adapter.external.seen[-1].latest) == {"A"}


@pytest.mark.parametrize(("position", "confidence"), [(1.1, 1.0), (-1.1, 1.0), (0.5, -0.1)])
def test_a_signal_out_of_range_is_refused(position, confidence):
    with pytest.raises(ValueError, match="must lie between"):
        wants(0, position, confidence)


def test_a_signal_for_an_asset_without_a_bar_is_refused_by_name():
    external = Recorder({day(0): wants(0, 1.0, asset_id="Z")})
    with pytest.raises(ValueError, match="'Z'"):
        play(market_of([FLAT] * 2), StrategyAdapter(external))


def test_a_sizer_that_gives_no_number_is_refused():
    external = Recorder({day(0): wants(0, 1.0)})
    with pytest.raises(ValueError, match="a weight is a number"):
        play([FLAT] * 2, StrategyAdapter(external, position_sizer=lambda _signal: float("nan")))
