"""One panel of the window as a dock: it can be moved, tabbed, floated and closed."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.app.docking.panels import Panel
from ml4t_desktop.app.icons import icon
from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.tab_order import order_tabs

_BUTTON = 24
_LEAST_WIDTH = 260


class PanelDock(QDockWidget):
    """A dock whose panel is made when it is first seen, and hidden while it is not.

    Qt keeps the panels of a tab group visible outside the window; a panel here is visible when it
    is seen, so that what is drawn on other tabs waits.

    Signals
    -------
    closed : str
        The key of the panel; its reader has closed it.
    first_seen : str
        The key of the panel; it is seen and has to be made.
    """

    closed = Signal(str)
    first_seen = Signal(str)

    def __init__(self, panel: Panel, make: Callable[[Panel], QWidget], parent: QMainWindow) -> None:
        super().__init__(shown(panel.title), parent)
        self.setObjectName(f"{panel.key}_dock")
        self.panel = panel
        self._make = make
        self._content: QWidget | None = None
        self._theme_due: Theme | None = None  # what the panel is recoloured with when it is seen
        self._holder = _Holder(panel.least_height)
        self._room = QVBoxLayout(self._holder)
        self._room.setContentsMargins(0, 0, 0, 0)
        self._room.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
        self.setWidget(self._holder)
        self._bar = DockTitle(self)
        self._no_bar = QWidget()  # above a panel that its tab names already
        self._no_bar.setFixedHeight(0)
        self.setTitleBarWidget(self._no_bar)
        self.visibilityChanged.connect(self._on_visibility_changed)

    @property
    def is_made(self) -> bool:
        """Whether the panel is there."""
        return self._content is not None

    def content(self) -> QWidget:
        """Return the panel, made if there is none yet."""
        if self._content is None:
            self._content = self._make(self.panel)
            self._content.setParent(self._holder)
            self._room.addWidget(self._content)
            self._content.setVisible(self.is_seen)
            order_tabs(self._bar, self._content)
        self._recolour()
        return self._content

    @property
    def is_seen(self) -> bool:
        """Whether the panel can be seen: open, and not behind another tab."""
        corner = self.geometry().bottomRight()  # Qt moves what is behind a tab out of the window
        return self.isVisible() and (self.isWindow() or (corner.x() >= 0 and corner.y() >= 0))

    @property
    def is_floating(self) -> bool:
        """Whether the dock is in a window of its own, alone or with others."""
        parent = self.parentWidget()
        return self.isFloating() or (parent is not None and not isinstance(parent, QMainWindow))

    def show_bar(self, *, is_tabbed: bool) -> None:
        """Show the bar that suits the place: none under a tab, the system's when it floats."""
        wanted = None if self.is_floating else self._no_bar if is_tabbed else self._bar
        if self.titleBarWidget() is wanted:
            return
        shown = self.titleBarWidget()
        self.setTitleBarWidget(wanted)  # type: ignore[arg-type] (None gives back that of Qt)
        if shown is not None:
            shown.hide()
        if wanted is not None:
            wanted.show()

    def take_out(self) -> None:
        """Put the panel into a window of its own."""
        self.setFloating(True)

    def focus_content(self) -> None:
        """Give the keyboard to the panel: where it says, else to its list or table or first field."""
        asked = self.content().focusProxy()
        if asked is not None and asked.isVisible():
            asked.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        parts = self.content().findChildren(QWidget)
        able = [part for part in parts if _takes_focus(part)]
        lists = [part for part in able if isinstance(part, QAbstractItemView)]
        if lists or able:
            (lists or able)[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour the bar, and the panel if it is made: now, or when it is looked at."""
        self._bar.apply_theme(theme)
        if self._content is not None:
            self._theme_due = theme
            if self.is_seen:
                self._recolour()

    def _recolour(self) -> None:
        theme, self._theme_due = self._theme_due, None
        recolour = getattr(self._content, "apply_theme", None)
        if theme is not None and recolour is not None:
            recolour(theme)

    def _on_visibility_changed(self, is_seen: bool) -> None:  # noqa: FBT001 (Qt's signal)
        if is_seen and self._content is None:
            self.first_seen.emit(self.panel.key)
        elif is_seen:
            self.content().show()
        elif self._content is not None:
            self._content.hide()

    # Qt

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802, D102 (Qt's)
        super().closeEvent(event)
        self.closed.emit(self.panel.key)


class _Holder(QWidget):
    """Where a panel is; several beside each other must not make the window wider than the screen."""

    def __init__(self, least_height: int) -> None:
        super().__init__()
        self._least = QSize(_LEAST_WIDTH, least_height)

    # Qt

    def minimumSizeHint(self) -> QSize:  # noqa: N802 (Qt's)
        return self._least


class DockTitle(QWidget):
    """The bar over a panel that stands alone: its title, and buttons to float and to close it."""

    def __init__(self, dock: PanelDock) -> None:
        super().__init__(dock)
        self.hide()  # until it is the bar of its dock
        self._dock = dock
        self.setObjectName("dock_title")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        label = QLabel(dock.windowTitle())
        self._float = self._button("float", tr("Float {panel}", panel=dock.windowTitle()))
        self._close = self._button("close", tr("Close {panel}", panel=dock.windowTitle()))
        self._float.setToolTip(tr("Take the panel out of the window"))
        self._close.setToolTip(tr("Close the panel; the menu View opens it again"))
        self._float.clicked.connect(dock.take_out)
        self._close.clicked.connect(dock.close)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 2, 4, 2)
        layout.setSpacing(2)
        layout.addWidget(label, 1)
        layout.addWidget(self._float)
        layout.addWidget(self._close)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._float.setIcon(icon("float", theme.muted, theme.muted))
        self._close.setIcon(icon("close", theme.muted, theme.muted))

    def _button(self, name: str, title: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"{self._dock.panel.key}_dock.{name}")
        button.setAccessibleName(title)
        button.setAutoRaise(True)
        button.setFixedSize(_BUTTON, _BUTTON)
        button.setIconSize(QSize(14, 14))
        return button


def _takes_focus(part: QWidget) -> bool:
    takes_tab = part.focusPolicy() & Qt.FocusPolicy.TabFocus
    return bool(takes_tab) and part.isVisible() and part.isEnabled()
