"""Nothing on screen is left in English when the window speaks another language."""

import gettext
import re

import pytest
from PySide6.QtWidgets import QApplication, QDialog, QToolButton, QWidget

from ml4t_desktop.app.docking.panels import PANELS
from ml4t_desktop.app.main import begin
from ml4t_desktop.files.sample_files import write_sample
from ml4t_desktop.session.language import speak
from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.sweep.grid import Axis, Grid
from tests.broken.requests import REQUESTS
from tests.journeys.pseudo import Painted, PseudoCatalogue, texts_of, untranslated
from tests.journeys.window import PATIENCE_MS, Analyst
from tests.unit.session.document.test_recovery import leave_behind

# What is no text of ours, and why.
EXEMPT = (
    r"[\w.]+\.(csv|parquet|toml|py)",  # names of files
    r"https:/*",
    r"/\S+",  # where they are
    r"\b(context|signal|bar)\.\w+",  # columns as a request names them, and as they are called
    r"\b(symbol|date|open|high|low|close|volume|pred|ml_pred\w*|confidence|exit_signal|VIX|regime|breadth)\b",
    r"\b[A-Z]{3}\d\d\b",  # symbols
    r"\b(bull|bear|calm|stressed|volatile|trend|range|normal)\b",  # values of a column
    r"\((?:(?:Ctrl|Alt|Shift)\+)*\S+\)|(?:(?:Ctrl|Alt|Shift)\+)+(?:[^\s,]+,?|,)",  # keys
    r"\b(Esc|Space|Return|Home|End|F\d+|Del|Tab|PgUp|PgDown)\b",
    r"\b(default|realistic|backtesting|backtrader|vectorbt|zipline|lean)\b",  # presets, as a request names them
    r"\b(Float32|Float64|Int64|String|Date|Datetime)\b",  # types, as polars names them
    r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b",  # as the locale names them
    r"ValueError: .*|self\.buy_percent\(.*",  # as Python says it, and the line
    r"\b(SQN|Letter)\b",  # names that are the same in every language
)
# Parts of Qt and pyqtgraph, which bring their own words.
OF_OTHERS = re.compile(
    r"qt_dockwidget|Scroll(Left|Right)Button|(Check|Radio|Group) (text|tip|title)|QLabel label text|"
    r"action  |QDialogButtonBox|"
    r"QPushButton in (preferences|shortcut_sheet) text|guide_contents|preferences\.language"
)  # fmt: skip

BROKEN_FILES = {
    "empty.csv": "",
    "words.csv": "date,symbol,close\n2024-01-02,A,much\n2024-01-03,A,2\n",
    "times.csv": "date,symbol,close,pred\nyesterday,A,1,2\n2024-01-03,A,2,3\n",
    "zero.csv": "date,symbol,open,high,low,close,volume,pred\n2024-01-02,A,0,2,1,1.5,9,1\n"
    "2024-01-02,A,1,2,1,1.5,9,1\n2024-01-03,A,1,2,1,9,-9,inf\n2024-01-06,A,1,2,1,1,9,1\n",
}
BROKEN_REQUESTS = (
    "unknown_key",
    "data_is_value",
    "capital_negative",
    "operator",
    "unknown_signal",
    "no_column",
)
LIMITED = {
    "risk": {"max_positions": 2, "max_gross_exposure": 0.5, "max_drawdown": 0.02},
    "strategy.exits": {"stop_loss": 0.02, "take_profit": 0.04, "evaluate": "intrabar"},
    "strategy.entry_order": {"type": "limit", "offset": 0.01, "good_for_bars": 2},
    "execution.insufficient_cash": "reject",
    "account.initial_capital": 3_000.0,
}
FAILING = """
from ml4t_desktop.backtest import Strategy


class Failing(Strategy):
    def on_event(self, event):
        self.buy_percent(event.asset_id, 7, event.close)
"""


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


