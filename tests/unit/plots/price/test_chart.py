"""What the price chart gives to its items, and which part it shows."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt

from ml4t_desktop.errors import InputError
from ml4t_desktop.market import TextColumn
from ml4t_desktop.plots.images import save_chart
from ml4t_desktop.plots.price.asset_bars import AssetBars, TradeMarks
from ml4t_desktop.plots.price.chart import PriceChart
from ml4t_desktop.plots.price.shading import Shading
from ml4t_desktop.session.theme import DARK, LIGHT
from ml4t_desktop.units import MICROSECONDS_PER_DAY

COUNT = 400


def bars(symbol: str = "AAA", **series) -> AssetBars:
    close = np.linspace(10.0, 50.0, COUNT)
    prices = np.stack([close - 0.5, close + 1, close - 1, close, np.full(COUNT, 1e6)])
    return AssetBars(symbol, np.arange(COUNT) * MICROSECONDS_PER_DAY, prices, series)


def marks() -> TradeMarks:
    """A long with a gain at 100 to 110, a short with a loss at 200 to 203, an open long from 390."""
    entry, leave = np.array([100, 200, 390]), np.array([110, 203, COUNT - 1])
    return TradeMarks(
        trade_id=np.array([7, 3, 9]),
        is_long=np.array([True, False, True]),
        is_open=np.array([False, False, True]),
        entry=entry,
        exit=leave,
        entry_decision=entry - 1,
        exit_decision=np.array([109, 202, -1]),
        entry_price=np.array([20.0, 30.0, 49.0]),
        exit_price=np.array([21.0, 31.0, 50.0]),
        pnl=np.array([5.0, -4.0, 1.0]),
    )


@pytest.fixture
def chart(qtbot) -> PriceChart:
    chart = PriceChart(LIGHT)
    qtbot.addWidget(chart)
    chart.resize(900, 600)
    chart.show()
    chart.set_asset(bars(**{"signal.score": np.linspace(0, 1, COUNT)}), marks())
    return chart


def value_range(chart: PriceChart) -> tuple[float, float]:
    box = chart.panes[0].plot.getViewBox()
    box.updateAutoRange()
    low, high = box.viewRange()[1]
    return low, high


def test_an_asset_is_shown_with_its_whole_history_first(chart):
    left, right = chart.visible_range()
    assert left <= 0
    assert right >= COUNT - 1


def test_entries_and_exits_are_marked_at_their_bars_and_prices_but_an_open_trade_has_no_exit(chart):
    x, y = chart.trades.spots.getData()
    assert x.tolist() == [100, 200, 390, 110, 203]
    assert y.tolist() == [20, 30, 49, 21, 31]


def test_long_and_short_and_entry_and_exit_have_shapes_of_their_own(chart):
    shapes = [str(spot.symbol()) for spot in chart.trades.spots.points()]
    assert len({shapes[0], shapes[1], shapes[3], shapes[4]}) == 4
    assert shapes[0] == shapes[2]


def test_lines_join_entry_and_exit_apart_for_gains_and_losses(chart):
    assert chart.trades.gains.lines[:, ::2].tolist() == [[100, 110], [390, COUNT - 1]]
    assert chart.trades.losses.lines.tolist() == [[200, 30, 203, 31]]


def test_the_bars_of_the_chosen_trade_are_shown_with_bars_on_both_sides(chart):
    chart.choose_trade(7)
    chart.show_trade()
    left, right = chart.visible_range()
    assert 75 <= left <= 92  # decided at 99, filled from 100 to 110
    assert 117 <= right <= 135


def test_the_value_axis_follows_the_bars_in_view(chart):
    chart.show_range(0, 20)
    low, high = value_range(chart)
    assert 8.0 < low < 9.0  # the lowest low of the first 21 bars is 9.0
    assert 13.0 < high < 14.0  # their highest high is 13.005


def test_choosing_a_trade_rings_it_and_marks_its_decision_bars_in_every_pane(chart):
    chart.choose_trade(3)
    assert chart.trades.ring.getData()[0].tolist() == [200, 203]
    span = chart.series_panes[0].span
    assert span.span.getRegion() == (199.5, 203.5)
    assert [line.value() for line in span.decisions] == [199, 202]
    chart.choose_trade(None)
    assert not span.span.isVisible()
    assert not any(line.isVisible() for line in span.decisions)


def test_an_open_trade_has_no_exit_decision(chart):
    chart.choose_trade(9)
    assert [line.isVisible() for line in chart.series_panes[0].span.decisions] == [True, False]
    assert chart.trades.ring.getData()[0].tolist() == [390]


def test_a_click_on_a_mark_names_its_trade(chart, qtbot):
    spots = chart.trades.spots
    with qtbot.waitSignal(chart.trade_clicked) as caught:
        spots.sigClicked.emit(spots, [spots.points()[1]], None)
    assert caught.args == [3]


def test_neighbours_are_the_trades_before_and_after_by_entry(chart):
    assert chart.neighbour(1) == 7
    chart.choose_trade(3)
    assert chart.neighbour(1) == 9
    assert chart.neighbour(-1) == 7
    chart.choose_trade(9)
    assert chart.neighbour(1) is None


def test_each_column_has_a_pane_linked_to_the_prices(chart):
    regime = TextColumn(np.zeros(COUNT, np.int32), ("bull",))
    chart.set_asset(bars(**{"context.regime": regime, "signal.score": np.zeros(COUNT)}), marks())
    assert [series.name for series in chart.series_panes] == ["context.regime", "signal.score"]
    chart.show_range(50, 90)
    for pane in chart.panes:
        assert pane.plot.getViewBox().viewRange()[0] == pytest.approx([49.5, 90.5])
    only_lowest = [pane.times.style["showValues"] for pane in chart.panes]
    assert only_lowest == [False, False, False, True]


def test_a_pane_that_is_added_leaves_the_part_in_view_alone(chart):
    chart.show_range(100, 200)
    chart.set_asset(
        bars(**{"signal.other": np.zeros(COUNT), "signal.score": np.zeros(COUNT)}), marks()
    )
    for pane in chart.panes:
        assert pane.plot.getViewBox().viewRange()[0] == pytest.approx([99.5, 200.5])


def test_moving_any_pane_moves_all(chart):
    chart.panes[2].plot.setXRange(30, 60, padding=0)
    for pane in chart.panes:
        assert pane.plot.getViewBox().viewRange()[0] == pytest.approx([30, 60])


def test_panes_of_columns_no_longer_asked_for_are_gone(chart):
    chart.set_asset(bars(), marks())
    assert len(chart.panes) == 2
    assert chart.series_panes == ()


def test_the_part_in_view_stays_for_another_asset_with_the_same_times(chart):
    chart.show_range(50, 90)
    chart.set_asset(bars("BBB", **{"signal.score": np.zeros(COUNT)}), marks())
    assert chart.visible_range() == pytest.approx((49.5, 90.5))


def test_the_legend_gives_the_prices_and_signals_of_an_ordinal(chart):
    price, _volume, score = chart.panes
    text = chart.legend_html(price, 0)
    assert all(
        part in text for part in ("AAA", "9.500", "11.00", "9.000", "10.00", "1&nbsp;Jan&nbsp;1970")
    )
    assert "<b>1</b>" in chart.legend_html(score, COUNT - 1)


def test_a_text_is_written_in_the_legend_as_it_is(chart):
    regime = TextColumn(np.array([0, -1] * (COUNT // 2), np.int32), ("bull",))
    chart.set_asset(bars(**{"context.regime": regime}), marks())
    pane = chart.series_panes[0].pane
    assert "bull" in chart.legend_html(pane, 0)
    assert "bull" not in chart.legend_html(pane, 1)


def test_an_asset_without_trades_and_volume_is_drawn(chart):
    nothing = TradeMarks(
        *(np.zeros(0, kind) for kind in (int, bool, bool, int, int, int, int, float, float, float))
    )
    asset = bars()
    asset.prices[4] = np.nan
    chart.set_asset(asset, nothing)
    chart.apply_theme(DARK)
    assert not chart.grab().isNull()
    assert chart.neighbour(1) is None


def test_zooming_keeps_the_middle_and_never_shows_less_than_some_bars(chart):
    chart.show_range(100, 200)
    chart.zoom(0.5)
    assert chart.visible_range() == pytest.approx((124.75, 175.25))
    for _ in range(40):
        chart.zoom(0.5)
    left, right = chart.visible_range()
    assert right - left == pytest.approx(5)


def test_a_recoloured_chart_takes_the_colours_of_the_theme(chart):
    chart.apply_theme(DARK)
    assert chart.backgroundBrush().color().name() == DARK.surface
    assert chart.trades.gains.pen.color().name() == DARK.gain


def test_the_prices_have_half_of_the_height_however_many_panes_are_below(chart):
    series = {f"signal.s{number}": np.zeros(COUNT) for number in range(5)}
    for shown in ({}, series):
        chart.set_asset(bars(**shown), marks())
        heights = chart._heights()
        assert len(heights) == 2 + len(shown)
        axis = chart.panes[-1].times.minimumHeight()
        assert heights[0] >= (sum(heights) - axis) / 2 - 1e-6
        assert sum(heights) <= chart.height()


def test_panes_made_beforehand_are_used_by_the_first_asset_and_say_nothing_until_then(chart):
    chart.prepare_series()
    chart.prepare_series()
    chart.set_asset(bars(**{"signal.a": np.arange(COUNT, dtype=float)}), marks())
    assert [series.name for series in chart.series_panes] == ["signal.a"]
    chart.prepare_series()
    chart.refresh_legends()
    assert chart.panes[-1].legend.toPlainText() == ""


def test_a_longer_asset_after_a_shorter_one_has_its_legends(chart):
    short = bars(**{"signal.a": np.arange(COUNT, dtype=float)})
    few = AssetBars("BBB", short.times[:20], short.prices[:, :20], {"signal.a": np.zeros(20)})
    none = TradeMarks(**{name: getattr(marks(), name)[:0] for name in TradeMarks.__slots__})
    chart.set_asset(few, none)
    chart.set_asset(short, marks())
    assert "399" in chart.panes[-1].legend.toPlainText()


def test_the_ticks_follow_the_prices_of_another_asset(chart):
    chart.set_asset(bars(), marks())
    chart.grab()
    before = chart.panes[0].values.picture
    dear = bars()
    chart.set_asset(AssetBars("BBB", dear.times, dear.prices * 100, {}), marks())
    chart.grab()
    assert before is not None
    assert chart.panes[0].values.picture is not before
    assert chart.panes[0].values.range[1] > 4_000


def test_texts_are_drawn_as_steps_and_numbers_as_a_line(chart):
    regime = TextColumn(np.repeat([0, 1], COUNT // 2).astype(np.int32), ("bear", "bull"))
    chart.set_asset(
        bars(**{"context.regime": regime, "signal.a": np.arange(COUNT, dtype=float)}), marks()
    )
    chart.show_range(195, 204)
    texts, numbers = (series.line for series in chart.series_panes)
    x, y = texts.points()
    # The change from bear to bull stands halfway between bars 199 and 200.
    assert y[x == 199.5].tolist() == [0.0, 1.0]
    assert set(np.diff(x)[np.diff(y) != 0]) == {0.0}
    assert np.diff(numbers.points()[0]).tolist() == [1.0] * (len(numbers.points()[0]) - 1)


def test_a_drag_with_the_shift_key_chooses_a_part_of_the_time(chart, qtbot):
    chart.show_range(0, 399)
    box = chart.panes[0].plot.getViewBox()

    def at(ordinal: float) -> QPoint:
        low, high = box.viewRange()[1]
        place = box.mapViewToScene(QPointF(ordinal, (low + high) / 2))
        return chart.mapFromScene(place)

    shift = Qt.KeyboardModifier.ShiftModifier
    view = chart.viewport()
    with qtbot.waitSignal(chart.brushed) as caught:
        qtbot.mousePress(view, Qt.MouseButton.LeftButton, shift, at(100))
        qtbot.mouseMove(view, at(150))
        qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, shift, at(200))
    assert caught.args == [pytest.approx(100, abs=1), pytest.approx(200, abs=1)]
    assert chart.trades_between(100, 200).tolist() == [3, 7]


def test_the_line_between_two_panes_can_be_moved(chart):
    before = chart._heights()
    bottom = chart.panes[0].plot.sceneBoundingRect().bottom()
    chart.move_divider(0, bottom - 50)
    after = chart._heights()
    assert after[0] == pytest.approx(before[0] - 50, abs=6)
    assert after[1] == pytest.approx(before[1] + 50, abs=6)
    chart.heights_changed.emit()
    assert set(chart.heights_chosen) == {"price", "volume", "signal.score"}
    chart.set_asset(bars("BBB", **{"signal.score": np.zeros(COUNT)}), marks())
    assert chart._heights() == pytest.approx(after, abs=2)


def test_equal_factors_are_equal_distances_on_a_log_scale_and_prices_are_written_as_they_are(chart):
    chart.set_log(is_log=True)
    low, high = value_range(chart)
    assert 10**low < 9.0
    assert 10**high > 50.0
    assert "O <" not in chart.legend_html(chart.panes[0], 0)
    assert "9.500" in chart.legend_html(chart.panes[0], 0)
    ticks = chart.panes[0].values.tickStrings([1.0, np.log10(20.0)], 1.0, 10.0)
    assert ticks == ["10", "20"]
    assert chart.trades.spots.getData()[1][0] == pytest.approx(np.log10(20.0))


def test_trades_are_counted_where_they_are_too_dense_to_be_told_apart(chart):
    many = 300
    entry = np.arange(many)
    dense = TradeMarks(
        trade_id=np.arange(many),
        is_long=np.ones(many, bool),
        is_open=np.zeros(many, bool),
        entry=entry,
        exit=entry + 5,
        entry_decision=entry - 1,
        exit_decision=entry + 4,
        entry_price=np.full(many, 20.0),
        exit_price=np.full(many, 21.0),
        pnl=np.where(entry % 3 == 0, -1.0, 1.0),
    )
    chart.set_asset(bars(), dense)
    chart.show_all()
    assert chart.trades.is_dense
    assert not chart.trades.spots.isVisible()
    edges, counts, won = chart.trades.counts.bins()
    assert counts.sum() == many
    assert won.sum() == 200
    assert set(np.diff(edges)) == {32}
    chart.show_range(10, 40)
    assert not chart.trades.is_dense
    assert chart.trades.spots.isVisible()
    assert not chart.grab().isNull()


def test_the_trade_under_the_mouse_is_joined_from_entry_to_exit(chart):
    chart.show_range(90, 130)
    assert chart.trades.near(100.0, 20.0) == 0
    assert chart.trades.near(105.0, 20.0) is None
    chart.hover_trade(7)
    assert chart.trades.hover_line.getData()[0].tolist() == [100.0, 110.0]
    chart.hover_trade(None)
    assert chart.trades.hover_line.getData()[0] is None or not len(
        chart.trades.hover_line.getData()[0]
    )


def test_stop_and_target_of_the_chosen_trade_are_drawn_from_its_entry(chart):
    chart.choose_trade(7)
    assert chart.chosen_bars() == slice(100, 111)
    chart.show_levels({"stop": np.full(11, 18.0)})
    x, y = chart.trades.levels["stop"].getData()
    assert (x[0], x[-1]) == (99.5, 110.5)
    assert set(y) == {18.0}
    chart.choose_trade(None)
    assert chart.trades.levels["stop"].getData()[0] is None or not len(
        chart.trades.levels["stop"].getData()[0]
    )


def test_states_of_the_market_are_shaded_over_the_bars_they_last(chart):
    codes = np.repeat([0, 1, -1, 0], COUNT // 4).astype(np.int32)
    chart.set_shading(Shading("regime", codes, ("bull", "bear")))
    chart.show_range(50, 250)
    edges, states = chart.shading.spans()
    assert states.tolist() == [0, 1, -1]
    assert edges[1:3].tolist() == [100, 200]
    assert "bear" in chart.legend_html(chart.panes[0], 150)
    assert "bear" not in chart.legend_html(chart.panes[0], 250)


def test_panes_stand_in_the_order_asked_for_and_the_benchmark_with_the_equity(chart):
    series = {
        "signal.a": np.zeros(COUNT),
        "equity": np.full(COUNT, 1000.0),
        "benchmark": np.full(COUNT, 900.0),
        "underwater": np.full(COUNT, -0.1),
    }
    chart.set_asset(bars(**series), marks(), ("underwater", "equity", "volume"))
    assert chart.pane_names == ("price", "underwater", "equity", "volume")
    text = chart.legend_html(chart.panes[2], 5)
    assert "1000.00" in text
    assert "900.00" in text
    assert "-10.00 %" in chart.legend_html(chart.panes[1], 5)


def test_a_trade_is_brought_to_the_middle_with_the_zoom_kept(chart):
    chart.show_range(0, 60)
    left, right = chart.visible_range()
    chart.choose_trade(3)
    chart.centre_trade()
    first, last = chart.visible_range()
    assert last - first == pytest.approx(right - left)
    assert (first + last) / 2 == pytest.approx(201, abs=2)


def test_keys_go_to_the_ends_and_back_to_the_whole(chart, qtbot):
    chart.show_range(100, 150)
    qtbot.keyClick(chart, Qt.Key.Key_End)
    assert chart.visible_range()[1] == pytest.approx(COUNT - 0.5, abs=1)
    qtbot.keyClick(chart, Qt.Key.Key_Home)
    left, right = chart.visible_range()
    assert left == pytest.approx(-0.5, abs=1)
    assert right - left == pytest.approx(51, abs=2)
    qtbot.keyClick(chart, Qt.Key.Key_0)
    assert chart.visible_range()[1] >= COUNT - 1


@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_a_chart_is_written_as_a_picture(chart, tmp_path, suffix):
    path = tmp_path / f"chart{suffix}"
    save_chart(chart, path, "AAA")
    assert path.stat().st_size > 2_000
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    if suffix == ".svg":
        text = path.read_text(encoding="utf-8")
        assert "<title>AAA</title>" in text
        assert text.count("<text") > 10
        assert text.count("<rect") + text.count("<polyline") + text.count("<polygon") > 100


def test_a_picture_of_another_kind_is_refused(chart, tmp_path):
    with pytest.raises(InputError, match=r"\.png or \.svg"):
        save_chart(chart, tmp_path / "chart.bmp", "AAA")
