"""An analyst doubts a number and asks how it is made."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

PATIENCE_MS = 60_000


def asked(analyst, title: str):
    """Wait for the card about a number."""
    card = analyst.window.making.card
    analyst.qtbot.waitUntil(
        lambda: card.title.text() == title and card.isVisible(), timeout=PATIENCE_MS
    )
    return card


def test_a_number_leads_to_its_inputs_and_to_its_trades(analyst):
    analyst.open_sample()
    analyst.run()
    window, results = analyst.window, analyst.session.results
    overview = window.show_panel("overview")
    analyst.look()

    tile = next(tile for tile in overview.tiles.tiles if tile.name == "win_rate")
    QTest.mouseClick(tile, Qt.MouseButton.LeftButton)
    card = asked(analyst, "Win rate")
    assert card.value.text() == tile.text
    assert window.rect().contains(card.geometry())
    card.trades_button.click()
    analyst.look()
    won = results.run.result.trades["pnl"].to_numpy()[
        results.run.result.trades["trade_id"].is_in(results.subset.trade_ids).to_numpy()
    ]
    assert (won > 0).all()
    assert len(won) == results.run.metrics.winners
    assert window.subset_strip.isVisible()

    QTest.keyClick(card.body, Qt.Key.Key_Escape)
    assert not card.isVisible()
    window.desk.carry_out("trade.all")

    overview.statistics.setFocus()
    overview.statistics.setCurrentItem(overview.statistics._rows["calmar"])
    window.desk.carry_out("number.making")
    card = asked(analyst, "Calmar ratio")
    analyst.session.making.follow("max_drawdown")
    asked(analyst, "Maximum drawdown")
    analyst.session.making.back()
    asked(analyst, "Calmar ratio")
    window.palette_commands.choose("statistic:profit_factor")
    asked(analyst, "Profit factor")

    analyst.run()
    assert not card.isVisible()
