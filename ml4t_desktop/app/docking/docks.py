"""The docks of the window: every panel in one, made when it is first seen."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QTabWidget, QWidget

from ml4t_desktop.app.docking.arrangements import (
    SET_UP,
    Arrangement,
    place_docks,
    reads_from_right,
    size_docks,
)
from ml4t_desktop.app.docking.dock_tabs import DockTabs
from ml4t_desktop.app.docking.panel_dock import PanelDock
from ml4t_desktop.app.docking.panels import PANELS, Panel
from ml4t_desktop.session.layouts import Layout
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.calm import WhenCalm

_PREPARE_MS = 60  # between two panels: what is asked for meanwhile goes first
_VERSION = 2  # of what Qt writes about the docks; raised when old states must not be read
_MIRRORED = 1000  # added where one reads from the right: such a state is of no use elsewhere


class DockHost(QMainWindow):
    """All panels, movable, tabbed, floating or closed.

    Signals
    -------
    front_changed : no value
        Other panels may be seen now.
    """

    front_changed = Signal()

    def __init__(
        self,
        make: Callable[[Panel], QWidget],
        application: QApplication,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("docks")
        self.setWindowFlags(Qt.WindowType.Widget)
        options = QMainWindow.DockOption
        self.setDockOptions(
            options.AllowNestedDocks | options.AllowTabbedDocks | options.GroupedDragging
        )
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.docks = {item.key: PanelDock(item, make, self) for item in PANELS}
        self.panels = MadePanels(self.docks)
        self._tabs = DockTabs(self.docks, self.show_panel, self)
        self._unsized: Arrangement | None = None
        self._unpaired: Arrangement | None = None
        self._is_paired = True
        self._closed: set[str] = set()  # by the reader: they do not come back with another panel
        self._is_settling = False
        self._is_making = False
        self._preparing = WhenCalm(self._prepare_next, _PREPARE_MS, self)
        self._last = ""
        application.focusChanged.connect(self._on_focus_changed)
        for dock in self.docks.values():
            dock.closed.connect(self._on_closed)
            dock.first_seen.connect(self._on_first_seen)
            dock.visibilityChanged.connect(self._settle_soon)
            dock.topLevelChanged.connect(self._settle_soon)
            dock.dockLocationChanged.connect(self._settle_soon)
        self.arrange(SET_UP)

    @property
    def front(self) -> str:
        """The key of the panel that is seen among those of the middle; empty when none is."""
        for key, dock in self.docks.items():
            if dock.is_seen and dock.panel.place == "middle" and not dock.panel.shown_with:
                return key
        return ""

    @property
    def current(self) -> str:
        """The key of the panel that had the keyboard last, else of the one in front."""
        return self._last if self._last and self.docks[self._last].is_seen else self.front

    def show_panel(self, key: str) -> None:
        """Open a panel and bring it to the front, and the one that it is shown with."""
        dock = self.docks[key]
        self._closed.discard(key)
        if dock.panel.shown_with and self._is_paired:
            self.docks[dock.panel.shown_with].show()
            self.docks[dock.panel.shown_with].raise_()
        dock.show()
        dock.raise_()
        if dock.panel.shown_with and self._is_paired:
            self._size_pair()
        if dock.is_seen:
            dock.content()
        self._settle()

    def focus_panel(self, key: str) -> None:
        """Show a panel and give it the keyboard."""
        self.show_panel(key)
        self._focus(key)

    def handlers(self) -> Mapping[str, Callable[[], object]]:
        """Return what carries out the commands about panels."""
        return {
            **{f"view.{key}": partial(self.focus_panel, key) for key in self.docks},
            "panel.next": partial(self.step_panel, 1),
            "panel.previous": partial(self.step_panel, -1),
            "panel.next_tab": partial(self.step_tab, 1),
            "panel.previous_tab": partial(self.step_tab, -1),
            "panel.float": self.float_panel,
            "panel.close": self.close_panel,
        }

    def step_panel(self, step: int) -> None:
        """Give the keyboard to the next panel that is seen, or the one before."""
        seen = [key for key, dock in self.docks.items() if dock.is_seen]
        if seen:
            place = seen.index(self.current) if self.current in seen else -1
            self._focus(seen[(place + step) % len(seen)])

    def step_tab(self, step: int) -> None:
        """Show the next panel of those behind each other, or the one before, group by group."""
        keys = self._tabs.beside(self.current) or self._tabs.beside(self.front)
        now = self.current if self.current in keys else self.front
        if now in keys:
            self.focus_panel(keys[(keys.index(now) + step) % len(keys)])

    def float_panel(self) -> None:
        """Take the current panel out of the window, or put it back."""
        if self.current:
            key = self.current
            self.docks[key].setFloating(not self.docks[key].is_floating)
            self._focus(key)

    def close_panel(self) -> None:
        """Close the current panel."""
        if self.current:
            self.docks[self.current].close()

    def prepare_panels(self) -> None:
        """Make the panels that will be seen soon, one after the other while little else happens."""
        self._preparing.start()

    def arrange(self, asked: Arrangement) -> None:
        """Arrange all panels anew."""
        self._closed = set(asked.closed)
        self._is_paired = asked.is_paired
        place_docks(self, self.docks, asked)
        for dock in self.docks.values():
            if asked.is_paired and dock.panel.shown_with:
                dock.hide()
        self.docks[asked.front].raise_()
        self._unsized = self._unpaired = asked
        self._size_when_shown()
        self.minimumSizeHint()  # Qt fills the bars of tabs when it is asked for room
        self._settle()

    def layout_now(self) -> Layout:
        """Return the present arrangement, to be had again."""
        state = self.saveState(self._version()).toBase64()
        return Layout(
            state=bytes(state.data()).decode(),
            closed=tuple(sorted(self._closed)),
            is_paired=self._is_paired,
        )

    def restore(self, layout: Layout) -> bool:
        """Arrange the panels as they were; those that were not there yet get their own place."""
        self.arrange(SET_UP)
        state = QByteArray.fromBase64(layout.state.encode())
        if not self.restoreState(state, self._version()):
            return False
        self._unsized = self._unpaired = None
        self._closed = {key for key in layout.closed if key in self.docks}
        self._is_paired = layout.is_paired
        self._settle()
        return True

    def apply_theme(self, theme: Theme) -> None:
        """Recolour the panels that are made, and the bars of all."""
        for dock in self.docks.values():
            dock.apply_theme(theme)

    def _version(self) -> int:
        return _VERSION + (_MIRRORED if reads_from_right(self) else 0)

    def _size_pair(self) -> None:
        """Share the room out once more when the pair of an arrangement is seen for the first time."""
        if self._unpaired is not None:
            asked, self._unpaired = self._unpaired, None
            size_docks(self, self.docks, asked)

    def _focus(self, key: str) -> None:
        self._last = key
        self.docks[key].focus_content()

    def _on_focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        for key, dock in self.docks.items():
            if new is not None and dock.isAncestorOf(new):
                self._last = key

    def _prepare_next(self) -> None:
        waits = [d for d in self.docks.values() if d.panel.is_prepared and not d.is_made]
        if waits and self.window().isVisible():
            waits[0].content()
            self.prepare_panels()

    def _on_first_seen(self, key: str) -> None:
        """Make a panel; of several that are seen at once each in a turn of the event loop of its own."""
        if not self._is_making:
            self._is_making = True
            self.docks[key].content()
            QTimer.singleShot(0, self, self._make_next)

    def _make_next(self) -> None:
        self._is_making = False
        for key, dock in self.docks.items():
            if dock.is_seen and not dock.is_made:
                self._on_first_seen(key)
                return

    def _on_closed(self, key: str) -> None:
        self._closed.add(key)

    def _size_when_shown(self) -> None:
        """Share the room out, which Qt forgets as long as nobody sees the docks."""
        if self._unsized is not None and self.isVisible():
            asked, self._unsized = self._unsized, None
            size_docks(self, self.docks, asked)

    def _settle_soon(self, _value: object = None) -> None:
        if not self._is_settling:
            self._is_settling = True
            QTimer.singleShot(0, self, self._settle)

    def _settle(self) -> None:
        """Bring what depends on the arrangement up to date."""
        self._is_settling = False
        self._pair()
        for dock in self.docks.values():
            others = self.tabifiedDockWidgets(dock)
            dock.show_bar(is_tabbed=any(not other.isHidden() for other in others))
        self._tabs.prepare()
        self.front_changed.emit()

    def _pair(self) -> None:
        """Show a panel with the one it belongs to, unless it has a place of its own choosing."""
        for key, dock in self.docks.items():
            partner = self.docks.get(dock.panel.shown_with)
            if partner is None or not self._is_paired or key in self._closed:
                continue
            if not self.isVisible() or dock.is_floating or self.tabifiedDockWidgets(dock):
                continue
            if dock.isHidden() == partner.is_seen:
                dock.setVisible(partner.is_seen)
                self._size_pair()

    # Qt

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802, D102 (Qt's)
        super().showEvent(event)
        self._size_when_shown()
        self._settle_soon()


class MadePanels(Mapping[str, QWidget]):
    """The panels by their keys; one that is asked for is made."""

    def __init__(self, docks: Mapping[str, PanelDock]) -> None:
        self._docks = docks

    def __getitem__(self, key: str) -> QWidget:
        return self._docks[key].content()

    def __iter__(self) -> Iterator[str]:
        return iter(self._docks)

    def __len__(self) -> int:
        return len(self._docks)

    def made(self) -> Iterator[QWidget]:
        """Yield the panels that are there, without making any."""
        return (dock.content() for dock in self._docks.values() if dock.is_made)