class Reader:
    """Reads all that is on screen, and what was painted."""

    def __init__(self, analyst: Analyst, painted: Painted) -> None:
        self.analyst, self.painted = analyst, painted
        self.seen: set[tuple[str, str]] = set()

    def look(self, at: QWidget | None = None) -> None:
        self.seen |= set(texts_of(at or self.analyst.window))

    def look_at(self, *panels: str) -> None:
        for key in panels:
            self.analyst.window.show_panel(key)
            self.analyst.wait()
            self.look(self.analyst.window.panels[key])

    def finds_no_english(self) -> None:
        found = left_in_english(self.seen | {("painted", text) for text in self.painted.texts})
        assert found == [], "\n".join(found)


@pytest.fixture
def reader(qtbot, tmp_path, pseudo_language, monkeypatch):
    reader = Reader(Analyst(qtbot, tmp_path), Painted(monkeypatch))
    yield reader
    reader.analyst.leave()


def test_every_text_of_the_window_can_be_translated(reader):
    analyst = reader.analyst
    window = analyst.window
    reader.look()
    analyst.open_sample()
    analyst.run()
    trades = analyst.session.results.run.result.trades
    analyst.session.results.select_trade(int(trades["trade_id"][0]))
    for step in Step:
        window.show_step(step)
        reader.look(window.setup)
    reader.look_at(*(panel.key for panel in PANELS))
    for command in ("edit.preferences", "help.shortcuts", "help.palette"):
        window.desk.carry_out(command)
        for dialog in window.findChildren(QDialog):
            reader.seen |= set(texts_of(dialog))
            dialog.close()
    QApplication.processEvents()
    reader.finds_no_english()


def test_what_is_wrong_with_files_and_requests_can_be_translated(reader, tmp_path):
    analyst = reader.analyst
    window = analyst.window
    for name, content in BROKEN_FILES.items():
        path = tmp_path / name
        path.write_text(content)
        analyst.drop(path)
        reader.look(window.messages)
        reader.look(window.setup)
        window.desk.carry_out("file.new")
    for number, name in enumerate(BROKEN_REQUESTS):
        path = tmp_path / f"broken_{number}.toml"
        path.write_text(REQUESTS[name][0])
        analyst.drop(path)
        window.show_step(Step.STRATEGY)
        reader.look(window.setup)
        reader.look(window.messages)
    reader.finds_no_english()


def test_runs_that_differ_and_fail_can_be_translated(reader, tmp_path):
    analyst = reader.analyst
    session = analyst.session
    leave_behind(tmp_path / "recovery")
    analyst.dialogs.recovery_answer = "restore"
    with analyst.qtbot.waitSignal(session.autosave.looked, timeout=PATIENCE_MS):
        begin(analyst.window, None)
    analyst.wait()
    reader.look()
    reader.seen |= {("recovery", text) for text in analyst.dialogs.recoveries}
    analyst.drop(write_sample(tmp_path / "sample", small=True))
    request = session.request
    request.replace(request.draft.edited_all(LIMITED))
    analyst.run()
    live = analyst.window.findChild(QToolButton, "run_live")
    live.click()
    request.replace(request.draft.edited("account.initial_capital", 50_000.0))
    analyst.wait()
    reader.look_at("overview", "trades", "why")
    live.click()
    window_of = Axis("strategy.exits.stop_loss", (0.01, 0.02, 7.0))
    session.sweeps.start(Grid((window_of,)), "sharpe")
    analyst.qtbot.waitUntil(lambda: not session.sweeps.is_running, timeout=PATIENCE_MS)
    analyst.save_as(tmp_path / "mine.ml4t")
    reader.look_at("sweep", "history", "compare", "leaks", "quality")
    script = tmp_path / "mine.py"
    script.write_text(FAILING)
    analyst.drop(script)
    analyst.dialogs.trusts = True
    analyst.run()
    reader.look_at("script")
    reader.finds_no_english()
