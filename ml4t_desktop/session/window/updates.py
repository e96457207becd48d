"""Looks for a newer version: when the user asks, or once a day after the user has chosen that."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Slot

import ml4t_desktop
from ml4t_desktop.errors import InputError, Problem
from ml4t_desktop.session.jobs import JobRunner, JobToken
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.notices import Notice, NoticeStore
from ml4t_desktop.session.releases import (
    Release,
    built_in_address,
    fetch_release,
    is_newer,
)
from ml4t_desktop.session.settings import SettingsStore
from ml4t_desktop.wording import say

log = logging.getLogger(__name__)
SHOW: Final = "help.newer_version"
Fetch = Callable[[str, Callable[[], bool]], Release]


class UpdateStore(QObject):
    """The one part of the application that speaks to a network, and only when it was told to.

    Parameters
    ----------
    settings : SettingsStore
        Whether it may ask by itself, and an address in place of that of the build.
    notices : NoticeStore
    fetch : callable
        Asks an address; `fetch_release`.
    """

    def __init__(
        self,
        settings: SettingsStore,
        notices: NoticeStore,
        parent: QObject | None = None,
        fetch: Fetch = fetch_release,
    ) -> None:
        super().__init__(parent)
        self._settings, self._notices, self._fetch = settings, notices, fetch
        self._jobs: JobRunner | None = None
        self._is_by_hand = False
        self._found: Release | None = None

    @property
    def found(self) -> Release | None:
        """A newer version, once one was found."""
        return self._found

    @property
    def is_asking(self) -> bool:
        """Whether an answer is waited for."""
        return self._jobs is not None and self._jobs.is_busy

    @property
    def address(self) -> str:
        """The address that is asked; empty when none is known."""
        return self._settings.settings.update_address or built_in_address()

    def look(self) -> None:
        """Ask because the user said so, and tell whatever the answer is."""
        if not self.address:
            problem = Problem(
                what=say("This build came without an address to ask"),
                fix=say("Enter the one that your download page gives in the preferences"),
                severity="note",
            )
            notice = Notice(problem, command="edit.preferences")
            self._notices.show(tr("It is not known where to look for a newer version"), (notice,))
            return
        self._is_by_hand = True
        self._ask()

    def look_if_due(self) -> None:
        """Ask if the user has chosen that and it was not done today; only a newer version is told."""
        today = datetime.now(UTC).date()
        chosen = self._settings.settings
        if chosen.updates != "daily" or not self.address or _is_of(chosen.updates_asked, today):
            return
        self._settings.remember_asked(today.isoformat())
        self._ask()

    def close(self) -> None:
        """Wait for nothing any more."""
        if self._jobs is not None:
            self._jobs.close()

    def _ask(self) -> None:
        if self.is_asking:
            return
        if self._jobs is None:
            self._jobs = JobRunner(ThreadPoolExecutor(1, thread_name_prefix="ml4t-updates"), self)
            self._jobs.finished.connect(self._on_finished)
            self._jobs.failed.connect(self._on_failed)
        if self._jobs.is_open:
            self._jobs.submit(partial(_ask_task, self._fetch, self.address))

    @Slot(int, object)
    def _on_finished(self, _job: int, release: Release) -> None:
        is_by_hand, self._is_by_hand = self._is_by_hand, False
        mine = ml4t_desktop.__version__
        if is_newer(release.version, mine):
            self._found = release
            if is_by_hand or self._notices.message is None:
                self._tell(release, mine)
        elif is_by_hand:
            self._notices.show(tr("This is the newest version: {version}", version=mine))

    @Slot(int, object)
    def _on_failed(self, _job: int, error: object) -> None:
        is_by_hand, self._is_by_hand = self._is_by_hand, False
        if not isinstance(error, InputError):
            assert isinstance(error, BaseException)  # noqa: S101 (what a job failed with)
            raise error
        log.info("no newer version could be looked for: %s", error)
        if is_by_hand:
            title = tr("Whether there is a newer version could not be found out")
            self._notices.show(title, (Notice(problem) for problem in error.problems))

    def _tell(self, release: Release, mine: str) -> None:
        problem = Problem(
            what=say("This is version {version}", version=mine),
            fix=release.notes,
            severity="note",
        )
        title = tr("Version {version} can be downloaded", version=release.version)
        self._notices.show(title, (Notice(problem, command=SHOW),))


def _ask_task(fetch: Fetch, address: str, token: JobToken) -> Release:
    return fetch(address, lambda: token.is_cancelled)


def _is_of(text: str, today: date) -> bool:
    return text == today.isoformat()
