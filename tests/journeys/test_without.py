"""Somebody asks what would have become of the account without some trades."""

import numpy as np
import polars as pl
from PySide6.QtWidgets import QToolButton

from ml4t_desktop.session.runs.results import Subset


def test_the_run_is_made_again_without_what_is_looked_at_and_compared(analyst):
    analyst.open_sample()
    analyst.run()
    results = analyst.session.results
    trades = results.run.result.trades
    lost = trades.filter(pl.col("pnl") < 0)
    results.show_subset(Subset("Lost", np.sort(lost["trade_id"].to_numpy())))
    button = analyst.window.findChild(QToolButton, "subset_without")
    analyst.qtbot.waitUntil(lambda: button.isVisible() and button.isEnabled(), timeout=10_000)
    button.menu().aboutToShow.emit()
    actions = {action.objectName(): action for action in button.menu().actions()}
    assert actions["without_trades"].text() == f"Run again without these {lost.height:,} trades"
    assert set(actions) == {"without_trades", "without_times", "without_assets"}

    with analyst.qtbot.waitSignal(analyst.session.without.made, timeout=60_000):
        actions["without_trades"].trigger()
    analyst.wait()

    ghost = results.ghost
    again = ghost.result.trades.select("symbol", "entry_decision_time")
    assert again.join(lost, on=["symbol", "entry_decision_time"], how="semi").is_empty()
    assert analyst.tab == "Overview"
    assert f"without these {lost.height:,} trades" in analyst.window.run_line.text
    naive = results.run.result.final_value - lost["pnl"].sum()
    assert analyst.window.locale().toString(naive, "f", 2) in analyst.window.run_line.text
    assert ghost.result.trades.columns == trades.columns
