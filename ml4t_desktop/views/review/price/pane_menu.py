"""The menu of a pane of the price chart."""

from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from ml4t_desktop.plots.price.chart import PRICE
from ml4t_desktop.session.language import tr


class PaneMenu(QObject):
    """Moves and removes a pane, and what is done with the chart as a whole.

    Signals
    -------
    move_asked : str, int
        A pane and how many places further down.
    remove_asked : str
    usual_heights_asked, copy_asked : no value
    command_asked : str
    """

    move_asked = Signal(str, int)
    remove_asked = Signal(str)
    usual_heights_asked = Signal()
    copy_asked = Signal()
    command_asked = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.menu = QMenu(parent)

    def ask(self, names: tuple[str, ...], number: int, place: QPoint) -> None:
        """Open the menu of a pane, by its number among those named."""
        self.fill(names, number)
        self.menu.popup(place)

    def fill(self, names: tuple[str, ...], number: int) -> None:
        """Offer what can be done with a pane."""
        menu, name = self.menu, names[number]
        menu.clear()
        if name != PRICE:
            up = menu.addAction(tr("Move up"), partial(self.move_asked.emit, name, -1))
            up.setEnabled(number > 1)
            down = menu.addAction(tr("Move down"), partial(self.move_asked.emit, name, 1))
            down.setEnabled(number < len(names) - 1)
            menu.addAction(tr("Remove this pane"), partial(self.remove_asked.emit, name))
            menu.addSeparator()
        menu.addAction(tr("Usual heights of all panes"), self.usual_heights_asked.emit)
        menu.addSeparator()
        menu.addAction(tr("Fit the chosen trade"), partial(self.command_asked.emit, "chart.trade"))
        menu.addAction(tr("Whole history"), partial(self.command_asked.emit, "chart.whole"))
        menu.addSeparator()
        menu.addAction(tr("Copy the chart as a picture"), self.copy_asked.emit)
        menu.addAction(
            tr("Export the chart as a picture…"),
            partial(self.command_asked.emit, "chart.export_image"),
        )
