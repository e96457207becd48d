"""A theme as palette and style sheet of the whole application."""

from typing import Final

from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from ml4t_desktop.session.direction import read_from_right
from ml4t_desktop.session.settings import ThemeChoice
from ml4t_desktop.session.theme import DARK, LIGHT, Theme, with_tones

_LOCALE: Final = "chosen_locale"
_PROPOSED: Final = "proposed_point_size"
_FIELD, _LARGE, _TITLE = 1.3, 1.35, 1.9  # times the size of other text
_SHEET: Final = """
QMainWindow::separator {{ background: {border}; width: 1px; height: 1px; }}
QToolTip {{ background: {raised}; color: {text}; border: 1px solid {border}; padding: 4px; }}
QToolBar {{ background: {surface}; border: none; border-bottom: 1px solid {border};
            padding: 4px 8px; spacing: 4px; }}
QToolBar QToolButton {{ padding: 4px 8px; border: 1px solid transparent; border-radius: 4px; }}
QToolBar QToolButton:hover:enabled {{ background: {window}; border-color: {border}; }}
QToolBar QToolButton:checked {{ background: {window}; border-color: {accent}; color: {accent};
                                font-weight: 600; }}
QToolBar QToolButton:pressed {{ background: {border}; }}
QToolBar QToolButton:disabled {{ color: {muted}; }}
QToolBar QToolButton#run_start {{ background: {accent}; color: {accent_text}; font-weight: 600; }}
QToolBar QToolButton#run_start:hover:enabled {{ border-color: {text}; }}
QToolBar QToolButton#run_start:disabled {{ background: {border}; color: {muted}; }}
QMenuBar {{ background: {surface}; color: {text}; }}
QMenuBar::item:selected {{ background: {window}; }}
QStatusBar {{ background: {surface}; border-top: 1px solid {border}; }}
QStatusBar::item {{ border: none; }}
QDockWidget::title {{ background: {surface}; padding: 8px 12px; border-bottom: 1px solid {border}; }}
QWidget#dock_title {{ background: {surface}; border-bottom: 1px solid {border}; }}
QWidget#dock_title QLabel {{ font-weight: 600; }}
QWidget#dock_title QToolButton {{ border: 1px solid transparent; border-radius: 4px; }}
QWidget#dock_title QToolButton:hover, QWidget#dock_title QToolButton:focus {{
    background: {window}; border-color: {border}; }}
QDialog#palette {{ background: {surface}; border: 1px solid {accent}; }}
QDialog#palette QLineEdit {{ padding: 6px; font-size: {field_size}pt; }}
QTabWidget::pane {{ border: none; border-top: 1px solid {border}; }}
QTabBar {{ background: {surface}; }}
QTabBar::tab {{ padding: 8px 18px; background: transparent; color: {muted};
                border: none; border-bottom: 2px solid transparent; }}
QTabBar::tab:selected {{ color: {text}; border-bottom: 2px solid {accent}; }}
QTabBar::tab:hover {{ color: {text}; }}
QTabBar#dock_tabs::tab {{ padding: 5px 14px 6px 14px; }}
QTabBar#panel_groups {{ background: {surface}; }}
QTabBar#panel_groups::tab {{ padding: 3px 12px; margin: 4px 0 2px 6px; min-height: 18px;
                             border: 1px solid transparent; border-radius: 5px; }}
QTabBar#panel_groups::tab:hover {{ border-color: {border}; }}
QTabBar#panel_groups::tab:selected {{ background: {window}; color: {text}; border-color: {border}; }}
QTabBar#steps {{ border-bottom: 1px solid {border}; }}
QTabBar#steps::tab {{ padding: 6px 1px 6px 1px; }}
QTabBar#steps::tab:first {{ margin-left: 4px; }}
QFrame#step_head {{ background: {surface}; border: none; border-bottom: 1px solid {border}; }}
QFrame#step_head QScrollArea, QFrame#step_head QScrollArea > QWidget > QWidget {{ background: {surface}; }}
QFrame#drop_line {{ background: {accent}; }}
QHeaderView::section {{ background: {raised}; color: {text}; padding: 4px 6px; border: none;
                        border-right: 1px solid {grid}; border-bottom: 1px solid {border}; }}
QTableView {{ gridline-color: {grid}; border: 1px solid {border}; }}
QAbstractItemView, QTextBrowser, QPlainTextEdit {{ border: 1px solid {border}; }}
QAbstractItemView:focus, QTextBrowser:focus, QPlainTextEdit:focus {{ border: 1px solid {accent}; }}
QPushButton {{ min-height: 16px; }}
QToolButton {{ min-height: 17px; }}
QToolButton::menu-indicator {{ image: none; }}
QHeaderView::up-arrow, QHeaderView::down-arrow {{ subcontrol-origin: border; width: 9px; height: 6px;
                                                  subcontrol-position: top center; }}
QHeaderView {{ qproperty-highlightSections: false; }}
QComboBox, QLineEdit {{ min-height: 18px; }}
QAbstractSpinBox {{ min-height: 21px; }}
QCheckBox, QRadioButton {{ min-height: 19px; min-width: 10px; }}
QTableCornerButton::section {{ background: {raised}; border: none; }}
QLabel[role="heading"] {{ font-weight: 600; margin-top: 4px; }}
QFrame#messages QLabel[role="heading"] {{ margin-top: 0; }}
QLabel[role="large"] {{ font-size: {large_size}pt; }}
QLabel[role="large_figure"] {{ font-size: {large_size}pt; font-weight: 700; }}
QLabel[role="title"] {{ font-size: {title_size}pt; font-weight: 600; }}
QLabel[role="hint"], QLabel[role="empty"] {{ color: {muted}; }}
QLabel[role="problem"], QLabel[role="error"] {{ color: {error}; }}
QLabel[role="warning"] {{ color: {warning}; }}
QLabel[role="note"] {{ color: {accent}; }}
QLabel[role="kept"] {{ color: {muted}; background: {window}; border: 1px dashed {border};
                       border-radius: 3px; padding: 3px 6px; }}
QFrame#drop_area {{ background: {surface}; border: 2px dashed {border}; border-radius: 10px; }}
QFrame#drop_area[dropping="true"] {{ border-color: {accent}; }}
QFrame#messages {{ background: {surface}; border: none; border-left: 4px solid {accent};
                   border-bottom: 1px solid {border}; }}
QFrame#tour {{ background: {raised}; border: 2px solid {accent}; border-radius: 8px; }}
QFrame#tour QLabel#tour_title {{ font-size: {large_size}pt; margin-top: 0; }}
QFrame#tour QPushButton {{ padding: 5px 11px; }}
QFrame#tour_offer {{ background: {surface}; border: 1px solid {accent}; border-radius: 8px; }}
QFrame#run_line {{ background: {surface}; border: none; border-bottom: 1px solid {border}; }}
QFrame#messages[severity="error"] {{ border-left-color: {error}; }}
QFrame#messages QScrollArea, QFrame#messages QScrollArea > QWidget > QWidget {{ background: {surface}; }}
QPushButton[role="primary"] {{ background: {accent}; color: {accent_text}; border-radius: 4px;
                               border: 1px solid {accent}; padding: 6px 16px; font-weight: 600; }}
QPushButton[role="secondary"] {{ background: {raised}; color: {text}; border-radius: 4px;
                                 border: 1px solid {border}; padding: 6px 16px; }}
QPushButton[role="side"] {{ background: {raised}; color: {text}; border: 1px solid {border};
                            padding: 5px 22px; }}
QPushButton[role="side"]:checked {{ background: {accent}; color: {accent_text}; border-color: {accent}; }}
QPushButton[role="side"]:focus {{ border-color: {text}; }}
QPushButton[role="secondary"]:hover, QPushButton[role="secondary"]:focus {{ border-color: {text}; }}
QPushButton[role="primary"]:disabled {{ background: {border}; border-color: {border}; color: {muted}; }}
QPushButton[role="secondary"]:disabled {{ color: {muted}; border-color: {grid}; }}
QListWidget#strategy_preset_list::item {{ padding: 5px 6px; }}
QPushButton[role="primary"]:hover, QPushButton[role="primary"]:focus {{ border-color: {text}; }}
"""


