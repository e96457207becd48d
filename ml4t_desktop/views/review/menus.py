"""A menu of a few things that can be done, where the mouse or the keyboard asks for it."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QToolButton, QWidget


def open_menu(
    parent: QWidget, place: QPoint, actions: Iterable[tuple[str, Callable[[], object]]]
) -> QMenu:
    """Open a menu at a place of the screen; it ends with the choice."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    for title, do in actions:
        menu.addAction(title).triggered.connect(_plainly(do))
    menu.popup(place)
    return menu


def _plainly(do: Callable[[], object]) -> Callable[[bool], None]:
    """Return something that does it, whatever Qt says of ticks."""

    def act(_is_checked: bool = False) -> None:  # noqa: FBT001, FBT002 (Qt's signal)
        do()

    return act


def give_menu(button: QToolButton, menu: QMenu) -> None:
    """Have a button open a menu, and show that it does."""
    button.setText(f"{button.text()} \N{BLACK DOWN-POINTING SMALL TRIANGLE}")
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setMenu(menu)
