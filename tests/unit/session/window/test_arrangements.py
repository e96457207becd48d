"""Views of the trades table and the panes of the chart are remembered."""

from ml4t_desktop.session.window.arrangements import ArrangementStore, ChartArrangement, TradeView

VIEW = TradeView(
    columns=("pnl", "symbol"),
    sorted_by="pnl",
    is_descending=True,
    filters={"pnl": "> 5"},
    group_by="month:exit_time",
    outcome="winners",
)


def test_views_and_panes_are_there_after_a_restart(qapp, tmp_path):
    path = tmp_path / "arrangements.toml"
    store = ArrangementStore(path)
    store.save_view("Big wins", VIEW)
    store.arrange_chart(panes=("price", "equity"), heights={"price": 3.0}, is_log=True)
    again = ArrangementStore(path)
    assert again.view("Big wins") == VIEW
    assert again.chart == ChartArrangement(
        panes=("price", "equity"), heights={"price": 3.0}, is_log=True
    )


def test_a_view_that_is_removed_is_gone_and_the_built_in_ones_stay(qapp, tmp_path, qtbot):
    path = tmp_path / "arrangements.toml"
    store = ArrangementStore(path)
    store.save_view("Mine", VIEW)
    with qtbot.waitSignal(store.views_changed):
        store.remove_view("Mine")
    assert ArrangementStore(path).view("Mine") is None
    assert store.view("All columns") == TradeView()


def test_a_damaged_file_gives_the_usual_arrangement(qapp, tmp_path):
    path = tmp_path / "arrangements.toml"
    path.write_text("trade_views = 3\nchart = [1]\n", encoding="utf-8")
    assert ArrangementStore(path).views == {}
    path.write_text("not toml [", encoding="utf-8")
    assert ArrangementStore(path).chart == ChartArrangement()
