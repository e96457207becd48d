"""Nothing on screen is left in English when the window speaks another language."""

import gettext
import re

import pytest
from PySide6.QtWidgets import QApplication, QDialog

from ml4t_desktop.app.panels import PANELS
from ml4t_desktop.session.language import speak
from ml4t_desktop.session.steps import Step
from tests.journeys.pseudo import PseudoCatalogue, texts_of, untranslated
from tests.journeys.window import Analyst

# What is no text of ours, and why.
EXEMPT = (
    r"[\w.]+\.(csv|parquet|toml)",  # names of files
    r"https:/*",
    r"/\S+",  # where they are
    r"\b(symbol|date|open|high|low|close|volume|ml_pred_5d|confidence|exit_signal|VIX|regime|breadth)\b",  # columns
    r"\b(context|signal|bar)\.\w+",  # their names in a request
    r"\b[A-Z]{3}\d\d\b",  # symbols
    r"\b(bull|bear|calm|stressed|volatile|trend|range|normal)\b",  # values of a column
    r"\((?:(?:Ctrl|Alt|Shift)\+)*\S+\)|(?:(?:Ctrl|Alt|Shift)\+)+(?:[^\s,]+,?|,)",  # keys
    r"\b(Esc|Space|Return|Home|End|F\d+|Del|Tab|PgUp|PgDown)\b",
    r"\b(default|realistic|backtesting|backtrader|vectorbt|zipline|lean)\b",  # presets, as a request names them
    r"\b(Float32|Float64|Int64|String|Date|Datetime)\b",  # types, as polars names them
    r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b",  # as the locale names them
    r"\bMarket\b",  # the benchmark by its name, in the legend of the equity
    r"\b(SQN|Letter)\b",  # names that are the same in every language
)
# Parts of Qt and pyqtgraph, which bring their own words.
OF_OTHERS = re.compile(
    r"qt_dockwidget|Scroll(Left|Right)Button|(Check|Radio|Group) (text|tip|title)|QLabel label text|"
    r"action  |QDialogButtonBox|"
    r"QPushButton in (preferences|shortcut_sheet) text|guide_contents|preferences\.language"
)  # fmt: skip


@pytest.fixture
def pseudo_language():
    speak(PseudoCatalogue())
    yield
    speak(gettext.NullTranslations())


def left_in_english(seen: set[tuple[str, str]]) -> list[str]:
    found = []
    for where, text in sorted(seen):
        if OF_OTHERS.search(where):
            continue
        rest = untranslated(text)
        for pattern in EXEMPT:
            rest = re.sub(pattern, " ", rest)
        if re.search(r"[A-Za-z]{2,}", rest):
            found.append(f"{where}: {rest.strip()!r}")
    return found


def test_every_text_of_the_window_can_be_translated(qtbot, tmp_path, pseudo_language):
    analyst = Analyst(qtbot, tmp_path)
    try:
        window = analyst.window
        seen = set(texts_of(window))
        analyst.open_sample()
        analyst.run()
        trades = analyst.session.results.run.result.trades
        analyst.session.results.select_trade(int(trades["trade_id"][0]))
        for step in Step:
            window.show_step(step)
            seen |= set(texts_of(window))
        for panel in PANELS:
            window.show_panel(panel.key)
            analyst.wait()
            seen |= set(texts_of(window))
        for command in ("edit.preferences", "help.shortcuts", "help.palette"):
            window.desk.carry_out(command)
            for dialog in window.findChildren(QDialog):
                seen |= set(texts_of(dialog))
                dialog.close()
        QApplication.processEvents()
        assert left_in_english(seen) == []
    finally:
        analyst.leave()
