"""The files of predictions beside the prices, and how they are joined to them."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ml4t_desktop.session.language import tr
from ml4t_desktop.session.looks import Look
from ml4t_desktop.session.request.draft import Draft
from ml4t_desktop.session.request.proposals import guessed
from ml4t_desktop.views.setup.data.file_list import FileList
from ml4t_desktop.views.setup.data.reading_form import ReadingForm
from ml4t_desktop.views.setup.fields import ChoiceField, Options, TextField
from ml4t_desktop.views.setup.form import FieldForm, Problems

_TABLE = "data.predictions"


class PredictionPart(QWidget):
    """Files of predictions.

    Signals
    -------
    edited : str, object
        As `Field.edited`.
    removed : str
        A file to take out.
    command_asked : str
        Id of a command that a button stands for.
    """

    edited = Signal(str, object)
    removed = Signal(str)
    command_asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._files = FileList(
            "predictions",
            tr("Predictions"),
            tr(
                "Optional: predictions in a file of their own, joined to the prices by time and asset."
            ),
            (("add", tr("Add…"), "file.add_predictions"),),
        )
        self._time = ChoiceField(f"{_TABLE}.time", tr("Time"))
        self._asset = ChoiceField(f"{_TABLE}.asset", tr("Asset"))
        match = ChoiceField(
            f"{_TABLE}.match",
            tr("Matching"),
            (("exact", tr("Same timestamp")), ("asof", tr("Latest at or before"))),
            tip=tr("Which prediction belongs to a bar"),
        )
        max_age = TextField(
            f"{_TABLE}.max_age",
            tr("At most old"),
            placeholder=tr("any age, or 5d"),
            tip=tr("Older predictions do not count"),
        )
        lag = TextField(
            f"{_TABLE}.lag",
            tr("Known after"),
            placeholder=tr("at once, or 1d"),
            tip=tr("How long after their time predictions become known"),
        )
        self.form = FieldForm((self._time, self._asset, match, max_age, lag))
        self._reading = ReadingForm(_TABLE, has_layout=False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        for part in (self._files, self.form, self._reading):
            layout.addWidget(part)
        self.form.edited.connect(self.edited)
        self._reading.edited.connect(self.edited)
        self._files.removed.connect(self.removed)
        self._files.command_asked.connect(self.command_asked)

    @property
    def keys(self) -> set[str]:
        """The keys of the request that have a field here."""
        return {field.key for field in self.form.fields} | self._reading.keys

    def show_draft(
        self, draft: Draft, looks: tuple[Look, ...], places: tuple[str, ...], problems: Problems
    ) -> None:
        """Show the files, with their places as tips, and how they are joined."""
        names: tuple[str, ...] = draft.get(f"{_TABLE}.files", ())
        self._files.show_files(names, places)
        self._time.set_options(_options(looks, "time"))
        self._asset.set_options(_options(looks, "asset"))
        self.form.show_draft(draft, problems)
        self.form.show_field(f"{_TABLE}.max_age", is_shown=draft.get(f"{_TABLE}.match") == "asof")
        self._reading.show_draft(draft, problems)
        self.form.setVisible(bool(names))
        self._reading.setVisible(bool(names))


def _options(looks: tuple[Look, ...], role: str) -> Options:
    if not looks:
        return ((None, tr("as recognised")),)
    inspection = looks[0].inspection
    found = guessed(inspection, role)
    names = ((info.name, info.name) for info in inspection.columns)
    return ((None, tr("recognised: {found}", found=found) if found else tr("none")), *names)
