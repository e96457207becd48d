"""The step “Context”: market-wide values beside the prices."""

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from ml4t_desktop.files.inside import shown_name
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.looks import Look
from ml4t_desktop.session.request.proposals import guessed, reason
from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.session.session import Session
from ml4t_desktop.views.setup.column_list import ColumnList
from ml4t_desktop.views.setup.editors import remove_button
from ml4t_desktop.views.setup.fields import ChoiceField, TextField, heading, hint
from ml4t_desktop.views.setup.form import FieldForm
from ml4t_desktop.views.setup.page import SetupPage


class ContextPage(SetupPage):
    """The context file and its columns."""

    step = Step.CONTEXT

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._time = ChoiceField("context.time", tr("Time"))
        self._match = ChoiceField(
            "context.match",
            tr("Matching"),
            (("exact", tr("Same timestamp")), ("asof", tr("Latest at or before"))),
            tip=tr("Which values belong to a bar"),
        )
        self._max_age = TextField(
            "context.max_age",
            tr("At most old"),
            placeholder=tr("any age, or 5d"),
            tip=tr("Older values do not count"),
        )
        self._lag = TextField(
            "context.lag",
            tr("Known after"),
            placeholder=tr("at once, or 1d"),
            tip=tr(
                "How long after their timestamp values become known; daily values of an intraday "
                "run need it, or the rules look ahead"
            ),
        )
        self._form = FieldForm((self._time, self._match, self._max_age, self._lag))
        self._columns = ColumnList("context.columns", tr("Context columns"))
        self._columns_problem = QLabel()
        self._columns_problem.setProperty("role", "problem")
        self._columns_problem.setWordWrap(True)
        self._file = QLabel()
        self._file.setObjectName("context.file")
        self._remove = remove_button(self._on_remove)
        self._remove.setObjectName("context.remove")
        self._build()
        self.finish()

    def refresh(self) -> None:
        """Show the context file and what of it is used."""
        draft, look = self.session.request.draft, self.session.context_look()
        name = draft.context_file
        own = {field.key for field in self._form.fields} | {"context.columns"}
        problems = self.problems(own)
        path = self.session.request.resolved(name) if name else None
        self._file.setText(shown_name(path) if path is not None else tr("No context file"))
        self._file.setToolTip(str(self.session.request.resolved(name)) if name else "")
        chosen = draft.get("context.time")
        tip = reason(look.inspection, "time", chosen) if look is not None else ""
        self._time.set_options(_times(look), tip)
        self._form.show_draft(draft, problems)
        self._form.show_field("context.max_age", is_shown=draft.get("context.match") == "asof")
        ticked: tuple[str, ...] = draft.get("context.columns", ())
        self._columns.show_columns(_offered(look, chosen), ticked, draft.get("data.lag"))
        self._columns_problem.setText(problems.get("context.columns", ""))
        for part in (self._remove, *self._details):
            part.setVisible(name is not None)
        self._columns_problem.setVisible("context.columns" in problems)
        self._hint.setVisible(name is None)

    def _build(self) -> None:
        add = QPushButton(tr("Choose file…"))
        add.setObjectName("context.add")
        add.clicked.connect(partial(self.command_asked.emit, "file.add_context"))
        head = QHBoxLayout()
        head.addWidget(heading(tr("Context file")), 1)
        head.addWidget(add)
        row = QHBoxLayout()
        row.addWidget(self._file, 1)
        row.addWidget(self._remove)
        self._hint = hint(
            tr(
                "Optional: values of the whole market at a time, such as the VIX or a regime. "
                "Rules can use them beside the signals of an asset."
            )
        )
        title = heading(tr("Columns"))
        title.setBuddy(self._columns)
        self._details: tuple[QWidget, ...] = (title, self._columns, self._form)
        self.body.addLayout(head)
        self.body.addLayout(row)
        self.body.addWidget(self._hint)
        for part in (title, self._columns, self._columns_problem, self._form):
            self.body.addWidget(part)
        self._form.edited.connect(self.edit)
        self._columns.edited.connect(self.edit_columns)

    def _on_remove(self) -> None:
        self.edit_columns("context", None)


def _times(look: Look | None) -> tuple[tuple[object, str], ...]:
    if look is None:
        return ((None, tr("as recognised")),)
    found = guessed(look.inspection, "time")
    names = (info.name for info in look.inspection.columns)
    none = tr("recognised: {found}", found=found) if found else tr("none")
    return ((None, none), *((name, name) for name in names))


def _offered(look: Look | None, time: str | None) -> tuple[tuple[str, str], ...]:
    if look is None:
        return ()
    inspection = look.inspection
    taken = time or guessed(inspection, "time")
    return tuple(
        (info.name, ", ".join(info.samples[:8]) or _range(info.minimum, info.maximum))
        for info in inspection.columns
        if info.name != taken
    )


def _range(low: object, high: object) -> str:
    return tr("{low} to {high}", low=low, high=high) if low is not None else ""
