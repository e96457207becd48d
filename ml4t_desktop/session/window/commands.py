"""What the window can be told to do, as one table that makes menus, toolbar and help."""

from dataclasses import dataclass
from typing import Final, Literal

from ml4t_desktop.session.language import shown
from ml4t_desktop.wording import mark, meant

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
        Name of the menu within the menu it stands in, both of `MENU_TITLES`; empty for none.
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


MENU_TITLES: Final = {
    "File": mark("&File"),
    "Edit": mark("&Edit"),
    "Run": meant("a menu", "&Run"),
    "View": mark("&View"),
    "Help": mark("&Help"),
    "Panel": mark("&Panel"),
    "Layout": mark("&Layout"),
    "Trades": meant("a menu", "&Trades"),
    "Text size": mark("&Text size"),
    "Theme": mark("&Theme"),
}

COMMANDS: Final[tuple[Command, ...]] = (
    Command(
        id="file.new", title=mark("&New"), menu="File", shortcut="Ctrl+N", icon="new",
        tip=mark("Begin a new request, without data"),
    ),
    Command(
        id="file.open", title=mark("&Open…"), menu="File", shortcut="Ctrl+O", icon="open",
        in_toolbar=True, tip=mark("Open a file of prices and predictions, a request or a project"),
    ),
    Command(
        id="file.open_folder", title=mark("Open &folder…"), menu="File",
        tip=mark("Open a folder with a file of prices for each asset"),
    ),
    Command(
        id="file.add_predictions", title=mark("Add &predictions…"), menu="File",
        tip=mark("Add a file of predictions, joined to the prices by time and asset"),
    ),
    Command(
        id="file.add_context", title=mark("Add &context…"), menu="File", icon="context", in_toolbar=True,
        shortcut="Ctrl+Shift+O", tip=mark("Add a file of market-wide values, such as the VIX"),
    ),
    Command(
        id="file.add_actions", title=mark("Add corporate act&ions…"), menu="File",
        tip=mark("Add a file of dividends, splits, mergers and delistings"),
    ),
    Command(
        id="file.read_again", title=mark("Read changed data a&new"), menu="File",
        tip=mark("Read data files again that another program has written since they were read"),
    ),
    Command(
        id="file.locate", title=mark("&Locate missing data…"), menu="File",
        tip=mark("Point at a data file that is not where it was; others beside it are found, too"),
    ),
    Command(
        id="file.add_benchmark", title=mark("Add &benchmark…"), menu="File",
        tip=mark("Add a file of prices or returns that the run is measured against, such as an index"),
    ),
    Command(
        id="file.open_script", title=mark("Open a P&ython strategy…"), menu="File",
        tip=mark("Let a class of a Python file decide instead of rules"),
    ),
    Command(
        id="file.new_script", title=mark("New Python s&trategy…"), menu="File",
        tip=mark("Write an example of a Python strategy into a file, to begin with"),
    ),
    Command(
        id="file.open_sample", title=mark("Open the sa&mple"), menu="File", icon="sample",
        tip=mark("Open a made-up market with predictions, to try the application"),
    ),
    Command(
        id="file.save", title=mark("&Save"), menu="File", shortcut="Ctrl+S", icon="save", in_toolbar=True,
        tip=mark("Save the request, or the project with all its runs, in its file"), begins_group=True,
    ),
    Command(
        id="file.save_as", title=mark("Save &as…"), menu="File", shortcut="Ctrl+Shift+S",
        tip=mark("Save a project with all its runs, or the request alone, in another file"),
    ),
    Command(
        id="file.export_run", title=mark("&Export run folder…"), menu="File", icon="export",
        shortcut="Ctrl+E",
        tip=mark("Write trades, fills, orders, equity and statistics of the run on screen as files"),
    ),
    Command(
        id="file.export_report", title=mark("Export repor&t…"), menu="File", shortcut="Ctrl+Shift+E",
        tip=mark("Write the run on screen as one HTML file that others can open, with its charts and trades"),
    ),
    Command(
        id="file.export_pdf", title=mark("Export report as P&DF…"), menu="File",
        tip=mark("Write the run on screen as a PDF file to be printed or passed on, with its charts and statistics"),
    ),
    Command(
        id="file.export_code", title=mark("Export as P&ython…"), menu="File",
        tip=mark("Write the rules as a Python script, and prove by running it that it trades alike"),
    ),
    Command(
        id="trade.export", title=mark("E&xport the trades shown…"), menu="File",
        tip=mark("Write the rows and columns that the trades table shows as CSV, Parquet or Excel"),
    ),
    Command(
        id="table.export", title=mark("Export the ta&ble shown…"), menu="File",
        tip=mark("Write the table one looks at as CSV, Parquet or Excel, as it is sorted and filtered"),
    ),
    Command(
        id="chart.export_image", title=mark("Export the c&hart as a picture…"), menu="File",
        shortcut="Ctrl+Shift+G",
        tip=mark("Write the chart one looks at as PNG or SVG; all of the panel when none was clicked"),
    ),
    Command(
        id="file.recover", title=mark("&Recover unsaved changes…"), menu="File",
        tip=mark("Take up changes that a window left behind when it ended without saving"),
    ),
    Command(
        id="file.quit", title=mark("&Quit"), menu="File", shortcut="Ctrl+Q", begins_group=True,
        tip=mark("Close the window"),
    ),
    Command(
        id="edit.undo", title=mark("&Undo"), menu="Edit", shortcut="Ctrl+Z", icon="undo",
        tip=mark("Take the last change of the request back"),
    ),
    Command(
        id="edit.redo", title=mark("&Redo"), menu="Edit", shortcut="Ctrl+Shift+Z", icon="redo",
        more_shortcuts=("Ctrl+Y",), tip=mark("Do the change again that was taken back"),
    ),
    Command(
        id="edit.copy", title=mark("&Copy"), menu="Edit", shortcut="Ctrl+C", begins_group=True,
        tip=mark("Copy the chosen rows of the table one looks at, all when none is, for a spreadsheet"),
    ),
    Command(
        id="table.copy", title=mark("Copy the whole &table"), menu="Edit", shortcut="Ctrl+Shift+T",
        tip=mark("Copy every row of the table one looks at, with its headers and plain numbers"),
    ),
    Command(
        id="chart.copy_image", title=mark("Copy the c&hart as a picture"), menu="Edit",
        tip=mark("Copy the chart one looks at as a picture"),
    ),
    Command(
        id="strategy.presets", title=mark("Strategy pre&sets…"), menu="Edit", shortcut="Ctrl+Shift+Y",
        begins_group=True,
        tip=mark("Apply a whole strategy that was kept under a name, or one that people know"),
    ),
    Command(
        id="strategy.save", title=mark("Save the strategy as a &preset…"), menu="Edit",
        tip=mark("Keep the rules and the sizing under a name, to apply them to other data"),
    ),
    Command(
        id="edit.preferences", title=mark("Pre&ferences…"), menu="Edit", shortcut="Ctrl+,",
        begins_group=True, tip=mark("Choose colours, size of the text, and how numbers are written"),
    ),
    Command(
        id="run.start", title=mark("&Run"), menu="Run", shortcut="F5", icon="run", in_toolbar=True,
        begins_group=True, tip=mark("Run the backtest"),
    ),
    Command(
        id="run.live", title=mark("&Live"), menu="Run", shortcut="F6", icon="live", in_toolbar=True,
        is_switch=True, tip=mark("Run the whole backtest anew at every change of the set-up"),
    ),
    Command(
        id="run.cancel", title=mark("&Cancel"), menu="Run", shortcut="Esc", icon="cancel",
        in_toolbar=True, tip=mark("Stop the run, or reading a file; what was on screen before stays"),
    ),
    Command(
        id="run.trust_script", title=mark("Agree to run the Python &file…"), menu="Run",
        tip=mark("Read the Python file of the request and agree to run it"),
    ),
    Command(
        id="run.compare", title=mark("Co&mpare with this"), menu="Run", shortcut="F7",
        begins_group=True,
        tip=mark("Draw the run on screen behind those to come, with the differences beside their statistics"),
    ),
    Command(
        id="run.end_comparison", title=mark("&End the comparison"), menu="Run", shortcut="Shift+F7",
        tip=mark("Show runs without another one behind them"),
    ),
    Command(
        id="run.restore", title=mark("&Restore the request of this run"), menu="Run",
        tip=mark("Put what was asked of the run on screen in place of the present request; undo takes it back"),
    ),
    Command(
        id="run.tidy", title=mark("&Delete unmarked runs"), menu="Run",
        tip=mark("Delete the runs that were not pinned, named or noted; undo takes it back"),
    ),
    Command(
        id="view.setup", title=mark("&Set-up"), menu="View", shortcut="Ctrl+U",
        tip=mark("Show what is asked for: data, rules, costs and capital"),
    ),
    Command(
        id="view.data", title=mark("&Data"), menu="View", shortcut="Ctrl+1",
        tip=mark("Show the first rows of the files"),
    ),
    Command(
        id="view.quality", title=mark("&Quality of the data"), menu="View", shortcut="Ctrl+D",
        tip=mark("Check the data for what is wrong or doubtful"),
    ),
    Command(
        id="view.leaks", title=mark("&Leaks"), menu="View", shortcut="Ctrl+L",
        tip=mark("Check whether signals and context know the future"),
    ),
    Command(
        id="view.overview", title=mark("&Overview"), menu="View", shortcut="Ctrl+2",
        tip=mark("Show statistics, equity and drawdown"),
    ),
    Command(
        id="view.breakdowns", title=mark("&Breakdowns"), menu="View", shortcut="Ctrl+B",
        tip=mark("Show the run by year, month, asset, reason, weekday and hour"),
    ),
    Command(
        id="view.months", title=mark("&Months"), menu="View", shortcut="Ctrl+M",
        tip=mark("Show the run month by month, by weekday and by hour"),
    ),
    Command(
        id="view.rolling", title=mark("&Rolling"), menu="View", shortcut="Ctrl+R",
        tip=mark("Show rolling statistics, exposure and turnover over time"),
    ),
    Command(
        id="view.drawdowns", title=mark("Dra&wdowns"), menu="View", shortcut="Ctrl+Shift+D",
        tip=mark("Show the ten worst drawdowns"),
    ),
    Command(
        id="view.trades", title=mark("&Trades"), menu="View", shortcut="Ctrl+3",
        tip=mark("Show the trades, with what is known of the chosen one"),
    ),
    Command(
        id="view.price", title=mark("&Price chart"), menu="View", shortcut="Ctrl+6",
        tip=mark("Show the prices and signals around the chosen trade"),
    ),
    Command(
        id="view.why", title=mark("Wh&y"), menu="View", shortcut="Ctrl+7",
        tip=mark("Explain the decision behind the chosen trade, or any bar"),
    ),
    Command(
        id="view.excursions", title=mark("E&xcursions"), menu="View", shortcut="Ctrl+J",
        tip=mark("Show how far trades went for and against, and what another stop and target would do"),
    ),
    Command(
        id="view.distribution", title=mark("D&istribution"), menu="View", shortcut="Ctrl+H",
        tip=mark("Show how returns of trades and days, holding times and streaks are distributed"),
    ),
    Command(
        id="view.signals", title=mark("Si&gnals"), menu="View", shortcut="Ctrl+4",
        tip=mark("Show what followed the values of a signal, and whether it has to do with them"),
    ),
    Command(
        id="view.validity", title=mark("&Validity"), menu="View", shortcut="Ctrl+Shift+V",
        tip=mark("Show whether the result can be told from luck, and what it rests on"),
    ),
    Command(
        id="view.stability", title=mark("Sta&bility"), menu="View", shortcut="Ctrl+Shift+B",
        tip=mark("Show whether the run did as well all the time, and where its model was not trained"),
    ),
    Command(
        id="view.history", title=mark("&History"), menu="View", shortcut="Ctrl+5",
        more_shortcuts=("Ctrl+Shift+R",),
        tip=mark("Show all runs, with what was changed between them"),
    ),
    Command(
        id="view.compare", title=mark("&Compare runs"), menu="View", shortcut="Ctrl+Shift+C",
        tip=mark("Show the runs chosen in the history beside each other"),
    ),
    Command(
        id="view.sweep", title=mark("S&weep"), menu="View", shortcut="Ctrl+Shift+W",
        tip=mark("Run the request with many values of one or two of its numbers"),
    ),
    Command(
        id="view.script", title=mark("&Python file"), menu="View", shortcut="Ctrl+P",
        tip=mark("Show the Python strategy, where it failed and what it printed"),
    ),
    Command(
        id="panel.next_tab", title=mark("Next t&ab"), menu="View", submenu="Panel",
        shortcut="Ctrl+Tab", more_shortcuts=("Ctrl+PgDown",), begins_group=True,
        tip=mark("Show the next of the panels that lie behind each other, group by group"),
    ),
    Command(
        id="panel.previous_tab", title=mark("Previous ta&b"), menu="View", submenu="Panel",
        shortcut="Ctrl+Shift+Tab", more_shortcuts=("Ctrl+PgUp",),
        tip=mark("Show the one before of the panels that lie behind each other"),
    ),
    Command(
        id="panel.next", title=mark("&Next panel"), menu="View", submenu="Panel", shortcut="Ctrl+F6",
        begins_group=True, tip=mark("Give the keyboard to the next panel that can be seen"),
    ),
    Command(
        id="panel.previous", title=mark("&Previous panel"), menu="View", submenu="Panel",
        shortcut="Ctrl+Shift+F6", tip=mark("Give the keyboard to the panel before"),
    ),
    Command(
        id="panel.float", title=mark("&Take out or put back"), menu="View", submenu="Panel",
        begins_group=True,
        tip=mark("Put the panel with the keyboard into a window of its own, or back into this one"),
    ),
    Command(
        id="panel.close", title=mark("&Close the panel"), menu="View", submenu="Panel",
        shortcut="Ctrl+W", tip=mark("Close the panel with the keyboard; this menu opens it again"),
    ),
    Command(
        id="layout.setup", title=mark("&Set up"), menu="View", submenu="Layout", shortcut="Alt+1",
        tip=mark("Arrange the panels with the set-up on the left and the others as tabs beside it"),
    ),
    Command(
        id="layout.review", title=mark("&Review"), menu="View", submenu="Layout", shortcut="Alt+2",
        tip=mark("Arrange the panels with the results above, and trades and their prices below"),
    ),
    Command(
        id="layout.chart", title=mark("&Chart"), menu="View", submenu="Layout", shortcut="Alt+3",
        tip=mark("Arrange the panels with a large price chart over the trades"),
    ),
    Command(
        id="layout.save", title=mark("Sa&ve the layout…"), menu="View", submenu="Layout",
        begins_group=True, tip=mark("Keep the present arrangement of the panels under a name"),
    ),
    Command(
        id="layout.reset", title=mark("R&eset the layout"), menu="View", submenu="Layout",
        tip=mark("Arrange the panels as they were at the first start"),
    ),
    Command(
        id="trade.next", title=mark("&Next trade"), menu="View", submenu="Trades", shortcut="J",
        begins_group=True, tip=mark("Choose the next trade of the table, as it is sorted and filtered"),
    ),
    Command(
        id="trade.previous", title=mark("&Previous trade"), menu="View", submenu="Trades", shortcut="K",
        tip=mark("Choose the trade before, of the table as it is sorted and filtered"),
    ),
    Command(
        id="trade.next_loser", title=mark("Next &loser"), menu="View", submenu="Trades",
        shortcut="Shift+J", tip=mark("Choose the next trade of the table that lost"),
    ),
    Command(
        id="trade.next_winner", title=mark("Next &winner"), menu="View", submenu="Trades",
        shortcut="Shift+K", tip=mark("Choose the next trade of the table that won"),
    ),
    Command(
        id="trade.filter", title=mark("&Filter trades"), menu="View", submenu="Trades",
        shortcut="Ctrl+F", begins_group=True,
        tip=mark("Show a field over every column of the trades table to filter by it"),
    ),
    Command(
        id="trade.all", title=mark("Look at &all trades"), menu="View", submenu="Trades",
        shortcut="Ctrl+Shift+A", tip=mark("Show all trades again, everywhere"),
    ),
    Command(
        id="number.making", title=mark("How is this number &made?"), menu="View", shortcut="Ctrl+I",
        begins_group=True,
        tip=mark("Show the formula of the chosen number, its inputs and the trades it is made of"),
    ),
    Command(
        id="chart.trade", title=mark("F&it the chosen trade"), menu="View", submenu="Trades",
        shortcut="Ctrl+T", begins_group=True,
        tip=mark("Show the bars around the chosen trade in the price chart"),
    ),
    Command(
        id="chart.whole", title=mark("&Whole history"), menu="View", submenu="Trades",
        shortcut="Ctrl+Shift+H", tip=mark("Show the whole history in the chart"),
    ),
    Command(
        id="view.larger", title=mark("&Larger"), menu="View", submenu="Text size", shortcut="Ctrl++",
        more_shortcuts=("Ctrl+=",), tip=mark("Write everything larger"),
    ),
    Command(
        id="view.smaller", title=mark("&Smaller"), menu="View", submenu="Text size", shortcut="Ctrl+-",
        tip=mark("Write everything smaller"),
    ),
    Command(
        id="view.proposed_size", title=mark("&As the system"), menu="View", submenu="Text size",
        shortcut="Ctrl+0", tip=mark("Write everything in the size that the system proposes"),
    ),
    Command(
        id="view.full_screen", title=mark("&Full screen"), menu="View", shortcut="F11",
        tip=mark("Fill the whole screen with the window, or go back"),
    ),
    Command(
        id="view.theme_system", title=mark("As the &system"), menu="View", submenu="Theme",
        begins_group=True, choice="theme", tip=mark("Light or dark as the system is"),
    ),
    Command(
        id="view.theme_light", title=mark("&Light"), menu="View", submenu="Theme", choice="theme",
        tip=mark("Light colours"),
    ),
    Command(
        id="view.theme_dark", title=mark("&Dark"), menu="View", submenu="Theme", choice="theme",
        tip=mark("Dark colours"),
    ),
    Command(
        id="help.guide", title=mark("&Guide to this panel"), menu="Help", shortcut="F1",
        tip=mark("Explain the panel that is looked at; everything else can be searched there"),
    ),
    Command(
        id="help.first", title=mark("Your &first backtest"), menu="Help",
        tip=mark("Show the first page of the guide"),
    ),
    Command(
        id="help.tour", title=mark("&Tour of the sample"), menu="Help", shortcut="Shift+F1",
        tip=mark("Lead through a first backtest on the sample; while it is on, give it the keyboard"),
    ),
    Command(
        id="help.palette", title=mark("Command &palette…"), menu="Help", shortcut="Ctrl+Shift+P",
        more_shortcuts=("Ctrl+K",),
        tip=mark("Find any command, panel, step of the set-up or recent file by a few letters"),
    ),
    Command(
        id="help.shortcuts", title=mark("&Keyboard shortcuts"), menu="Help", shortcut="Ctrl+F1",
        tip=mark("List what the keyboard can do"),
    ),
    Command(
        id="help.examples", title=mark("Save the &examples…"), menu="Help",
        tip=mark("Write a notebook and strategies in Python to begin with into a folder"),
    ),
    Command(
        id="help.updates", title=mark("Look for a newer &version…"), menu="Help", begins_group=True,
        tip=mark("Ask the address in the preferences, once, what the newest version is"),
    ),
    Command(
        id="help.newer_version", title=mark("Open the &download page…"), menu="Help",
        tip=mark("Open the page of the newer version in the browser; without one, look for it first"),
    ),
    Command(
        id="help.crash_report", title=mark("Last c&rash report…"), menu="Help", begins_group=True,
        tip=mark("Show the report of what went wrong in the program last, to copy it or pass it on"),
    ),
    Command(id="help.about", title=mark("&About"), menu="Help", tip=mark("Say which version this is")),
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
    """Return a command's title in the language of the user, without mnemonic and dots."""
    return shown(item.title).replace("&", "").rstrip("…")


def menu_title(name: str) -> str:
    """Return the title of a menu, without mnemonic."""
    return shown(MENU_TITLES[name]).replace("&", "")
