"""The base of panels that check the data of the request when they are seen, and show what that found."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.session.data.leaks import LeakStore
from ml4t_desktop.session.data.quality import QualityStore
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.views.review.empty import EmptyState
from ml4t_desktop.views.review.seen import SeenPanel

_FULL = 1000


@dataclass(frozen=True, slots=True)
class CheckTexts:
    """What a panel says of its check: before there is one, and while it goes on."""

    title: str
    hint: str
    checking_title: str
    checking: str
    progress: str


class CheckPanel(SeenPanel):
    """Starts the check when it is seen, and shows its progress, a way to stop it and its report.

    Who derives from it calls `build` with what shows a report, and says the rest in `show_report`
    and `summary_text`.

    Parameters
    ----------
    store : LeakStore or QualityStore
    key : str
        What the names of its parts begin with.
    texts : CheckTexts
    """

    def __init__(
        self,
        store: LeakStore | QualityStore,
        key: str,
        texts: CheckTexts,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._check, self._texts = store, texts
        self._was_stopped = False
        self.summary = QLabel()
        self.summary.setObjectName(f"{key}_summary")
        self.progress = QProgressBar()
        self.progress.setRange(0, _FULL)
        self.progress.setTextVisible(False)
        self.progress.setFixedWidth(180)
        self.progress.setAccessibleName(shown(texts.progress))
        self.again = QPushButton(tr("Check again"))
        self.again.setObjectName(f"{key}_again")
        self.stop = QPushButton(tr("Cancel"))
        self.stop.setObjectName(f"{key}_cancel")
        self.empty = EmptyState(texts.title, texts.hint)
        self.again.clicked.connect(self._on_again)
        self.stop.clicked.connect(self._on_stop)
        store.changed.connect(self._on_changed)
        store.progressed.connect(self._on_progressed)

    def build(self, content: QWidget) -> None:
        """Lay out: the line of the check, and below it the content or why there is none."""
        bar = QHBoxLayout()
        bar.addWidget(self.summary, 1)
        for widget in (self.progress, self.stop, self.again):
            bar.addWidget(widget)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(8, 8, 8, 8)
        whole.addLayout(bar)
        whole.addLayout(self._stack, 1)

    def draw(self) -> None:
        """Show what was found, and check what has changed since."""
        if not self._was_stopped:
            self._check.check()
        self._stack.setCurrentIndex(0 if self._check.report is None else 1)
        self.show_report()
        self._show_state()

    def show_report(self) -> None:
        """Show the report of the store, if it has one that is not shown yet."""
        raise NotImplementedError

    def summary_text(self) -> str:
        """Return the verdict in a sentence; empty without a report."""
        raise NotImplementedError

    def failure_text(self) -> str:
        """Return why there is no report although one was asked for; empty for no reason."""
        return ""

    def check_later(self) -> None:
        """Check when it is seen next, even if the last check was stopped."""
        self._was_stopped = False

    def _show_state(self) -> None:
        """Say what was found, or what goes on."""
        is_checking, texts = self._check.is_checking, self._texts
        self.progress.setVisible(is_checking)
        self.stop.setVisible(is_checking)
        self.again.setVisible(not is_checking)
        self.again.setEnabled(self._check.can_check)
        self.summary.setText(shown(texts.checking) if is_checking else self.summary_text())
        told = self.failure_text() or ("" if is_checking else shown(texts.hint))
        self.empty.tell(texts.checking_title if is_checking else texts.title, told)

    def _on_changed(self) -> None:
        self.draw_when_seen()

    def _on_progressed(self, share: float) -> None:
        self.progress.setValue(round(share * _FULL))

    def _on_again(self) -> None:
        self._was_stopped = False
        self._check.check_again()

    def _on_stop(self) -> None:
        self._was_stopped = True
        self._check.cancel()
