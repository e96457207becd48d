"""What everybody needs of the window, whoever cannot see, hear, point or tell colours apart.

Every function looks at what can be seen below a widget and returns what is wrong in words. The
measures are those of WCAG 2.2: contrast of texts 4.5 : 1 (1.4.3), of the mark of the keyboard
3 : 1 (1.4.11), targets of 24 by 24 pixels (2.5.8), a name for everything (4.1.2), no trap (2.1.2).
"""

import re
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QDeadlineTimer, QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QBrush, QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QGraphicsView,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTabBar,
    QTableView,
    QTextEdit,
    QTreeView,
    QWidget,
)

from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.setup.rules.rule_row import RuleRow
from ml4t_desktop.views.shell.palette import Palette

LEAST_TARGET = 24
LEAST_ROW = 18  # a line of a table to read: its neighbours do the same, and arrow keys go there
LEAST_TEXT = 4.5
LEAST_MARK = 3.0
LEAST_MARKED_PIXELS = 16
MOST_PARTS, MOST_STOPS, MOST_ROWS = 60, 400, 60
INTERACTIVE = (
    QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox,
    QGraphicsView, QLineEdit, QPlainTextEdit, QTabBar, QTextEdit,
)  # fmt: skip
INNER = (QHeaderView, QScrollBar)  # parts of others that the keys of these move


def described(widget: QWidget) -> str:
    """A widget as somebody who mends it would look for it."""
    names = []
    at: QWidget | None = widget
    while at is not None and len(names) < 3:
        if at.objectName() and not at.objectName().startswith("qt_"):
            names.append(at.objectName())
        at = at.parentWidget()
    text = getattr(widget, "text", str)()
    return f"{type(widget).__name__} {'<'.join(names)} {text!r}"


def is_inner(widget: QWidget) -> bool:
    """Whether a widget is a part of another one that is looked at as a whole."""
    if isinstance(widget, INNER):
        return True
    parent = widget.parentWidget()
    if isinstance(parent, QAbstractSpinBox | QComboBox | QTabBar | QHeaderView | QLineEdit):
        return True
    return isinstance(parent, QAbstractItemView) and isinstance(widget, QAbstractButton)


def interactive(root: QWidget) -> list[QWidget]:
    """Everything below a widget that can be seen and used."""
    return [
        widget
        for widget in root.findChildren(QWidget)
        if isinstance(widget, INTERACTIVE)
        and widget.isVisible()
        and widget.isEnabled()
        and not is_inner(widget)
        and not widget.visibleRegion().isEmpty()
    ]


def name_of(widget: QWidget) -> str:
    """What a screen reader calls a widget."""
    if isinstance(widget, QComboBox):  # Qt on Linux calls a list by what is chosen in it
        buddies = [it for it in widget.window().findChildren(QLabel) if it.buddy() is widget]
        return widget.accessibleName() or next((it.text() for it in buddies), "")
    found = QAccessible.queryAccessibleInterface(widget)
    return found.text(QAccessible.Text.Name) if found is not None else ""


def nameless(root: QWidget) -> Iterator[str]:
    """What has no name, or that of the code, or only signs."""
    for widget in interactive(root):
        name = name_of(widget)
        if not name.strip():
            yield f"no name: {described(widget)}"
        elif re.fullmatch(r"[a-z]+([._][a-z0-9]+)+", name):
            yield f"the name {name!r} is one of the code: {described(widget)}"
        elif not re.search(r"\w", name):
            yield f"the name {name!r} cannot be spoken: {described(widget)}"


def too_small(root: QWidget) -> Iterator[str]:
    """What is hard to hit."""
    for widget in interactive(root):
        if isinstance(widget, QTabBar):
            sizes = [widget.tabRect(i).size() for i in range(widget.count())]
        elif isinstance(widget, QAbstractItemView):
            index = widget.indexAt(QPoint(2, 2))
            sizes = [widget.visualRect(index).size()] if index.isValid() else []
            sizes = [size for size in sizes if size.height()]
        else:
            sizes = [widget.size()]
        for size in sizes:
            low = isinstance(widget, QAbstractItemView)
            if size.height() < (LEAST_ROW if low else LEAST_TARGET) or (
                not low and size.width() < LEAST_TARGET
            ):
                yield f"{size.width()} x {size.height()}: {described(widget)}"
                break


def unreachable(root: QWidget) -> Iterator[str]:
    """What the key Tab does not come to."""
    for widget in interactive(root):
        at: QWidget | None = widget
        while at is not None and not at.focusPolicy() & Qt.FocusPolicy.TabFocus:
            at = at.focusProxy()
        if at is None and not is_one_of_a_choice(widget) and not is_in_menu(widget):
            yield f"not reached by Tab: {described(widget)}"


