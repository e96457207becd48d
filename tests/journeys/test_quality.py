"""An analyst looks at the quality of a file, repairs it in the request, saves it and runs."""

import tomllib

import polars as pl
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from tests.unit.files.quality.planted import DAYS, market, planted


def test_a_file_with_bad_rows_is_looked_at_repaired_in_the_request_saved_and_run(
    analyst, qtbot, tmp_path
):
    frame = planted(planted(market(), "BBB", DAYS[40], close=0.0), "CCC", DAYS[50], high=1.0)
    path = tmp_path / "bars.parquet"
    frame.write_parquet(path)
    before = path.read_bytes()
    analyst.drop(path)
    window, quality = analyst.window, analyst.window.panels["quality"]

    analyst.click("data.quality")
    assert analyst.tab == "Quality"
    assert quality.isVisible()
    qtbot.waitUntil(lambda: quality.summary.text().startswith("1 error, 1 warning"))
    qtbot.waitUntil(lambda: bool(quality.detail.repairs))
    qtbot.mouseClick(
        window.findChild(QPushButton, "data.repairs.bad_price.drop"), Qt.MouseButton.LeftButton
    )
    qtbot.waitUntil(lambda: quality.summary.text().startswith("1 warning"))
    qtbot.waitUntil(lambda: quality.table.topLevelItem(0).text(1) == "Impossible bars")
    quality.table.choose(0)
    qtbot.mouseClick(
        window.findChild(QPushButton, "data.repairs.impossible_bar.widen"),
        Qt.MouseButton.LeftButton,
    )
    qtbot.waitUntil(lambda: quality.summary.text().startswith("3 notes"))

    analyst.save_as(tmp_path / "mine.toml")
    saved = tomllib.loads((tmp_path / "mine.toml").read_text())["data"]["repairs"]
    assert (saved["bad_price"], saved["impossible_bar"]) == ("drop", "widen")
    analyst.run()
    run = analyst.session.results.run
    assert run.market.row_count == frame.height - 1
    told = " / ".join(str(problem) for problem in run.problems)
    assert "1 bar with an impossible range is widened" in told
    assert path.read_bytes() == before
    assert pl.read_parquet(path).height == frame.height
