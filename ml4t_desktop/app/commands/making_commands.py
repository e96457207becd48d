"""How the number one looks at is made: the card beside it, and the command that asks."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QRect
from PySide6.QtWidgets import QWidget

from ml4t_desktop.app.commands.desk import Desk
from ml4t_desktop.session.language import tr
from ml4t_desktop.session.review.questions import of_run
from ml4t_desktop.session.session import Session
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.review.making_card import MakingCard


class MakingCommands(QObject):
    """Shows the card, and asks the panel in front how its number is made.

    Parameters
    ----------
    panels : mapping of str to QWidget
        Those of the window that were made, by key.
    front : callable
        Returns the key of the panel one works with.
    """

    def __init__(
        self,
        session: Session,
        desk: Desk,
        panels: Mapping[str, QWidget],
        front: Callable[[], str],
        window: QWidget,
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self._session, self._panels, self._front, self._window = session, panels, front, window
        self.card = MakingCard(session.making, theme, window)
        desk.add({"number.making": self._ask})

    def ask_statistic(self, name: str) -> None:
        """Ask how a statistic of the run is made, wherever it is on screen."""
        run = self._session.results.run
        if run is not None:
            middle = QRect(self._window.rect().center(), self._window.rect().center())
            self._session.making.ask(of_run(run, name), self._window, middle)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self.card.apply_theme(theme)

    def _ask(self) -> None:
        panel = self._panels.get(self._front())
        ask = getattr(panel, "ask_current", None)
        if ask is None or not ask():
            self._session.notices.show(
                tr("Choose a number first: click it, or go to it with the arrow keys")
            )
