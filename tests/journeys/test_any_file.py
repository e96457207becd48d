"""Every file there is, dropped on one window after another: sensible data, or one clear message."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from PySide6.QtWidgets import QLabel

from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.views.setup.editors import Choice, MomentBox
from tests.broken import packed, texts, typed, values
from tests.unit.files.exports import FILES as EXPORTS
from tests.unit.files.ugly import LONG, WIDE, frame
from tests.unit.files.vendors import FILES as MADE

VENDORS = {name: make for name, (make, *_) in MADE.items()}
UGLY = {name: (lambda data=data: data) for name, data in (LONG | WIDE).items()}
BROKEN = {
    name: (lambda data=data: data)
    for name, data in (packed.made() | texts.made() | values.made() | typed.made()).items()
}
# These say what is wrong when they are run, as each of their rows may be.
NO_RULE = "Strategy: No entry rule. Add a clause"


@pytest.mark.parametrize(
    "files", [EXPORTS, VENDORS, UGLY, BROKEN], ids=["exports", "vendors", "ugly", "broken"]
)
def test_files_dropped_one_after_another_are_ready_or_told(
    analyst, tmp_path, capfd, files: dict[str, Callable[[], bytes]]
):
    unclear: dict[str, str] = {}
    for name, make in files.items():
        path = tmp_path / name
        path.write_bytes(make())
        analyst.session.request.clear()
        analyst.drop(path)
        draft = analyst.session.request.draft
        is_taken = bool(
            draft.files or draft.context_file or draft.get("data.predictions.files", ())
        )
        is_ready = analyst.session.why_not_run() in ("", NO_RULE)
        if not (is_taken and is_ready) and name not in analyst.message:
            unclear[name] = analyst.message or "nothing was told"
    capfd.readouterr()  # decoders say on their own where they gave up
    assert unclear == {}


def test_after_all_of_them_a_good_file_runs(analyst, tmp_path):
    for name in ("half.parquet", "noise.xlsx", "open_quote.csv", "several.zip"):
        path = tmp_path / name
        path.write_bytes(BROKEN[name]())
        analyst.drop(path)
    good = tmp_path / "good.parquet"
    frame().write_parquet(good)
    analyst.drop(good)
    analyst.run()
    assert analyst.session.results.run.market.row_count == 8


def test_a_column_for_each_measure_of_the_market_beside_prices_is_context(analyst, tmp_path):
    good, measures = tmp_path / "good.parquet", tmp_path / "measures.csv"
    frame().write_parquet(good)
    days = frame()["date"].unique().sort()
    rows = "\n".join(f"{day},1{n},2,3,4,5" for n, day in enumerate(days))
    measures.write_text(f"date,AAX,BBX,CCX,DDX,EEX\n{rows}\n", encoding="utf-8")

    analyst.drop(good, measures)

    request = analyst.session.request.draft.request()
    assert [name.rsplit("/", 1)[-1] for name in request.data.files] == ["good.parquet"]
    assert request.context is not None
    assert request.context.columns == ("AAX", "BBX", "CCX", "DDX", "EEX")
    assert "taken as context" in analyst.message
    analyst.run()
    assert analyst.session.results.run is not None


def test_values_for_the_whole_market_dropped_alone_say_what_they_were_taken_for(analyst, tmp_path):
    path = tmp_path / "macro.csv"
    path.write_bytes(EXPORTS["macro.csv"]())
    analyst.drop(path)
    assert "taken as context" in analyst.message


def test_a_table_of_words_is_not_taken_for_anything(analyst, tmp_path):
    path = tmp_path / "words.csv"
    path.write_text("first,second\na,b\nc,d\n", encoding="utf-8")
    before = analyst.session.request.draft
    analyst.drop(path)
    assert "has neither prices nor a column of dates or times" in analyst.message
    assert analyst.session.request.draft == before


def study(path: Path) -> Path:
    """Prices, predictions and the VIX in one archive."""
    table = frame()
    days = table["date"].unique().sort()
    vix = pl.DataFrame({"date": days, "VIX": range(15, 15 + len(days))})
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("prices.csv", table.drop("ml_pred").write_csv())
        packed.writestr("preds.csv", table.select("date", "symbol", "ml_pred").write_csv())
        packed.writestr("vix.csv", vix.write_csv())
    return path


def test_an_archive_of_prices_predictions_and_context_runs_straight(analyst, tmp_path):
    analyst.drop(study(tmp_path / "study.zip"))

    assert "study.zip: each table has been given its place" in analyst.message
    assert (
        "study.zip/preds.csv: is taken for predictions because it has no prices" in analyst.message
    )
    analyst.run()
    run = analyst.session.results.run
    assert run.market.row_count == frame().height
    assert {*run.market.signals} == {"ml_pred"}
    assert {*run.market.context} == {"VIX"}


def test_what_a_table_of_an_archive_is_used_for_can_be_corrected(analyst, tmp_path):
    analyst.drop(study(tmp_path / "study.zip"))
    draft = analyst.session.request.draft

    analyst.choose("data.tables.vix.csv", None)
    analyst.wait()
    assert analyst.session.request.draft.context_file is None
    analyst.choose("data.tables.preds.csv", None)
    analyst.wait()
    assert analyst.session.request.draft.get("data.predictions") is None
    assert analyst.session.request.draft.get("data.signals") == ()

    analyst.choose("data.tables.vix.csv", "context")
    analyst.wait()
    analyst.choose("data.tables.preds.csv", "predictions")
    analyst.wait()
    again = analyst.session.request.draft
    for key in ("data.files", "data.predictions.files", "data.signals", "context.file"):
        assert again.get(key) == draft.get(key)


def test_a_saved_request_of_an_archive_is_opened_with_its_tables_told_apart(analyst, tmp_path):
    analyst.drop(study(tmp_path / "study.zip"))
    analyst.save_as(tmp_path / "study.toml")
    assert '    "study.zip/prices.csv",' in (tmp_path / "study.toml").read_text("utf-8")

    analyst.session.document.clear()
    analyst.drop(tmp_path / "study.toml")
    analyst.window.show_step(Step.DATA)
    choice = analyst.window.findChild(Choice, "data.tables.vix.csv")
    assert choice.value == "context"


def test_a_file_that_changes_while_it_is_open_is_told_and_read_anew_by_a_click(analyst, tmp_path):
    path = tmp_path / "prices.csv"
    frame().write_csv(path)
    analyst.drop(path)
    analyst.run()

    frame().head(6).write_csv(path)
    analyst.session.changes.look()
    assert "prices.csv: was written by another program after it was read" in analyst.message
    assert "the next run uses it as it is now" in analyst.message

    analyst.click("messages.file.read_again")
    analyst.wait()
    assert f"prices.csv: 6 rows now, {frame().height} before" in analyst.message
    analyst.run()
    assert analyst.session.results.run.market.row_count == 6


def test_a_file_that_changed_since_the_request_was_saved_is_told_when_it_is_opened(
    analyst, tmp_path
):
    path = tmp_path / "prices.csv"
    frame().write_csv(path)
    analyst.drop(path)
    analyst.save_as(tmp_path / "mine.toml")
    analyst.session.document.clear()
    frame().head(6).write_csv(path)

    analyst.drop(tmp_path / "mine.toml")
    assert "prices.csv: has changed since mine.toml was saved" in analyst.message


def test_a_missing_file_says_where_to_find_it_and_offers_to(analyst, tmp_path):
    path = tmp_path / "prices.csv"
    frame().write_csv(path)
    analyst.drop(path)
    analyst.save_as(tmp_path / "mine.toml")
    (tmp_path / "elsewhere").mkdir()
    moved = path.rename(tmp_path / "elsewhere" / "prices.csv")
    analyst.session.document.clear()

    analyst.drop(tmp_path / "mine.toml")
    analyst.window.show_step(Step.DATA)
    problem = analyst.window.findChild(QLabel, "data.files.problem").text()
    assert "there is no such file. Find it with File > Locate missing data" in problem
    assert analyst.window.findChild(MomentBox, "data.start").text() == "not known yet"

    analyst.dialogs.files = [moved]
    analyst.click("data.locate")
    analyst.wait()
    assert analyst.can_run
    assert analyst.window.findChild(MomentBox, "data.start").text() != "not known yet"
