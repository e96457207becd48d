"""How far a run is: phase, share and Cancel; otherwise what the next step is."""

from pathlib import Path
from typing import Final

from PySide6.QtCore import QElapsedTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.runs.runs import PREPARING, READING
from ml4t_desktop.session.session import Session
from ml4t_desktop.views.shell.announcing import announce
from ml4t_desktop.wording import mark

_FULL = 1000
_LONG_MS = 3000
_NOTICED_MS = 300
_FIRST_USE = mark("Preparing the engine, once after installing: about half a minute")
_FINISHED: Final = mark("Finished in {total:.2f} s: {what}")
_LIVE_FINISHED: Final = mark("Live: finished in {total:.2f} s: {what}")


class RunProgress(QWidget):
    """The progress of the run, in the status bar.

    Signals
    -------
    cancel_asked : no value
    """

    cancel_asked = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._preparing = QElapsedTimer()
        self._live_since = QElapsedTimer()
        self._filing_since = QElapsedTimer()
        self.phase = QLabel()
        self.phase.setObjectName("phase")
        self._bar = QProgressBar()
        self._bar.setObjectName("progress")
        self._bar.setRange(0, _FULL)
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(220)
        self._bar.setAccessibleName(tr("Progress of the run"))
        self._cancel = QPushButton(tr("Cancel"))
        self._cancel.setObjectName("cancel")
        self._cancel.setToolTip(tr("Stop the run, or reading a file (Esc)"))
        self._cancel.clicked.connect(self.cancel_asked)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 2, 8, 2)
        layout.setSpacing(10)
        layout.addWidget(self.phase, 1)
        layout.addWidget(self._bar)
        layout.addWidget(self._cancel)
        session.runs.started.connect(self._on_started)
        session.runs.progressed.connect(self._on_progressed)
        session.runs.ended.connect(self._on_ended)
        session.request.request_changed.connect(self.refresh)
        session.results.run_changed.connect(self.refresh)
        session.data.looked_at.connect(self.refresh)
        session.data.progressed.connect(self._on_looking)
        session.engine.changed.connect(self.refresh)
        session.live.changed.connect(self.refresh)
        session.live.progressed.connect(self._on_live_progressed)
        for store in (session.document, session.reopening):
            store.progressed.connect(self._on_filing)
            store.busy_changed.connect(self._on_filing_changed)
        session.reports.progressed.connect(self._on_report_progressed)
        session.reports.ended.connect(self.refresh)
        self.refresh()

    def refresh(self, _value: object = None) -> None:
        """Say what the next step is, or how the run on screen relates to the request."""
        if self._is_busy():
            return
        self._live_since.invalidate()
        self._cancel.hide()
        is_preparing = self._session.engine.is_preparing
        self._bar.setVisible(is_preparing)
        if is_preparing:
            self._bar.setRange(0, 0)
        text = self._session.why_not_run()
        if text and self._session.live.is_on and self._session.results.run is not None:
            text = tr("{text}. The last result stays until that is mended", text=text)
        text = text or self._standing()
        self.phase.setText(
            tr("{text}  ·  {first_use}; you can go on", text=text, first_use=_FIRST_USE)
            if is_preparing
            else text
        )

    def _on_ended(self, _value: object = None) -> None:
        self.refresh()
        announce(self, self.phase.text())

    def _on_looking(self, path: Path, share: float) -> None:
        """Show how far reading a file is; a quick one is over before anybody could read that."""
        if self._session.runs.is_running or share <= 0:
            return
        self._bar.setRange(0, _FULL)
        self._bar.setValue(round(share * _FULL))
        self._bar.show()
        self._cancel.show()
        self.phase.setText(
            tr("{reading} {file}… {share:.0%}", reading=READING, file=path.name, share=share)
        )

    def _on_filing_changed(self, is_busy: bool) -> None:  # noqa: FBT001 (Qt's signal)
        if is_busy:
            self._filing_since.start()
        else:
            self.refresh()

    def _on_filing(self, text: str, share: float) -> None:
        """Show how far a file is read or written, once it takes so long that somebody would wonder."""
        if self._session.runs.is_running or self._filing_since.elapsed() < _NOTICED_MS:
            return
        self._bar.setRange(0, _FULL if share > 0 else 0)
        self._bar.setValue(round(share * _FULL))
        self._bar.show()
        self._cancel.show()
        self.phase.setText(f"{text}… {share:.0%}" if share > 0 else f"{text}…")

    def _is_busy(self) -> bool:
        """Return whether something is going on whose progress is shown."""
        session = self._session
        return session.runs.is_running or session.live.is_running or session.reports.is_writing

    def _on_report_progressed(self, phase: str, share: float) -> None:
        if not self._session.runs.is_running:
            self._bar.show()
            self._cancel.show()
            self._on_progressed(shown(phase), share)

    def _standing(self) -> str:
        run = self._session.results.run
        if run is None:
            return tr("Ready: press F5 to run")
        live = self._session.live
        if live.is_on and live.text:
            return tr("{text}. The last result stays", text=live.text)
        if run.request != self._session.request.draft.request():
            return tr("The set-up has changed since the run on screen: press F5 to run it")
        seconds = run.phases
        total = seconds.read + seconds.prepare + seconds.engine
        what = tr(
            "{row_count:,} bars, {height:,} trades",
            row_count=run.market.row_count,
            height=run.result.trades.height,
        )
        return tr(
            _LIVE_FINISHED if live.is_on else _FINISHED,
            total=total,
            what=what,
        )

    def _on_started(self) -> None:
        self._bar.setRange(0, 0)
        self._bar.show()
        self._cancel.show()
        self.phase.setText(tr("Starting…"))

    def _on_live_progressed(self, phase: str, share: float) -> None:
        """Show how far a re-run is, once it takes so long that somebody would wonder."""
        if not self._live_since.isValid():
            self._live_since.start()
        if self._live_since.elapsed() < _NOTICED_MS:
            return
        self._bar.show()
        self._cancel.show()
        self._on_progressed(phase, share)

    def _on_progressed(self, phase: str, share: float) -> None:
        if not phase:
            return
        # Zero to zero shows that it works while nobody knows for how long.
        self._bar.setRange(0, _FULL if 0 < share < 1 else 0)
        self._bar.setValue(round(share * _FULL))
        if phase == PREPARING and self._session.engine.is_preparing:
            self.phase.setText(
                tr(
                    "{first_use}. The run waits for it and then begins by itself",
                    first_use=_FIRST_USE,
                )
            )
            return
        percent = f" {share:.0%}" if 0 < share < 1 else ""
        self.phase.setText(f"{phase}…{percent}{self._patience(phase)}")

    def _patience(self, phase: str) -> str:
        """Return why preparing takes long, when it does."""
        if phase != PREPARING:
            self._preparing.invalidate()
            return ""
        if not self._preparing.isValid():
            self._preparing.start()
        is_long = self._preparing.elapsed() > _LONG_MS
        return tr(" The first run after installing takes half a minute longer.") if is_long else ""
