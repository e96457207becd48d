"""What the window can be told to do, as one table that makes menus, toolbar and help."""

from dataclasses import dataclass
from typing import Final, Literal

Menu = Literal["File", "Edit", "Run", "View", "Help"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One thing the window can be told to do.

    Parameters
    ----------
    id : str
        Stable name, such as ``run.start``.
    title : str
        As in the menu, with its mnemonic.
    tip : str
        What it is for, in one sentence.
    submenu : str
        Title of the menu within the menu it stands in; empty for none.
    shortcut : str
        In portable notation, such as ``Ctrl+O``; empty for none.
    more_shortcuts : tuple of str
        Others that do the same.
    icon : str
        Name of an icon; empty for none.
    begins_group : bool
        Whether a separator stands before it.
    choice : str
        Commands of one choice exclude each other and are ticked.
    is_switch : bool
        Whether it turns something on and off, and is ticked while that is on.
    """

    id: str
    title: str
    tip: str
    menu: Menu
    submenu: str = ""
    shortcut: str = ""
    more_shortcuts: tuple[str, ...] = ()
    icon: str = ""
    in_toolbar: bool = False
    begins_group: bool = False
    choice: str = ""
    is_switch: bool = False


COMMANDS: Final[tuple[Command, ...]] = (
    Command(
        id="file.new", title="&New", menu="File", shortcut="Ctrl+N", icon="new",
        tip="Begin a new request, without data",
    ),
    Command(
        id="file.open", title="&Open…", menu="File", shortcut="Ctrl+O", icon="open",
        in_toolbar=True, tip="Open a file of prices and predictions, a request or a project",
    ),
    Command(
        id="file.open_folder", title="Open &folder…", menu="File",
        tip="Open a folder with a file of prices for each asset",
    ),
    Command(
        id="file.add_predictions", title="Add &predictions…", menu="File",
        tip="Add a file of predictions, joined to the prices by time and asset",
    ),
    Command(
        id="file.add_context", title="Add &context…", menu="File", icon="context", in_toolbar=True,
        shortcut="Ctrl+Shift+O", tip="Add a file of market-wide values, such as the VIX",
    ),
    Command(
        id="file.add_actions", title="Add corporate act&ions…", menu="File",
        tip="Add a file of dividends, splits, mergers and delistings",
    ),
    Command(
        id="file.locate", title="&Locate missing data…", menu="File",
        tip="Point at a data file that is not where it was; others beside it are found, too",
    ),
    Command(
        id="file.add_benchmark", title="Add &benchmark…", menu="File",
        tip="Add a file of prices or returns that the run is measured against, such as an index",
    ),
    Command(
        id="file.open_script", title="Open a P&ython strategy…", menu="File",
        tip="Let a class of a Python file decide instead of rules",
    ),
    Command(
        id="file.new_script", title="New Python s&trategy…", menu="File",
        tip="Write an example of a Python strategy into a file, to begin with",
    ),
    Command(
        id="file.open_sample", title="Open the sa&mple", menu="File", icon="sample",
        tip="Open a made-up market with predictions, to try the application",
    ),
    Command(
        id="file.save", title="&Save", menu="File", shortcut="Ctrl+S", icon="save", in_toolbar=True,
        tip="Save the request, or the project with all its runs, in its file", begins_group=True,
    ),
    Command(
        id="file.save_as", title="Save &as…", menu="File", shortcut="Ctrl+Shift+S",
        tip="Save a project with all its runs, or the request alone, in another file",
    ),
    Command(
        id="file.export_run", title="&Export run folder…", menu="File", icon="export",
        shortcut="Ctrl+E",
        tip="Write trades, fills, orders, equity and statistics of the run on screen as files",
    ),
    Command(
        id="file.export_report", title="Export repor&t…", menu="File", shortcut="Ctrl+Shift+E",
        tip="Write the run on screen as one HTML file that others can open, with its charts and trades",
    ),
    Command(
        id="file.export_code", title="Export as P&ython…", menu="File",
        tip="Write the rules as a Python script, and prove by running it that it trades alike",
    ),
    Command(
        id="trade.export", title="E&xport the trades shown…", menu="File",
        tip="Write the rows and columns that the trades table shows as CSV, Parquet or Excel",
    ),
    Command(
        id="chart.export_image", title="Export the c&hart as a picture…", menu="File",
        shortcut="Ctrl+Shift+G", tip="Write the chart one looks at as PNG or SVG",
    ),
    Command(
        id="file.recover", title="&Recover unsaved changes…", menu="File",
        tip="Take up changes that a window left behind when it ended without saving",
    ),
    Command(
        id="file.quit", title="&Quit", menu="File", shortcut="Ctrl+Q", begins_group=True,
        tip="Close the window",
    ),
    Command(
        id="edit.undo", title="&Undo", menu="Edit", shortcut="Ctrl+Z", icon="undo",
        tip="Take the last change of the request back",
    ),
    Command(
        id="edit.redo", title="&Redo", menu="Edit", shortcut="Ctrl+Shift+Z", icon="redo",
        more_shortcuts=("Ctrl+Y",), tip="Do the change again that was taken back",
    ),
    Command(
        id="edit.preferences", title="&Preferences…", menu="Edit", shortcut="Ctrl+,",
        begins_group=True, tip="Choose colours, size of the text, and how numbers are written",
    ),
    Command(
        id="run.start", title="&Run", menu="Run", shortcut="F5", icon="run", in_toolbar=True,
        begins_group=True, tip="Run the backtest",
    ),
    Command(
        id="run.live", title="&Live", menu="Run", shortcut="F6", icon="live", in_toolbar=True,
        is_switch=True, tip="Run the whole backtest anew at every change of the set-up",
    ),
    Command(
        id="run.cancel", title="&Cancel", menu="Run", shortcut="Esc", icon="cancel",
        in_toolbar=True, tip="Stop the run, or reading a file; what was on screen before stays",
    ),
    Command(
        id="run.trust_script", title="Agree to run the Python &file…", menu="Run",
        tip="Read the Python file of the request and agree to run it",
    ),
    Command(
        id="run.compare", title="Co&mpare with this", menu="Run", shortcut="F7",
        begins_group=True,
        tip="Draw the run on screen behind those to come, with the differences beside their statistics",
    ),
    Command(
        id="run.end_comparison", title="&End the comparison", menu="Run", shortcut="Shift+F7",
        tip="Show runs without another one behind them",
    ),
    Command(
        id="run.restore", title="&Restore the request of this run", menu="Run",
        tip="Put what was asked of the run on screen in place of the present request; undo takes it back",
    ),
    Command(
        id="run.tidy", title="&Delete unmarked runs", menu="Run",
        tip="Delete the runs that were not pinned, named or noted; undo takes it back",
    ),
    Command(
        id="view.setup", title="&Set-up", menu="View", shortcut="Ctrl+U",
        tip="Show what is asked for: data, rules, costs and capital",
    ),
    Command(
        id="view.data", title="&Data", menu="View", shortcut="Ctrl+1",
        tip="Show the first rows of the files",
    ),
    Command(
        id="view.quality", title="&Quality of the data", menu="View", shortcut="Ctrl+D",
        tip="Check the data for what is wrong or doubtful",
    ),
    Command(
        id="view.leaks", title="&Leaks", menu="View", shortcut="Ctrl+L",
        tip="Check whether signals and context know the future",
    ),
    Command(
        id="view.overview", title="&Overview", menu="View", shortcut="Ctrl+2",
        tip="Show statistics, equity and drawdown",
    ),
    Command(
        id="view.breakdowns", title="&Breakdowns", menu="View", shortcut="Ctrl+B",
        tip="Show the run by year, month, asset, reason, weekday and hour",
    ),
    Command(
        id="view.months", title="&Months", menu="View", shortcut="Ctrl+M",
        tip="Show the run month by month, by weekday and by hour",
    ),
    Command(
        id="view.distribution", title="D&istribution", menu="View", shortcut="Ctrl+H",
        tip="Show how returns of trades and days, holding times and streaks are distributed",
    ),
    Command(
        id="view.excursions", title="E&xcursions", menu="View", shortcut="Ctrl+J",
        tip="Show how far trades went for and against, and what another stop and target would do",
    ),
    Command(
        id="view.rolling", title="&Rolling", menu="View", shortcut="Ctrl+R",
        tip="Show rolling statistics, exposure and turnover over time",
    ),
    Command(
        id="view.drawdowns", title="Dra&wdowns", menu="View", shortcut="Ctrl+Shift+D",
        tip="Show the ten worst drawdowns",
    ),
    Command(
        id="view.trades", title="&Trades", menu="View", shortcut="Ctrl+3",
        tip="Show the trades, with what is known of the chosen one",
    ),
    Command(
        id="view.price", title="&Price chart", menu="View", shortcut="Ctrl+6",
        tip="Show the prices and signals around the chosen trade",
    ),
    Command(
        id="view.why", title="Wh&y", menu="View", shortcut="Ctrl+5",
        tip="Explain the decision behind the chosen trade, or any bar",
    ),
    Command(
        id="view.signals", title="Si&gnals", menu="View", shortcut="Ctrl+4",
        tip="Show what followed the values of a signal, and whether it has to do with them",
    ),
    Command(
        id="view.validity", title="&Validity", menu="View", shortcut="Ctrl+Shift+V",
        tip="Show whether the result can be told from luck, and what it rests on",
    ),
    Command(
        id="view.history", title="&History", menu="View", shortcut="Ctrl+Shift+R",
        tip="Show all runs, with what was changed between them",
    ),
    Command(
        id="view.compare", title="&Compare runs", menu="View", shortcut="Ctrl+Shift+C",
        tip="Show the runs chosen in the history beside each other",
    ),
    Command(
        id="view.sweep", title="S&weep", menu="View", shortcut="Ctrl+Shift+W",
        tip="Run the request with many values of one or two of its numbers",
    ),
    Command(
        id="view.script", title="&Python file", menu="View", shortcut="Ctrl+P",
        tip="Show the Python strategy, where it failed and what it printed",
    ),
    Command(
        id="panel.next", title="&Next panel", menu="View", submenu="Panel", shortcut="Ctrl+F6",
        begins_group=True, tip="Give the keyboard to the next panel that can be seen",
    ),
    Command(
        id="panel.previous", title="&Previous panel", menu="View", submenu="Panel",
        shortcut="Ctrl+Shift+F6", tip="Give the keyboard to the panel before",
    ),
    Command(
        id="panel.float", title="&Take out or put back", menu="View", submenu="Panel",
        begins_group=True,
        tip="Put the panel with the keyboard into a window of its own, or back into this one",
    ),
    Command(
        id="panel.close", title="&Close the panel", menu="View", submenu="Panel",
        shortcut="Ctrl+W", tip="Close the panel with the keyboard; this menu opens it again",
    ),
    Command(
        id="layout.setup", title="&Set up", menu="View", submenu="Layout", shortcut="Alt+1",
        tip="Arrange the panels with the set-up on the left and the others as tabs beside it",
    ),
    Command(
        id="layout.review", title="&Review", menu="View", submenu="Layout", shortcut="Alt+2",
        tip="Arrange the panels with the results above, and trades and their prices below",
    ),
    Command(
        id="layout.chart", title="&Chart", menu="View", submenu="Layout", shortcut="Alt+3",
        tip="Arrange the panels with a large price chart over the trades",
    ),
    Command(
        id="layout.save", title="Sa&ve the layout…", menu="View", submenu="Layout",
        begins_group=True, tip="Keep the present arrangement of the panels under a name",
    ),
    Command(
        id="layout.reset", title="R&eset the layout", menu="View", submenu="Layout",
        tip="Arrange the panels as they were at the first start",
    ),
    Command(
        id="trade.next", title="&Next trade", menu="View", submenu="Trades", shortcut="J",
        begins_group=True, tip="Choose the next trade of the table, as it is sorted and filtered",
    ),
    Command(
        id="trade.previous", title="&Previous trade", menu="View", submenu="Trades", shortcut="K",
        tip="Choose the trade before, of the table as it is sorted and filtered",
    ),
    Command(
        id="trade.next_loser", title="Next &loser", menu="View", submenu="Trades",
        shortcut="Shift+J", tip="Choose the next trade of the table that lost",
    ),
    Command(
        id="trade.next_winner", title="Next &winner", menu="View", submenu="Trades",
        shortcut="Shift+K", tip="Choose the next trade of the table that won",
    ),
    Command(
        id="trade.filter", title="&Filter trades", menu="View", submenu="Trades",
        shortcut="Ctrl+F", begins_group=True,
        tip="Show a field over every column of the trades table to filter by it",
    ),
    Command(
        id="trade.all", title="Look at &all trades", menu="View", submenu="Trades",
        shortcut="Ctrl+Shift+A", tip="Show all trades again, everywhere",
    ),
    Command(
        id="number.making", title="How is this number &made?", menu="View", shortcut="Ctrl+I",
        begins_group=True,
        tip="Show the formula of the chosen number, its inputs and the trades it is made of",
    ),
    Command(
        id="chart.trade", title="F&it the chosen trade", menu="View", submenu="Trades",
        shortcut="Ctrl+T", begins_group=True,
        tip="Show the bars around the chosen trade in the price chart",
    ),
    Command(
        id="chart.whole", title="&Whole history", menu="View", submenu="Trades",
        shortcut="Ctrl+Shift+H", tip="Show the whole history in the chart",
    ),
    Command(
        id="view.larger", title="&Larger", menu="View", submenu="Text size", shortcut="Ctrl++",
        more_shortcuts=("Ctrl+=",), tip="Write everything larger",
    ),
    Command(
        id="view.smaller", title="&Smaller", menu="View", submenu="Text size", shortcut="Ctrl+-",
        tip="Write everything smaller",
    ),
    Command(
        id="view.proposed_size", title="&As the system", menu="View", submenu="Text size",
        shortcut="Ctrl+0", tip="Write everything in the size that the system proposes",
    ),
    Command(
        id="view.full_screen", title="&Full screen", menu="View", shortcut="F11",
        tip="Fill the whole screen with the window, or go back",
    ),
    Command(
        id="view.theme_system", title="As the &system", menu="View", submenu="Theme",
        begins_group=True, choice="theme", tip="Light or dark as the system is",
    ),
    Command(
        id="view.theme_light", title="&Light", menu="View", submenu="Theme", choice="theme",
        tip="Light colours",
    ),
    Command(
        id="view.theme_dark", title="&Dark", menu="View", submenu="Theme", choice="theme",
        tip="Dark colours",
    ),
    Command(
        id="help.guide", title="&Guide to this panel", menu="Help", shortcut="F1",
        tip="Explain the panel that is looked at; everything else can be searched there",
    ),
    Command(
        id="help.first", title="Your &first backtest", menu="Help",
        tip="Show the first page of the guide",
    ),
    Command(
        id="help.palette", title="Command &palette…", menu="Help", shortcut="Ctrl+Shift+P",
        more_shortcuts=("Ctrl+K",),
        tip="Find any command, panel, step of the set-up or recent file by a few letters",
    ),
    Command(
        id="help.shortcuts", title="&Keyboard shortcuts", menu="Help", shortcut="Ctrl+F1",
        tip="List what the keyboard can do",
    ),
    Command(id="help.about", title="&About", menu="Help", tip="Say which version this is"),
)  # fmt: skip


def command(command_id: str) -> Command:
    """Return a command by its id.

    Raises
    ------
    KeyError
        If there is none.
    """
    for item in COMMANDS:
        if item.id == command_id:
            return item
    raise KeyError(command_id)


def plain_title(item: Command) -> str:
    """Return a command's title without mnemonic and dots."""
    return item.title.replace("&", "").rstrip("…")
