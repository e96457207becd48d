"""The step “Data”: files, what their columns mean, signals, period, repairs."""

from datetime import date
from functools import partial

from PySide6.QtWidgets import QPushButton, QWidget

from ml4t_desktop.session.data.inner_tables import holders
from ml4t_desktop.session.language import capitalised, shown, tr
from ml4t_desktop.session.looks import Look
from ml4t_desktop.session.request.proposals import ROLE_TITLES, ROLES, certainty, guessed, reason
from ml4t_desktop.session.request.steps import Step, counted
from ml4t_desktop.session.session import Session
from ml4t_desktop.views.setup.column_list import ColumnList
from ml4t_desktop.views.setup.data.column_memory import MemoryRow
from ml4t_desktop.views.setup.data.file_list import FileList
from ml4t_desktop.views.setup.data.prediction_part import PredictionPart
from ml4t_desktop.views.setup.data.reading_form import ReadingForm
from ml4t_desktop.views.setup.data.table_uses import TableUses
from ml4t_desktop.views.setup.fields import (
    ChoiceField,
    MomentField,
    Options,
    TextField,
    heading,
    hint,
    problem_label,
)
from ml4t_desktop.views.setup.form import FieldForm, Problems
from ml4t_desktop.views.setup.page import SetupPage
from ml4t_desktop.wording import mark

_ABOUT_PRICES = mark(
    "Open or drop files with prices and the predictions of a model: Parquet, CSV and other text, "
    "Arrow, Feather, Excel, or a folder with a file for each asset. Several files are one market."
)
_ADD_PRICES = (
    ("add", mark("Add file…"), "file.open"),
    ("add_folder", mark("Folder…"), "file.open_folder"),
)
_ABOUT_ACTIONS = mark(
    "Optional: a file of dividends, splits, mergers and delistings, for prices as they were traded."
)
_ADD_ACTIONS = (("add", mark("Choose…"), "file.add_actions"),)
_ABOUT_BENCHMARK = mark(
    "Optional: a file of prices or returns, such as an index, that the run is measured against. It moves no trade."
)
_ADD_BENCHMARK = (("add", mark("Choose…"), "file.add_benchmark"),)
_ANY = {"time", "text", "number"}
_KINDS = {"time": _ANY, "clock": _ANY, "asset": {"text", "number"}} | {
    role: {"number", "text"} for role in ("open", "high", "low", "close", "volume")
}
_REFUSE = ("refuse", mark("Refuse the file"))


