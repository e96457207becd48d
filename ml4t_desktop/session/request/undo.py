"""The steps that can be taken back, as values of the request and of the history."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ml4t_desktop.project.documents.entry import Entry
from ml4t_desktop.session.request.changes import Change
from ml4t_desktop.session.request.draft import Draft

LIMIT = 500
WHILE_SECONDS = 1.0


# Runs of the history by their numbers; None where there is none.
Entries = Mapping[int, Entry | None]


@dataclass(frozen=True, slots=True)
class UndoStep:
    """A change, and what is on its other side: the request, or some runs of the history.

    Parameters
    ----------
    draft : Draft or None
        None when the change is not one of the request.
    entries : mapping of int to Entry or None
        The runs that the change is about.
    """

    change: Change
    draft: Draft | None
    entries: Entries | None = None


class UndoStack:
    """Remembers the changes of a request, the latest `limit` of them.

    Gradual changes of one place follow each other as one step while no more than
    `WHILE_SECONDS` lie between two of them, and for as long as a drag goes on.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic, limit: int = LIMIT) -> None:
        self._clock, self._limit = clock, limit
        self._done: list[UndoStep] = []
        self._undone: list[UndoStep] = []
        self._open_until = 0.0
        self._is_dragging = False

    @property
    def last(self) -> Change | None:
        """What would be taken back."""
        return self._done[-1].change if self._done else None

    @property
    def next(self) -> Change | None:
        """What would be done again."""
        return self._undone[-1].change if self._undone else None

    def add(self, change: Change, before: Draft, after: Draft) -> None:
        """Remember a change; what was taken back before it cannot be done again."""
        self._undone.clear()
        if self._continues(change):
            if self._done[-1].draft == after:  # dragged back to where it began
                self._done.pop()
                self.seal()
                return
            self._done[-1] = replace(self._done[-1], change=change)
        else:
            self._done = [*self._done, UndoStep(change, before)][-self._limit :]
        self._open_until = self._clock() + WHILE_SECONDS if change.is_gradual else 0.0

    def add_entries(self, change: Change, before: Entries) -> None:
        """Remember a change of the history, such as a note."""
        self._undone.clear()
        self.seal()
        self._done = [*self._done, UndoStep(change, None, before)][-self._limit :]

    def undo(self, present: Callable[[UndoStep], UndoStep]) -> UndoStep | None:
        """Return the step back, None when there is none.

        Parameters
        ----------
        present : callable
            Returns the same change with the present request or runs, which `redo` gives again.
        """
        return self._move(self._done, self._undone, present)

    def redo(self, present: Callable[[UndoStep], UndoStep]) -> UndoStep | None:
        """Return the step forward again, None when there is none; as `undo`."""
        return self._move(self._undone, self._done, present)

    def runs(self) -> frozenset[str]:
        """Return the ids of the runs that a step would bring back."""
        return frozenset(
            entry.run_id
            for step in (*self._done, *self._undone)
            for entry in (step.entries or {}).values()
            if entry is not None
        )

    def seal(self) -> None:
        """Let the next change be a step of its own."""
        self._open_until = 0.0

    def begin_drag(self) -> None:
        """Take the gradual changes of one place as one step, however long they take."""
        self.seal()
        self._is_dragging = True

    def end_drag(self) -> None:
        """Let the next change be a step of its own again."""
        self._is_dragging = False
        self.seal()

    def clear(self) -> None:
        """Forget everything."""
        self._done.clear()
        self._undone.clear()
        self.end_drag()

    def rewrite(self, other: Callable[[Draft], Draft]) -> None:
        """Put others in place of the remembered requests, as when their paths change."""
        for steps in (self._done, self._undone):
            steps[:] = [
                step if step.draft is None else replace(step, draft=other(step.draft))
                for step in steps
            ]
        self.seal()

    def _continues(self, change: Change) -> bool:
        last = self.last
        if last is None or not (change.is_gradual and last.is_gradual):
            return False
        if last.place != change.place or self._open_until == 0.0:
            return False
        return self._is_dragging or self._clock() <= self._open_until

    def _move(
        self,
        taken: list[UndoStep],
        put: list[UndoStep],
        present: Callable[[UndoStep], UndoStep],
    ) -> UndoStep | None:
        self.seal()
        if not taken:
            return None
        step = taken.pop()
        put.append(present(step))
        return step
