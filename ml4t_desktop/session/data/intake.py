"""Files that come in, opened or dropped: looked at first, then put where they belong."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal, Slot

from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.files.inside import real_file
from ml4t_desktop.session.data.data_store import DataStore
from ml4t_desktop.session.data.inner_tables import (
    paths_of,
    placed_tables,
    what_is_inside,
    without_table,
)
from ml4t_desktop.session.data.intake_remarks import (
    about_context,
    about_nested,
    about_prices,
    no_table_of_times,
    prices_already,
    taken_as_context,
    told_apart,
    told_at_once,
)
from ml4t_desktop.session.data.leaks import without_unused_lags
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.looks import AS_FOUND, Look
from ml4t_desktop.session.notices import Message, Notice, NoticeStore
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.file_forms import (
    context_form,
    named_files,
    prediction_form,
    price_form,
)
from ml4t_desktop.session.request.proposals import (
    chosen_columns,
    proposed_columns,
    with_context_file,
    with_prediction_file,
    with_price_file,
    without_prediction_file,
)
from ml4t_desktop.session.request.request_store import RequestStore
from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.session.settings import SettingsStore

if TYPE_CHECKING:
    from ml4t_desktop.files.inner_tables import InnerTable, Use

Purpose = Literal["any", "prices", "predictions", "context", "actions", "benchmark"]
_ORDER = {"predictions": 0, "prices": 1, "context": 2}
REQUEST_SUFFIX = ".toml"


class Intake(QObject):
    """Puts files into the request: prices, predictions, context, or a whole request.

    Signals
    -------
    taken : Path
        A file has its place in the request.
    """

    taken = Signal(object)

    def __init__(
        self,
        request: RequestStore,
        data: DataStore,
        notices: NoticeStore,
        settings: SettingsStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._request, self._data, self._notices = request, data, notices
        self._settings = settings
        self._wanted: dict[Path, Purpose] = {}
        self._told: Message | None = None
        self._as_context: set[Path] = set()  # tables of columns that nothing calls prices
        self._unopened: set[Path] = set()  # of which it is not known what tables they hold
        self._said: list[Notice] = []  # of tables in files that hold several
        self._opened: list[str] = []
        data.looked_at.connect(self._on_looked_at)
        data.looked_inside.connect(self._on_looked_inside)
        request.request_changed.connect(self._look_at_files)

    def add_files(self, paths: Iterable[Path], purpose: Purpose = "any") -> None:
        """Put files where they belong; a request file is opened instead of what is there."""
        for path in paths:
            absolute = path.absolute()
            if absolute.suffix.lower() == REQUEST_SUFFIX:
                self.open_request(absolute)
                continue
            if purpose in ("actions", "benchmark"):
                self._take_beside(self._request.named(absolute), purpose)
                self.taken.emit(absolute)
                continue
            if (
                purpose == "predictions"
                and self._request.named(absolute) in self._request.draft.files
            ):
                message = prices_already(absolute)
                self._notices.show(message.title, message.notices)
                continue
            self._wanted[absolute] = purpose
            if self._data.look_inside(absolute):
                self._unopened.add(absolute)
            else:
                self._open(absolute)
        self._take_all()

    def use_tables(self, tables: "Iterable[InnerTable]", use: "Use | None") -> None:
        """Use tables of an archive, a workbook or a folder for something else, or not at all."""
        chosen = tuple(tables)
        draft = self._request.draft
        for table in chosen:
            name = self._request.named(table.path)
            if name in draft.get("data.predictions.files", ()):
                self.remove_predictions(name)
                draft = self._request.draft
            draft = without_table(draft, name)
        gone = {table.path for table in chosen}
        draft = draft.edited("data.files", self._files_without(draft, gone) or None)
        self._request.replace(without_unused_lags(draft))
        if use is not None:
            for path in gone:
                self._wanted[path] = use
                self._look_at(path, use)
            self._take_all()

    def _files_without(self, draft: Draft, gone: set[Path]) -> tuple[str, ...]:
        """Return the price files without some tables; a file that holds these, as its other tables."""
        files: list[str] = []
        for name in draft.files:
            path = self._request.resolved(name)
            inner = paths_of(self._data.inside(path), "prices")
            if gone & {*inner}:
                files += [self._request.named(table) for table in inner if table not in gone]
            elif path not in gone:
                files.append(name)
        return tuple(files)

    def look_again(self) -> tuple[Path, ...]:
        """Look at the files of the request that have gone or come back, and return those that are others now.

        These are looked at anew when somebody asks for it.
        """
        changed: list[Path] = []
        for name, form in named_files(self._request.draft):
            path = self._request.resolved(name)
            if not self._data.has_changed(path):
                continue
            if self._data.look(path) is not None and real_file(path).exists():
                changed.append(path)
            else:
                self._data.look_at(path, form)
        return tuple(changed)

    def read_again(self) -> None:
        """Look anew at the files of the request that have changed."""
        for name, form in named_files(self._request.draft):
            path = self._request.resolved(name)
            if self._data.has_changed(path):
                self._data.look_inside(real_file(path))
                self._data.look_at(path, form)

    def _take_beside(self, name: str, purpose: Literal["actions", "benchmark"]) -> None:
        """Take a file that stands beside the prices and of which no column is chosen."""
        if purpose == "actions":
            self._request.edit("data.corporate_actions", name)
        else:
            measured = {"file": name, "values": "price", "match": "asof"}
            self._request.edit("data.benchmark", measured)

    def remove_predictions(self, name: str) -> None:
        """Take a file of predictions out of the request, and the signals only it has."""
        draft = self._request.draft
        names: tuple[str, ...] = draft.get("data.predictions.files", ())
        gone = self._columns_of((name,))
        kept = self._columns_of((*draft.files, *(other for other in names if other != name)))
        changed = without_prediction_file(draft, name, gone, kept)
        self._request.replace(without_unused_lags(changed))

    def _columns_of(self, names: Iterable[str]) -> tuple[str, ...]:
        looks = (self._data.look(self._request.resolved(name)) for name in names)
        return tuple(
            info.name for look in looks if look is not None for info in look.inspection.columns
        )

    def choose_columns(self, key: str, value: object) -> None:
        """Choose a column or the signals of the price files, and remember it for files of their shape.

        Delays of columns that are not used any more go with them.
        """
        changed = without_unused_lags(self._request.draft.edited(key, value))
        shape = self._shape()
        if shape:
            self._settings.remember_mapping(shape, chosen_columns(changed))
        self._request.replace(changed)

    def forget_columns(self) -> None:
        """Forget what was chosen for files of this shape, and go back to what is recognised."""
        look, shape = self._first_look(), self._shape()
        if look is None:
            return
        self._settings.forget_mapping(shape)
        nothing = dict.fromkeys(chosen_columns(self._request.draft))
        proposed = nothing | proposed_columns(look.inspection)
        self._request.replace(without_unused_lags(self._request.draft.edited_all(proposed)))

    @property
    def are_columns_remembered(self) -> bool:
        """Whether columns were chosen for files of the shape of the first price file."""
        return self._shape() in self._settings.settings.mappings

    def _first_look(self) -> Look | None:
        files = self._request.draft.files
        return self._data.look(self._request.resolved(files[0])) if files else None

    def _shape(self) -> str:
        look = self._first_look()
        return look.inspection.shape if look is not None else ""

    def open_request(self, path: Path, *, as_copy: bool = False) -> bool:
        """Open a request file, or tell what is wrong with it; return whether it was opened."""
        try:
            if as_copy:
                self._request.open_copy(path)
            else:
                self._request.open(path)
        except InputError as error:
            self._notices.show(
                tr("{path} was not opened", path=path.name),
                (Notice(problem) for problem in error.problems),
            )
            return False
        self._notices.clear()
        self.taken.emit(path)
        return True

    def save_request(self, path: Path | None = None) -> bool:
        """Save the request, or tell why not; return whether it was saved."""
        try:
            self._request.save(path)
        except InputError as error:
            self._notices.show(
                tr("The request was not saved"), (Notice(problem) for problem in error.problems)
            )
            return False
        return True

    def _look_at(self, path: Path, purpose: Purpose) -> None:
        """Look at a file, as it is written; when it is not known, it comes later by signal."""
        draft = self._request.draft
        forms = {
            "prices": price_form(draft),
            "predictions": prediction_form(draft),
            "context": context_form(draft),
        }
        self._data.look_at(path, forms.get(purpose, AS_FOUND))

    @Slot(object)
    def _look_at_files(self, _draft: object) -> None:
        """Look at the files that the request names and that nobody has looked at."""
        for name, form in named_files(self._request.draft):
            path = self._request.resolved(name)
            self._data.look_inside(real_file(path))
            self._data.look_at(path, form)

    @Slot(object)
    def _on_looked_inside(self, path: Path) -> None:
        if path in self._unopened:
            self._unopened.discard(path)
            self._open(path)
            self._take_all()

    def _open(self, path: Path) -> None:
        """Look at a file; of one that holds tables of more than one kind, at each of them for itself."""
        purpose = self._wanted[path]
        tables = self._data.inside(path)
        placed = placed_tables(path, tables, purpose)
        if not placed:
            self._look_at(path, purpose)
            return
        del self._wanted[path]
        self._said += [Notice(said) for said in what_is_inside(tables)]
        self._opened.append(path.name)
        for table, use in placed.items():
            if use == "actions":
                self._take_beside(self._request.named(table), use)
                continue
            self._wanted[table] = use
            self._look_at(table, use)

    @Slot(object)
    def _on_looked_at(self, path: Path) -> None:
        self._unopened.discard(path)
        if path in self._wanted:
            self._take_all()

    def _take_all(self) -> None:
        """Take the files wanted once all of them are known, so that their order does not matter.

        Predictions come first: the rules proposed are about them, not about columns beside prices.
        """
        if self._unopened or any(self._data.is_pending(path) for path in self._wanted):
            return
        told: list[Message] = []
        if self._said:
            told.append(told_apart(self._opened, self._said))
            self._said, self._opened = [], []
        for path in [path for path in self._wanted if self._data.look(path) is None]:
            step = Step.CONTEXT if self._wanted.pop(path) == "context" else Step.DATA
            notices = tuple(Notice(item, step) for item in self._data.problems(path))
            told.append(Message(tr("{path} cannot be used", path=path.name), notices))
        known = {path: look for path in self._wanted if (look := self._data.look(path)) is not None}
        kinds = {
            path: self._wanted[path] if self._wanted[path] != "any" else self._kind(look)
            for path, look in known.items()
        }
        for path in sorted(known, key=lambda path: _place(kinds[path], known[path])):
            if path in self._wanted:
                told += self._take(path, known[path])
        if told:
            message = told_at_once(tuple(told))
            self._notices.show(message.title, message.notices)
            self._told = self._notices.message
        elif known and self._told is not None and self._notices.message is self._told:
            self._notices.clear()  # it was about files asked for before these

    def _take(self, path: Path, look: Look) -> tuple[Message, ...]:
        """Put a file where it belongs, and return what is to be said about it."""
        purpose = self._wanted.pop(path)
        why_not = _why_not(look, purpose)
        if why_not is not None:
            title = tr("{path} cannot be used", path=path.name)
            return (Message(title, (Notice(why_not),)),)
        draft, name = self._request.draft, self._request.named(path)
        if purpose == "any" and draft.files and look.inspection.is_unnamed_wide:
            self._as_context.add(path)
            self._wanted[path] = "context"
            self._look_at(path, "context")
            return ()
        kind = self._kind(look) if purpose == "any" else purpose
        told: list[Notice] = [
            Notice(note, Step.DATA) for note in look.inspection.notes if note.severity == "warning"
        ]
        if kind == "context":
            changed = with_context_file(draft, look.inspection, name)
            told += self._replaced_context(draft, name)
            told += about_context(look, has_prices=bool(draft.files))
            if path in self._as_context:
                self._as_context.discard(path)
                told.append(taken_as_context(look))
        elif kind == "predictions":
            changed = with_prediction_file(draft, look, name)
            told += about_nested(look)
        else:
            remembered = self._settings.settings.mappings.get(look.inspection.shape)
            changed = with_price_file(draft, look, name, remembered)
            if not draft.files:
                told += about_prices(look, is_remembered=remembered is not None)
        self._request.replace(changed)
        remarks = Message(tr("{path} was read, with remarks", path=path.name), tuple(told))
        said = (*((remarks,) if told else ()), *self._what_differs(path, look, kind))
        self.taken.emit(path)
        return said

    def _kind(self, look: Look) -> str:
        """Return what a file is for; predictions for nobody in particular are for the whole market."""
        kind = look.inspection.kind
        if kind != "predictions" or look.inspection.columns_as("asset"):
            return kind
        prices = self._first_look()
        count = prices.inspection.asset_count if prices is not None else 1
        return "context" if count is not None and count > 1 else kind

    def _replaced_context(self, draft: Draft, name: str) -> list[Notice]:
        before = draft.context_file
        if before is None or before == name:
            return []
        what = tr("is the context now, in place of {name}", name=Path(before).name)
        return [Notice(Problem(where=Path(name).name, what=what, severity="note"), Step.CONTEXT)]

    def _what_differs(self, path: Path, look: Look, kind: str) -> tuple[Message, ...]:
        """Return which chosen columns a further price file lacks."""
        if kind != "prices":
            return ()
        present = {info.name for info in look.inspection.columns}
        draft = self._request.draft
        theirs: tuple[str, ...] = draft.get("data.predictions.files", ())
        present |= set(self._columns_of(theirs))
        if look.inspection.made:  # a wide file may hold one field, and others the rest
            return ()
        lacking = [name for name in draft.get("data.signals", ()) if name not in present]
        if not lacking:
            return ()
        problem = Problem(
            where=path.name,
            what=tr("has no column {lacking}", lacking=", ".join(lacking)),
            fix=tr("Untick these signals, or remove the file"),
        )
        title = tr("{path} differs from the other files", path=path.name)
        return (Message(title, (Notice(problem, Step.DATA),)),)


def _place(kind: str, look: Look) -> tuple[bool, int]:
    """Return when a file is taken: a table that may be prices or context once the others are."""
    return look.inspection.is_unnamed_wide, _ORDER.get(kind, 0)


def _why_not(look: Look, purpose: Purpose) -> Problem | None:
    """Return why a file is of no use, None when it may be."""
    if look.inspection.row_count == 0:
        return Problem(where=look.path.name, what=tr("has no rows"), fix=tr("Choose another file"))
    return no_table_of_times(look) if purpose == "any" else None