class DataPage(SetupPage):
    """Files and their columns."""

    step = Step.DATA

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._prices = FileList("data", tr("Price files"), _ABOUT_PRICES, _ADD_PRICES)
        self._files_problem = problem_label("data.files.problem")
        self._locate = QPushButton(tr("Locate missing data…"))
        self._locate.setObjectName("data.locate")
        self._locate.setToolTip(
            tr("Point at the file where it is now; others beside it are found, too")
        )
        self._locate.clicked.connect(partial(self.command_asked.emit, "file.locate"))
        self._tables = TableUses()
        self._predictions = PredictionPart()
        self._actions = FileList("actions", tr("Corporate actions"), _ABOUT_ACTIONS, _ADD_ACTIONS)
        self._actions_problem = problem_label("data.corporate_actions.problem")
        self._benchmark = FileList("benchmark", tr("Benchmark"), _ABOUT_BENCHMARK, _ADD_BENCHMARK)
        self._measured = FieldForm(_benchmark_fields())
        self._benchmark_problem = problem_label("data.benchmark.problem")
        self._reading = ReadingForm("data", has_layout=True)
        self._roles = {role: ChoiceField(f"data.{role}", ROLE_TITLES[role]) for role in ROLES}
        self._asset_id = TextField(
            "data.asset_id",
            tr("Asset name"),
            tip=tr("What the asset of a file without an asset column is called"),
        )
        self._columns = FieldForm((*self._roles.values(), self._asset_id))
        self._memory = MemoryRow()
        self._signals = ColumnList("data.signals", tr("Signals"))
        self._signals_problem = problem_label("data.signals.problem")
        self._start = MomentField("data.start", tr("From"), tip=tr("First day, included"))
        self._end = MomentField("data.end", tr("To"), tip=tr("Last day, included"))
        self._period = FieldForm((self._start, self._end))
        self._days = hint(tr("Days are those of UTC, as the times of these files are"))
        self._days.setObjectName("data.days")
        self._repairs = FieldForm(_repair_fields())
        self._build()
        self.finish()

    def refresh(self) -> None:
        """Show files, columns and period of the request."""
        draft = self.session.request.draft
        looks = self.session.price_looks()
        own = {field.key for form in self._forms for field in form.fields} | self._predictions.keys
        own |= self._reading.keys
        own |= {"data.signals", "data.corporate_actions", "data.benchmark.file"}
        problems = self.problems(own | {"data.files"})
        self._locate.setVisible(bool(self.session.document.missing_files()))
        self._show_files(problems)
        self._show_columns(looks)
        self._reading.show_draft(draft, problems)
        spans = [look.inspection for look in looks]
        self._start.suggest(_day(min((span.first for span in spans if span.first), default="")))
        self._end.suggest(_day(max((span.last for span in spans), default="")))
        has_clock = any(_has_clock(text) for span in spans for text in (span.first, span.last))
        self._days.setVisible(bool(draft.files) and has_clock)
        for form in self._forms:
            form.show_draft(draft, problems)
        has_asset = draft.get("data.asset") or any(
            guessed(look.inspection, "asset") for look in looks
        )
        self._columns.show_field("data.asset_id", is_shown=not has_asset)
        has_clock = draft.get("data.clock") or any(
            guessed(look.inspection, "clock") for look in looks
        )
        self._columns.show_field("data.clock", is_shown=bool(has_clock))
        self._memory.setVisible(bool(draft.files) and self.session.intake.are_columns_remembered)
        if not draft.files:  # the hint says what to do
            problems = {key: text for key, text in problems.items() if key != "data.files"}
        for label, key in (
            (self._files_problem, "data.files"),
            (self._signals_problem, "data.signals"),
            (self._actions_problem, "data.corporate_actions"),
            (self._benchmark_problem, "data.benchmark.file"),
        ):
            label.setText(problems.get(key, ""))
            label.setVisible(key in problems)
        for part in self._details:
            part.setVisible(bool(draft.files))

    def _build(self) -> None:
        self._forms = (self._columns, self._period, self._repairs, self._measured)
        signals = heading(tr("Signals (model output)"))
        signals.setBuddy(self._signals)
        titles = [heading(text) for text in (tr("Columns"), tr("Period"), tr("Doubtful rows"))]
        leaks = QPushButton(tr("Check for leaks"))
        leaks.setObjectName("data.leaks")
        leaks.setToolTip(
            tr("Whether signals and context know what nobody could have known (Ctrl+L)")
        )
        leaks.clicked.connect(partial(self.command_asked.emit, "view.leaks"))
        quality = QPushButton(tr("Check the data"))
        quality.setObjectName("data.quality")
        quality.setToolTip(tr("What is wrong or doubtful in the files, with all its rows (Ctrl+D)"))
        quality.clicked.connect(partial(self.command_asked.emit, "view.quality"))
        self._details: tuple[QWidget, ...] = (
            self._reading, titles[0], self._columns, self._predictions, signals, self._signals, leaks,
            self._actions, self._benchmark, titles[1], self._period, titles[2], self._repairs, quality,
        )  # fmt: skip
        for part in (
            self._prices, self._files_problem, self._locate, self._tables, self._reading, titles[0],
            self._columns, self._memory, signals, self._signals, self._signals_problem,
            self._predictions, leaks, titles[1], self._period, self._days, self._actions,
            self._actions_problem, self._benchmark, self._measured, self._benchmark_problem,
            titles[2], self._repairs, quality,
        ):  # fmt: skip
            self.body.addWidget(part)
        for part in (self._prices, self._predictions, self._actions, self._benchmark):
            part.command_asked.connect(self.command_asked)
        self._prices.removed.connect(self._remove_file)
        self._tables.chosen.connect(self.session.intake.use_tables)
        self._predictions.removed.connect(self.session.intake.remove_predictions)
        self._predictions.edited.connect(self.edit)
        self._actions.removed.connect(self._remove_actions)
        self._benchmark.removed.connect(self._remove_benchmark)
        self._reading.edited.connect(self.edit)
        self._measured.edited.connect(self.edit)
        self._columns.edited.connect(self.session.intake.choose_columns)
        self._signals.edited.connect(self.session.intake.choose_columns)
        self._memory.forget_asked.connect(self.session.intake.forget_columns)
        for form in (self._period, self._repairs):
            form.edited.connect(self.edit)

    def _show_files(self, problems: Problems) -> None:
        draft = self.session.request.draft
        self._prices.show_files(draft.files, self._places(draft.files))
        self._tables.show_holders(holders(self.session.request, self.session.data))
        actions: str | None = draft.get("data.corporate_actions")
        named = (actions,) if actions else ()
        self._actions.show_files(named, self._places(named))
        index: str | None = draft.get("data.benchmark.file")
        measured = (index,) if index else ()
        self._benchmark.show_files(measured, self._places(measured))
        self._measured.setVisible(bool(measured))
        predictions: tuple[str, ...] = draft.get("data.predictions.files", ())
        self._predictions.show_draft(
            draft, self.session.prediction_looks(), self._places(predictions), problems
        )

    def _show_columns(self, looks: tuple[Look, ...]) -> None:
        draft = self.session.request.draft
        for role, field in self._roles.items():
            chosen = draft.get(field.key)
            field.set_options(_options(looks, role, chosen), _tip(looks, role, chosen))
        ticked: tuple[str, ...] = draft.get("data.signals", ())
        taken = {draft.get(f"data.{role}") or _found(looks, role) for role in ROLES}
        theirs = self.session.prediction_looks()
        keys = {draft.get("data.predictions.time"), draft.get("data.predictions.asset")}
        offered = dict(_offered(looks, taken)) | dict(_offered(theirs, keys | _keys(theirs)))
        self._signals.show_columns(tuple(offered.items()), ticked, draft.get("data.lag"))

    def _places(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(str(self.session.request.resolved(name)) for name in names)

    def _remove_file(self, name: str) -> None:
        files = tuple(file for file in self.session.request.draft.files if file != name)
        self.edit("data.files", files or None)

    def _remove_actions(self, _name: str) -> None:
        self.edit("data.corporate_actions", None)

    def _remove_benchmark(self, _name: str) -> None:
        self.edit("data.benchmark", None)


def _benchmark_fields() -> tuple[ChoiceField | TextField, ...]:
    return (
        TextField(
            "data.benchmark.time",
            tr("Time"),
            placeholder=tr("as recognised"),
            tip=tr("Column of times in the file of the benchmark"),
        ),
        TextField(
            "data.benchmark.column",
            tr("Column"),
            placeholder=tr("as recognised"),
            tip=tr("Column of prices or returns in the file of the benchmark"),
        ),
        ChoiceField(
            "data.benchmark.values",
            tr("It holds"),
            (
                ("price", tr("Prices, or levels of an index")),
                ("return", tr("Returns, as fractions")),
            ),
        ),
        ChoiceField(
            "data.benchmark.match",
            tr("Matching"),
            (("asof", tr("Latest at or before")), ("exact", tr("Same timestamp"))),
            tip=tr("Which of its values belongs to a time of the bars"),
        ),
    )


def _repair_fields() -> tuple[ChoiceField, ...]:
    which = (_REFUSE, ("first", tr("Use the first")), ("last", tr("Use the last")))
    return (
        ChoiceField(
            "data.repairs.bad_price",
            tr("Bad prices"),
            (
                _REFUSE,
                ("drop", tr("Drop the row")),
                ("unsigned", tr("Use negative ones without their sign")),
            ),
            tip=tr("Bars with a null, infinite, zero or negative price"),
        ),
        ChoiceField(
            "data.repairs.duplicate_bar",
            tr("Double bars"),
            which,
            tip=tr("Two different bars of one asset at one time"),
        ),
        ChoiceField(
            "data.repairs.duplicate_context",
            tr("Double context"),
            which,
            tip=tr("Two different contexts at one time"),
        ),
        ChoiceField(
            "data.repairs.impossible_bar",
            tr("Impossible bars"),
            (
                ("keep", tr("Use them")),
                ("widen", tr("Widen high and low")),
                ("drop", tr("Drop the row")),
            ),
            tip=tr("Bars whose high or low does not contain open and close"),
        ),
        ChoiceField(
            "data.repairs.stale_bar",
            tr("Stale bars"),
            (("keep", tr("Use them")), ("drop", tr("Drop the row"))),
            tip=tr("Bars that repeat the close before and show no trading"),
        ),
        ChoiceField(
            "data.repairs.infinite_signal",
            tr("Infinite signals"),
            (("keep", tr("Use them")), ("null", tr("Take as missing"))),
            tip=tr("Infinite values of signals"),
        ),
    )


def _options(looks: tuple[Look, ...], role: str, chosen: str | None) -> Options:
    """Return the columns that can have a role; the first entry leaves it to recognition."""
    if not looks:  # what is chosen may be there or not
        return ((None, tr("as recognised")), *(((chosen, chosen),) if chosen else ()))
    first = looks[0].inspection
    kinds = _KINDS.get(role, {"number"})
    found = guessed(first, role)
    none = tr("recognised: {found}", found=found) if found else tr("none")
    names = (info.name for info in first.columns if info.kind in kinds)
    return ((None, none), *((name, name) for name in names))


def _tip(looks: tuple[Look, ...], role: str, chosen: str | None) -> str:
    if not looks:
        return ""
    inspection = looks[0].inspection
    column = chosen or guessed(inspection, role)
    why = capitalised(shown(reason(inspection, role, column)))
    sure = certainty(inspection, role, column)
    return tr("{why} ({sure:.0%} sure)", why=why, sure=sure) if why else ""


def _found(looks: tuple[Look, ...], role: str) -> str | None:
    return guessed(looks[0].inspection, role) if looks else None


def _keys(looks: tuple[Look, ...]) -> set[str | None]:
    """Return the columns that say to which bars predictions belong."""
    return {guessed(look.inspection, role) for look in looks for role in ("time", "clock", "asset")}


def _offered(looks: tuple[Look, ...], taken: set[str | None]) -> tuple[tuple[str, str], ...]:
    """Return the columns that can be signals, with what is known of them."""
    if not looks:
        return ()
    reasons = {guess.column: guess.reason for look in looks for guess in look.inspection.guesses}
    rows: list[tuple[str, str]] = []
    first = {info.name: info for look in reversed(looks) for info in look.inspection.columns}
    for info in first.values():
        if info.name in taken or info.kind == "time":
            continue
        facts = [info.dtype]
        if info.minimum is not None:
            facts.append(
                tr("{minimum:.4g} to {maximum:.4g}", minimum=info.minimum, maximum=info.maximum)
            )
        if info.samples:
            facts.append(", ".join(info.samples[:5]))
        if info.null_count:
            facts.append(
                tr("{null_count} without value", null_count=counted(info.null_count, "row"))
            )
        tip = f"{shown(reasons.get(info.name, ''))}\n{'; '.join(facts)}".strip()
        rows.append((info.name, tip))
    return tuple(rows)


def _has_clock(text: str) -> bool:
    return len(text) > len("2024-01-31")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