def theme_of(choice: ThemeChoice, colours: str = "teal_orange") -> Theme:
    """Return the theme of a choice; that of the system is light when the system does not say."""
    scheme = QGuiApplication.styleHints().colorScheme()
    is_dark = scheme == Qt.ColorScheme.Dark if choice == "system" else choice == "dark"
    return with_tones(DARK if is_dark else LIGHT, colours)


def scale_text(app: QApplication, percent: int) -> None:
    """Write everything in a share of the size that the system proposes."""
    proposed = app.property(_PROPOSED)
    if proposed is None:
        proposed = app.font().pointSizeF()
        app.setProperty(_PROPOSED, proposed)
    font = app.font()
    if abs(font.pointSizeF() - proposed * percent / 100) > 0.01:
        font.setPointSizeF(proposed * percent / 100)
        app.setFont(font)


def use_locale(app: QApplication, name: str) -> None:
    """Write numbers and dates as in a country, for the direction one reads in; ``system``: as it says."""
    read_from_right(is_on=app.layoutDirection() == Qt.LayoutDirection.RightToLeft)
    if (app.property(_LOCALE) or "system") == name:
        return
    app.setProperty(_LOCALE, name)
    QLocale.setDefault(system_locale() if name == "system" else QLocale(name))


def system_locale() -> QLocale:
    """Return the country of the system; one that says nothing still gets numbers that can be read."""
    found = QLocale.system()
    if found.language() == QLocale.Language.C:
        return QLocale(QLocale.Language.English, QLocale.Country.UnitedStates)
    return found


