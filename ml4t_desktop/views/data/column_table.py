"""What each column of a file is taken for, how sure that is and why."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from ml4t_desktop.session.formats import format_value
from ml4t_desktop.session.language import capitalised, shown, tr
from ml4t_desktop.tables.column import Column
from ml4t_desktop.tables.frame_model import FrameModel
from ml4t_desktop.wording import mark

if TYPE_CHECKING:
    from ml4t_desktop.files.inspection import ColumnInfo, FileInspection

_COLUMNS = (
    Column(name="column", header=mark("Column")),
    Column(name="use", header=mark("Used as")),
    Column(name="sure", header=mark("Sure"), tip=mark("How sure the guess is")),
    Column(name="why", header=mark("Why")),
    Column(name="values", header=mark("Values")),
    Column(name="empty", header=mark("Empty"), kind="count", tip=mark("Rows without a value")),
)
NOT_USED = mark("not used")
_MOST_ROWS = 9
_WIDEST = 440
_ROOM = 20


class ColumnTable(QTableView):
    """The columns of a file, one in each row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabKeyNavigation(False)  # Tab leads on, arrow keys go from cell to cell
        self.setObjectName("column_table")
        self.setAccessibleName(tr("Columns of the file and what they are taken for"))
        self.frames = FrameModel(self)
        self.setModel(self.frames)
        self.setAlternatingRowColors(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.horizontalHeader().setStretchLastSection(False)

    def show_columns(self, inspection: "FileInspection", titles: dict[str, str]) -> None:
        """Show the columns of a file.

        Parameters
        ----------
        titles : dict of str to str
            What columns are used as; the others are not used.
        """
        import polars as pl

        guesses = {guess.column: guess for guess in inspection.guesses}
        rows = []
        for info in inspection.columns:
            guess, use = guesses.get(info.name), titles.get(info.name, NOT_USED)
            is_guess = guess is not None and guess.role == use.lower()
            is_left_out = guess is not None and use == NOT_USED
            rows.append(
                {
                    "column": info.name,
                    "use": shown(use),
                    "sure": f"{guess.confidence * 100:.0f} %"
                    if guess and (is_guess or is_left_out)
                    else "",
                    "why": _why(guess.reason if guess else "", is_guess=is_guess, use=use),
                    "values": self._values(info),
                    "empty": info.null_count,
                }
            )
        frame = pl.DataFrame(rows, schema={"column": pl.String, "use": pl.String, "sure": pl.String, "why": pl.String,
                                           "values": pl.String, "empty": pl.Int64})  # fmt: skip
        self.frames.set_frame(frame, _COLUMNS)
        metrics = self.fontMetrics()
        for section, column in enumerate(_COLUMNS):
            texts = [shown(column.header), *(str(value) for value in frame[column.name])]
            widest = max(metrics.horizontalAdvance(text) for text in texts)
            self.setColumnWidth(section, min(widest + _ROOM, _WIDEST))

    def wanted_height(self) -> int:
        """Return the height that shows all columns, but not more than some."""
        rows = min(max(self.frames.rowCount(), 1), _MOST_ROWS)
        head = self.horizontalHeader().sizeHint().height()
        return head + rows * self.verticalHeader().defaultSectionSize() + 2 * self.frameWidth() + 2

    def _values(self, info: "ColumnInfo") -> str:
        if info.samples:
            return ", ".join(info.samples[:6])
        if info.minimum is None:
            return ""
        if isinstance(info.minimum, str):
            return tr("{minimum} to {maximum}", minimum=info.minimum, maximum=info.maximum)
        low, high = (
            format_value(value, "number", self.locale()) for value in (info.minimum, info.maximum)
        )
        return tr("{low} to {high}", low=low, high=high)


def _why(reason: str, *, is_guess: bool, use: str) -> str:
    if is_guess or use == NOT_USED:
        return capitalised(shown(reason))
    return tr("Chosen by you")
