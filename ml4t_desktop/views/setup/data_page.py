"""The step “Data”: files, what their columns mean, signals, period, repairs."""

from datetime import date
from functools import partial
from pathlib import PurePath

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ml4t_desktop.session.proposals import ROLES, guessed, reason
from ml4t_desktop.session.session import Session
from ml4t_desktop.session.steps import Step, counted
from ml4t_desktop.session.work import Look
from ml4t_desktop.views.setup.clause_row import remove_button
from ml4t_desktop.views.setup.column_list import ColumnList
from ml4t_desktop.views.setup.fields import (
    ChoiceField,
    MomentField,
    Options,
    TextField,
    heading,
    hint,
)
from ml4t_desktop.views.setup.form import FieldForm
from ml4t_desktop.views.setup.page import SetupPage

_TITLES = {role: role.capitalize() for role in ROLES}
_KINDS = {"time": {"time", "text", "number"}, "asset": {"text", "number"}}
_REFUSE = ("refuse", "Refuse the file")


class DataPage(SetupPage):
    """Files and their columns."""

    step = Step.DATA

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._roles = {role: ChoiceField(f"data.{role}", _TITLES[role]) for role in ROLES}
        self._asset_id = TextField(
            "data.asset_id",
            "Asset name",
            tip="What the asset of a file without an asset column is called",
        )
        self._columns = FieldForm((*self._roles.values(), self._asset_id))
        self._signals = ColumnList("data.signals", "Signals")
        self._start = MomentField("data.start", "From", tip="First day, included")
        self._end = MomentField("data.end", "To", tip="Last day, included")
        self._period = FieldForm((self._start, self._end))
        self._repairs = FieldForm(_repair_fields())
        self._files = QVBoxLayout()
        self._files.setSpacing(2)
        self._file_rows: list[QWidget] = []
        self._shown_files: tuple[str, ...] = ()
        self._hint = hint()
        self._build()
        self.finish()

    def refresh(self) -> None:
        """Show files, columns and period of the request."""
        draft = self.session.request.draft
        looks = self.session.price_looks()
        own = {field.key for form in self._forms for field in form.fields}
        # Without a file the hint says what to do.
        problems = self.problems(own if draft.files else own | {"data.files"})
        self._show_files(draft.files)
        for role, field in self._roles.items():
            chosen = draft.get(field.key)
            field.set_options(_options(looks, role), _tip(looks, role, chosen))
        if looks:
            self._start.suggest(_day(looks[0].inspection.first))
            self._end.suggest(_day(looks[-1].inspection.last))
        for form in self._forms:
            form.show_draft(draft, problems)
        has_asset = draft.get("data.asset") or any(
            guessed(look.inspection, "asset") for look in looks
        )
        self._columns.show_field("data.asset_id", is_shown=not has_asset)
        ticked: tuple[str, ...] = draft.get("data.signals", ())
        taken = {draft.get(f"data.{role}") for role in ROLES}
        self._signals.show_columns(_offered(looks, taken), ticked, draft.get("data.lag"))
        is_empty = not draft.files
        self._hint.setVisible(is_empty)
        for part in self._details:
            part.setVisible(not is_empty)

    def _build(self) -> None:
        add = QPushButton("Add file…")
        add.setObjectName("data.add")
        add.clicked.connect(partial(self.command_asked.emit, "file.open"))
        head = QHBoxLayout()
        head.addWidget(heading("Price files"), 1)
        head.addWidget(add)
        self._hint.setText(
            "Open or drop a Parquet or CSV file with prices and the predictions of a model. "
            "Several files are one market."
        )
        self._forms = (self._columns, self._period, self._repairs)
        signals = heading("Signals (model output)")
        signals.setBuddy(self._signals)
        titles = [heading(text) for text in ("Columns", "Period", "Doubtful rows")]
        leaks = QPushButton("Check for leaks")
        leaks.setObjectName("data.leaks")
        leaks.setToolTip("Whether signals and context know what nobody could have known (Ctrl+L)")
        leaks.clicked.connect(partial(self.command_asked.emit, "view.leaks"))
        self._details: tuple[QWidget, ...] = (
            titles[0], self._columns, signals, self._signals, leaks, titles[1], self._period, titles[2], self._repairs,
        )  # fmt: skip
        self.body.addLayout(head)
        self.body.addLayout(self._files)
        self.body.addWidget(self._hint)
        for part in self._details:
            self.body.addWidget(part)
        for form in self._forms:
            form.edited.connect(self.edit)
        self._signals.edited.connect(self.edit_columns)

    def _show_files(self, names: tuple[str, ...]) -> None:
        if names == self._shown_files:
            return
        self._shown_files = names
        for row in self._file_rows:
            self._files.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._file_rows = [self._file_row(name) for name in names]
        for row in self._file_rows:
            self._files.addWidget(row)

    def _file_row(self, name: str) -> QWidget:
        row = QWidget()
        label = QLabel(PurePath(name).name)
        label.setToolTip(str(self.session.request.resolved(name)))
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(label, 1)
        remove = remove_button(partial(self._remove_file, name))
        remove.setObjectName("data.remove")
        layout.addWidget(remove)
        return row

    def _remove_file(self, name: str, _is_checked: object = None) -> None:
        files = tuple(file for file in self.session.request.draft.files if file != name)
        self.edit("data.files", files or None)


def _repair_fields() -> tuple[ChoiceField, ...]:
    which = (_REFUSE, ("first", "Use the first"), ("last", "Use the last"))
    return (
        ChoiceField(
            "data.repairs.bad_price",
            "Bad prices",
            (_REFUSE, ("drop", "Drop the row")),
            tip="Bars with a null, infinite, zero or negative price",
        ),
        ChoiceField(
            "data.repairs.duplicate_bar",
            "Double bars",
            which,
            tip="Two different bars of one asset at one time",
        ),
        ChoiceField(
            "data.repairs.duplicate_context",
            "Double context",
            which,
            tip="Two different contexts at one time",
        ),
    )


def _options(looks: tuple[Look, ...], role: str) -> Options:
    """Return the columns that can have a role; the first entry leaves it to recognition."""
    if not looks:
        return ((None, "as recognised"),)
    first = looks[0].inspection
    kinds = _KINDS.get(role, {"number"})
    found = guessed(first, role)
    none = f"recognised: {found}" if found else "none"
    names = (info.name for info in first.columns if info.kind in kinds)
    return ((None, none), *((name, name) for name in names))


def _tip(looks: tuple[Look, ...], role: str, chosen: str | None) -> str:
    if not looks:
        return ""
    inspection = looks[0].inspection
    return reason(inspection, role, chosen or guessed(inspection, role))


def _offered(looks: tuple[Look, ...], taken: set[str | None]) -> tuple[tuple[str, str], ...]:
    """Return the columns that can be signals, with what is known of them."""
    if not looks:
        return ()
    inspection = looks[0].inspection
    reasons = {guess.column: guess.reason for guess in inspection.guesses}
    rows: list[tuple[str, str]] = []
    for info in inspection.columns:
        if info.name in taken or info.kind == "time":
            continue
        facts = [info.dtype]
        if info.minimum is not None:
            facts.append(f"{info.minimum:.4g} to {info.maximum:.4g}")
        if info.samples:
            facts.append(", ".join(info.samples[:5]))
        if info.null_count:
            facts.append(f"{counted(info.null_count, 'row')} without value")
        tip = f"{reasons.get(info.name, '')}\n{'; '.join(facts)}".strip()
        rows.append((info.name, tip))
    return tuple(rows)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
