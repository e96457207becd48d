"""The step “Strategy” when a Python class decides: file, class and parameters."""

import math
from datetime import date
from pathlib import Path
from typing import Any, Final

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from ml4t_desktop.files.scripts.script import ScriptClass
from ml4t_desktop.files.scripts.script_parameters import ScriptParameter
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.steps import Step
from ml4t_desktop.session.runs.scripts import KEY
from ml4t_desktop.session.session import Session
from ml4t_desktop.views.setup.fields import (
    ChoiceField,
    Field,
    FlagField,
    MomentField,
    NumberField,
    TextField,
    heading,
    hint,
    problem_label,
)
from ml4t_desktop.views.setup.form import FieldForm
from ml4t_desktop.views.setup.page import SetupPage
from ml4t_desktop.wording import mark

_LIMIT: Final = 1e12
_A_DATE: Final = date(2000, 1, 1)
_A_FRACTION: Final = 0.1
_NO_FILE: Final = mark(
    "A Python file with a class that derives from Strategy decides when to trade. "
    "It is looked into without being run, until you agree to run it."
)


class ScriptPage(SetupPage):
    """Which file, which class, which values."""

    step = Step.STRATEGY

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self._file = QLabel()
        self._file.setObjectName("script_file")
        self._file.setWordWrap(True)
        self._open = _button("script_open", tr("Open a Python file…"))
        self._show = _button("script_show", tr("Show the source"))
        self._new = _button("script_new", tr("Begin with an example…"))
        self._trusted = QLabel()
        self._trusted.setObjectName("script_trusted")
        self._trusted.setWordWrap(True)
        self._read = _button("script_trust", tr("Read it and agree…"))
        self._hint = hint(_NO_FILE)
        self._class = ChoiceField(
            f"{KEY}.class", tr("Class"), tip=tr("The strategies that the file holds")
        )
        self._class_form = FieldForm((self._class,))
        self._about = hint()
        self._heading = heading(tr("Parameters"))
        self._none = hint(tr("The class declares no parameters."))
        self._defaults = _button("script_defaults", tr("Values of the file"))
        self._form = FieldForm(())
        self._shown: tuple[ScriptParameter, ...] | None = None
        self._problem = problem_label("script_problem")
        self._warnings = QLabel()
        self._warnings.setObjectName("script_warnings")
        self._warnings.setProperty("role", "warning")
        self._warnings.setWordWrap(True)
        self._build()
        session.scripts.changed.connect(self._on_changed)
        self.finish()

    def refresh(self) -> None:
        """Show the file, its state, and the parameters of the class."""
        scripts, draft = self.session.scripts, self.session.request.draft
        chosen = scripts.chosen
        self._show_file(scripts.path)
        self._show_trust()
        names = [item.name for item in scripts.script.classes] if scripts.script else []
        self._class.set_options(tuple((name, name) for name in names))
        self._class_form.setVisible(bool(names))
        self._about.setText(shown(chosen.summary if chosen is not None else ""))
        self._about.setVisible(bool(chosen is not None and chosen.summary))
        self._show_parameters(chosen, draft)
        self._warnings.setText("\n".join(shown(str(item)) for item in scripts.warnings))
        self._warnings.setVisible(bool(scripts.warnings))
        asked = {field.key for field in self._form.fields} | {self._class.key, f"{KEY}.file"}
        problems = self.problems(asked)
        lack = problems.get(f"{KEY}.file", "") if scripts.path is not None else ""
        self._problem.setText(lack)
        self._problem.setVisible(bool(lack))
        self._class_form.show_draft(draft, problems)
        for field in self._form.fields:
            field.show_problem(problems.get(field.key, ""))

    def _show_file(self, path: Path | None) -> None:
        self._file.setText(path.name if path is not None else "")
        self._file.setToolTip(str(path or ""))
        self._file.setVisible(path is not None)
        self._hint.setVisible(path is None)
        self._new.setVisible(path is None)
        self._show.setVisible(path is not None)
        self._open.setText(tr("Open a Python file…") if path is None else tr("Another file…"))

    def _show_trust(self) -> None:
        scripts = self.session.scripts
        has_script = scripts.script is not None
        self._trusted.setVisible(has_script)
        self._read.setVisible(has_script and not scripts.is_trusted)
        if scripts.is_trusted:
            text, role = tr("You have agreed to run this text of the file."), "hint"
        elif scripts.was_trusted:
            text, role = (
                tr("The file has changed. It is not run before you agree again."),
                "warning",
            )
        else:
            text, role = tr("It is not run before you have agreed to it."), "warning"
        if scripts.is_trusted and scripts.is_behind:
            text, role = tr("The file has changed since the run on screen."), "note"
        self._trusted.setText(text)
        if self._trusted.property("role") != role:
            self._trusted.setProperty("role", role)
            self._trusted.style().polish(self._trusted)

    def _show_parameters(self, chosen: ScriptClass | None, draft: Draft) -> None:
        parameters = chosen.parameters if chosen is not None else ()
        if parameters != self._shown:
            self._shown = parameters
            form = FieldForm(tuple(_field(item) for item in parameters))
            form.edited.connect(self.edit)
            self.body.replaceWidget(self._form, form)
            self._form.setParent(None)
            self._form.deleteLater()
            self._form = form
        values: dict[str, Any] = draft.get(f"{KEY}.parameters", {})
        for item, field in zip(parameters, self._form.fields, strict=True):
            field.show_value(values.get(item.name, item.default))
        self._heading.setVisible(chosen is not None)
        self._none.setVisible(chosen is not None and not parameters)
        self._defaults.setVisible(bool(values))

    def _build(self) -> None:
        buttons = QHBoxLayout()
        for button in (self._open, self._new, self._show):
            buttons.addWidget(button)
        buttons.addStretch(1)
        trust = QHBoxLayout()
        trust.addWidget(self._trusted, 1)
        trust.addWidget(self._read)
        self.body.addWidget(heading(tr("File")))
        self.body.addWidget(self._file)
        self.body.addWidget(self._hint)
        self.body.addLayout(buttons)
        self.body.addWidget(self._problem)
        self.body.addLayout(trust)
        for part in (self._class_form, self._about, self._heading, self._none, self._form):
            self.body.addWidget(part)
        below = QHBoxLayout()
        below.addWidget(self._defaults)
        below.addStretch(1)
        self.body.addLayout(below)
        self.body.addWidget(self._warnings)
        for button, command in (
            (self._open, "file.open_script"),
            (self._new, "file.new_script"),
            (self._show, "view.script"),
            (self._read, "run.trust_script"),
        ):
            button.clicked.connect(_Asked(self, command))
        self._defaults.clicked.connect(self._on_defaults)
        self._class_form.edited.connect(self._on_class)

    def _on_changed(self) -> None:
        if self.session.scripts.is_python:
            self.refresh()

    def _on_class(self, _key: str, value: object) -> None:
        self.session.scripts.choose_class(str(value))

    def _on_defaults(self) -> None:
        self.session.scripts.use_defaults()


