"""What the tables of an archive, a workbook or a folder are: prices, predictions, context, or nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.columns.column_map import PRICE_ROLES, ColumnMap
from ml4t_desktop.files.columns.names import folded, is_model_output, usual_role
from ml4t_desktop.files.findings import listed
from ml4t_desktop.files.folders import files_in
from ml4t_desktop.files.formats.workbooks import filled_sheets
from ml4t_desktop.files.inside import place_of, shown_name
from ml4t_desktop.files.watch import NOBODY, Watch
from ml4t_desktop.wording import mark, say, say_count

if TYPE_CHECKING:
    from ml4t_desktop.files.inspection import FileInspection
    from ml4t_desktop.files.sources import Source

Use = Literal["prices", "predictions", "context", "actions"]
AUTOMATIC = ColumnMap()
_MOST: Final = 10_000  # tables of one archive or folder that are looked at
_WIDE_ROWS: Final = 50
_SPANS: Final = frozenset({
    "daily", "weekly", "monthly", "hourly", "intraday", "raw", "copy", "backup", "old", "summary",
})  # fmt: skip
_ACTIONS: Final = ("symbol", "exdate", "kind")
_NOT_NEEDED = mark("another sheet has the same columns and more rows; a market has one of them")


@dataclass(frozen=True, slots=True, kw_only=True)
class InnerTable:
    """One table of several in an archive, a workbook or a folder.

    Parameters
    ----------
    path : Path
        Leads to it; see `inside`.
    name : str
        What it is called there.
    use : {"prices", "predictions", "context", "actions"} or None
        What it is taken for; None where it is not used.
    reason : str
        Why, in words.
    columns : tuple of str
    rows : int
        As many as were looked at.
    is_sheet : bool
        Whether it is a sheet of a workbook.
    is_default : bool
        Whether it is read where the file is named as a whole.
    is_shared : bool
        Whether nothing says to which asset its rows belong.
    has_prices : bool
        Whether any column is called as prices are.
    is_unreadable : bool
        Whether it could not be read.
    is_unnamed_wide : bool
        Whether it has a column for each asset, or measure, and nothing says that they are prices.
    """

    path: Path
    name: str
    use: Use | None
    reason: str
    columns: tuple[str, ...] = ()
    rows: int = 0
    is_sheet: bool = False
    is_default: bool = False
    is_shared: bool = False
    has_prices: bool = False
    is_unreadable: bool = False
    is_unnamed_wide: bool = False


def tables_in(
    path: Path, columns: ColumnMap = AUTOMATIC, watch: Watch = NOBODY
) -> tuple[InnerTable, ...]:
    """Return what each table of an archive, a workbook or a folder is; nothing where it holds but one.

    Judged by names, types and first rows of the columns. Nothing is raised: a table that cannot be read is
    none of use, and says why.

    Raises
    ------
    Cancelled
        If the user stopped the work.
    """
    if place_of(path).inner is not None or columns.form.sheet is not None:
        return ()
    try:
        inner = [(file.path, _within(path, file.path)) for file in files_in(path, columns.form)]
    except InputError:  # told when it is read
        return ()
    sheets = () if inner else filled_sheets(path)
    inner = inner or [(path / sheet, sheet) for sheet in sheets]
    if len(inner) < 2:
        return ()
    found: list[InnerTable] = []
    for place, (table, name) in enumerate(inner[:_MOST]):
        found.append(_recognised(table, name, columns))
        watch.advance((place + 1) / len(inner))
    found = _beside_prices(found)
    found.sort(key=lambda table: _ORDER.index(table.use))
    if not sheets:
        return tuple(replace(table, is_default=table.use == "prices") for table in found)
    return tuple(
        replace(table, is_sheet=True, is_default=table.name == sheets[0])
        for table in sorted(_one_of_alike(found), key=lambda table: _ORDER.index(table.use))
    )


def need_places(tables: Sequence[InnerTable]) -> bool:
    """Return whether each table needs a place of its own: sheets, or tables of more than one kind.

    Prices of which some cannot be read are one market all the same, and refused as such.
    """
    if any(table.is_unreadable for table in tables) and not are_of_kinds(tables):
        return False
    return any(table.is_sheet or table.use != "prices" for table in tables)


def are_of_kinds(tables: Sequence[InnerTable]) -> bool:
    """Return whether some tables are something else than prices."""
    return any(table.use not in (None, "prices") for table in tables)


def paths_of(tables: Sequence[InnerTable], use: Use) -> tuple[Path, ...]:
    """Return the tables of one use."""
    return tuple(table.path for table in tables if table.use == use)


def said_of(table: InnerTable) -> Problem:
    """Return what a table is taken for and why, as a note; of one that cannot be read as a warning."""
    where = shown_name(table.path)
    text = Path(table.name).suffix.lower() == ".txt"
    if table.is_unreadable:
        what = say("is not used, for it {reason}", reason=table.reason)
        return Problem(where=where, what=what, severity="warning")
    what = say(_SAID[table.use], reason=table.reason)
    severity = "warning" if table.use is None and not text else "note"
    return Problem(where=where, what=what, severity=severity)


_SAID: Final[dict[Use | None, str]] = {
    "prices": mark("is taken for prices because {reason}"),
    "predictions": mark("is taken for predictions because {reason}"),
    "context": mark("is taken for context because {reason}"),
    "actions": mark("is taken for corporate actions because {reason}"),
    None: mark("is not used because {reason}"),
}
_ORDER: Final = ("prices", "predictions", "context", "actions", None)


def _within(folder: Path, file: Path) -> str:
    return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else file.name


def _recognised(path: Path, name: str, columns: ColumnMap) -> InnerTable:
    from ml4t_desktop.files.inspection import inspect_source
    from ml4t_desktop.files.sources import sampled_source

    try:
        source = sampled_source(path, columns, wide_rows=_WIDE_ROWS)
        looked = inspect_source(source, path, columns) if source.frame.height else None
    except InputError as error:
        return InnerTable(
            path=path, name=name, use=None, reason=error.problems[0].what, is_unreadable=True
        )
    use, reason = _use(source, looked)
    return InnerTable(
        path=path,
        name=name,
        use=use,
        reason=reason,
        columns=tuple(source.frame.columns),
        rows=source.frame.height,
        has_prices=any(usual_role(name) in PRICE_ROLES for name in source.frame.columns),
        is_shared=looked is not None and not looked.columns_as("asset"),
        is_unnamed_wide=source.is_unnamed_wide,
    )


def _use(source: "Source", looked: "FileInspection | None") -> tuple[Use | None, str]:
    """Return what a table is taken for, and why."""
    if {folded(column) for column in source.frame.columns} >= {*_ACTIONS}:
        return "actions", mark("it has a symbol, an ex-date and a kind of action")
    if looked is None:
        return None, mark("it has no rows")
    if not looked.columns_as("time"):
        return None, mark("it has no column of dates or times")
    if looked.kind == "predictions":
        return looked.kind, _why_predictions(looked.columns_as("signal"))
    if looked.kind == "context":
        return looked.kind, mark("it has times, and neither symbols nor prices of an asset")
    return looked.kind, _why_prices(source, looked)


def _why_prices(source: "Source", looked: "FileInspection") -> str:
    if source.is_wide:
        return say_count(
            "it has a column for {n} asset",
            "it has a column for each of {n:,} assets",
            looked.asset_count or 0,
        )
    prices = [name for role in PRICE_ROLES for name in looked.columns_as(role)]
    if not prices:
        return mark("it has times and symbols")
    return say("it has times and prices ({columns})", columns=listed(prices))


def _why_predictions(signals: tuple[str, ...]) -> str:
    named = [name for name in signals if is_model_output(name)]
    if named:
        return say("it has no prices, but what a model says ({columns})", columns=listed(named))
    return say(
        "it has no prices, but numbers for each symbol ({columns})", columns=listed([*signals])
    )


def _beside_prices(tables: list[InnerTable]) -> list[InnerTable]:
    """Return tables as they are in each other's company.

    A table of columns that nothing calls prices is context beside one that is prices; predictions for no
    asset in particular are for the whole market where there are several.
    """
    sure = [table for table in tables if table.use == "prices" and not table.is_unnamed_wide]
    if not sure:
        return tables
    several = len(sure) > 1 or not sure[0].is_shared
    shared = mark("it has times and no symbols, so its values are for all assets")
    return [
        replace(
            table, use="context", reason=mark("nothing says that its columns are prices of assets")
        )
        if table.use == "prices" and table.is_unnamed_wide
        else replace(table, use="context", reason=shared)
        if table.use == "predictions" and table.is_shared and several
        else table
        for table in tables
    ]


def _one_of_alike(sheets: list[InnerTable]) -> list[InnerTable]:
    """Return the sheets of a workbook with those left out that hold the same market in another form.

    Sheets with the same columns are assets, or years, of one market unless their names say otherwise.
    """
    prices = [sheet for sheet in sheets if sheet.use == "prices"]
    if len(prices) < 2:
        return sheets
    kinds = Counter(sheet.columns for sheet in prices)
    chosen = max(prices, key=lambda sheet: (kinds[sheet.columns], sheet.rows))
    said = any(folded(sheet.name) in _SPANS for sheet in prices)
    return [
        replace(sheet, use=None, reason=_NOT_NEEDED)
        if sheet.use == "prices"
        and sheet is not chosen
        and (said or sheet.columns != chosen.columns)
        else sheet
        for sheet in sheets
    ]
