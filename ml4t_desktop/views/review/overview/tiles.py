"""The headline statistics as a strip of tiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ml4t_desktop.session.language import shown, tr
from ml4t_desktop.session.theme import Theme
from ml4t_desktop.views.elided import ElidedLabel
from ml4t_desktop.views.review.menus import open_menu
from ml4t_desktop.views.review.statistic_change import statistic_change
from ml4t_desktop.views.review.statistic_text import Tone, statistic_text, statistic_tip, tone
from ml4t_desktop.wording import mark

if TYPE_CHECKING:  # the analysis loads numba and polars, after the window is visible
    from ml4t_desktop.analysis.definitions import Definition
    from ml4t_desktop.analysis.metrics import Metrics

_CHARACTERS = 20
_UNCHANGED = mark("unchanged")


class StatTile(QFrame):
    """One statistic: its title, its value, how it changed, its formula as tooltip.

    Signals
    -------
    asked : str
        How the statistic is made was asked for.
    """

    asked = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tones: tuple[Tone, Tone] = ("text", "muted")
        self.name = ""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._title = ElidedLabel(has_tip=False)  # the tip of the tile begins with it
        self._value = QLabel()
        self._change = QLabel()
        self._change.hide()
        for label in (self._title, self._value, self._change):
            # A label that asks for its text's width would lay the strip out anew with every value.
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._value.setProperty("role", "large_figure")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 6, 10, 6)
        layout.setSpacing(1)
        layout.addWidget(self._title)
        layout.addWidget(self._value)
        layout.addWidget(self._change)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.apply_theme(theme)

    @property
    def text(self) -> str:
        """The value as it is written."""
        return self._value.text()

    @property
    def change(self) -> str:
        """The change as it is written; empty when nothing is compared."""
        return self._change.text() if not self._change.isHidden() else ""

    def show_statistic(
        self, definition: Definition, metrics: Metrics, ghost: Metrics | None = None
    ) -> None:
        """Show one statistic of a run, and how it differs from that of the run it is compared with."""
        self.name = definition.name
        self.setObjectName(f"tile_{definition.name}")
        self._title.setText(shown(definition.title))
        locale = QLocale()
        value = statistic_text(definition, metrics, locale)
        self._value.setText(value)
        tip, change, change_tone = statistic_tip(definition, metrics), "", "muted"
        if ghost is not None:
            found = statistic_change(definition, metrics, ghost, locale)
            change, change_tone = found.text or shown(_UNCHANGED), found.tone
            tip = "\n\n".join((shown(tip), shown(found.tip)))
            self._change.setText(change)
        if self._change.isHidden() == (ghost is not None):
            self._change.setVisible(ghost is not None)
        self.setToolTip(shown(tip))
        said = f", {change}" if change else ""
        self.setAccessibleName(f"{shown(definition.title)}: {value}{said}")
        now = tone(definition, metrics), change_tone
        if now != self._tones:  # style sheets take long to be applied
            self._tones = now
            self._colour()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        self.setStyleSheet(
            f"StatTile {{ background: {theme.surface}; border: 1px solid {theme.border}; border-radius: 6px; }}"
            f" StatTile:hover, StatTile:focus {{ border-color: {theme.accent}; }}"
            " StatTile QLabel { background: transparent; border: none; }"
        )
        _set_colour(self._title, theme.muted)
        self._colour()

    def _colour(self) -> None:
        theme = self._theme
        tones = {"gain": theme.gain, "loss": theme.loss, "muted": theme.muted, "text": theme.text}
        _set_colour(self._value, tones[self._tones[0]])
        _set_colour(self._change, tones[self._tones[1]])

    def ask(self) -> None:
        """Ask how the statistic is made."""
        self.asked.emit(self.name)

    # Qt

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: D102, N802 (Qt's)
        is_here = self.rect().contains(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and is_here:
            self.ask()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102, N802 (Qt's)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.ask()
            return
        super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: D102, N802 (Qt's)
        open_menu(self, event.globalPos(), ((tr("How it is made"), self.ask),))


def _set_colour(label: QLabel, name: str) -> None:
    """Colour the words of a label; by its palette, which costs a small part of what a style sheet does."""
    palette = label.palette()
    palette.setColor(label.foregroundRole(), QColor(name))
    label.setPalette(palette)


class TileStrip(QWidget):
    """The headline statistics, in as many rows as the width asks for.

    Signals
    -------
    number_asked : str, QRect
        How a statistic is made was asked for at a place of the strip.
    """

    number_asked = Signal(str, QRect)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tiles: list[StatTile] = []
        self._layout = QGridLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        self._per_row = 0

    @property
    def tiles(self) -> tuple[StatTile, ...]:
        """The tiles from left to right."""
        return tuple(self._tiles)

    def show_metrics(self, metrics: Metrics, ghost: Metrics | None = None) -> None:
        """Show the headline statistics of a run, and their changes against another one."""
        from ml4t_desktop.analysis.definitions import DEFINITIONS

        headlines = [definition for definition in DEFINITIONS if definition.headline]
        while len(self._tiles) < len(headlines):
            tile = StatTile(self._theme, self)
            tile.asked.connect(self._on_asked)
            self._tiles.append(tile)
            self._per_row = 0
        for tile, definition in zip(self._tiles, headlines, strict=True):
            tile.show_statistic(definition, metrics, ghost)
        self._arrange()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour."""
        self._theme = theme
        for tile in self._tiles:
            tile.apply_theme(theme)

    def ask_current(self) -> bool:
        """Ask how the statistic with the keyboard is made; say whether there is one."""
        chosen = [tile for tile in self._tiles if tile.hasFocus()]
        for tile in chosen:
            tile.ask()
        return bool(chosen)

    def _on_asked(self, name: str) -> None:
        place = next(tile.geometry() for tile in self._tiles if tile.name == name)
        self.number_asked.emit(name, place)

    def _arrange(self) -> None:
        count = len(self._tiles)
        if not count:
            return
        least = self.fontMetrics().averageCharWidth() * _CHARACTERS + 26
        fitting = max(1, min(count, self.width() // least))
        rows = -(-count // fitting)
        per_row = -(-count // rows)  # rows of equal length
        if per_row == self._per_row:
            return
        self._per_row = per_row
        for number, tile in enumerate(self._tiles):
            self._layout.addWidget(tile, number // per_row, number % per_row)
        for column in range(count):
            self._layout.setColumnStretch(column, 1 if column < per_row else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802 (Qt's)
        super().resizeEvent(event)
        self._arrange()

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802 (Qt's)
        # Rows grow when the strip is narrow, so one tile is all it must have room for.
        hint = super().minimumSizeHint()
        return QSize(self.fontMetrics().averageCharWidth() * _CHARACTERS * 2, hint.height())