class _Asked:
    """A slot that asks for a command of the page."""

    def __init__(self, page: ScriptPage, command: str) -> None:
        self._page, self._command = page, command

    def __call__(self, _is_checked: object = None) -> None:
        self._page.command_asked.emit(self._command)


def _button(name: str, title: str) -> QPushButton:
    button = QPushButton(shown(title))
    button.setObjectName(name)
    return button


def _field(item: ScriptParameter) -> Field:
    """Return the field that a declaration asks for."""
    key = f"{KEY}.parameters.{item.name}"
    none = ((None, tr("none")),) if item.is_optional else ()
    if item.choices:
        options = tuple((value, _shown(value)) for value in item.choices)
        return ChoiceField(key, item.title, (*none, *options), tip=item.help)
    if item.kind == "flag" and item.is_optional:
        options = (*none, (True, tr("yes")), (False, tr("no")))
        return ChoiceField(key, item.title, options, tip=item.help)
    if item.kind == "flag":
        return FlagField(key, item.title, tip=item.help)
    if item.kind == "text":
        empty = None if item.is_optional else ""
        return TextField(key, item.title, empty=empty, tip=item.help)
    if item.kind == "date":
        moment = MomentField(key, item.title, is_optional=item.is_optional, tip=item.help)
        moment.suggest(item.default if isinstance(item.default, date) else _A_DATE)
        return moment
    is_percent = item.unit == "%"
    scale = 100.0 if is_percent else 1.0
    low = -_LIMIT if item.low is None else item.low * scale
    high = _LIMIT if item.high is None else item.high * scale
    return NumberField(
        key,
        item.title,
        low=low,
        high=high,
        step=_step(item) * scale,
        suffix=f" {item.unit}" if item.unit and not is_percent else "",
        is_percent=is_percent,
        is_whole=item.kind == "whole",
        optional=_start(item) if item.is_optional else None,
        tip=item.help,
    )


def _step(item: ScriptParameter) -> float:
    """Return how far an arrow goes: what the file says, a hundredth of the range, or a tenth of a digit."""
    if item.step is not None:
        return item.step
    if item.kind == "whole":
        return 1.0
    if item.low is not None and item.high is not None:
        return (item.high - item.low) / 100.0
    size = abs(item.default) if isinstance(item.default, float) else _start(item)
    return 10.0 ** math.floor(math.log10(size)) if 0.0 < size < 1.0 else 1.0


def _start(item: ScriptParameter) -> float:
    """Return the number that an optional one begins with."""
    if item.low is not None:
        return item.low
    return 1.0 if item.kind == "whole" else _A_FRACTION


def _shown(value: object) -> str:
    return value if isinstance(value, str) else f"{value}"
