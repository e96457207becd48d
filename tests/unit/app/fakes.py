"""Dialogs that answer as a test told them to."""

from dataclasses import dataclass, field
from pathlib import Path

from ml4t_desktop.app.main import build
from tests.unit.session.fakes import FakeWork, settle


@dataclass
class FakeDialogs:
    """Answers at once; what is not answered is as if the dialog was closed."""

    files: list[Path] = field(default_factory=list)
    target: Path | None = None
    answer: str | None = "discard"
    proposed: list[Path] = field(default_factory=list)
    questions: int = 0
    unsaved: list = field(default_factory=list)
    recovery_answer: str | None = None
    recoveries: list[str] = field(default_factory=list)
    text: str | None = None
    told: list[tuple[str, str]] = field(default_factory=list)
    trusts: bool = False
    trust_asked: list[tuple[object, bool]] = field(default_factory=list)

    def open_files(self, title, kinds, done):
        if self.files:
            done(self.files)

    def open_folder(self, title, done):
        if self.files:
            done(self.files)

    def save_file(self, title, proposed, kinds, done):
        self.proposed.append(proposed)
        if self.target is not None:
            done(self.target)

    def ask_unsaved(self, unsaved, done):
        self.questions += 1
        self.unsaved.append(unsaved)
        if self.answer is not None:
            done(self.answer)

    def ask_recovery(self, text, done):
        self.recoveries.append(text)
        if self.recovery_answer is not None:
            done(self.recovery_answer)

    def ask_trust(self, script, done, *, is_changed):
        self.trust_asked.append((script, is_changed))
        if self.trusts:
            done()

    def ask_text(self, title, label, done):
        if self.text is not None:
            done(self.text)

    def tell(self, title, text):
        self.told.append((title, text))


def window_of(qtbot, tmp_path, *, executor, fake=None, dialogs=None):
    """The real window, over work and dialogs of a test."""
    window = build(
        settings_file=tmp_path / "settings.toml",
        executor=executor,
        work=(fake or FakeWork()).work(),
        dialogs=dialogs or FakeDialogs(),
    )
    qtbot.addWidget(window)
    window.show()
    settle(qtbot, window.session)
    return window
