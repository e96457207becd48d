"""What rows of a rule have in common: their place, what can be done to them, and how they are dragged."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QMimeData, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QDrag,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.request.rule_nodes import Node, Path
from ml4t_desktop.views.setup.rules.drag_scroll import scrolled_at_edges
from ml4t_desktop.wording import mark

MIME: Final = "application/x-ml4t-rule-part"
_INDENT: Final = 16


@dataclass(frozen=True, slots=True)
class RowAction:
    """Something that can be done to a row.

    Parameters
    ----------
    shortcut : str
        Works while the row, or something in it, has the focus.
    """

    id: str
    title: str
    shortcut: str
    begins_group: bool = False


ROW_ACTIONS: Final = (
    RowAction("up", mark("Move up"), "Alt+Up"),
    RowAction("down", mark("Move down"), "Alt+Down"),
    RowAction("indent", mark("Join with the one above in a group"), "Alt+Right"),
    RowAction("outdent", mark("Take out of its group"), "Alt+Left"),
    RowAction("duplicate", mark("Duplicate"), "Alt+Shift+Down", begins_group=True),
    RowAction("negate", mark("Not"), "Ctrl+Shift+N"),
    RowAction("toggle", mark("Switch off"), "Ctrl+/"),
    RowAction("remove", mark("Remove"), "Alt+Del", begins_group=True),
)


class RuleRow(QWidget):
    """The base of the rows of a rule.

    Signals
    -------
    acted : tuple of int, str
        Path of the row, and the id of a `RowAction`.
    """

    acted = Signal(object, str)

    def __init__(self, rule: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path: Path = ()
        self._rule = rule
        self.handle = DragHandle(self)
        self._switch = QCheckBox()
        self._switch.setObjectName("switch")
        self._switch.setToolTip(tr("Switch off to see what the rule does without it (Ctrl+/)"))
        self._negation = QToolButton()
        self._negation.setObjectName("negation")
        self._negation.setText(tr("not"))
        self._negation.setAutoRaise(True)
        self._negation.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._negation.setToolTip(
            tr("It holds where the part does not. Click to take the “not” away")
        )
        self._more = QToolButton()
        self._more.setObjectName("more")
        self._more.setText("⋯")
        self._more.setAutoRaise(True)
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._more.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self._more.setToolTip(tr("Move, join, duplicate, negate, switch off"))
        self._more.setAccessibleName(tr("More to do with this part"))
        self._remove = QToolButton()
        self._remove.setObjectName("remove")
        self._remove.setText("✕")
        self._remove.setAutoRaise(True)
        self._remove.setToolTip(tr("Remove (Alt+Del)"))
        self._remove.setAccessibleName(tr("Remove"))
        self._remove.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._words = QLabel()
        self._words.setObjectName("counts")
        self._words.setProperty("role", "hint")
        self._words.setWordWrap(True)
        self._words.hide()
        self.menu = QMenu(self)
        self.actions_: dict[str, QAction] = {}
        self._make_actions()
        self._more.setMenu(self.menu)
        self.line = QHBoxLayout()
        self.line.setSpacing(4)
        self.body = QVBoxLayout(self)
        self.body.setSpacing(1)
        self.below = QHBoxLayout()  # for what a narrow panel has no room for in the line
        self.below.setSpacing(4)
        self.body.addLayout(self.line)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._switch.clicked.connect(self.actions_["toggle"].trigger)
        self._negation.clicked.connect(self.actions_["negate"].trigger)
        self._remove.clicked.connect(self.actions_["remove"].trigger)

    @property
    def indent(self) -> int:
        """How far to the right the row begins, pixels."""
        return self.body.contentsMargins().left()

    def fill_line(self, *editors: tuple[QWidget, int]) -> None:
        """Put editors, with their stretch, between what every row has."""
        for widget in (self.handle, self._switch, self._negation):
            self.line.addWidget(widget)
        for editor, stretch in editors:
            self.line.addWidget(editor, stretch)
        self.line.addWidget(self._more)
        self.line.addWidget(self._remove)

    def wrap(self, last: QWidget, stretch: int) -> None:
        """Put the last editor below the line where the line is too narrow for all of it, and back."""
        margins, spacing = self.body.contentsMargins(), self.line.spacing()
        fixed = (self.handle, self._switch, self._negation, self._more, self._remove)
        parts = {*fixed, last, *(widget for widget in self._in_line() if widget is not last)}
        seen = [part for part in parts if not part.isHidden()]
        need = sum(max(part.minimumSizeHint().width(), part.minimumWidth()) for part in seen)
        need += margins.left() + margins.right() + spacing * (len(seen) - 1)
        is_wrapped = self.below.indexOf(last) >= 0
        if (need > self.width()) == is_wrapped:
            return
        (self.below if is_wrapped else self.line).removeWidget(last)
        if is_wrapped:
            self.body.removeItem(self.below)
            self.below.setParent(None)
            self.line.insertWidget(self.line.indexOf(self._more), last, stretch)
        else:
            self.body.insertLayout(1, self.below)
            self.below.addWidget(last, 1)

    def _in_line(self) -> list[QWidget]:
        items = (self.line.itemAt(place) for place in range(self.line.count()))
        return [
            widget for item in items if item is not None and (widget := item.widget()) is not None
        ]

    def show_place(self, path: Path, node: Node, title: str) -> None:
        """Show where the row stands, and whether it is negated or switched off."""
        self.path = path
        self.body.setContentsMargins(indent_of(path), 1, 0, 3)
        self._switch.setChecked(not node.is_off)
        self._switch.setAccessibleName(tr("{title} counts", title=title))
        self._negation.setVisible(node.is_negated)
        self.actions_["toggle"].setText(tr("Switch on") if node.is_off else tr("Switch off"))
        self.actions_["negate"].setText(tr("Take the “not” away") if node.is_negated else tr("Not"))
        self.actions_["outdent"].setEnabled(len(path) > 1)
        self.handle.setAccessibleName(tr("{title}: drag to move it", title=title))
        self.update()

    def show_words(self, words: str, tip: str) -> None:
        """Show what the part lets through; nothing while that is not known."""
        self._words.setText(words)
        self._words.setToolTip(shown(tip))
        self._words.setVisible(bool(words))

    def tab_stops(self) -> list[QWidget]:
        """Return the widgets that Tab goes through, in order."""
        found: list[QWidget] = []
        for widget in self._in_order():
            found += [
                part
                for part in (widget, *widget.findChildren(QWidget))
                if part.focusPolicy() & Qt.FocusPolicy.TabFocus
                and part.focusProxy() is None
                and part.window() is self.window()  # lists to choose from are windows of their own
            ]
        return found

    def _in_order(self) -> list[QWidget]:
        """Return the parts of the row as one reads them."""
        first = self._in_line()
        items = (self.below.itemAt(place) for place in range(self.below.count()))
        second = [
            found for item in items if item is not None and (found := item.widget()) is not None
        ]
        return [*first[:-2], *second, *first[-2:]]

    def start_drag(self) -> None:
        """Let the row be carried to another place, until it is dropped."""
        drag = QDrag(self.window())  # the row may be gone when it is dropped
        data = QMimeData()
        data.setData(MIME, " ".join([self._rule, *map(str, self.path)]).encode())
        drag.setMimeData(data)
        drag.setPixmap(self.grab())
        drag.setHotSpot(self.handle.geometry().center())
        with scrolled_at_edges(self):
            drag.exec(Qt.DropAction.MoveAction)

    def _make_actions(self) -> None:
        for item in ROW_ACTIONS:
            if item.begins_group:
                self.menu.addSeparator()
            action = QAction(shown(item.title), self)
            action.setObjectName(item.id)
            action.setShortcut(QKeySequence(item.shortcut))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            action.setData(item.id)
            action.triggered.connect(self._on_action)
            self.addAction(action)
            self.menu.addAction(action)
            self.actions_[item.id] = action

    def _on_action(self) -> None:
        action = self.sender()
        assert isinstance(action, QAction)  # noqa: S101 (only actions are connected)
        self.acted.emit(self.path, str(action.data()))

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802, D102 (Qt's)
        painter = QPainter(self)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid), 1))
        for depth in range(len(self.path) - 1):
            place = _INDENT * depth + _INDENT / 2
            painter.drawLine(QPointF(place, 0), QPointF(place, self.height()))
        painter.end()


def indent_of(path: Path) -> int:
    """Return how far to the right the row of a part begins, pixels."""
    return _INDENT * (len(path) - 1)


class DragHandle(QWidget):
    """Six dots by which a row is taken; with the focus on it, the keys of the row work."""

    def __init__(self, row: RuleRow) -> None:
        super().__init__(row)
        self._row = row
        self._pressed: QPointF | None = None
        self.setObjectName("handle")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setToolTip(tr("Drag to move. With the keyboard: Alt and the arrow keys"))
        self.setFixedWidth(14)

    def sizeHint(self) -> QSize:  # noqa: N802, D102 (Qt's)
        return QSize(14, 22)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802, D102 (Qt's)
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802, D102 (Qt's)
        if self._pressed is None:
            return
        way = (event.position() - self._pressed).manhattanLength()
        if way >= QApplication.startDragDistance():
            self._pressed = None
            self._row.start_drag()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802, D102 (Qt's)
        self._pressed = None

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802, D102 (Qt's)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        role = QPalette.ColorRole
        is_focused = self.hasFocus()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(
            self.palette().color(role.Highlight if is_focused else role.PlaceholderText)
        )
        middle = self.height() / 2
        for column in (4.0, 9.0):
            for row in (-5.0, 0.0, 5.0):
                painter.drawEllipse(QRectF(column - 1.2, middle + row - 1.2, 2.4, 2.4))
        if is_focused:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.palette().color(role.Highlight), 1.2))
            painter.drawRoundedRect(QRectF(0.6, middle - 11, 12.8, 22), 3, 3)
        painter.end()