def apply_to_application(app: QApplication, theme: Theme) -> None:
    """Give the application the palette and the style sheet of a theme, unless it has them.

    The sheet says how large titles are; a changed one makes every widget take the size of the text.
    """
    size = app.font().pointSizeF()
    shares = {"field_size": _FIELD, "large_size": _LARGE, "title_size": _TITLE}
    sizes = {name: round(size * share, 1) for name, share in shares.items()}
    sheet = _SHEET.format(**{name: getattr(theme, name) for name in _NAMES}, **sizes)
    if app.styleSheet() != sheet:  # setting it styles every widget anew
        app.setStyleSheet("")  # to put one in the place of another takes three times as long
        app.setPalette(palette_of(theme))
        outlined = outlines_of(theme)
        for kind in _OUTLINED:
            app.setPalette(outlined, kind)  # pyright: ignore[reportArgumentType] (a name is taken, too)
        app.setStyleSheet(sheet)


def palette_of(theme: Theme) -> QPalette:
    """Return the palette of a theme."""
    role = QPalette.ColorRole
    palette = QPalette(QColor(theme.surface), QColor(theme.window))
    colours = {
        role.Window: theme.window,
        # The style draws outlines darker than the window: on dark ground, editors need a light one.
        role.Base: theme.raised if theme.is_dark else theme.surface,
        role.AlternateBase: theme.surface if theme.is_dark else theme.raised,
        role.Button: theme.raised,
        role.Light: theme.raised,
        role.Midlight: theme.border,
        role.Mid: theme.border,
        role.Dark: theme.border,
        role.ToolTipBase: theme.raised,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.accent_text,
        role.Accent: theme.accent,
        role.Link: theme.accent,
        role.PlaceholderText: theme.muted,
    }
    for name, colour in colours.items():
        palette.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText, role.ToolTipText, role.BrightText):
        palette.setColor(name, QColor(theme.text))
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(theme.muted))
    return palette


def outlines_of(theme: Theme) -> QPalette:
    """Return a palette in which the style draws outlines that can be seen: darker than the window."""
    palette = palette_of(theme)
    for group in (QPalette.ColorGroup.Active, QPalette.ColorGroup.Inactive):
        palette.setColor(group, QPalette.ColorRole.Window, QColor(_OUTLINE[theme.is_dark]))
    return palette


_OUTLINE: Final = {False: "#c0c5ce", True: "#9aa4b5"}
_OUTLINED: Final = ("QCheckBox", "QRadioButton", "QComboBox", "QAbstractSpinBox", "QLineEdit")
_NAMES = (
    "window", "surface", "raised", "border", "text", "muted", "accent", "accent_text", "error",
    "warning", "grid",
)  # fmt: skip