def links_by_mouse_alone(root: QWidget) -> Iterator[str]:
    """Words that lead somewhere and that the keyboard cannot follow."""
    for label in root.findChildren(QLabel):
        flags = label.textInteractionFlags()
        is_reached = flags & Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        if label.isVisible() and "<a " in label.text() and not is_reached:
            yield f"a link for the mouse alone: {described(label)}"


def is_in_menu(widget: QWidget) -> bool:
    """Whether what a button of a rule does is in the menu beside it, which Tab comes to.

    The list of the palette is moved in by the keys of its field.
    """
    is_of_rule = widget.objectName() in {"remove", "negation"}
    return (is_of_rule and isinstance(widget.parent(), RuleRow)) or (
        isinstance(widget.window(), Palette) and isinstance(widget, QAbstractItemView)
    )


def luminance(colour: QColor) -> float:
    """Relative luminance of a colour, as WCAG 2 defines it."""
    parts = np.array([colour.redF(), colour.greenF(), colour.blueF()])
    return float(linear(parts) @ WEIGHTS)


WEIGHTS = np.array([0.2126, 0.7152, 0.0722])


def linear(parts: np.ndarray) -> np.ndarray:
    return np.where(parts <= 0.03928, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one: float, other: float) -> float:
    light, dark = max(one, other), min(one, other)
    return (light + 0.05) / (dark + 0.05)


