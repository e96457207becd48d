"""Every file there is, dropped on one window after another: sensible data, or one clear message."""

from collections.abc import Callable

import pytest

from tests.broken import packed, texts, typed, values
from tests.unit.files.exports import FILES as EXPORTS
from tests.unit.files.ugly import LONG, WIDE, frame

UGLY = {name: (lambda data=data: data) for name, data in (LONG | WIDE).items()}
BROKEN = {
    name: (lambda data=data: data)
    for name, data in (packed.made() | texts.made() | values.made() | typed.made()).items()
}
# These say what is wrong when they are run, as each of their rows may be.
NO_RULE = "Strategy: No entry rule. Add a clause"


@pytest.mark.parametrize("files", [EXPORTS, UGLY, BROKEN], ids=["exports", "ugly", "broken"])
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