def pixels(image: QImage) -> np.ndarray:
    """A picture as luminances, shape (height, width)."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.bytesPerLine())
    colours = rows[:, : plain.width() * 3].reshape(plain.height(), plain.width(), 3)
    return linear(colours / 255.0) @ WEIGHTS


def picture(widget: QWidget, margin: int = 0) -> QImage:
    """What is seen of a widget, with a margin around."""
    window = widget.window()
    place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
    seen = place.adjusted(-margin, -margin, margin, margin) & window.rect()
    return window.grab(seen).toImage()


def faint(root: QWidget) -> Iterator[str]:
    """Texts that are hard to read on their ground, as measured in the picture."""
    window = root.window()
    whole = pixels(window.grab().toImage())
    scale = window.devicePixelRatioF()
    for widget in root.findChildren(QWidget):
        if not isinstance(widget, QLabel | QAbstractButton | QLineEdit | QComboBox):
            continue
        if not widget.isVisible() or not widget.isEnabled():
            continue
        text = widget.currentText() if isinstance(widget, QComboBox) else widget.text()
        if not re.search(r"\w{2}", re.sub(r"<[^>]*>", "", text)):
            continue
        region = widget.visibleRegion().boundingRect()
        if region.width() < 8 or region.height() < 8:
            continue
        corner = widget.mapTo(window, region.topLeft())
        rows = slice(int(corner.y() * scale), int((corner.y() + region.height()) * scale))
        columns = slice(int(corner.x() * scale), int((corner.x() + region.width()) * scale))
        part = whole[rows, columns]
        if part.size == 0:
            continue
        ground = float(np.median(part))
        best = max(contrast(ground, float(part.min())), contrast(ground, float(part.max())))
        if best < LEAST_TEXT - 0.3:  # thin strokes are drawn a little paler than they are
            yield f"contrast {best:.2f}: {described(widget)}"


def activate(window: QWidget) -> None:
    """Put a window in front, with the keyboard."""
    window.activateWindow()
    deadline = QDeadlineTimer(10_000)
    while QApplication.activeWindow() is not window:
        assert not deadline.hasExpired(), f"{described(window)} does not come to the front"
        QTest.qWait(10)


def marked(widget: QWidget, elsewhere: QWidget) -> int:
    """How many pixels around a widget change well visibly when it gets the keyboard."""
    elsewhere.setFocus()
    QApplication.processEvents()
    before = pixels(picture(widget, 3))
    widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
    QApplication.processEvents()
    after = pixels(picture(widget, 3))
    if before.shape != after.shape:
        return LEAST_MARKED_PIXELS
    light, dark = np.maximum(before, after), np.minimum(before, after)
    return int(((light + 0.05) / (dark + 0.05) >= LEAST_MARK).sum())


def unmarked(root: QWidget) -> Iterator[str]:
    """What does not show that it has the keyboard."""
    activate(root.window())
    parts = [w for w in interactive(root) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    for place, widget in enumerate(parts):
        other = parts[place - 1] if len(parts) > 1 else root.window()
        count = marked(widget, other)
        if not widget.hasFocus():
            yield f"does not take the keyboard: {described(widget)}"
        elif count < LEAST_MARKED_PIXELS:
            yield f"no mark of the keyboard ({count} pixels): {described(widget)}"


def silent_plots(root: QWidget) -> Iterator[str]:
    """Charts that say nothing to who does not see them."""
    for widget in root.findChildren(QWidget):
        is_chart = isinstance(widget, QGraphicsView) or any(
            kind.__module__.startswith("ml4t_desktop.plots") for kind in type(widget).__mro__
        )
        if is_chart and widget.isVisible() and not re.search(r"\d", widget.accessibleDescription()):
            yield f"no words for: {described(widget)} ({widget.accessibleDescription()!r})"


def pressed_round(key: Qt.Key) -> list[QWidget]:
    """Everything that presses of a key visit, from the widget with the keyboard until it comes back.

    The parts of a date and the links of a text are visited before Tab leads on from them.
    """
    first = at = QApplication.focusWidget()
    visited: list[QWidget] = []
    kept = 0
    while at is not None and kept < MOST_PARTS and len(visited) < MOST_STOPS:
        if not visited or at is not visited[-1]:
            visited.append(at)
            kept = 0
        QTest.keyClick(at, key)
        kept += 1
        at = QApplication.focusWidget()
        if at is first and len(visited) > 1:
            break
    return visited


def trapping(root: QWidget) -> Iterator[str]:
    """What holds the keyboard, or is left out, when Tab is pressed through the window of a widget."""
    window = root.window()
    activate(window)
    wanted = [
        widget
        for widget in interactive(root)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None
    ]
    if not wanted:
        return
    wanted[0].setFocus(Qt.FocusReason.ShortcutFocusReason)
    there = pressed_round(Qt.Key.Key_Tab)
    wanted[0].setFocus(Qt.FocusReason.ShortcutFocusReason)
    back = pressed_round(Qt.Key.Key_Backtab)
    for way, visited in (("Tab", there), ("Shift+Tab", back)):
        if not visited or len(visited) >= MOST_STOPS:
            yield f"{way} does not come back, at last {[described(it) for it in visited[-1:]]}"
        else:
            yield from (
                f"{way} leaves out {described(widget)}"
                for widget in wanted
                if widget not in visited and not is_one_of_a_choice(widget)
            )
    own = [widget for widget in there if root.isAncestorOf(widget)]
    backwards = [
        f"Tab goes back from {described(before)} to {described(after)}"
        for before, after in pairwise(own)
        if not before.isAncestorOf(after)
        and goes_back(place_in(window, before), place_in(window, after))
    ]
    if len(backwards) > 1:  # once it does, from the last widget to the first
        yield from backwards


def is_one_of_a_choice(widget: QWidget) -> bool:
    """Whether arrow keys reach a button, being one of several of which one is chosen."""
    group = widget.group() if isinstance(widget, QAbstractButton) else None
    return group is not None and group.exclusive() and not widget.isChecked()


def place_in(window: QWidget, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())


def goes_back(before: QRect, after: QRect) -> bool:
    """Whether a step goes against the order of reading: up in the same column, or left in a line."""
    is_above = after.bottom() < before.top() and after.left() < before.right()
    middle = after.center().y()
    is_in_line = before.top() <= middle <= before.bottom()
    return is_above or (is_in_line and after.right() < before.left())


def coloured(root: QWidget) -> Iterator[tuple[QWidget, str, str]]:
    """Every cell of the tables that has a colour of its own: its table, its text and the colour."""
    for view in (*root.findChildren(QTableView), *root.findChildren(QTreeView)):
        model = view.model()
        if not view.isVisible() or model is None:
            continue
        for row in range(min(model.rowCount(QModelIndex()), MOST_ROWS)):
            for column in range(model.columnCount(QModelIndex())):
                index = model.index(row, column)
                ink = index.data(Qt.ItemDataRole.ForegroundRole)
                if ink is not None:
                    shade = ink.color() if isinstance(ink, QBrush) else QColor(ink)
                    yield view, str(index.data()), shade.name()


def told_by_colour_alone(root: QWidget, gain: str, loss: str) -> Iterator[str]:
    """Figures whose colour says gain or loss and whose sign does not."""
    for view, text, ink in coloured(root):
        is_figure = re.search(r"\d", text) is not None
        has_minus = re.search(r"[-−]", text) is not None
        if is_figure and ((ink == loss and not has_minus) or (ink == gain and has_minus)):
            yield f"{text!r} in {ink}: {described(view)}"


def in_other_colours(root: QWidget, theme: Theme, others: set[str]) -> Iterator[str]:
    """What is not in the colours of gains and losses that were chosen."""
    for widget in root.findChildren(QWidget):
        if not widget.isVisible():
            continue
        of_chart = getattr(widget, "_theme", getattr(widget, "theme", None))
        if isinstance(of_chart, Theme) and of_chart != theme:
            yield f"drawn in other colours: {described(widget)}"
        written = widget.text() if isinstance(widget, QLabel) else ""
        written = widget.toHtml() if isinstance(widget, QTextEdit) else written
        if any(shade in written.lower() for shade in others):
            yield f"written in other colours: {described(widget)}"
    for view, text, ink in coloured(root):
        if ink in others:
            yield f"{text!r} in {ink}: {described(view)}"
